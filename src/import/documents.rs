//! AWS's own documents: what the CLI takes, what it prints, and the bare ones.

use super::haul::{Belongs, Haul, NOT_TAKEN, RolePart, Taken};
use super::policy_documents::{self, Told, tell};
use crate::document::{Diagnostic, Entry, Map, Node, Span, Value};
use crate::kinds;

/// What a trust policy is called in a role.
const TRUST: &str = "AssumeRolePolicyDocument";
/// What a policy's document is called.
const DOCUMENT: &str = "PolicyDocument";

/// Takes what a document holds. What has no name in there is `called` so. Whether it is one of the
/// documents that are known here; if not, nothing was said yet.
pub(super) fn take(document: &Node, called: &str, haul: &mut Haul) -> bool {
    match &document.value {
        Value::Seq(items) if is_containers(items) => {
            let body = [("containerDefinitions", document.clone())];
            push("task_definitions", called, made(document.span, body), haul);
            true
        }
        _ if policies(document, called, haul) => true,
        Value::Seq(items) => {
            let one = items.len() == 1;
            let name =
                |n: usize| if one { called.to_owned() } else { format!("{called}-{}", n + 1) };
            // All of them, though one may not be known.
            let known = items.iter().enumerate().map(|(n, item)| take(item, &name(n), haul));
            known.filter(|known| *known).count() > 0
        }
        Value::Map(map) => {
            update(map, haul)
                || awss_own(document, map, haul)
                || whole(document, map, called, haul)
                || part(document, map, haul)
                || account(map, haul)
        }
        _ => false,
    }
}

/// The input of `update-sampling-rule`, which has what changes of a rule and may not have the rest.
fn update(map: &Map, haul: &mut Haul) -> bool {
    let Some(inner) = map.get("SamplingRuleUpdate") else { return false };
    let Some(name) = kinds::of("sampling_rules").holds(map, "NAME").pop() else {
        return false;
    };
    let has = |name: &&str| inner.as_map().is_some_and(|rule| rule.get(name).is_some());
    if ["Priority", "FixedRate", "ReservoirSize"].iter().all(has) {
        return false;
    }
    let message = format!("`{name}` {NOT_TAKEN}: this changes a rule and does not say all of it");
    let live = format!("or import it with `--live --match {name}`");
    let problem = Diagnostic::warning(message).at(inner.span);
    haul.found.push(problem.help("bring the answer of `aws xray get-sampling-rules`").help(live));
    true
}

/// A document that is one resource, or holds several side by side.
fn whole(document: &Node, map: &Map, called: &str, haul: &mut Haul) -> bool {
    let before = haul.taken.len();
    for kind in kinds::ALL {
        for name in kind.holds(map, &fitting(called, kind.longest_name())) {
            // `get-role` shows none of a role's policies.
            if map.get("Role").is_some() {
                haul.unseen.insert(name.clone());
            }
            push(kind.section(), &name, document.clone(), haul);
        }
    }
    haul.taken.len() > before
}

/// The input of `put-role-policy` and of `attach-role-policy`.
fn part(document: &Node, map: &Map, haul: &mut Haul) -> bool {
    let Some(role) = map.get("RoleName").and_then(Node::as_str) else { return false };
    let inline = || {
        let name = map.get("PolicyName")?.as_str()?;
        Some(Belongs::Inline(name.to_owned(), map.get(DOCUMENT)?.clone()))
    };
    let attached = || Some(Belongs::Attached(map.get("PolicyArn")?.clone()));
    let Some(belongs) = inline().or_else(attached) else { return false };
    let span = document.span;
    haul.parts.push(RolePart { role: role.to_owned(), belongs, span });
    true
}

/// `get-account-authorization-details`, `list-roles`: many, each in a form of its own.
fn account(map: &Map, haul: &mut Haul) -> bool {
    let list = |key: &str| match map.get(key).map(|node| &node.value) {
        Some(Value::Seq(items)) => items.as_slice(),
        _ => &[],
    };
    let before = haul.taken.len();
    let mut awss: Vec<&Node> = Vec::new();
    for (key, sees_policies) in [("RoleDetailList", true), ("Roles", false)] {
        for role in list(key) {
            if is_awss(role) {
                awss.push(role);
                continue;
            }
            let Some(name) = role.as_map().and_then(|role| role.get("RoleName")?.as_str()) else {
                continue;
            };
            if !sees_policies {
                haul.unseen.insert(name.to_owned());
            }
            push("roles", name, role.clone(), haul);
        }
    }
    for detail in list("Policies") {
        if is_awss(detail) {
            awss.push(detail);
        } else if let Some((name, body)) =
            detail.as_map().and_then(|map| policy_detail(map, detail.span))
        {
            push("policies", &name, body, haul);
        }
    }
    if let Some(first) = awss.first() {
        let message = format!("what AWS keeps itself {NOT_TAKEN}: {}", counted(&awss));
        haul.found.push(Diagnostic::note(message).at(first.span));
    }
    haul.taken.len() > before || !awss.is_empty()
}

/// The answer about one role or policy that AWS keeps itself.
fn awss_own(document: &Node, map: &Map, haul: &mut Haul) -> bool {
    let inner = ["Role", "Policy"].iter().find_map(|key| map.get(key)).unwrap_or(document);
    let is_own = is_awss(inner);
    if is_own {
        let what = counted(&[inner]);
        let message = format!("what AWS keeps itself {NOT_TAKEN}: {what}");
        haul.found.push(Diagnostic::warning(message).at(inner.span));
    }
    is_own
}

/// Whether an answer is of a role that AWS makes for one of its services or for its sign-in, or of a
/// policy that it keeps for everybody: nobody else may change these.
///
/// Source: IAM user guide, "Friendly names and paths" and "Managed policies and inline policies".
fn is_awss(node: &Node) -> bool {
    let text = |field: &str| node.as_map()?.get(field)?.as_str();
    let path = text("Path").unwrap_or_default();
    let arn = text("Arn").unwrap_or_default();
    text("RoleName").is_some()
        && ["/aws-service-role/", "/aws-reserved/"].iter().any(|own| path.starts_with(own))
        || arn.starts_with("arn:") && arn.contains(":iam::aws:policy/")
}

/// `1 role, 38 policies`
fn counted(all: &[&Node]) -> String {
    let is_role = |node: &&&Node| node.as_map().is_some_and(|map| map.get("RoleName").is_some());
    let roles = all.iter().filter(is_role).count();
    let told = [(roles, "role", "roles"), (all.len() - roles, "policy", "policies")];
    let told = told.into_iter().filter(|(count, ..)| *count > 0);
    let told =
        told.map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }));
    told.collect::<Vec<_>>().join(", ")
}

/// A policy of `get-account-authorization-details`, with the version that counts.
fn policy_detail(map: &Map, span: Span) -> Option<(String, Node)> {
    let name = map.get("PolicyName")?.as_str()?.to_owned();
    let Value::Seq(versions) = &map.get("PolicyVersionList")?.value else { return None };
    let is_default = |version: &&Map| {
        version.get("IsDefaultVersion").is_some_and(|node| node.value == Value::Bool(true))
    };
    let version = versions.iter().filter_map(Node::as_map).find(is_default)?;
    let mut fields = vec![(DOCUMENT, version.get("Document")?.clone())];
    for field in ["Path", "Description"] {
        fields.extend(map.get(field).map(|node| (field, node.clone())));
    }
    Some((name, made(span, fields)))
}

/// Policy documents that stand alone: who may assume a role, and what something may do. Where there
/// is one of the first, the others are that role's.
fn policies(document: &Node, called: &str, haul: &mut Haul) -> bool {
    let all = policy_documents::documents(document);
    let (mut trusts, mut permissions) = (Vec::new(), Vec::new());
    for (n, one) in all.iter().enumerate() {
        let alone = if all.len() == 1 { called.to_owned() } else { format!("{called}-{}", n + 1) };
        let name = one.name.map_or(alone, str::to_owned);
        match tell(one.document) {
            Err(problem) => haul.found.push(problem),
            Ok(Told::Trust(trust)) => trusts.push((name, trust)),
            Ok(Told::Permissions(document)) => permissions.push((name, document)),
            Ok(Told::Both { trust, permissions: allowed }) => {
                let message = "who may assume the role and what it may do stand in one document, \
                               which IAM does not take: they are told apart";
                haul.found.push(Diagnostic::note(message).at(one.document.span));
                trusts.push((name.clone(), apart(trust)));
                permissions.push((name, apart(allowed)));
            }
        }
    }
    if let ([(_, trust)], false) = (trusts.as_slice(), permissions.is_empty()) {
        let (span, called) = (document.span, &fitting(called, kinds::of("roles").longest_name()));
        if all.len() > 1 {
            let message = format!("what may be done belongs to the role `{called}` here");
            haul.found.push(Diagnostic::note(message).at(span));
        }
        push("roles", called, made(span, [(TRUST, trust.clone())]), haul);
        haul.parts.extend(permissions.into_iter().map(|(name, document)| RolePart {
            role: called.clone(),
            belongs: Belongs::Inline(name, document),
            span,
        }));
        return true;
    }
    for (name, trust) in trusts {
        push("roles", &name, made(trust.span, [(TRUST, trust)]), haul);
    }
    for (name, document) in permissions {
        push("policies", &name, made(document.span, [(DOCUMENT, document)]), haul);
    }
    !all.is_empty()
}

/// As much of a file's name as a resource's name may have: its end, which says most.
fn fitting(called: &str, longest: usize) -> String {
    let extra = called.chars().count().saturating_sub(longest);
    let end: String = called.chars().skip(extra).collect();
    if extra == 0 { end } else { end.trim_start_matches(['-', '_']).to_owned() }
}

/// A document that is not what stands in its file.
fn apart(mut document: Node) -> Node {
    document.span.end = document.span.start;
    document
}

fn push(section: &'static str, key: &str, body: Node, haul: &mut Haul) {
    let span = body.span;
    let key = fitting(key, kinds::of(section).longest_name());
    haul.taken.push(Taken { section, key, body, span });
}

/// A mapping that stands in no file.
fn made(span: Span, fields: impl IntoIterator<Item = (&'static str, Node)>) -> Node {
    let span = Span::new(span.file, span.start, span.start);
    let entry = |(key, value): (&str, Node)| Entry { key: key.to_owned(), key_span: span, value };
    let entries = fields.into_iter().map(entry).collect();
    Node::new(span, Value::Map(Map { entries }))
}

/// Containers on their own, as Terraform has them.
fn is_containers(items: &[Node]) -> bool {
    let is_one = |item: &Node| {
        item.as_map().is_some_and(|map| map.get("name").is_some() && map.get("image").is_some())
    };
    !items.is_empty() && items.iter().all(is_one)
}

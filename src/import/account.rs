//! Answers about a whole account: `get-account-authorization-details` and `list-roles`.
//!
//! They have what is AWS's own, too, which nobody else may change, and not all of what is the
//! account's. What they do not show is left as it is where a stack can leave it, or told.

use super::documents::{DOCUMENT, made, push};
use super::haul::{Haul, NOT_TAKEN};
use crate::document::{Diagnostic, Map, Node, Span, Value};

/// What a list of roles has, and what of each it does not show.
struct Roles {
    key: &'static str,
    /// What a stack can leave as it is.
    left: &'static [&'static str],
    /// What a stack would take away, unless it is added.
    lost: &'static str,
}

/// Source: service model, `RoleDetail`, and the documentation of `ListRoles` in it.
static ROLES: [Roles; 2] = [
    Roles { key: "RoleDetailList", left: &[], lost: "`Description` and `MaxSessionDuration`" },
    Roles {
        key: "Roles",
        left: &["ManagedPolicies", "InlinePolicies", "PermissionsBoundary"],
        lost: "`Tags`",
    },
];

/// Takes the roles and policies of an account. Whether there were any.
pub(super) fn take(map: &Map, haul: &mut Haul) -> bool {
    let before = haul.taken.len();
    let mut awss: Vec<&Node> = Vec::new();
    for Roles { key, left, lost } in &ROLES {
        for role in list(map, key) {
            if is_awss(role) {
                awss.push(role);
                continue;
            }
            let Some(name) = role.as_map().and_then(|role| role.get("RoleName")?.as_str()) else {
                continue;
            };
            if !left.is_empty() {
                haul.unseen.insert(name.to_owned(), left);
            }
            push("roles", name, role.clone(), haul);
            let message = format!("this answer does not show {lost} of roles");
            let help = "where a role has any, add them, or import it with `--live --match NAME`";
            haul.found.push(Diagnostic::note(message).at(role.span).help(help));
        }
    }
    for detail in list(map, "Policies") {
        if is_awss(detail) {
            awss.push(detail);
        } else if let Some((name, body)) = detail.as_map().and_then(|map| policy(map, detail.span))
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
pub(super) fn own(document: &Node, map: &Map, haul: &mut Haul) -> bool {
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
    text("RoleName").is_some() && crate::iam::is_aws_path(path)
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

fn list<'a>(map: &'a Map, key: &str) -> &'a [Node] {
    match map.get(key).map(|node| &node.value) {
        Some(Value::Seq(items)) => items,
        _ => &[],
    }
}

/// A policy of `get-account-authorization-details`, with the version that counts.
fn policy(map: &Map, span: Span) -> Option<(String, Node)> {
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

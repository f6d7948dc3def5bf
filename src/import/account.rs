//! Answers about a whole account: `get-account-authorization-details` and `list-roles`.
//!
//! They have what is AWS's own, too, which nobody else may change, and not all of what is the
//! account's. What they do not show is left as it is where a stack can leave it, or told.

use super::documents::{DOCUMENT, made, push};
use super::haul::Haul;
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
    let mut left_out = LeftOut::default();
    for Roles { key, left, lost } in &ROLES {
        for role in list(map, key) {
            let Some(fields) = role.as_map() else { continue };
            let Some(name) = fields.get("RoleName").and_then(Node::as_str) else { continue };
            if is_aws(fields) {
                left_out.add(role.span);
                continue;
            }
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
        let Some(fields) = detail.as_map() else { continue };
        if is_aws(fields) {
            left_out.add(detail.span);
        } else if let Some((name, body)) = policy(fields, detail.span) {
            push("policies", &name, body, haul);
        }
    }
    let is_any = haul.taken.len() > before;
    if let Some(note) = left_out.told().filter(|_| is_any) {
        haul.found.push(note);
    }
    is_any
}

/// Whether a role or policy of AWS's answers is AWS's own: what its services have made, its
/// sign-in, and the policies that every account can attach.
///
/// Source: IAM user guide, "Friendly names and paths", and "IAM ARNs".
pub(super) fn is_aws(fields: &Map) -> bool {
    let text = |field: &str| fields.get(field).and_then(Node::as_str).unwrap_or_default();
    crate::iam::is_aws_path(text("Path")) || text("Arn").contains(":iam::aws:policy/")
}

/// What is AWS's own, and was left out.
#[derive(Default)]
struct LeftOut {
    first: Option<Span>,
    count: usize,
}

impl LeftOut {
    fn add(&mut self, span: Span) {
        self.first.get_or_insert(span);
        self.count += 1;
    }

    fn told(&self) -> Option<Diagnostic> {
        let what = match self.count {
            1 => "a role or policy of AWS's own is left out".to_owned(),
            count => format!("{count} roles and policies of AWS's own are left out"),
        };
        Some(Diagnostic::note(what).at(self.first?))
    }
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

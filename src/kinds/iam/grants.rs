//! What the grants of roles and policies have in common.

use std::collections::BTreeSet;

use serde_json::json;

use crate::kinds::Kind;
use crate::kinds::grants::arn;
use crate::stack::{Stack, Wanted};

/// All of the account's own of this sort.
pub(in crate::kinds) fn any(stack: &Stack, what: &str) -> String {
    arn(&stack.place, "iam", "", &format!("{what}/*"))
}

/// The ARN that a resource has, and that of its name without a path, by which AWS asks for a role that
/// is not there. No two roles or policies of an account have one name, so that it is nobody else's.
///
/// Source: service model, `CreateRoleRequest` and `CreatePolicyRequest`.
pub(in crate::kinds) fn both_arns(
    kind: &dyn Kind,
    wanted: &Wanted,
    stack: &Stack,
) -> BTreeSet<String> {
    let at = |fields: &_| kind.arn(&wanted.name, fields, &stack.place);
    [at(&wanted.document), at(&json!({"Path": "/"}))].into_iter().flatten().collect()
}

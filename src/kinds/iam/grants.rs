//! What the grants of roles and policies have in common.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::iam::literal;
use crate::kinds::Kind;
use crate::kinds::grants::arn;
use crate::stack::{Stack, Wanted};

/// All of the account's own of this sort.
pub(in crate::kinds) fn any(stack: &Stack, what: &str) -> String {
    arn(&stack.place, "iam", "", &format!("{what}/*"))
}

/// Whether it may not carry the mark of this stack yet.
pub(in crate::kinds) fn is_taken_over(wanted: &Wanted, stack: &Stack) -> bool {
    wanted.from_stack.is_some() || stack.adopt.contains(&wanted.address)
}

/// The ARN that a resource has, and that of its name without a path, by which AWS asks for a role that
/// is not there; of what is taken over also that of its name on any path, since it may be on another
/// one. No two roles or policies of an account have one name, so that none of these is anybody else's.
///
/// Source: service model, `CreateRoleRequest` and `CreatePolicyRequest`.
pub(in crate::kinds) fn arns(kind: &dyn Kind, wanted: &Wanted, stack: &Stack) -> BTreeSet<String> {
    let at = |fields: &Value| kind.arn(&wanted.name, fields, &stack.place);
    let own = [at(&wanted.document), at(&json!({"Path": "/"}))].into_iter().flatten();
    let mut arns: BTreeSet<String> = own.map(|arn| literal(&arn)).collect();
    if is_taken_over(wanted, stack) {
        let elsewhere = kind.arn(&literal(&wanted.name), &json!({"Path": "/*/"}), &stack.place);
        arns.extend(elsewhere);
    }
    arns
}

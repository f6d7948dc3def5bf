//! What roles need of IAM.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::Roles;
use super::spec::{BOUNDARY, INLINE, MANAGED};
use crate::iam::{Grant, literal};
use crate::kinds::Purpose;
use crate::kinds::grants::{LOOK, giving, marked, wanted};
use crate::kinds::iam::grants::{any, arns, is_taken_over};
use crate::stack::{Stack, Wanted};

/// Roles are read whosever they are: the one scan that shows their tags shows all of them, and one
/// that is gone carries no mark that a condition could ask for.
///
/// What is put on a role is narrowed to what the file has: the policies that it attaches, and its
/// boundary. What may be taken off is not, since others may have put anything there.
pub(super) fn grants(stack: &Stack, purpose: Purpose) -> Vec<Grant> {
    let roles = || [any(stack, "role")];
    let mut grants = vec![
        Grant::anywhere(LOOK, &["iam:GetAccountAuthorizationDetails"]),
        Grant::new("LookAtRoles", &["iam:GetRole"], roles()),
    ];
    if purpose == Purpose::Look {
        return grants;
    }
    // Just before and after a change each role is read by itself.
    let one_by_one = [
        "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies",
        "iam:ListInstanceProfilesForRole",
        "iam:ListRolePolicies",
    ];
    grants.push(Grant::new("LookAtRoles", &one_by_one, roles()));
    for role in wanted(&Roles, stack) {
        grants.extend(of(role, stack));
    }
    let gone = ["iam:DeleteRole", "iam:DeleteRolePolicy", "iam:DetachRolePolicy"];
    grants.push(marked(Grant::new("LetGoOfRoles", &gone, roles()), &Roles, stack));
    if purpose == Purpose::Change {
        // One that goes to another path loses `protect` where it was.
        let tags = Grant::new("UnprotectRoles", &["iam:TagRole", "iam:UntagRole"], roles());
        grants.push(marked(tags, &Roles, stack));
    }
    // An instance profile has no mark.
    let profiles = [any(stack, "instance-profile")];
    let action = ["iam:RemoveRoleFromInstanceProfile"];
    grants.push(Grant::new("TakeRolesOutOfProfiles", &action, profiles));
    grants.extend(giving(&Roles, stack, "iam:TagRole", any(stack, "role")));
    grants
}

/// What one role of the file needs.
fn of(role: &Wanted, stack: &Stack) -> Vec<Grant> {
    let arns = arns(&Roles, role, stack);
    let on_it = |sid, actions: &[&'static str]| Grant::new(sid, actions, arns.clone());
    let mut grants = vec![on_it(
        "ChangeRoles",
        &[
            "iam:DeleteRolePolicy",
            "iam:DetachRolePolicy",
            "iam:ListRoleTags",
            "iam:TagRole",
            "iam:UntagRole",
            "iam:UpdateAssumeRolePolicy",
            "iam:UpdateRole",
        ],
    )];
    // What is left to others is put back on a role that is made anew, whatever it is.
    let leaves = |field: &str| role.unmanaged.iter().any(|unmanaged| unmanaged == field);
    let field = |name: &str| role.document.get(name);
    if leaves(INLINE) || field(INLINE).and_then(Value::as_object).is_some_and(|all| !all.is_empty())
    {
        grants.push(on_it("WriteRolePolicies", &["iam:PutRolePolicy"]));
    }
    let attach = on_it("AttachPolicies", &["iam:AttachRolePolicy"]);
    let attached = field(MANAGED).and_then(Value::as_object).map(Map::values);
    let attached: BTreeSet<String> =
        attached.into_iter().flatten().filter_map(Value::as_str).map(literal).collect();
    grants.push(if leaves(MANAGED) || is_open(role, MANAGED) {
        attach
    } else {
        attach.only_if("ArnEqualsIfExists", "iam:PolicyARN", attached)
    });
    if is_taken_over(role, stack) {
        // It carries no mark of this stack yet, by which it could go.
        grants.push(on_it("TakeRolesOver", &["iam:DeleteRole"]));
    }
    grants.extend(boundary(role, leaves(BOUNDARY), on_it));
    grants
}

/// What it takes to make a role and to bound it. One that the file bounds gets no other boundary, and
/// does not lose this one. Not every server gives the key that says with which one a role is made.
fn boundary(
    role: &Wanted,
    left: bool,
    on_it: impl Fn(&'static str, &[&'static str]) -> Grant,
) -> Vec<Grant> {
    let create = on_it("CreateRoles", &["iam:CreateRole"]);
    let bound = on_it("BoundRoles", &["iam:PutRolePermissionsBoundary"]);
    let free = on_it("UnboundRoles", &["iam:DeleteRolePermissionsBoundary"]);
    if left || is_open(role, BOUNDARY) {
        return vec![create, bound, free];
    }
    let arn = role.document.get(BOUNDARY).and_then(Value::as_str).map(literal);
    let Some(arn) = arn else { return vec![create, free] };
    let only =
        |grant: Grant| grant.only_if("ArnEqualsIfExists", "iam:PermissionsBoundary", [arn.clone()]);
    vec![only(create), only(bound)]
}

/// Whether what stands in a field depends on a variable that is not set.
fn is_open(role: &Wanted, field: &str) -> bool {
    role.holes.iter().any(|hole| hole.path.0.is_empty() || hole.path.field() == field)
}

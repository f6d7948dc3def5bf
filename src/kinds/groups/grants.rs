//! What groups need of IAM.

use super::Groups;
use crate::iam::{Grant, literal};
use crate::kinds::grants::{LOOK, arn, giving, marked, wanted};
use crate::kinds::{Kind as _, Purpose};
use crate::stack::Stack;

/// `GetGroups` is for all groups or none; any of them may carry the mark. A group is made with its tags,
/// for which AWS asks for `TagResource` (Service Authorization Reference, `CreateGroup`).
pub(super) fn grants(stack: &Stack, purpose: Purpose) -> Vec<Grant> {
    // AWS makes the end of a group's ARN up.
    let group = |name: &str| {
        let resource = format!("group/{name}/*");
        arn(&stack.place, Groups.service(), &stack.place.region, &resource)
    };
    let mut grants = vec![
        Grant::anywhere(LOOK, &["xray:GetGroups"]),
        Grant::new("LookAtGroups", &["xray:ListTagsForResource"], [group("*")]),
    ];
    if purpose == Purpose::Look {
        return grants;
    }
    grants.push(Grant::new(
        "ChangeGroups",
        &[
            "xray:CreateGroup",
            "xray:DeleteGroup",
            "xray:TagResource",
            "xray:UntagResource",
            "xray:UpdateGroup",
        ],
        wanted(&Groups, stack).map(|wanted| group(&literal(&wanted.name))),
    ));
    let gone = Grant::new("DeleteGroups", &["xray:DeleteGroup"], [group("*")]);
    grants.push(marked(gone, &Groups, stack));
    grants.extend(giving(&Groups, stack, "xray:TagResource", group("*")));
    grants
}

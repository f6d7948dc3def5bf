//! What task definitions need of IAM.

use super::TaskDefinitions;
use crate::iam::{Grant, literal};
use crate::kinds::grants::{LOOK, arn, giving, wanted};
use crate::kinds::{Kind as _, Purpose};
use crate::stack::{Place, Stack};

/// Who gets the roles that a task definition names.
///
/// Source: ECS developer guide, "Amazon ECS task IAM role".
pub(in crate::kinds) const TASKS: &str = "ecs-tasks.amazonaws.com";

/// ECS knows no resources for what reads task definitions, nor for `DeregisterTaskDefinition`, of
/// which it knows no condition either: whoever may deregister a revision may deregister any.
///
/// A revision is made with its tags, for which `TagResource` is asked, too. Source: ECS developer guide,
/// "Grant permission to tag resources on creation".
pub(super) fn grants(stack: &Stack, purpose: Purpose) -> Vec<Grant> {
    let look = ["ecs:DescribeTaskDefinition", "ecs:ListTaskDefinitions", "tag:GetResources"];
    let mut grants = vec![Grant::anywhere(LOOK, &look)];
    if purpose == Purpose::Look {
        return grants;
    }
    let place = &stack.place;
    let revisions = |family: &str| {
        arn(place, TaskDefinitions.service(), &place.region, &format!("task-definition/{family}:*"))
    };
    let families = || wanted(&TaskDefinitions, stack);
    grants.push(Grant::anywhere("DeregisterRevisions", &["ecs:DeregisterTaskDefinition"]));
    grants.push(Grant::new(
        "RegisterRevisions",
        &["ecs:RegisterTaskDefinition", "ecs:TagResource", "ecs:UntagResource"],
        families().map(|family| revisions(&literal(&family.name))),
    ));
    let roles = families().flat_map(|family| TaskDefinitions.needs(&family.document));
    let roles = roles.map(|role| role_arn(&role, place));
    grants.push(Grant::new("PassRoles", &["iam:PassRole"], roles).only_if(
        "StringEquals",
        "iam:PassedToService",
        [TASKS.to_owned()],
    ));
    grants.extend(giving(&TaskDefinitions, stack, "ecs:TagResource", revisions("*")));
    grants
}

/// A task definition names a role by its ARN, or by its name where it has no path.
pub(in crate::kinds) fn role_arn(role: &str, place: &Place) -> String {
    if role.starts_with("arn:") {
        return role.to_owned();
    }
    arn(place, "iam", "", &format!("role/{role}"))
}

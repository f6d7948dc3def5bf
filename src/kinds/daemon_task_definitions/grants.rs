//! What daemon task definitions need of IAM.

use super::DaemonTaskDefinitions;
use crate::iam::{Grant, literal};
use crate::kinds::grants::{LOOK, arn, giving, marked, wanted};
use crate::kinds::task_definitions::{TASKS, role_arn};
use crate::kinds::{Kind as _, Purpose};
use crate::stack::Stack;

/// Other than of task definitions, ECS knows the resources of what reads and deletes these. Of
/// `ListTagsForResource` the Service Authorization Reference names neither these nor daemons, so that it
/// is for all.
pub(super) fn grants(stack: &Stack, purpose: Purpose) -> Vec<Grant> {
    let look = ["ecs:ListDaemonTaskDefinitions", "ecs:ListTagsForResource"];
    let revisions = |family: &str| {
        let resource = format!("daemon-task-definition/{family}:*");
        arn(&stack.place, DaemonTaskDefinitions.service(), &stack.place.region, &resource)
    };
    let describe = ["ecs:DescribeDaemonTaskDefinition"];
    let mut grants = vec![
        Grant::anywhere(LOOK, &look),
        Grant::new("LookAtDaemonRevisions", &describe, [revisions("*")]),
    ];
    if purpose == Purpose::Look {
        return grants;
    }
    let families = || wanted(&DaemonTaskDefinitions, stack);
    grants.push(Grant::new(
        "RegisterDaemonRevisions",
        &["ecs:RegisterDaemonTaskDefinition", "ecs:TagResource", "ecs:UntagResource"],
        families().map(|family| revisions(&literal(&family.name))),
    ));
    let delete =
        Grant::new("DeleteDaemonRevisions", &["ecs:DeleteDaemonTaskDefinition"], [revisions("*")]);
    grants.push(marked(delete, &DaemonTaskDefinitions, stack));
    let families = families().flat_map(|family| DaemonTaskDefinitions.needs(&family.document));
    grants.push(pass(stack, families));
    grants.extend(giving(&DaemonTaskDefinitions, stack, "ecs:TagResource", revisions("*")));
    grants
}

fn pass(stack: &Stack, roles: impl Iterator<Item = String>) -> Grant {
    let roles = roles.map(|role| role_arn(&role, &stack.place));
    let to = [TASKS.to_owned()];
    Grant::new("PassRoles", &["iam:PassRole"], roles).only_if(
        "StringEquals",
        "iam:PassedToService",
        to,
    )
}

/// What it takes to start daemons from these families, which passes their roles on.
pub(in crate::kinds) fn roles(stack: &Stack, families: &[&str]) -> Grant {
    let named = wanted(&DaemonTaskDefinitions, stack)
        .filter(|family| families.contains(&family.name.as_str()));
    pass(stack, named.flat_map(|family| DaemonTaskDefinitions.needs(&family.document)))
}

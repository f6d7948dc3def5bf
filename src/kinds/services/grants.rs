//! What services need of IAM.

use super::{Services, spec};
use crate::iam::{Grant, literal};
use crate::kinds::grants::{LOOK, arn, giving, marked, wanted};
use crate::kinds::{Kind as _, Purpose};
use crate::stack::Stack;

/// Who gets the roles that a service is given.
///
/// Source: ECS developer guide, "Grant Amazon ECS permissions to pass a role"; service model,
/// `CreateServiceRequest.role`.
const ECS: &str = "ecs.amazonaws.com";

/// Source: Service Authorization Reference, Amazon Elastic Container Service. A service is made with its
/// tags, for which `TagResource` is asked, too (ECS developer guide, "Grant permission to tag resources
/// on creation"). Why one does not come up its tasks say.
pub(super) fn grants(stack: &Stack, purpose: Purpose) -> Vec<Grant> {
    let mut look = vec!["ecs:DescribeServices", "tag:GetResources"];
    let families = || wanted(&Services, stack).any(|service| !service.settings.is_null());
    if families() {
        look.push("ecs:DescribeTaskDefinition");
    }
    let mut grants = vec![Grant::anywhere(LOOK, &look)];
    if purpose == Purpose::Look {
        return grants;
    }
    let place = &stack.place;
    let services = |which: &str| arn(place, "ecs", &place.region, &format!("service/{which}"));
    let named = || {
        wanted(&Services, stack).filter_map(|service| {
            let own = Services.arn(&service.name, &service.document, place)?;
            Some(literal(&own))
        })
    };
    if purpose == Purpose::Change {
        grants.push(Grant::new(
            "RunServices",
            &[
                "ecs:CreateService",
                "ecs:DeleteService",
                "ecs:TagResource",
                "ecs:UntagResource",
                "ecs:UpdateService",
            ],
            named(),
        ));
        grants.push(Grant::anywhere("AskWhy", &["ecs:ListTasks", "ecs:DescribeTasks"]));
        let roles = wanted(&Services, stack).flat_map(|service| spec::needs(&service.document));
        let roles = roles.filter(|arn| arn.contains(":role/"));
        grants.push(Grant::new("PassRolesToServices", &["iam:PassRole"], roles).only_if(
            "StringEquals",
            "iam:PassedToService",
            [ECS.to_owned()],
        ));
    }
    let going = Grant::new("StopServices", &["ecs:DeleteService"], [services("*")]);
    grants.push(marked(going, &Services, stack));
    grants.extend(giving(&Services, stack, "ecs:TagResource", services("*")));
    grants
}

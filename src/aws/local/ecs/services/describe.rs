//! `DescribeServices` and `ListServices`.

use serde_json::{Value, json};

use super::super::super::Call;
use super::super::super::paging::Order;
use super::super::super::reply::{Fault, Reply};
use super::super::lists::{page, reply};
use super::super::members::Members as _;
use super::super::{invalid_parameter, record::Section, shapes};
use super::record::Status;
use super::{answer, cluster, cluster_name, rollout, service_arn, service_name};

/// "You may specify up to 10 services to describe in a single operation" (model).
const AT_ONCE: usize = 10;

/// `DescribeServices`. The text for too many names is ours.
pub(super) fn services(call: &Call<'_>, section: &Section) -> Result<Reply, Fault> {
    let input = shapes::read(call.body, "DescribeServicesRequest")?;
    let known = cluster(call, section, input.text("cluster"))?;
    let cluster = cluster_name(call, input.text("cluster"));
    let count = input.list("services").len();
    if count == 0 {
        return Err(invalid_parameter("Services cannot be empty."));
    }
    if count > AT_ONCE {
        return Err(invalid_parameter(format!("Services cannot be more than {AT_ONCE} elements.")));
    }
    let with_tags = input.lists("include", "TAGS");
    let (mut services, mut failures) = (Vec::new(), Vec::new());
    for given in input.texts("services") {
        let name = service_name(call, cluster, given);
        let Some(service) = known.services.get(name) else {
            let arn = service_arn(call, cluster, name);
            failures.push(json!({"arn": arn, "reason": "MISSING"}));
            continue;
        };
        let service = if call.memory.ecs.is_under_way(&service_arn(call, cluster, name)) {
            service.clone()
        } else {
            rollout::settled(call, name, service)
        };
        services.push(answer::service(call, (cluster, name), &service, with_tags));
    }
    Ok(Reply::Json(json!({"services": services, "failures": failures})))
}

/// `ListServices`: those that are ACTIVE, ten to a page where nothing is said (model).
pub(super) fn list(call: &Call<'_>, section: &Section) -> Result<Reply, Fault> {
    let input = shapes::read(call.body, "ListServicesRequest")?;
    let known = cluster(call, section, input.text("cluster"))?;
    let cluster = cluster_name(call, input.text("cluster"));
    let is_wanted = |definition: &serde_json::Map<String, Value>, member: &str| {
        input.text(member).is_none_or(|wanted| definition.text(member) == Some(wanted))
    };
    let listed = known.services.iter().filter(|(_, service)| {
        service.status == Status::Active
            && is_wanted(&service.definition, "launchType")
            && is_wanted(&service.definition, "schedulingStrategy")
            && input.text("resourceManagementType").is_none_or(|wanted| wanted == "CUSTOMER")
    });
    let items = listed.map(|(name, _)| (name.clone(), service_arn(call, cluster, name))).collect();
    Ok(reply("serviceArns", page(&input, "ListServices", 10, items, Order::Ascending)?))
}

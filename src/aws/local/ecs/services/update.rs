//! `UpdateService` and `DeleteService`.

use serde_json::{Value, json};

use super::super::super::Call;
use super::super::super::reply::{Fault, Reply};
use super::super::members::{Members as _, Structure};
use super::super::{invalid_parameter, record::Section, shapes};
use super::record::{Service, Status};
use super::{
    answer, checks, cluster, cluster_name, no_service, rollout, service_arn, service_name,
};

/// What begins a deployment where it changes (model, the texts of these members).
const DEPLOYS: [&str; 7] = [
    "networkConfiguration",
    "platformVersion",
    "loadBalancers",
    "serviceRegistries",
    "serviceConnectConfiguration",
    "volumeConfigurations",
    "vpcLatticeConfigurations",
];

/// `UpdateService`. A structure is taken as a whole: what it leaves out is as ECS fills it in, since
/// nothing says that it stays.
pub(super) fn update(call: &Call<'_>, section: &mut Section) -> Result<Reply, Fault> {
    let mut given = shapes::read(call.body, "UpdateServiceRequest")?;
    let (cluster, name, mut service) = named(call, section, &given)?;
    if service.status != Status::Active {
        return Err(Fault::front_end(
            "ServiceNotActiveException",
            "Service was not ACTIVE.".to_owned(),
        ));
    }
    let forced = given.truth("forceNewDeployment") == Some(true);
    let revision = match given.text("taskDefinition").filter(|text| !text.is_empty()) {
        Some(text) => Some(checks::revision(call, section, text)?),
        None => None,
    };
    let desired = given.integer("desiredCount");
    if desired.is_some() && service.is_daemon() {
        return Err(invalid_parameter(
            "The daemon scheduling strategy does not support a desired count for services. Remove \
             the desired count value and try again",
        ));
    }
    if desired.is_some_and(|count| count < 0) {
        return Err(invalid_parameter("Task count can not be lesser than 0"));
    }
    for member in ["cluster", "service", "forceNewDeployment", "taskDefinition", "desiredCount"] {
        given.remove(member);
    }
    if given.contains_key("capacityProviderStrategy") {
        service.definition.remove("launchType");
    }
    let before = service.definition.clone();
    service.definition.extend(given);
    let of_service = match &revision {
        Some((_, revision)) => Some(*revision),
        None => checks::revision(call, section, &service.task_definition).ok().map(|it| it.1),
    };
    checks::check(&service.definition, of_service)?;
    checks::fill(&mut service.definition);
    let moves = |member: &&str| before.get(*member) != service.definition.get(*member);
    let mut deploys = forced || DEPLOYS.iter().any(moves);
    if let Some((arn, _)) = revision {
        deploys = deploys || arn != service.task_definition;
        service.task_definition = arn;
    }
    service.desired = desired.unwrap_or(service.desired);
    if deploys {
        rollout::begin(call, section, &name, &mut service);
    }
    call.memory.ecs.begin(call, &service_arn(call, &cluster, &name));
    Ok(keep(call, section, (cluster, name), service))
}

/// `DeleteService`: what runs is drained first.
pub(super) fn delete(call: &Call<'_>, section: &mut Section) -> Result<Reply, Fault> {
    let given = shapes::read(call.body, "DeleteServiceRequest")?;
    let (cluster, name, mut service) = named(call, section, &given)?;
    if !service.is_there() {
        return Err(no_service());
    }
    let is_forced = given.truth("force") == Some(true) || service.is_daemon();
    if !is_forced && service.desired > 0 {
        // AWS's text (an independent server has it, too).
        return Err(invalid_parameter("The service cannot be stopped while it is scaled above 0."));
    }
    service.status = Status::Draining;
    service.desired = 0;
    call.memory.ecs.begin(call, &service_arn(call, &cluster, &name));
    Ok(keep(call, section, (cluster, name), service))
}

/// The service that a request is about, as it is by now.
fn named(
    call: &Call<'_>,
    section: &Section,
    given: &Structure,
) -> Result<(String, String, Service), Fault> {
    let known = cluster(call, section, given.text("cluster"))?;
    let cluster = cluster_name(call, given.text("cluster"));
    let name = service_name(call, cluster, given.text("service").unwrap_or_default());
    let service = known.services.get(name).ok_or_else(no_service)?;
    let is_over = call.memory.ecs.is_over(&service_arn(call, cluster, name));
    let service = if is_over { rollout::settled(call, name, service) } else { service.clone() };
    Ok((cluster.to_owned(), name.to_owned(), service))
}

fn keep(
    call: &Call<'_>,
    section: &mut Section,
    (cluster, name): (String, String),
    service: Service,
) -> Reply {
    let shown: Value = answer::service(call, (&cluster, &name), &service, false);
    section.clusters.entry(cluster).or_default().services.insert(name, service);
    Reply::Json(json!({"service": shown}))
}

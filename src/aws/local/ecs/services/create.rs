//! `CreateService`.

use serde_json::{Value, json};

use super::super::super::reply::{Fault, Reply};
use super::super::super::state::World;
use super::super::super::{Call, caller};
use super::super::members::Members as _;
use super::super::{client, invalid_parameter, shapes, tags};
use super::record::{Service, Status};
use super::{answer, checks, cluster_name, no_cluster, rollout, service_arn};

/// `CreateService`. In which order AWS finds what is wrong is not documented. That a request with the
/// token of one before it is answered like that one is not tried here: no token is remembered.
pub(super) fn create(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut given = shapes::read(call.body, "CreateServiceRequest")?;
    let section = &mut world.region.ecs;
    let cluster = cluster_name(call, given.text("cluster")).to_owned();
    let known = section.clusters.get(&cluster).ok_or_else(no_cluster)?;
    let name = given.text("serviceName").unwrap_or_default().to_owned();
    checks::name(&name)?;
    let former = known.services.get(&name).map(|former| {
        let is_over = call.memory.ecs.is_over(&service_arn(call, &cluster, &name));
        if is_over { rollout::settled(call, &name, former) } else { former.clone() }
    });
    // AWS's texts (users quote them).
    match former.map(|former| former.status) {
        Some(Status::Active) => {
            return Err(invalid_parameter("Creation of service was not idempotent."));
        }
        Some(Status::Draining) => {
            return Err(invalid_parameter("Unable to Start a service that is still Draining."));
        }
        Some(Status::Inactive) | None => {}
    }
    let own_tags = match given.remove("tags") {
        Some(Value::Array(list)) if !list.is_empty() => tags::checked(&list)?,
        Some(Value::Array(_)) => return Err(client("Tags can not be empty.")),
        _ => tags::Tags::new(),
    };
    let controller = given.structure("deploymentController").and_then(|it| it.text("type"));
    let is_external = controller == Some("EXTERNAL");
    let revision = match given.text("taskDefinition").filter(|text| !text.is_empty()) {
        Some(text) => Some(checks::revision(call, section, text)?),
        None if is_external => None,
        None => return Err(invalid_parameter("TaskDefinition should not be null or empty.")),
    };
    checks::check(&given, revision.as_ref().map(|(_, revision)| *revision))?;
    let is_daemon = given.text("schedulingStrategy") == Some("DAEMON");
    let desired = match given.integer("desiredCount") {
        Some(count) if count < 0 => {
            return Err(invalid_parameter("Task count can not be lesser than 0"));
        }
        Some(count) => count,
        // One instance is all that there is.
        None if is_daemon => 1,
        // "This is required if schedulingStrategy is REPLICA or isn't specified" (model).
        None => return Err(invalid_parameter("desiredCount should not be null or empty.")),
    };
    for member in ["cluster", "serviceName", "clientToken", "taskDefinition", "desiredCount"] {
        given.remove(member);
    }
    checks::fill(&mut given);
    let mut service = Service {
        definition: given,
        task_definition: revision.map(|(arn, _)| arn).unwrap_or_default(),
        status: Status::Active,
        desired,
        running: 0,
        created_at: call.now,
        created_by: caller::arn(call),
        deployments: Vec::new(),
        made: 0,
        events: Vec::new(),
        failed: Vec::new(),
        tags: own_tags,
    };
    rollout::begin(call, section, &name, &mut service);
    call.memory.ecs.begin(call, &service_arn(call, &cluster, &name));
    let shown = answer::service(call, (&cluster, &name), &service, true);
    let known = section.clusters.get_mut(&cluster).ok_or_else(no_cluster)?;
    known.services.insert(name, service);
    Ok(Reply::Json(json!({"service": shown})))
}

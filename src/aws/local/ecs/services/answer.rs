//! Services as AWS shows them.

use serde_json::{Map, Value, json};

use super::super::super::{Call, caller};
use super::super::members::{Members as _, Structure};
use super::super::record::seconds;
use super::record::{Deployment, Rollout, Service};
use super::{cluster_arn, service_arn};

/// What ECS shows of a deployment, and not of its service (model, `Service` and `Deployment`).
const OF_DEPLOYMENTS: [&str; 3] =
    ["serviceConnectConfiguration", "volumeConfigurations", "vpcLatticeConfigurations"];

/// What ECS shows of both.
const OF_BOTH: [&str; 3] = ["networkConfiguration", "launchType", "capacityProviderStrategy"];

/// What ECS shows of neither.
const OF_NEITHER: [&str; 3] = ["gatewayConnectors", "monitoring", "role"];

/// A service as AWS writes it: times in epoch seconds, the tags where they are asked for.
pub(super) fn service(
    call: &Call<'_>,
    (cluster, name): (&str, &str),
    service: &Service,
    with_tags: bool,
) -> Value {
    let mut shown = service.definition.clone();
    for member in OF_DEPLOYMENTS.into_iter().chain(OF_NEITHER) {
        shown.remove(member);
    }
    let mut put = |member: &str, value: Value| shown.insert(member.to_owned(), value);
    put("serviceArn", json!(service_arn(call, cluster, name)));
    put("serviceName", json!(name));
    put("clusterArn", json!(cluster_arn(call, cluster)));
    put("status", json!(service.status));
    put("desiredCount", json!(service.desired));
    put("runningCount", json!(service.running));
    put("pendingCount", json!((service.desired - service.running).max(0)));
    put("taskDefinition", json!(service.task_definition));
    put("roleArn", json!(role(call, &service.definition)));
    put("createdAt", seconds(service.created_at));
    put("createdBy", json!(service.created_by));
    put("resourceManagementType", json!("CUSTOMER"));
    let deployments = service.deployments.iter().enumerate();
    put("deployments", deployments.map(|(at, one)| deployment(service, at == 0, one)).collect());
    let events = service.events.iter().enumerate().map(|(at, event)| {
        let id = format!("00000000-0000-4000-8000-{:012}", service.events.len() - at);
        json!({"id": id, "createdAt": seconds(event.at), "message": event.message})
    });
    put("events", events.collect());
    if with_tags && !service.tags.is_empty() {
        let tag = |(key, value)| json!({"key": key, "value": value});
        put("tags", service.tags.iter().map(tag).collect());
    }
    Value::Object(shown)
}

fn deployment(service: &Service, is_primary: bool, deployment: &Deployment) -> Value {
    let Deployment { id, task_definition, created_at, rollout, fails } = deployment;
    let is_up = *rollout == Rollout::Completed;
    let is_alone = service.deployments.len() == 1;
    let runs = if is_up && (is_primary == is_alone) { service.running } else { 0 };
    let reason = match rollout {
        Rollout::InProgress => format!("ECS deployment {id} in progress."),
        Rollout::Completed => format!("ECS deployment {id} completed."),
        Rollout::Failed => "ECS deployment circuit breaker: tasks failed to start.".to_owned(),
    };
    let mut shown = Map::new();
    let mut put = |member: &str, value: Value| shown.insert(member.to_owned(), value);
    put("id", json!(id));
    put("status", json!(if is_primary { "PRIMARY" } else { "ACTIVE" }));
    put("taskDefinition", json!(task_definition));
    put("desiredCount", json!(service.desired));
    put("pendingCount", json!(if is_primary { (service.desired - runs).max(0) } else { 0 }));
    put("runningCount", json!(runs));
    put("failedTasks", json!(if fails.is_some() { 3 } else { 0 }));
    put("createdAt", seconds(*created_at));
    put("updatedAt", seconds(*created_at));
    put("rolloutState", json!(rollout));
    put("rolloutStateReason", json!(reason));
    // Of one that is on its way out only this is remembered here.
    if is_primary {
        for member in OF_DEPLOYMENTS.into_iter().chain(OF_BOTH) {
            if let Some(value) = service.definition.get(member) {
                put(member, value.clone());
            }
        }
        if service.definition.contains_key("platformVersion") {
            // Recorded of CloudFormation: what `LATEST` means is told as such.
            put("platformVersion", json!("1.4.0"));
        }
    }
    Value::Object(shown)
}

/// A service without a role of its own has the service-linked one (recorded of CloudFormation).
fn role(call: &Call<'_>, definition: &Structure) -> String {
    let partition = caller::partition(call.region);
    let of = |path: &str| format!("arn:{partition}:iam::{}:role/{path}", call.account);
    match definition.text("role") {
        Some(arn) if arn.starts_with("arn:") => arn.to_owned(),
        Some(name) => of(name),
        None => of("aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"),
    }
}

//! Tasks of services: those that run, and those that failed, each with why.

use serde_json::{Value, json};

use super::super::super::Call;
use super::super::super::paging::{self, Order};
use super::super::super::reply::{Fault, Reply};
use super::super::lists::{page, reply};
use super::super::members::Members as _;
use super::super::record::{Name, Section, seconds};
use super::super::{invalid_parameter, shapes};
use super::record::{Cluster, Service};
use super::{
    arn, cluster, cluster_arn, cluster_name, no_service, rollout, service_arn, service_name, text,
};

/// `ListTasks`: of a service, or of all; those that run where nothing else is asked (model). What they
/// run on is not known here.
pub(super) fn list(call: &Call<'_>, section: &Section) -> Result<Reply, Fault> {
    let input = shapes::read(call.body, "ListTasksRequest")?;
    let known = cluster(call, section, input.text("cluster"))?;
    let cluster = cluster_name(call, input.text("cluster"));
    let service = input.text("serviceName").map(|given| service_name(call, cluster, given));
    if service.is_some_and(|name| !known.services.contains_key(name)) {
        return Err(no_service());
    }
    let stopped = input.text("desiredStatus") == Some("STOPPED");
    let all = tasks(call, section, cluster, known).into_iter().filter(|task| {
        let group = text(task, "group").and_then(|group| group.strip_prefix("service:"));
        (text(task, "desiredStatus") == Some("STOPPED")) == stopped
            && service.is_none_or(|wanted| group == Some(wanted))
            && input.text("startedBy").is_none_or(|by| text(task, "startedBy") == Some(by))
            && input.text("family").is_none_or(|family| is_of(task, family))
    });
    let arns = all.filter_map(|task| text(&task, "taskArn").map(str::to_owned));
    let items = arns.map(|arn| (arn.clone(), arn)).collect();
    Ok(reply("taskArns", page(&input, "ListTasks", 100, items, Order::Ascending)?))
}

/// `DescribeTasks`: up to 100 (model).
pub(super) fn describe(call: &Call<'_>, section: &Section) -> Result<Reply, Fault> {
    let input = shapes::read(call.body, "DescribeTasksRequest")?;
    let known = cluster(call, section, input.text("cluster"))?;
    let cluster = cluster_name(call, input.text("cluster"));
    let count = input.list("tasks").len();
    if count == 0 {
        return Err(invalid_parameter("Tasks cannot be empty."));
    }
    if count > 100 {
        return Err(invalid_parameter("Tasks cannot be more than 100 elements."));
    }
    let all = tasks(call, section, cluster, known);
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for given in input.texts("tasks") {
        let is_it = |task: &&Value| {
            let arn = text(task, "taskArn").unwrap_or_default();
            arn == given || arn.rsplit('/').next() == Some(given)
        };
        match all.iter().find(is_it) {
            Some(task) => found.push(task.clone()),
            None => failures.push(json!({"arn": given, "reason": "MISSING"})),
        }
    }
    Ok(Reply::Json(json!({"tasks": found, "failures": failures})))
}

fn is_of(task: &Value, family: &str) -> bool {
    let revision = text(task, "taskDefinitionArn").and_then(|arn| arn.rsplit('/').next());
    revision.and_then(|name| name.split(':').next()) == Some(family)
}

/// Every task of a cluster.
fn tasks(call: &Call<'_>, section: &Section, cluster: &str, known: &Cluster) -> Vec<Value> {
    let services = known.services.iter().map(|(name, service)| {
        let is_over = call.memory.ecs.is_over(&service_arn(call, cluster, name));
        let service = if is_over { rollout::settled(call, name, service) } else { service.clone() };
        (name.as_str(), service)
    });
    services
        .flat_map(|(name, service)| of_service(call, section, (cluster, name), &service))
        .collect()
}

fn of_service(
    call: &Call<'_>,
    section: &Section,
    (cluster, name): (&str, &str),
    service: &Service,
) -> Vec<Value> {
    let task = |id: String, revision: &str, deployment: &str| {
        json!({
            "taskArn": arn(call, &format!("task/{cluster}/{id}")),
            "clusterArn": cluster_arn(call, cluster),
            "group": format!("service:{name}"),
            "startedBy": deployment,
            "taskDefinitionArn": revision,
        })
    };
    let runs = service.deployments.iter().rfind(|one| one.fails.is_none());
    let running = (0..service.running).filter_map(|number| {
        let deployment = runs?;
        let id = id(&format!("{}/{number}", deployment.id));
        let mut task = task(id, &deployment.task_definition, &deployment.id);
        task["lastStatus"] = json!("RUNNING");
        task["desiredStatus"] = json!("RUNNING");
        Some(task)
    });
    let failed = service.failed.iter().map(|failed| {
        let id = id(&format!("{}/{}", failed.deployment, failed.reason));
        let mut task = task(id, &failed.task_definition, &failed.deployment);
        task["lastStatus"] = json!("STOPPED");
        task["desiredStatus"] = json!("STOPPED");
        task["stopCode"] = json!("TaskFailedToStart");
        task["stoppedReason"] = json!(failed.reason);
        task["stoppedAt"] = seconds(failed.at);
        task["containers"] = containers(call, section, &failed.task_definition, &failed.reason);
        task
    });
    running.chain(failed).collect()
}

/// The containers of a task that failed: the reason is that of the one whose image is not there.
fn containers(call: &Call<'_>, section: &Section, revision: &str, reason: &str) -> Value {
    let name = Name::parse(call, revision).ok();
    let found = name.and_then(|name| section.find(&name));
    let containers =
        found.iter().flat_map(|(_, it)| it.definition.structures("containerDefinitions"));
    let shown = containers.map(|container| {
        let image = container.text("image").unwrap_or_default();
        let mut shown =
            json!({"name": container.text("name"), "image": image, "lastStatus": "STOPPED"});
        if reason.contains(image) {
            shown["reason"] = json!(reason);
        }
        shown
    });
    shown.collect()
}

/// As long as AWS's.
fn id(of: &str) -> String {
    format!("{:016x}{:016x}", paging::hash(of), paging::hash(&format!("{of}/")))
}

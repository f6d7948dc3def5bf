//! `DescribeDaemonDeployments` and `DescribeDaemonRevisions`.

use serde_json::{Value, json};

use super::super::super::Call;
use super::super::super::reply::{Fault, Reply};
use super::super::super::state::World;
use super::super::members::Members as _;
use super::super::record::seconds;
use super::super::{Structure, invalid_parameter, shapes};
use super::deployed::fails;
use super::names;
use super::record::{Daemon, Daemons, Deployment, Outcome, Revision};

/// How many ARNs one call takes (model, both).
const AT_ONCE: usize = 20;

/// How often tasks may fail to start before a deployment has failed (documentation, the example of
/// `DescribeDaemonDeployments`).
const THRESHOLD: u32 = 10;

/// `DescribeDaemonDeployments`.
pub(super) fn describe(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let input = shapes::read(call.body, "DescribeDaemonDeploymentsRequest")?;
    let daemons = &world.region.ecs.daemons;
    found(&input, ("daemonDeploymentArns", "daemonDeployments"), |arn| {
        let (cluster, name, id) = names::part(call, arn, "daemon-deployment")?;
        let daemon = daemons.daemon(cluster, name)?;
        let deployment = daemon.deployments.iter().find(|deployment| deployment.id == id)?;
        Some(shown(call, daemons, (cluster, name), daemon, deployment))
    })
}

/// `DescribeDaemonRevisions`.
pub(super) fn revisions(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let input = shapes::read(call.body, "DescribeDaemonRevisionsRequest")?;
    let daemons = &world.region.ecs.daemons;
    found(&input, ("daemonRevisionArns", "daemonRevisions"), |arn| {
        let (cluster, name, id) = names::part(call, arn, "daemon-revision")?;
        let daemon = daemons.daemon(cluster, name)?;
        let deployment = daemon.deployments.iter().find(|one| one.revision.id == id)?;
        let Revision {
            definition, propagate_tags, managed_tags, execute_command, critical, ..
        } = &deployment.revision;
        Some(json!({
            "daemonRevisionArn": arn,
            "clusterArn": names::arn(call, &format!("cluster/{cluster}")),
            "daemonArn": names::daemon_arn(call, cluster, name),
            "daemonTaskDefinitionArn": definition,
            "createdAt": seconds(deployment.created_at),
            "propagateTags": propagate_tags,
            "enableECSManagedTags": managed_tags,
            "enableExecuteCommand": execute_command,
            "critical": critical,
        }))
    })
}

/// What is there of a list of ARNs, and what is not. `MISSING` is what the waiters of botocore's look
/// for among the failures.
fn found(
    input: &Structure,
    (asked, answered): (&str, &str),
    one: impl Fn(&str) -> Option<Value>,
) -> Result<Reply, Fault> {
    if !(1..=AT_ONCE).contains(&input.list(asked).len()) {
        return Err(invalid_parameter(format!("Specify between 1 and {AT_ONCE} {asked}.")));
    }
    let (mut there, mut failures) = (Vec::new(), Vec::new());
    for arn in input.texts(asked) {
        match one(arn) {
            Some(shown) => there.push(shown),
            None => failures.push(json!({ "arn": arn, "reason": "MISSING" })),
        }
    }
    Ok(Reply::Json(json!({ answered: there, "failures": failures })))
}

/// The ARN of a deployment.
pub(super) fn arn(call: &Call<'_>, (cluster, name): (&str, &str), id: &str) -> String {
    names::arn(call, &format!("daemon-deployment/{cluster}/{name}/{id}"))
}

/// Where a deployment is (documentation, "Daemon deployments": `PENDING`, then `IN_PROGRESS`). The
/// question brings its end nearer.
pub(super) fn status(call: &Call<'_>, arn: &str, deployment: &Deployment) -> &'static str {
    let is_pending = call.memory.ecs.is_pending(arn);
    if call.memory.ecs.is_under_way(arn) {
        return if is_pending { "PENDING" } else { "IN_PROGRESS" };
    }
    match deployment.outcome {
        Outcome::Successful => "SUCCESSFUL",
        Outcome::Failed | Outcome::Replaced => "STOPPED",
        Outcome::RolledBack => "ROLLBACK_SUCCESSFUL",
    }
}

fn shown(
    call: &Call<'_>,
    daemons: &Daemons,
    (cluster, name): (&str, &str),
    daemon: &Daemon,
    deployment: &Deployment,
) -> Value {
    let arn = arn(call, (cluster, name), &deployment.id);
    let status = status(call, &arn, deployment);
    let is_done = !matches!(status, "PENDING" | "IN_PROGRESS");
    let failed = is_done && matches!(deployment.outcome, Outcome::Failed | Outcome::RolledBack);
    let (monitors, failures) = match (is_done, failed) {
        (_, true) => ("TRIGGERED", THRESHOLD),
        (true, _) => ("MONITORING_COMPLETE", 0),
        _ => ("MONITORING", 0),
    };
    let counted = |revision: &Revision, count: u32| {
        let members = ("runningInstanceCount", "totalRunningInstanceCount");
        revision.counted(&revision.arn(call, cluster, name), members, count)
    };
    let before = daemon.before(deployment);
    let alarms = &deployment.configuration["alarms"];
    let mut shown = json!({
        "daemonDeploymentArn": arn,
        "clusterArn": names::arn(call, &format!("cluster/{cluster}")),
        "status": status,
        "targetDaemonRevision": counted(&deployment.revision, u32::from(is_done && !failed)),
        "sourceDaemonRevisions":
            before.into_iter().map(|one| counted(one, 1)).collect::<Vec<_>>(),
        "circuitBreaker": { "status": monitors, "failureCount": failures, "threshold": THRESHOLD },
        "alarms": {
            "status": if alarms["enable"] == true { monitors } else { "DISABLED" },
            "alarmNames": alarms["alarmNames"],
            "triggeredAlarmNames": [],
        },
        "deploymentConfiguration": deployment.configuration,
        "createdAt": seconds(deployment.created_at),
        "startedAt": seconds(deployment.created_at),
    });
    if is_done {
        shown["finishedAt"] = seconds(deployment.created_at);
        shown["statusReason"] = json!(reason(call, daemons, deployment));
    }
    if let Some(back_to) = before.filter(|_| is_done && deployment.outcome == Outcome::RolledBack) {
        shown["rollback"] = json!({
            "reason": "The deployment circuit breaker was triggered.",
            "startedAt": seconds(deployment.created_at),
            "rollbackTargetDaemonRevisionArn": back_to.arn(call, cluster, name),
            "rollbackCapacityProviders": back_to.providers,
        });
    }
    shown
}

/// The first text is the documentation's, the others are ours.
fn reason(call: &Call<'_>, daemons: &Daemons, deployment: &Deployment) -> String {
    let name = names::definition(call, &deployment.revision.definition);
    let definition = name.and_then(|name| daemons.definition(&name));
    match deployment.outcome {
        Outcome::Successful => "Deployment completed successfully.".to_owned(),
        Outcome::Replaced => "The deployment was replaced by a new deployment.".to_owned(),
        Outcome::Failed | Outcome::RolledBack => {
            let why = definition.and_then(|(_, definition)| fails(definition)).unwrap_or_default();
            format!("Daemon tasks failed to start: {why}")
        }
    }
}

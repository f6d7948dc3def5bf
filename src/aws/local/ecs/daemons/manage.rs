//! `CreateDaemon`, `DescribeDaemon`, `UpdateDaemon` and `DeleteDaemon`.

use serde_json::{Value, json};

use super::super::super::reply::{Fault, Reply};
use super::super::super::state::World;
use super::super::super::{Call, paging};
use super::super::checks::is_plain;
use super::super::members::Members as _;
use super::super::record::Section;
use super::super::record::seconds;
use super::super::register::given_tags;
use super::super::services::no_cluster;
use super::super::{Structure, invalid_parameter, shapes};
use super::deployed::fails;
use super::record::{Daemon, Daemons, Deployment, Outcome, Revision};
use super::{definitions, deployments, names};

/// The longest client token (model).
const LONGEST_TOKEN: usize = 36;

/// The longest bake time in minutes (documentation, "Deployment configuration parameters").
const LONGEST_BAKE: i64 = 1440;

/// What is drained at once where nobody says (documentation, the same).
const DRAINED: f64 = 25.0;

/// `CreateDaemon`. The same token again gives the same answer (model: "to ensure the idempotency of the
/// request").
pub(super) fn create(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut input = shapes::read(call.body, "CreateDaemonRequest")?;
    let tags = given_tags(&mut input)?;
    let name = input.text("daemonName").unwrap_or_default().to_owned();
    if !is_plain(&name) {
        return Err(invalid_parameter("Daemon.daemonName contains invalid characters."));
    }
    let cluster = cluster(call, &input, &world.region.ecs)?.to_owned();
    let daemons = &mut world.region.ecs.daemons;
    let token = input.text("clientToken").map(str::to_owned);
    check_token(token.as_deref())?;
    if let Some(there) = daemons.daemon(&cluster, &name) {
        let is_again = token.is_some() && there.token == token;
        let is_there = is_there(call, &cluster, &name, there);
        match (is_there, there.goes, is_again) {
            (true, false, true) => {
                return Ok(answer(call, (&cluster, &name), there));
            }
            // A text of ECS's for services, as users report it.
            (true, false, false) => {
                return Err(invalid_parameter("Creation of daemon was not idempotent."));
            }
            (true, true, _) => return Err(going()),
            (false, ..) => {}
        }
    }
    let mut daemon = Daemon { created_at: call.now, token, tags, ..Daemon::default() };
    deploy(call, daemons, (&cluster, &name), &mut daemon, &input)?;
    let answer = answer(call, (&cluster, &name), &daemon);
    daemons.put(&cluster, &name, daemon);
    Ok(answer)
}

/// `DescribeDaemon`.
pub(super) fn describe(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let input = shapes::read(call.body, "DescribeDaemonRequest")?;
    let (cluster, name) = named(call, &input)?;
    let found = world.region.ecs.daemons.daemon(cluster, name);
    let daemon = found.filter(|it| is_there(call, cluster, name, it)).ok_or_else(missing)?;
    let mut shown = summary(call, (cluster, name), daemon);
    let is_done = daemon.newest().is_none_or(|newest| {
        let arn = deployments::arn(call, (cluster, name), &newest.id);
        !call.memory.ecs.is_under_way(&arn)
    });
    let current = daemon.current(is_done).map(|revision| {
        let members = ("runningCount", "totalRunningCount");
        revision.counted(&revision.arn(call, cluster, name), members, 1)
    });
    shown["clusterArn"] = json!(names::arn(call, &format!("cluster/{cluster}")));
    shown["currentRevisions"] = current.into_iter().collect();
    Ok(Reply::Json(json!({ "daemon": shown })))
}

/// `UpdateDaemon`. "Any settings omitted from the request revert to their default values"
/// (documentation, "Creating and managing daemons").
pub(super) fn update(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let input = shapes::read(call.body, "UpdateDaemonRequest")?;
    let (cluster, name) = named(call, &input)?;
    let daemons = &mut world.region.ecs.daemons;
    let found = daemons.daemon(cluster, name);
    let daemon = found.filter(|it| is_there(call, cluster, name, it)).ok_or_else(missing)?;
    if daemon.goes {
        return Err(reply_fault("DaemonNotActiveException", "The daemon is not active."));
    }
    let mut daemon = daemon.clone();
    if let Some(newest) = daemon.deployments.last_mut() {
        let arn = deployments::arn(call, (cluster, name), &newest.id);
        if call.memory.ecs.is_under_way(&arn) {
            newest.outcome = Outcome::Replaced;
            call.memory.ecs.end(&arn);
        }
    }
    deploy(call, daemons, (cluster, name), &mut daemon, &input)?;
    let answer = answer(call, (cluster, name), &daemon);
    daemons.put(cluster, name, daemon);
    Ok(answer)
}

/// `DeleteDaemon`. "The daemon must be in an ACTIVE state to be deleted" (model); the words for one that
/// is going already are those that Terraform looks for.
pub(super) fn delete(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let input = shapes::read(call.body, "DeleteDaemonRequest")?;
    let (cluster, name) = named(call, &input)?;
    let daemons = &mut world.region.ecs.daemons;
    let found = daemons.daemon_mut(cluster, name);
    let daemon = found.filter(|it| is_there(call, cluster, name, it)).ok_or_else(missing)?;
    if daemon.goes {
        return Err(going());
    }
    daemon.goes = true;
    call.memory.ecs.begin(call, &names::daemon_arn(call, cluster, name));
    let answer = answer(call, (cluster, name), daemon);
    if call.options.ecs_delay == 0 {
        daemons.take(cluster, name);
    }
    Ok(answer)
}

/// Whether a daemon is still there: one that goes is gone once its instances are drained.
pub(super) fn is_there(call: &Call<'_>, cluster: &str, name: &str, daemon: &Daemon) -> bool {
    !daemon.goes || call.memory.ecs.is_under_way(&names::daemon_arn(call, cluster, name))
}

/// The members that all answers about a daemon have.
pub(super) fn summary(call: &Call<'_>, (cluster, name): (&str, &str), daemon: &Daemon) -> Value {
    let newest = daemon.newest().map(|one| deployments::arn(call, (cluster, name), &one.id));
    json!({
        "daemonArn": names::daemon_arn(call, cluster, name),
        "status": if daemon.goes { "DELETE_IN_PROGRESS" } else { "ACTIVE" },
        "deploymentArn": newest,
        "createdAt": seconds(daemon.created_at),
        "updatedAt": seconds(daemon.updated_at),
    })
}

fn answer(call: &Call<'_>, name: (&str, &str), daemon: &Daemon) -> Reply {
    Reply::Json(summary(call, name, daemon))
}

/// Begins a deployment of what is asked for.
fn deploy(
    call: &Call<'_>,
    daemons: &Daemons,
    (cluster, name): (&str, &str),
    daemon: &mut Daemon,
    input: &Structure,
) -> Result<(), Fault> {
    let definition = input.text("daemonTaskDefinitionArn").unwrap_or_default();
    let fails = fails(definitions::active(call, daemons, definition)?).is_some();
    let providers: Vec<_> = input.texts("capacityProviderArns").map(str::to_owned).collect();
    check_providers(call, &providers)?;
    let count = daemon.deployments.len();
    let seed = format!("{cluster}/{name}/{}/{}/{count}", daemon.created_at, call.now);
    let outcome = match (fails, daemon.current(true)) {
        (false, _) => Outcome::Successful,
        (true, Some(_)) => Outcome::RolledBack,
        (true, None) => Outcome::Failed,
    };
    let revision = Revision {
        id: paging::hash(&format!("revision {seed}")).to_string(),
        definition: definition.to_owned(),
        providers,
        propagate_tags: input.text("propagateTags").unwrap_or("NONE").to_owned(),
        managed_tags: input.truth("enableECSManagedTags").unwrap_or(false),
        execute_command: input.truth("enableExecuteCommand").unwrap_or(false),
        critical: input.truth("critical").unwrap_or(true),
    };
    let deployment = Deployment {
        id: format!("{:016x}", paging::hash(&seed)),
        created_at: call.now,
        configuration: configuration(input)?,
        revision,
        outcome,
    };
    call.memory.ecs.begin(call, &deployments::arn(call, (cluster, name), &deployment.id));
    daemon.updated_at = call.now;
    daemon.deployments.push(deployment);
    Ok(())
}

/// With what goes without saying, as the documentation's example of `DescribeDaemonDeployments` has it.
fn configuration(input: &Structure) -> Result<Structure, Fault> {
    let mut configuration = input.structure("deploymentConfiguration").cloned().unwrap_or_default();
    let bake = configuration.integer("bakeTimeInMinutes").unwrap_or(0);
    if !(0..=LONGEST_BAKE).contains(&bake) {
        let message = format!("bakeTimeInMinutes should be between 0 and {LONGEST_BAKE}");
        return Err(invalid_parameter(message));
    }
    let alarms = configuration.structure("alarms").cloned().unwrap_or_default();
    let alarms = json!({
        "alarmNames": alarms.list("alarmNames"),
        "enable": alarms.truth("enable").unwrap_or(false),
    });
    configuration.insert("alarms".to_owned(), alarms);
    configuration.insert("bakeTimeInMinutes".to_owned(), json!(bake));
    configuration.entry("drainPercent").or_insert(json!(DRAINED));
    Ok(configuration)
}

/// "ECS Managed Daemons is only supported for Amazon ECS Managed Instances Capacity Providers" (model).
/// Which error says so is not known.
fn check_providers(call: &Call<'_>, providers: &[String]) -> Result<(), Fault> {
    if providers.is_empty() {
        return Err(invalid_parameter("capacityProviderArns should not be null or empty."));
    }
    for arn in providers {
        let Some(name) = names::provider(call, arn) else {
            return Err(invalid_parameter(format!("Invalid capacity provider ARN: {arn}")));
        };
        if name.starts_with("FARGATE") {
            return Err(invalid_parameter(format!(
                "The capacity provider {name} is not an Amazon ECS Managed Instances capacity \
                 provider."
            )));
        }
    }
    Ok(())
}

/// "Up to 36 ASCII characters in the range of 33-126 (inclusive)" (model).
fn check_token(token: Option<&str>) -> Result<(), Fault> {
    let fits =
        |token: &str| token.len() <= LONGEST_TOKEN && token.bytes().all(|b| b.is_ascii_graphic());
    if token.is_none_or(fits) { Ok(()) } else { Err(invalid_parameter("Invalid clientToken.")) }
}

/// The cluster of a request; without one "the default cluster is assumed" (model, `ListDaemons`).
pub(super) fn cluster<'a>(
    call: &Call<'_>,
    input: &'a Structure,
    section: &Section,
) -> Result<&'a str, Fault> {
    let named = input.text("clusterArn").map_or(Some("default"), |arn| names::cluster(call, arn));
    named.filter(|name| section.has_cluster(name)).ok_or_else(no_cluster)
}

fn named<'a>(call: &Call<'_>, input: &'a Structure) -> Result<(&'a str, &'a str), Fault> {
    names::daemon(call, input.text("daemonArn").unwrap_or_default()).ok_or_else(missing)
}

pub(super) fn missing() -> Fault {
    reply_fault("DaemonNotFoundException", "The specified daemon was not found.")
}

fn going() -> Fault {
    invalid_parameter("The daemon cannot be changed: its deployment deletion is ongoing.")
}

fn reply_fault(code: &'static str, message: &str) -> Fault {
    Fault::front_end(code, message.to_owned())
}

//! Lists.

use serde_json::{Value, json};

use super::super::super::Call;
use super::super::super::paging::Order;
use super::super::super::reply::{Fault, Reply};
use super::super::super::state::World;
use super::super::lists::{page, reply};
use super::super::members::Members as _;
use super::super::record::seconds;
use super::super::shapes;
use super::record::Definition;
use super::{definitions as life, deployments as states, manage, names};

/// How much a page holds where nobody says (model).
const PAGE: i64 = 100;
/// The same of deployments (model).
const DEPLOYMENTS: i64 = 20;

/// `ListDaemonTaskDefinitions`: "By default, only ACTIVE daemon task definitions are listed" (model).
/// Whether the last registered revision of a family is the last of those that the status takes is not
/// said; here it is.
pub(super) fn definitions(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let input = shapes::read(call.body, "ListDaemonTaskDefinitionsRequest")?;
    let order =
        if input.text("sort") == Some("DESC") { Order::Descending } else { Order::Ascending };
    let prefix = input.text("familyPrefix").unwrap_or_default();
    let wanted = input.text("status").unwrap_or("ACTIVE");
    let listed = world.region.ecs.daemons.definitions();
    let listed = listed.filter(|(family, ..)| {
        family.starts_with(prefix) && input.text("family").is_none_or(|name| name == *family)
    });
    let listed = listed.filter_map(|(family, number, definition)| {
        let arn = names::definition_arn(call, family, number);
        let status = life::status(call, &arn, definition);
        let takes = wanted == "ALL" || wanted == status;
        takes.then(|| (family, number, summary(&arn, status, definition)))
    });
    let mut listed: Vec<_> = listed.collect();
    if input.text("revision") == Some("LAST_REGISTERED") {
        // They come in the order of their numbers.
        listed.reverse();
        listed.dedup_by(|one, other| one.0 == other.0);
    }
    let items = listed.into_iter().map(|(family, number, summary)| {
        // A blank sorts before every character of a family's name.
        (format!("{family} {number:010}"), summary)
    });
    let page = page(&input, "ListDaemonTaskDefinitions", PAGE, items.collect(), order)?;
    Ok(reply("daemonTaskDefinitions", page))
}

fn summary(arn: &str, status: &str, definition: &Definition) -> Value {
    let mut summary = json!({
        "arn": arn,
        "status": status,
        "registeredAt": seconds(definition.registered_at),
        "registeredBy": definition.registered_by,
    });
    if let Some(at) = definition.deleted_at {
        summary["deleteRequestedAt"] = seconds(at);
    }
    summary
}

/// `ListDaemons`: those of one cluster.
pub(super) fn daemons(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let input = shapes::read(call.body, "ListDaemonsRequest")?;
    let cluster = manage::cluster(call, &input, &world.region.ecs)?;
    let listed = world.region.ecs.daemons.daemons(cluster);
    let listed = listed.filter(|(name, daemon)| {
        let runs_on = |arn: &str| {
            daemon.newest().is_some_and(|one| one.revision.providers.iter().any(|p| p == arn))
        };
        let taken = !input.has_items("capacityProviderArns")
            || input.texts("capacityProviderArns").any(runs_on);
        taken && manage::is_there(call, cluster, name, daemon)
    });
    let items = listed.map(|(name, daemon)| {
        let mut shown = manage::summary(call, (cluster, name), daemon);
        if let Value::Object(members) = &mut shown {
            members.remove("deploymentArn");
        }
        (name.to_owned(), shown)
    });
    let page = page(&input, "ListDaemons", PAGE, items.collect(), Order::Ascending)?;
    Ok(reply("daemonSummariesList", page))
}

/// `ListDaemonDeployments`, the newest first. Their order is not documented.
pub(super) fn deployments(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let input = shapes::read(call.body, "ListDaemonDeploymentsRequest")?;
    let named = names::daemon(call, input.text("daemonArn").unwrap_or_default());
    let (cluster, name) = named.ok_or_else(manage::missing)?;
    let found = world.region.ecs.daemons.daemon(cluster, name);
    let daemon = found.ok_or_else(manage::missing)?;
    let bound = |side: &str| input.structure("createdAt")?.get(side)?.as_f64();
    let listed = daemon.deployments.iter().enumerate().filter_map(|(at, deployment)| {
        let arn = states::arn(call, (cluster, name), &deployment.id);
        let status = states::status(call, &arn, deployment);
        let created = seconds(deployment.created_at);
        let moment = created.as_f64().unwrap_or_default();
        let taken = (!input.has_items("status") || input.lists("status", status))
            && bound("after").is_none_or(|after| moment > after)
            && bound("before").is_none_or(|before| moment < before);
        let shown = || {
            json!({
                "daemonDeploymentArn": arn,
                "daemonArn": names::daemon_arn(call, cluster, name),
                "clusterArn": names::arn(call, &format!("cluster/{cluster}")),
                "status": status,
                "targetDaemonRevisionArn": deployment.revision.arn(call, cluster, name),
                "createdAt": created,
            })
        };
        taken.then(|| (format!("{at:010}"), shown()))
    });
    let items = listed.collect();
    let page = page(&input, "ListDaemonDeployments", DEPLOYMENTS, items, Order::Descending)?;
    Ok(reply("daemonDeployments", page))
}

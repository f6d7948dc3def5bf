//! What ECS checks of a service before it takes it.
//!
//! Texts are AWS's where the comment says so; the others are ours, in its style.

use serde_json::Value;

use super::super::super::Call;
use super::super::super::reply::Fault;
use super::super::members::{Members as _, Structure};
use super::super::record::{Name, Revision, Section, Status};
use super::super::{client, invalid_parameter};

/// Model, the texts of these members.
const MOST: [(&str, usize); 3] =
    [("capacityProviderStrategy", 20), ("placementConstraints", 10), ("placementStrategy", 5)];

/// What is "only valid when" the strategy is its own (model).
const OF_STRATEGIES: [(&str, &str); 2] =
    [("LINEAR", "linearConfiguration"), ("CANARY", "canaryConfiguration")];

/// The ARN of the revision that a service is to run, and the revision.
///
/// One that is not there is `TaskDefinition not found.` (recordings). An inactive one can run nothing
/// new (documentation); the text is one that users quote.
pub(super) fn revision<'a>(
    call: &Call<'_>,
    section: &'a Section,
    given: &str,
) -> Result<(String, &'a Revision), Fault> {
    let missing = || client("TaskDefinition not found.");
    let name = Name::parse(call, given).map_err(|_| missing())?;
    let (number, revision) = section.find(&name).ok_or_else(missing)?;
    if revision.status != Status::Active {
        return Err(client("TaskDefinition is inactive"));
    }
    let arn = super::super::record::arn(call.account, call.region, name.family, number);
    Ok((arn, revision))
}

/// "Up to 255 letters (uppercase and lowercase), numbers, underscores, and hyphens" (model).
pub(super) fn name(name: &str) -> Result<(), Fault> {
    let is_known = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    if name.is_empty() || name.len() > 255 || !name.chars().all(is_known) {
        // AWS's text (users quote it).
        return Err(invalid_parameter("Invalid service name."));
    }
    Ok(())
}

/// What a service says of itself, and of its task definition.
pub(super) fn check(service: &Structure, revision: Option<&Revision>) -> Result<(), Fault> {
    for (member, most) in MOST {
        if service.list(member).len() > most {
            return Err(invalid_parameter(format!("{member} can have at most {most} elements.")));
        }
    }
    if service.has_items("capacityProviderStrategy") && service.text("launchType").is_some() {
        // AWS's text (users quote it).
        return Err(invalid_parameter(
            "Specifying both a launch type and capacity provider strategy is not supported. Remove \
             one and try again.",
        ));
    }
    let deployment = service.structure("deploymentConfiguration");
    for (strategy, member) in OF_STRATEGIES {
        let has = deployment.is_some_and(|deployment| deployment.contains_key(member));
        if has && deployment.and_then(|deployment| deployment.text("strategy")) != Some(strategy) {
            return Err(invalid_parameter(format!(
                "{member} is only valid when the deployment strategy is {strategy}."
            )));
        }
    }
    if service.text("schedulingStrategy") == Some("DAEMON") {
        daemon(service)?;
    }
    if let Some(definition) = revision.map(|revision| &revision.definition) {
        network(service, definition)?;
        launch(service, definition)?;
        containers(service, definition)?;
    }
    Ok(())
}

/// Model, the text of `schedulingStrategy`. The first two texts are AWS's (users quote them).
fn daemon(service: &Structure) -> Result<(), Fault> {
    if service.integer("desiredCount").is_some() {
        return Err(invalid_parameter(
            "The daemon scheduling strategy does not support a desired count for services. Remove \
             the desired count value and try again",
        ));
    }
    if service.has_items("placementStrategy") {
        return Err(invalid_parameter(
            "The daemon scheduling strategy does not support placement strategies. Remove the \
             placement strategy and try again",
        ));
    }
    let controller = service.structure("deploymentController").and_then(|it| it.text("type"));
    if service.text("launchType") == Some("FARGATE") || controller.is_some_and(|it| it != "ECS") {
        return Err(invalid_parameter(
            "The daemon scheduling strategy is not supported for this launch type or deployment \
             controller.",
        ));
    }
    Ok(())
}

/// AWS's texts (users quote them).
fn network(service: &Structure, definition: &Structure) -> Result<(), Fault> {
    let is_given = service.contains_key("networkConfiguration");
    let needs = definition.text("networkMode") == Some("awsvpc");
    match (needs, is_given) {
        (true, false) => Err(invalid_parameter(
            "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
        )),
        (false, true) => Err(invalid_parameter(
            "Network Configuration is not valid for the given networkMode of this task definition.",
        )),
        _ => Ok(()),
    }
}

fn launch(service: &Structure, definition: &Structure) -> Result<(), Fault> {
    let wants_fargate = service.text("launchType") == Some("FARGATE");
    if wants_fargate && !definition.lists("requiresCompatibilities", "FARGATE") {
        // AWS's text (users quote it).
        return Err(invalid_parameter("Task definition does not support launch_type FARGATE."));
    }
    Ok(())
}

/// AWS's text (users quote it).
fn containers(service: &Structure, definition: &Structure) -> Result<(), Fault> {
    let has = |name: &str| {
        definition.structures("containerDefinitions").any(|one| one.text("name") == Some(name))
    };
    let named = service.structures("loadBalancers").chain(service.structures("serviceRegistries"));
    match named.filter_map(|one| one.text("containerName")).find(|name| !has(name)) {
        Some(name) => Err(invalid_parameter(format!(
            "The container {name} does not exist in the task definition."
        ))),
        None => Ok(()),
    }
}

/// What ECS fills in. Source: what CloudFormation reads back of services (recorded), and the texts of
/// the model.
pub(super) fn fill(service: &mut Structure) {
    let is_daemon = service.text("schedulingStrategy") == Some("DAEMON");
    let has_strategy = service.has_items("capacityProviderStrategy");
    let is_fargate = service.text("launchType") == Some("FARGATE");
    let mut fill = |member: &str, value: Value| {
        service.entry(member).or_insert(value);
    };
    for member in
        ["loadBalancers", "serviceRegistries", "placementConstraints", "placementStrategy"]
    {
        fill(member, Value::Array(Vec::new()));
    }
    fill("schedulingStrategy", "REPLICA".into());
    fill("propagateTags", "NONE".into());
    fill("enableECSManagedTags", false.into());
    fill("enableExecuteCommand", false.into());
    fill("availabilityZoneRebalancing", "ENABLED".into());
    fill("deploymentController", serde_json::json!({"type": "ECS"}));
    if !has_strategy {
        fill("launchType", "EC2".into());
    }
    if is_fargate {
        fill("platformVersion", "LATEST".into());
    }
    fill("deploymentConfiguration", serde_json::json!({}));
    if service.has_items("loadBalancers") {
        service.entry("healthCheckGracePeriodSeconds").or_insert(0.into());
    }
    let (most, least) = if is_daemon { (100, 0) } else { (200, 100) };
    let breaker = serde_json::json!({
        "enable": false,
        "rollback": false,
        "resetOnHealthyTask": true,
        "thresholdConfiguration": {"type": "BOUNDED_PERCENT", "value": 50},
    });
    let defaults = serde_json::json!({
        "deploymentCircuitBreaker": breaker,
        "maximumPercent": most,
        "minimumHealthyPercent": least,
        "strategy": "ROLLING",
        "bakeTimeInMinutes": 0,
    });
    lay_under(service, "deploymentConfiguration", &defaults);
    if let Some(Value::Object(network)) = service.get_mut("networkConfiguration") {
        let defaults = serde_json::json!({"assignPublicIp": "DISABLED", "securityGroups": []});
        lay_under(network, "awsvpcConfiguration", &defaults);
    }
    for item in service
        .get_mut("capacityProviderStrategy")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        if let Value::Object(item) = item {
            item.entry("weight").or_insert(0.into());
            item.entry("base").or_insert(0.into());
        }
    }
}

/// Fills in what a structure does not have, and what those in it do not have.
fn lay_under(parent: &mut Structure, member: &str, defaults: &Value) {
    let Some(Value::Object(given)) = parent.get_mut(member) else { return };
    for (name, value) in defaults.as_object().into_iter().flatten() {
        given.entry(name.clone()).or_insert_with(|| value.clone());
        if value.is_object() {
            lay_under(given, name, value);
        }
    }
}

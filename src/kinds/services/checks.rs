//! What is known to be wrong with a service before AWS is asked.

use serde_json::{Value as Json, json};

use super::change::OF_STRATEGIES;
use super::spec::{CLUSTER, COUNT, NAME, SCHEDULING, TASK, UNREAD};
use crate::document::{Diagnostic, Diagnostics, Map, Span};
use crate::kinds::grants;
use crate::stack::Place;

/// Complains of a service whose shape is right.
pub(super) fn check(tree: &Json, body: &Map, place: &Place, found: &mut Diagnostics) {
    let span = |field: &str| body.get(field).map(|node| node.span);
    let text = |field: &str| tree.get(field).and_then(Json::as_str);
    let has = |field: &str| tree.get(field).is_some_and(|value| *value != json!([]));
    let mut complain = |at: Option<Span>, message: String, help: &str| {
        let problem = Diagnostic::error(message).help(help);
        found.push(match at {
            Some(span) => problem.at(span),
            None => problem,
        });
    };

    // Source: service model, `CreateServiceRequest.serviceName`.
    let is_known = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    let name = text(NAME).unwrap_or_default();
    let cluster = text(CLUSTER).unwrap_or_default();
    // What goes by both names is written so by a journal.
    let name = name.strip_prefix(cluster).and_then(|rest| rest.strip_prefix('/')).unwrap_or(name);
    if name.is_empty() || name.len() > 255 || !name.chars().all(is_known) {
        let help = "up to 255 letters, digits, `_` and `-`";
        complain(span(NAME), format!("{name:?} is no name of a service"), help);
    }
    let own = grants::arn(place, "ecs", &place.region, "cluster/");
    if cluster.starts_with("arn:") && !cluster.starts_with(&own) {
        let help = "a service is where its cluster is, which is the stack's account and region";
        complain(span(CLUSTER), format!("the cluster {cluster} is somewhere else"), help);
    }
    // Source: service model, `CreateServiceRequest.taskDefinition`.
    let controller = tree["deploymentController"]["type"].as_str().unwrap_or("ECS");
    if !has(TASK) && controller != "EXTERNAL" {
        let help = "`${task_definition.NAME.arn}` or the family of the stack's own follows that; \
                    `family:7` stays where it is";
        complain(None, format!("the service {name:?} needs a `{TASK}`"), help);
    }
    // Source: service model, `CreateServiceRequest.capacityProviderStrategy`.
    if has("capacityProviderStrategy") && has("launchType") {
        let message = "a service has either a `launchType` or a `capacityProviderStrategy`";
        complain(span("launchType"), message.to_owned(), "leave one of them out");
    }
    if text(SCHEDULING) == Some("DAEMON") {
        // Source: service model, `CreateServiceRequest.schedulingStrategy`.
        for field in [COUNT, "placementStrategy"] {
            if has(field) {
                let message = format!("a DAEMON service has no `{field}`");
                let help = "it runs one task on each instance";
                complain(span(field), message, help);
            }
        }
        if text("launchType") == Some("FARGATE") {
            let message = "a DAEMON service cannot run on Fargate";
            let help = "Fargate has no instances; put the daemon beside the other containers";
            complain(span("launchType"), message.to_owned(), help);
        }
    }
    if tree.get(COUNT).and_then(Json::as_i64).is_some_and(|count| count < 0) {
        complain(span(COUNT), format!("`{COUNT}` is at least 0"), "0 stops all tasks");
    }
    let deployment = &tree["deploymentConfiguration"];
    for (strategy, member) in OF_STRATEGIES {
        if deployment.get(member).is_some() && deployment["strategy"] != json!(strategy) {
            let message = format!("`{member}` is for the strategy {strategy} alone");
            let help = format!("write `strategy: {strategy}` beside it, or leave it out");
            complain(span("deploymentConfiguration"), message, &help);
        }
    }
    for field in UNREAD.into_iter().filter(|field| has(field)) {
        let message = format!(
            "ECS does not say what a service has for `{field}`: it is sent with what else changes, and \
             not compared"
        );
        let note = Diagnostic::note(message);
        found.push(match span(field) {
            Some(span) => note.at(span),
            None => note,
        });
    }
}

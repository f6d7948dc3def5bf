//! What calls about daemons have to be allowed.
//!
//! Source: Service Authorization Reference, Amazon Elastic Container Service: the actions with their
//! resources, and what each operation asks for beside its own action.

use super::super::super::Call;
use super::super::super::guard::Asked;
use super::super::super::state::World;
use super::super::asks::{pass, tags};
use super::super::members::Members as _;
use super::super::{Structure, Tags};
use super::names;
use super::record::Daemons;

pub(super) fn asks(
    call: &Call<'_>,
    operation: &str,
    input: &Structure,
    world: &World,
) -> Option<Vec<Asked>> {
    let daemons = &world.region.ecs.daemons;
    let text = |member: &str| input.text(member).unwrap_or_default();
    let on = |arn: &str| Asked::on(&format!("ecs:{operation}"), arn);
    let asked = match operation {
        "RegisterDaemonTaskDefinition" => {
            let about = names::arn(call, &format!("daemon-task-definition/{}:*", text("family")));
            let roles = ["taskRoleArn", "executionRoleArn"];
            let roles = roles.into_iter().map(text).filter(|role| !role.is_empty());
            let roles = roles.map(|role| pass(call, role));
            making(on(&about), operation, &about, input).into_iter().chain(roles).collect()
        }
        "DescribeDaemonTaskDefinition" | "DeleteDaemonTaskDefinition" => {
            let (arn, tags) = definition(call, daemons, text("daemonTaskDefinition"));
            vec![on(&arn).tagged(&tags)]
        }
        "CreateDaemon" => {
            let cluster = names::cluster(call, text("clusterArn")).unwrap_or("default");
            let about = names::daemon_arn(call, cluster, text("daemonName"));
            let roles = roles(call, daemons, text("daemonTaskDefinitionArn"));
            making(on(&about), operation, &about, input).into_iter().chain(roles).collect()
        }
        "UpdateDaemon" => {
            let arn = text("daemonArn");
            let roles = roles(call, daemons, text("daemonTaskDefinitionArn"));
            std::iter::once(on(arn).tagged(&tags_of(call, daemons, arn))).chain(roles).collect()
        }
        "DescribeDaemon" | "DeleteDaemon" | "ListDaemonDeployments" => {
            let arn = text("daemonArn");
            vec![on(arn).tagged(&tags_of(call, daemons, arn))]
        }
        "DescribeDaemonDeployments" => {
            parts(call, daemons, input.texts("daemonDeploymentArns"), "daemon-deployment", &on)
        }
        "DescribeDaemonRevisions" => {
            parts(call, daemons, input.texts("daemonRevisionArns"), "daemon-revision", &on)
        }
        _ => return None,
    };
    Some(asked)
}

/// What is made with its tags asks for writing them, too.
fn making(asked: Asked, operation: &str, about: &str, input: &Structure) -> Vec<Asked> {
    let given = input.get("tags").map(tags).unwrap_or_default();
    let mut asked = vec![asked.tagging(&given)];
    if !given.is_empty() {
        let tagging = Asked::on("ecs:TagResource", about).tagging(&given);
        asked.push(tagging.with("ecs:CreateAction", Some(operation)));
    }
    asked
}

/// A daemon passes the roles of its task definition on.
fn roles(call: &Call<'_>, daemons: &Daemons, arn: &str) -> Vec<Asked> {
    let name = names::definition(call, arn);
    let Some((_, found)) = name.and_then(|name| daemons.definition(&name)) else {
        return Vec::new();
    };
    let roles = ["taskRoleArn", "executionRoleArn"].into_iter();
    roles.filter_map(|field| found.registered.text(field)).map(|role| pass(call, role)).collect()
}

/// The ARN that a name of a daemon task definition means, and the tags that it has.
fn definition(call: &Call<'_>, daemons: &Daemons, text: &str) -> (String, Tags) {
    let name = names::definition(call, text).or_else(|| names::plain(text));
    let Some(name) = name else { return (text.to_owned(), Tags::new()) };
    if let Some((number, found)) = daemons.definition(&name) {
        return (names::definition_arn(call, name.family, number), found.tags.clone());
    }
    let number = name.revision.map_or("*".to_owned(), |number| number.to_string());
    let about = format!("daemon-task-definition/{}:{number}", name.family);
    (names::arn(call, &about), Tags::new())
}

fn tags_of(call: &Call<'_>, daemons: &Daemons, arn: &str) -> Tags {
    let found = names::daemon(call, arn).and_then(|(cluster, name)| daemons.daemon(cluster, name));
    found.map(|daemon| daemon.tags.clone()).unwrap_or_default()
}

/// A deployment or a revision asks for itself and for its daemon.
fn parts<'a>(
    call: &Call<'_>,
    daemons: &Daemons,
    arns: impl Iterator<Item = &'a str>,
    sort: &str,
    on: &dyn Fn(&str) -> Asked,
) -> Vec<Asked> {
    let each = arns.filter_map(|arn| Some((arn, names::part(call, arn, sort)?)));
    each.flat_map(|(arn, (cluster, name, _))| {
        let daemon = names::daemon_arn(call, cluster, name);
        let tags = tags_of(call, daemons, &daemon);
        [on(&daemon).tagged(&tags), on(arn)]
    })
    .collect()
}

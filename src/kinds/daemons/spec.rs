//! How a daemon is written.

use serde_json::{Map as Object, Value as Json, json};

use super::{canonical, patience};
use crate::document::{Diagnostic, Diagnostics, Entry, Map, Node, Value, shape};
use crate::kinds::wrapper::{drop_read_only, unwrapped};
use crate::kinds::{grants, tags};
use crate::plan::Path;
use crate::stack::{Body, Given, Place};

/// The field with the name.
pub(super) const NAME: &str = "daemonName";
/// The field with the cluster.
pub(super) const CLUSTER: &str = "clusterArn";
/// The field with what it runs.
pub(super) const DEFINITION: &str = "daemonTaskDefinitionArn";
/// The field with where it runs.
pub(super) const PROVIDERS: &str = "capacityProviderArns";
/// The field with how it is deployed.
pub(super) const DEPLOYMENT: &str = "deploymentConfiguration";
/// The field with the tags.
pub(super) const TAGS: &str = "tags";
/// What makes a request safe to repeat.
const TOKEN: &str = "clientToken";

/// What AWS's answers have that nobody sets.
///
/// Source: service model, the members of `DaemonDetail` and `DaemonRevision` that are not of
/// `CreateDaemonRequest`.
const READ_ONLY: [&str; 8] = [
    "daemonArn",
    "daemonRevisionArn",
    "status",
    "currentRevisions",
    "containerImages",
    "deploymentArn",
    "createdAt",
    "updatedAt",
];

/// Takes the wrapper of a describe call's answer off, and what nobody sets.
pub(super) fn bare(document: Node, found: &mut Diagnostics) -> Node {
    let Value::Map(mut map) = document.value else { return document };
    let (mut map, span) = match map.take("daemon") {
        Some(inner) if inner.value.as_map().is_some() => unwrapped(inner, map),
        Some(other) => {
            map.entries.push(other);
            (map, document.span)
        }
        None => (map, document.span),
    };
    drop_read_only(&mut map, (&READ_ONLY, TAGS), span, found);
    if let Some(token) = map.take(TOKEN) {
        let message = format!("`{TOKEN}` is left out here: each call has one of its own");
        found.push(Diagnostic::note(message).at(token.key_span));
    }
    if let Some(tags) = map.entries.iter_mut().find(|entry| entry.key == TAGS) {
        tags.value.value = tags::as_mapping(std::mem::replace(&mut tags.value.value, Value::Null));
    }
    Node::new(span, Value::Map(map))
}

/// The daemon in a document that [`bare`] takes. What a describe call answers has none of the settings.
pub(super) fn names(document: &Map, called: &str) -> Vec<String> {
    let is_one = document.get(PROVIDERS).is_some() && document.get(DEFINITION).is_some();
    let name = document.get(NAME).and_then(Node::as_str).unwrap_or(called);
    is_one.then(|| name.to_owned()).into_iter().collect()
}

/// The canonical document of a daemon. What is sent is made of it: `UpdateDaemon` has to have all of it.
pub(super) fn read(given: &Given<'_>, found: &mut Diagnostics) -> Option<Body> {
    let before = found.errors();
    let wait = patience::read(given.settings, found);
    let Value::Map(mut map) = given.body.value.clone() else {
        let message = format!("a daemon is a mapping, not {}", given.body.kind());
        found.push(Diagnostic::error(message).at(given.body.span));
        return None;
    };
    let own_tags = map.take(TAGS);
    if map.get(NAME).is_none_or(Node::is_null) {
        map.take(NAME);
        let value = Node::new(given.body.span, Value::String(given.name.to_owned()));
        map.entries.push(Entry { key: NAME.to_owned(), key_span: given.body.span, value });
    }
    check(&map, found);
    check_place(&map, given.place, found);
    let body = Node::new(given.body.span, Value::Map(map));
    let checked = shape::read(&shape::DAEMON, &body, "a daemon", found);
    let own_tags = own_tags.map(|own| tags::tags(&own.value, found)).unwrap_or_default();
    let checked = checked.filter(|_| found.errors() == before)?;
    let mut document = canonical::fold(&checked.tree, given.place);
    let located = checked.sensitive.iter().map(canonical::locate);
    let of_tags = own_tags.iter().filter(|(_, value)| value.secret);
    let of_tags = of_tags.map(|(key, _)| Path(vec![TAGS.to_owned(), key.clone()]));
    let sensitive = located.chain(of_tags).collect();
    let own_tags: Object<_, _> =
        own_tags.into_iter().map(|(key, value)| (key, value.to_json())).collect();
    if !own_tags.is_empty() {
        document[TAGS] = Json::Object(own_tags);
    }
    let settings = patience::sent(wait);
    Some(Body { document, sent: settings.clone(), sensitive, settings, ..Body::default() })
}

fn check(map: &Map, found: &mut Diagnostics) {
    let text = |field: &str| map.get(field).and_then(|node| Some((node, node.as_str()?)));
    // Source: service model, `daemonName`: "Up to 255 letters (uppercase and lowercase), numbers,
    // underscores, and hyphens are allowed."
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if let Some((node, name)) = text(NAME)
        && !((1..=255).contains(&name.len()) && name.chars().all(allowed))
    {
        let message = format!("the daemon's name is {}; AWS does not take that", node.shown());
        let help = "it has 1 to 255 letters, digits, `-` and `_`";
        found.push(Diagnostic::error(message).at(node.span).help(help));
    }
    if let Some((node, arn)) = text(DEFINITION)
        && !is_definition(arn)
    {
        let message = format!("`{DEFINITION}` is {}, which names no revision", node.shown());
        let help = "write `${daemon_task_definition.KEY.arn}`, or the family's own name, for one of the stack, and `FAMILY:REVISION` or the ARN for another";
        found.push(Diagnostic::error(message).at(node.span).help(help));
    }
    let providers = match map.get(PROVIDERS).map(|node| &node.value) {
        Some(Value::Seq(items)) => items.as_slice(),
        _ => &[],
    };
    if let Some(node) = map
        .get(PROVIDERS)
        .filter(|node| matches!(node.value, Value::Seq(_)) && providers.is_empty())
    {
        let message =
            "there is no capacity provider; a daemon runs on the instances of one at least";
        found.push(Diagnostic::error(message).at(node.span));
    }
    for (node, name) in providers.iter().filter_map(|node| Some((node, node.as_str()?))) {
        let name = name.rsplit('/').next().unwrap_or(name);
        // Source: service model, `CreateDaemon`: "only supported for Amazon ECS Managed Instances
        // Capacity Providers".
        if matches!(name, "FARGATE" | "FARGATE_SPOT") {
            let message =
                format!("managed daemons do not run on {name}: it has no instances of yours");
            let help = "they run on capacity providers of Managed Instances only; with Fargate put `daemon:` into the task definition";
            found.push(Diagnostic::error(message).at(node.span).help(help));
        }
    }
    let deployment = map.get(DEPLOYMENT).and_then(Node::as_map);
    let bake = deployment.and_then(|deployment| deployment.get("bakeTimeInMinutes"));
    // Source: ECS developer guide, "Daemon deployments": 0 to 1440.
    if let Some((node, Some(minutes))) = bake.map(|node| (node, node.to_json().as_i64()))
        && !(0..=1440).contains(&minutes)
    {
        let message = format!("`bakeTimeInMinutes` is {minutes}; it is from 0 to 1440, a day");
        found.push(Diagnostic::error(message).at(node.span));
    }
}

/// A daemon is where its cluster is, and so is all that it names.
fn check_place(map: &Map, place: &Place, found: &mut Diagnostics) {
    let all = |field: &str| match map.get(field) {
        Some(Node { value: Value::Seq(items), .. }) => items.iter().collect(),
        other => Vec::from_iter(other),
    };
    let own = grants::arn(place, "ecs", &place.region, "");
    for field in [CLUSTER, DEFINITION, PROVIDERS] {
        for (node, text) in all(field).into_iter().filter_map(|node| Some((node, node.as_str()?))) {
            if text.is_empty() {
                let message = format!("`{field}` names nothing");
                found.push(Diagnostic::error(message).at(node.span).help("write its name or ARN"));
            } else if text.starts_with("arn:") && !text.starts_with(&own) {
                let message = format!("{} is not in the stack's account and region", node.shown());
                let help = "a daemon is where its cluster is, and so is what it runs, and where";
                found.push(Diagnostic::error(message).at(node.span).help(help));
            }
        }
    }
}

fn is_definition(text: &str) -> bool {
    let revision = text.rsplit_once(":daemon-task-definition/").map_or(text, |(_, name)| name);
    text.contains("${")
        || (text.starts_with("arn:") == (revision != text) && canonical::is_revision(revision))
}

/// The JSON Schema of a body: the shape's, with what a stack file does about names and tags.
pub(super) fn schema() -> Json {
    let mut schema = shape::json_schema(&shape::DAEMON);
    let list = schema["properties"][TAGS].take();
    schema["properties"][TAGS] = json!({"anyOf": [{"$ref": "#/$defs/tags"}, list]});
    schema["properties"][patience::WAIT] = patience::schema();
    if let Some(properties) = schema["properties"].as_object_mut() {
        properties.remove(TOKEN);
    }
    let says = [
        (NAME, "the daemon's name; left out, it is the key in the stack file"),
        (CLUSTER, "the cluster's ARN or name; left out, the cluster `default`"),
        (
            DEFINITION,
            "`${daemon_task_definition.KEY.arn}` or the name of a family of the stack; `FAMILY:REVISION` or an ARN for another",
        ),
        (PROVIDERS, "ARNs or names of capacity providers of Managed Instances"),
    ];
    for (field, what) in says {
        schema["properties"][field]["description"] = json!(what);
    }
    if let Some(required) = schema["required"].as_array_mut() {
        required.retain(|field| field != NAME);
    }
    schema
}

/// Every field, a line each.
pub(super) fn table() -> String {
    let leaves = shape::DAEMON.leaves();
    let shown = leaves.iter().filter(|leaf| *leaf != TOKEN);
    shown.map(|leaf| format!("- `{leaf}`\n")).collect()
}

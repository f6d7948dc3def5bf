//! How a service is written.

use serde_json::{Map as Object, Value as Json, json};

use super::concern::{default, locate, sorted};
use super::{names, settings};
use crate::document::{Diagnostic, Diagnostics, Entry, Map, Node, Value, shape};
use crate::kinds::wrapper::{drop_read_only, unwrapped};
use crate::kinds::{grants, tags};
use crate::plan::Path;
use crate::stack::{Body, Given, Place};

pub(super) const NAME: &str = "serviceName";
pub(super) const CLUSTER: &str = "cluster";
pub(super) const TASK: &str = "taskDefinition";
pub(super) const TAGS: &str = "tags";
pub(super) const COUNT: &str = "desiredCount";
pub(super) const SCHEDULING: &str = "schedulingStrategy";
pub(super) const ROLE: &str = "role";
const LAUNCH: &str = "launchType";
const STRATEGY: &str = "capacityProviderStrategy";
const TOKEN: &str = "clientToken";
const DAEMON: &str = "DAEMON";

/// What ECS shows of a service's PRIMARY deployment, and not of the service.
///
/// Source: service model, `Service` and `Deployment`.
pub(super) const OF_DEPLOYMENT: [&str; 3] =
    ["serviceConnectConfiguration", "volumeConfigurations", "vpcLatticeConfigurations"];

/// What ECS takes, and shows neither of a service nor of its deployments.
///
/// Source: service model, the same. `DescribeServiceRevisions` has it, by revisions that no other call
/// ties to what was asked for.
pub(super) const UNREAD: [&str; 2] = ["gatewayConnectors", "monitoring"];

/// What AWS's answers have that nobody sets.
///
/// Source: service model, the members of `Service` that are not of `CreateServiceRequest`.
pub(super) const READ_ONLY: [&str; 15] = [
    "serviceArn",
    "clusterArn",
    "status",
    "runningCount",
    "pendingCount",
    "platformFamily",
    "taskSets",
    "deployments",
    "roleArn",
    "events",
    "createdAt",
    "currentServiceDeployment",
    "currentServiceRevisions",
    "createdBy",
    "resourceManagementType",
];

/// The service of that name in an answer that has many.
pub(super) fn part<'a>(document: &'a Node, name: &str) -> &'a Node {
    let Some(all) = listed(document.as_map()) else { return document };
    let is_it = |node: &&Node| {
        let own = node.as_map().and_then(|map| map.get(NAME)).and_then(Node::as_str);
        own == Some(name)
    };
    match all {
        [only] => only,
        all => all.iter().find(is_it).unwrap_or(document),
    }
}

/// The services of an answer of `describe-services`.
fn listed(document: Option<&Map>) -> Option<&[Node]> {
    match &document?.get("services")?.value {
        Value::Seq(all) => Some(all),
        _ => None,
    }
}

/// The names of the services in a document that [`bare`] takes.
pub(super) fn names(document: &Map, called: &str) -> Vec<String> {
    let own = |map: &Map| map.get(NAME).and_then(Node::as_str).map(str::to_owned);
    if let Some(all) = listed(Some(document)) {
        return all.iter().filter_map(Node::as_map).filter_map(own).collect();
    }
    let inner = document.get("service").and_then(Node::as_map).unwrap_or(document);
    let is_service = |map: &Map| {
        let has = |name: &str| map.get(name).is_some();
        has(NAME) || (has(TASK) && (has(COUNT) || has(LAUNCH) || has(STRATEGY)))
    };
    let name = is_service(inner).then(|| own(inner).unwrap_or_else(|| called.to_owned()));
    name.into_iter().collect()
}

/// Takes the wrapper of AWS's answers off, and what only AWS sets: what it says in another place than
/// it takes it comes to its own.
pub(super) fn bare(document: &Node, key: &str, found: &mut Diagnostics) -> Option<Node> {
    if let Some(all) = listed(document.as_map())
        && part(document, key) == document
    {
        let message =
            format!("the document has {} services, and none is called {key:?}", all.len());
        let help = format!("write `{NAME}: NAME` beside `file`");
        found.push(Diagnostic::error(message).at(document.span).help(help));
        return None;
    }
    let document = part(document, key).clone();
    let Value::Map(mut map) = document.value else { return Some(document) };
    let mut span = document.span;
    if let Some(inner) = map.take("service") {
        (map, span) = unwrapped(inner, map);
    }
    bring_home(&mut map);
    drop_read_only(&mut map, (&READ_ONLY, TAGS), span, found);
    if let Some(token) = map.take(TOKEN).filter(|token| token.value.as_str() != Some("")) {
        let message = format!("`{TOKEN}` is of one call; left out here");
        found.push(Diagnostic::note(message).at(token.key_span));
    }
    if let Some(tags) = map.entries.iter_mut().find(|entry| entry.key == TAGS) {
        tags.value.value = tags::as_mapping(std::mem::replace(&mut tags.value.value, Value::Null));
    }
    Some(Node::new(span, Value::Map(map)))
}

/// Puts what an answer says of the cluster, the role and the deployment where a request has it.
fn bring_home(map: &mut Map) {
    if map.get("serviceArn").is_none() {
        return;
    }
    let cluster = map.get("clusterArn").cloned();
    let is_own = |role: &Node| !role.as_str().is_some_and(is_linked);
    let role = map.get("roleArn").cloned().filter(is_own);
    let primary = match map.get("deployments").map(|all| &all.value) {
        Some(Value::Seq(all)) => all
            .iter()
            .filter_map(Node::as_map)
            .find(|one| one.get("status").and_then(Node::as_str) == Some("PRIMARY")),
        _ => None,
    };
    let of_primary: Vec<_> = OF_DEPLOYMENT
        .into_iter()
        .filter_map(|name| Some((name, primary?.get(name)?.clone())))
        .collect();
    let found = [(CLUSTER, cluster), (ROLE, role)];
    let found = found.into_iter().filter_map(|(name, value)| Some((name, value?)));
    for (name, value) in found.chain(of_primary) {
        if map.get(name).is_none() {
            let entry = Entry { key: name.to_owned(), key_span: value.span, value };
            map.entries.push(entry);
        }
    }
    // As many as there are instances, which nobody asks for.
    if map.get(SCHEDULING).and_then(Node::as_str) == Some(DAEMON) {
        map.take(COUNT);
    }
}

/// Whether a role is ECS's own, which nobody may name.
///
/// Source: service model, `CreateServiceRequest.role`.
pub(super) fn is_linked(role: &str) -> bool {
    role.contains(":role/aws-service-role/")
}

/// A canonical document as a person writes it.
pub(super) fn written(document: &Json) -> Json {
    let mut written = document.clone();
    if let Some(fields) = written.as_object_mut() {
        fields.remove(NAME);
        let is_default = fields.get(CLUSTER).and_then(Json::as_str) == Some(names::DEFAULT);
        if is_default {
            fields.remove(CLUSTER);
        }
    }
    written
}

/// The canonical document of a service.
pub(super) fn read(given: &Given<'_>, found: &mut Diagnostics) -> Option<Body> {
    let before = found.errors();
    let mut sent = settings::read(given.settings, found);
    let Value::Map(mut map) = given.body.value.clone() else {
        let message = format!("a service is a mapping, not {}", given.body.kind());
        found.push(Diagnostic::error(message).at(given.body.span));
        return None;
    };
    let own_tags = map.take(TAGS);
    if map.get(NAME).is_none_or(Node::is_null) {
        map.take(NAME);
        let value = Node::new(given.body.span, Value::String(given.name.to_owned()));
        map.entries.push(Entry { key: NAME.to_owned(), key_span: given.body.span, value });
    }
    let body = Node::new(given.body.span, Value::Map(map));
    let checked = shape::read(&shape::SERVICE, &body, "a service", found);
    let own_tags = own_tags.map(|own| tags::tags(&own.value, found)).unwrap_or_default();
    let checked = checked.filter(|_| found.errors() == before)?;
    let mut tree = checked.tree;
    if let Some(fields) = tree.as_object_mut() {
        // What counts as not given is not sent: the CLI's skeleton is full of it.
        fields.retain(|_, value| value != "");
    }
    super::checks::check(&tree, body.as_map()?, given.place, found);
    if found.errors() > before {
        return None;
    }
    let cluster = names::cluster(tree.get(CLUSTER).and_then(Json::as_str)).to_owned();
    // Of two clusters' services of one name, one goes by both names.
    let name = names::last(tree[NAME].as_str().unwrap_or_default()).to_owned();
    tree[CLUSTER] = json!(cluster);
    tree[NAME] = json!(name);

    let mut sensitive: Vec<_> = checked.sensitive.iter().map(|path| locate(&tree, path)).collect();
    sensitive.dedup();
    let mut document = canonical(&tree, given.place);
    for field in UNREAD {
        if let Some(fields) = document.as_object_mut() {
            fields.remove(field);
        }
    }
    for (key, value) in &own_tags {
        if value.secret {
            sensitive.push(Path(vec![TAGS.to_owned(), key.clone()]));
        }
    }
    let own_tags: Object<_, _> =
        own_tags.into_iter().map(|(key, value)| (key, value.to_json())).collect();
    if !own_tags.is_empty() {
        document[TAGS] = Json::Object(own_tags);
    }
    sensitive.retain(|path| path.at(&document).is_some());
    let family = document[TASK].as_str().and_then(names::bare_family);
    let settings = family.map_or(Json::Null, |family| json!({super::change::FAMILY: family}));
    sent[settings::SERVICE] = tree;
    Some(Body { document, sent, sensitive, settings, ..Body::default() })
}

/// The canonical form of a tree in the API's names, from a file or of what AWS answers.
pub(super) fn canonical(tree: &Json, place: &Place) -> Json {
    let mut document = sorted(tree);
    if let Some(role) =
        document.get(ROLE).and_then(Json::as_str).filter(|it| !it.starts_with("arn:"))
    {
        // A role on a path is named with its path (service model, `CreateServiceRequest.role`).
        let role = role.trim_start_matches('/');
        document[ROLE] = json!(grants::arn(place, "iam", "", &format!("role/{role}")));
    }
    if let Some(task) = document.get(TASK).and_then(Json::as_str) {
        document[TASK] = json!(names::revision(place, task));
    }
    document
}

/// The ARNs in a service that AWS looks up: its revision, and the roles that it is given.
pub(super) fn needs(document: &Json) -> Vec<String> {
    fn roles<'a>(value: &'a Json, found: &mut Vec<&'a str>) {
        match value {
            Json::Object(members) => {
                for (name, value) in members {
                    match value.as_str() {
                        Some(role) if name == ROLE || name == "roleArn" => found.push(role),
                        _ => roles(value, found),
                    }
                }
            }
            Json::Array(items) => items.iter().for_each(|item| roles(item, found)),
            _ => {}
        }
    }
    let mut found: Vec<_> = document.get(TASK).and_then(Json::as_str).into_iter().collect();
    roles(document, &mut found);
    let is_arn = |text: &&str| text.starts_with("arn:") && !is_linked(text);
    found.into_iter().filter(is_arn).map(str::to_owned).collect()
}

/// Whether a field goes without saying: what is in the key already, what is nothing, and what ECS fills
/// in.
pub(super) fn is_quiet(path: &Path, value: &Json) -> bool {
    let is_nothing = match value {
        Json::Array(items) => items.is_empty(),
        Json::Object(members) => members.is_empty(),
        _ => false,
    };
    is_nothing || *path == Path::of(NAME) || default(&path.0.join(".")).as_ref() == Some(value)
}

/// The JSON Schema of a body: the shape's, with what a stack file does about names and tags.
pub(super) fn schema() -> Json {
    let mut schema = shape::json_schema(&shape::SERVICE);
    let properties = &mut schema["properties"];
    let list = properties[TAGS].take();
    properties[TAGS] = json!({"anyOf": [{"$ref": "#/$defs/tags"}, list]});
    settings::describe(properties);
    properties[NAME]["description"] =
        json!("the service's name; left out, it is the key in the stack file");
    if let Some(properties) = properties.as_object_mut() {
        properties.remove(TOKEN);
    }
    if let Some(required) = schema["required"].as_array_mut() {
        required.retain(|field| field != NAME);
    }
    if schema["required"] == json!([])
        && let Some(fields) = schema.as_object_mut()
    {
        fields.remove("required");
    }
    schema
}

/// Every field, a line each.
pub(super) fn table() -> String {
    let leaves = shape::SERVICE.leaves();
    leaves.iter().filter(|leaf| *leaf != TOKEN).map(|leaf| format!("- `{leaf}`\n")).collect()
}

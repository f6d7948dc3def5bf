//! How a task definition is written.

use serde_json::{Map as Object, Value as Json, json};

use super::canonical::{Of, unfold};
use super::left::{self, IMAGE_FROM};
use super::{checks, names};
use crate::daemons::{self, DAEMON, Runs};
use crate::document::shape::Root;
use crate::document::{Diagnostic, Diagnostics, Entry, Map, Node, Value, shape};
use crate::kinds::tags;
use crate::kinds::wrapper::{drop_read_only, unwrapped};
use crate::plan::{Action, Change, Effect, Path, Permission, Step};
use crate::stack::{Body, Given, Place};

/// The field with the family's name.
pub(in crate::kinds) const FAMILY: &str = "family";
/// The field with the containers.
pub(in crate::kinds) const CONTAINERS: &str = "containerDefinitions";
/// The field with the tags.
pub(in crate::kinds) const TAGS: &str = "tags";
/// Our setting for how many revisions stay.
pub(in crate::kinds) const KEEP: &str = "keep_revisions";
/// The fields with the size of a task.
pub(in crate::kinds) const SIZES: [&str; 2] = ["cpu", "memory"];
/// The lists whose elements are merged by their names.
pub(in crate::kinds) const NAMED_LISTS: [&str; 4] =
    [CONTAINERS, "environment", "secrets", "volumes"];
/// The fields that name roles.
pub(in crate::kinds) const ROLES: [&str; 2] = ["executionRoleArn", "taskRoleArn"];

/// What AWS's answers have that nobody sets.
///
/// Source: service model, the members of `TaskDefinition` that are not of
/// `RegisterTaskDefinitionRequest`.
pub(in crate::kinds) const READ_ONLY: [&str; 9] = [
    "taskDefinitionArn",
    "revision",
    "status",
    "requiresAttributes",
    "compatibilities",
    "registeredAt",
    "registeredBy",
    "deregisteredAt",
    "deleteRequestedAt",
];

/// A sort of task definition: how it is called, and in what its reading differs.
pub(in crate::kinds) struct Sort {
    /// The shape of what registers it.
    pub(in crate::kinds) root: &'static Root,
    /// What the whole is called.
    pub(in crate::kinds) noun: &'static str,
    /// What stands around it in the answer that describes it.
    pub(in crate::kinds) wrapper: &'static str,
    /// What that answer has that nobody sets.
    pub(in crate::kinds) read_only: &'static [&'static str],
    /// Its canonical form.
    pub(in crate::kinds) of: Of,
    /// What ECS refuses although every field is right by itself.
    pub(in crate::kinds) check: fn(&Map, &Json, &mut Diagnostics),
}

/// Task definitions.
pub(in crate::kinds) static TASK: Sort = Sort {
    root: &shape::TASK_DEFINITION,
    noun: "a task definition",
    wrapper: "taskDefinition",
    read_only: &READ_ONLY,
    of: Of::Task,
    check: checks::check,
};

/// Takes the wrapper of a describe call's answer off, and what only AWS sets.
pub(in crate::kinds) fn bare(sort: &Sort, document: Node, found: &mut Diagnostics) -> Node {
    let Value::Map(mut map) = document.value else {
        return document;
    };
    let (mut map, span) = match map.take(sort.wrapper) {
        Some(inner) if inner.value.as_map().is_some() => unwrapped(inner, map),
        Some(other) => {
            map.entries.push(other);
            (map, document.span)
        }
        None => (map, document.span),
    };
    drop_read_only(&mut map, (sort.read_only, TAGS), span, found);
    if let Some(tags) = map.entries.iter_mut().find(|entry| entry.key == TAGS) {
        tags.value.value = tags::as_mapping(std::mem::replace(&mut tags.value.value, Value::Null));
    }
    Node::new(span, Value::Map(map))
}

/// The family in a document that [`bare`] takes.
pub(in crate::kinds) fn names(sort: &Sort, document: &Map, called: &str) -> Vec<String> {
    let inner = document.get(sort.wrapper).and_then(Node::as_map);
    // A bare one is a task definition: nothing in it says that it is a daemon's.
    let bare = || document.get(CONTAINERS).filter(|_| sort.of == Of::Task).map(|_| document);
    let task = inner.or_else(bare);
    let family = task.map(|task| task.get(FAMILY).and_then(Node::as_str).unwrap_or(called));
    family.map(str::to_owned).into_iter().collect()
}

/// A canonical document as a person writes it.
pub(in crate::kinds) fn written(document: &Json) -> Json {
    let mut document = document.clone();
    let Some(task) = document.as_object_mut() else { return document };
    task.remove(FAMILY);
    let own_tags = task.remove(TAGS);
    let mut written = unfold(&document);
    if let Some(own_tags) = own_tags {
        written[TAGS] = own_tags;
    }
    written
}

/// The canonical document of a task definition; the plain tree of it is what is sent.
pub(in crate::kinds) fn read(given: &Given<'_>, found: &mut Diagnostics) -> Option<Body> {
    read_as(&TASK, given, found, |map, found| {
        let daemon = given.settings.get(DAEMON).filter(|node| !node.is_null());
        let daemon = match daemon {
            Some(word) => Some(daemons::expand(Runs::Task, map, word, given, found)?),
            None => None,
        };
        let left = left::take(map, found);
        let left = (!left.is_empty()).then(|| (IMAGE_FROM, json!(left)));
        Some(left.into_iter().chain(daemon.map(|daemon| (DAEMON, daemon))).collect())
    })
}

/// The same of one of this sort. What is not ECS's is taken out of it first, and what is to be
/// remembered of that put among the settings.
pub(in crate::kinds) fn read_as(
    sort: &Sort,
    given: &Given<'_>,
    found: &mut Diagnostics,
    prepare: impl FnOnce(&mut Map, &mut Diagnostics) -> Option<Vec<(&'static str, Json)>>,
) -> Option<Body> {
    let before = found.errors();
    let keep = keep(given.settings, found);
    let Value::Map(mut map) = given.body.value.clone() else {
        let message = format!("{} is a mapping, not {}", sort.noun, given.body.kind());
        found.push(Diagnostic::error(message).at(given.body.span));
        return None;
    };
    refuse_secret_family(&map, found)?;
    let own_tags = map.take(TAGS);
    if map.get(FAMILY).is_none_or(Node::is_null) {
        map.take(FAMILY);
        let value = Node::new(given.body.span, Value::String(given.name.to_owned()));
        map.entries.push(Entry { key: FAMILY.to_owned(), key_span: given.body.span, value });
    }
    let remembered = prepare(&mut map, found)?;
    checks::refuse_doubles(&map, found);
    names::check(&map, found);
    let body = Node::new(given.body.span, Value::Map(map));
    let checked = shape::read(sort.root, &body, sort.noun, found);
    let own_tags = own_tags.map(|own| tags::tags(&own.value, found)).unwrap_or_default();
    let checked = checked.filter(|_| found.errors() == before)?;

    let mut document = canonical(sort.of, &checked.tree, given.place);
    (sort.check)(body.as_map()?, &document, found);
    if found.errors() > before {
        return None;
    }
    let mut sensitive: Vec<_> =
        checked.sensitive.iter().map(|path| sort.of.locate(&checked.tree, path)).collect();
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
    // What counts as not given is not sent: ECS may not take it. Nor may it take every way to write
    // a size, `512.0` say.
    let mut sent = checked.tree;
    if let Some(task) = sent.as_object_mut() {
        task.retain(|_, value| value != "");
        for field in SIZES {
            if let Some(size) = document.get(field) {
                task.insert(field.to_owned(), size.clone());
            }
        }
    }
    let keep = keep.map(|keep| (KEEP, json!(keep)));
    let settings = keep.into_iter().chain(remembered);
    let settings: Object<_, _> = settings.map(|(key, value)| (key.to_owned(), value)).collect();
    let settings = if settings.is_empty() { Json::Null } else { Json::Object(settings) };
    Some(Body { document, sent, sensitive, settings, ..Body::default() })
}

/// The canonical form, roles by their ARNs: ECS takes a role of the account by its name alone.
///
/// Source: service model, `RegisterTaskDefinitionRequest.taskRoleArn`: "the short name or full ARN".
pub(in crate::kinds) fn canonical(of: Of, tree: &Json, place: &Place) -> Json {
    let mut document = of.fold(tree);
    for field in ROLES {
        if let Some(name) = document.get(field).and_then(Json::as_str)
            && !name.starts_with("arn:")
        {
            let Place { account, .. } = place;
            let partition = place.partition();
            document[field] = json!(format!("arn:{partition}:iam::{account}:role/{name}"));
        }
    }
    document
}

/// What a change of the role that its containers have means for what they may do.
pub(in crate::kinds) fn permissions(step: &Step) -> Vec<Permission> {
    let is_role = |change: &&Change| change.path.field() == "taskRoleArn" && !change.sensitive;
    let change = step.changes.iter().find(is_role).filter(|_| {
        // What comes or goes as a whole changes nobody's role.
        !matches!(step.action, Action::Create | Action::Delete)
    });
    let name = |value: &Option<Json>| {
        let arn = value.as_ref()?.as_str()?;
        Some(arn.split_once(":role/").map_or(arn, |(_, name)| name).to_owned())
    };
    let told = match change.map(|change| (name(&change.before), name(&change.after))) {
        Some((Some(before), Some(after))) => {
            let what = format!("may now what the role {after} may, in place of {before}");
            Some((Effect::Widened, what))
        }
        Some((None, Some(after))) => {
            Some((Effect::Added, format!("may now what the role {after} may")))
        }
        Some((Some(before), None)) => {
            Some((Effect::Removed, format!("may no longer what the role {before} may")))
        }
        _ => None,
    };
    told.map(|(effect, what)| Permission { effect, what }).into_iter().collect()
}

/// Whether a field goes without saying: what is in the key already that the plan shows.
pub(in crate::kinds) fn is_quiet(path: &Path, value: &Json) -> bool {
    let keys: Vec<_> = path.0.iter().map(String::as_str).collect();
    let is_key = |key: &str| value.as_str().is_some_and(|text| text == key);
    match keys.as_slice() {
        [FAMILY] => true,
        ["containerDefinitions", _, "portMappings", key, "protocol"] => {
            key.rsplit('/').next().is_some_and(is_key)
        }
        ["containerDefinitions", key, "name"]
        | ["containerDefinitions", _, "dependsOn", key, "containerName"] => is_key(key),
        _ => false,
    }
}

fn keep(settings: &Map, found: &mut Diagnostics) -> Option<u64> {
    let node = settings.get(KEEP).filter(|node| !node.is_null())?;
    let number = match &node.value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) if node.interpolated => text.trim().parse().ok(),
        _ => None,
    };
    if number.is_none_or(|number| number == 0) {
        let message = format!("`{KEEP}` is a whole number from 1, not {}", node.shown());
        let help = "it counts the revisions of the stack that stay registered, the newest one too";
        found.push(Diagnostic::error(message).at(node.span).help(help));
        return None;
    }
    number
}

fn refuse_secret_family(map: &Map, found: &mut Diagnostics) -> Option<()> {
    let family = map.get(FAMILY).filter(|family| family.secret);
    let Some(family) = family else { return Some(()) };
    let message =
        "a family's name is shown in every output, and what comes from the environment is secret";
    found.push(Diagnostic::error(message).at(family.span).help("use a variable: `${var.NAME}`"));
    None
}

/// The JSON Schema of a body: the shape's, with what a stack file does about names and tags.
pub(in crate::kinds) fn schema() -> Json {
    let mut schema = schema_of(&shape::TASK_DEFINITION);
    with_daemon(&mut schema);
    schema["properties"][CONTAINERS]["items"]["properties"][IMAGE_FROM] = left::schema();
    schema
}

/// Adds the word for a daemon, which may be all that there is.
pub(in crate::kinds) fn with_daemon(schema: &mut Json) {
    schema["properties"][DAEMON] = daemons::schema();
    if let Some(required) = schema["required"].as_array_mut() {
        required.retain(|field| field != CONTAINERS);
    }
}

/// The same of a sort of task definition, without what only task definitions have.
pub(in crate::kinds) fn schema_of(root: &'static Root) -> Json {
    let mut schema = shape::json_schema(root);
    let list = schema["properties"][TAGS].take();
    schema["properties"][TAGS] = json!({"anyOf": [{"$ref": "#/$defs/tags"}, list]});
    schema["properties"][KEEP] = json!({
        "type": "integer",
        "minimum": 1,
        "description": "how many revisions of the stack stay registered, the newest one too; left out, all do",
    });
    schema["properties"][FAMILY]["description"] =
        json!("the family's name; left out, it is the key in the stack file");
    if let Some(required) = schema["required"].as_array_mut() {
        required.retain(|field| field != FAMILY);
    }
    schema
}

/// Every field, a line each.
pub(in crate::kinds) fn table(root: &Root) -> String {
    root.leaves().iter().map(|leaf| format!("- `{leaf}`\n")).collect()
}

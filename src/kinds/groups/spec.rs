//! How a group is written.

use serde_json::{Value as Json, json};

use crate::document::{Diagnostic, Diagnostics, Entry, Map, Node, Value};
use crate::kinds::shape::{self, Field, Need, Type, UNBOUNDED};
use crate::kinds::wrapper::{Listing, drop_read_only, unwrapped};
use crate::plan::{Change, Detail, Path};
use crate::stack::Body;

/// The field with the name.
pub(super) const NAME: &str = "GroupName";
/// The field with the filter.
pub(super) const FILTER: &str = "FilterExpression";
/// The field that says whether insights are made.
pub(super) const INSIGHTS: &str = "InsightsConfiguration";
/// The two of them.
const ENABLED: &str = "InsightsEnabled";
const NOTIFIED: &str = "NotificationsEnabled";
/// What AWS's answers have and nobody sets.
const ARN: &str = "GroupARN";

/// The fields of a group. Bounds are the service model's (`CreateGroupRequest`, X-Ray API 2016-04-12),
/// and a test holds them against botocore's copy of it.
pub(super) static FIELDS: [Field; 4] = [
    Field {
        name: NAME,
        ty: Type::Text { min: 1, max: 32 },
        need: Need::Optional,
        doc: "the name AWS knows the group by; left out, it is the key in the stack file",
    },
    Field {
        name: FILTER,
        ty: Type::Text { min: 0, max: UNBOUNDED },
        need: Need::Optional,
        doc: "which traces are in it, in X-Ray's language of filters",
    },
    Field {
        name: INSIGHTS,
        ty: Type::Struct(&SWITCHES),
        need: Need::Optional,
        doc: "whether X-Ray looks for anomalies in it; left out, it does not",
    },
    Field {
        name: "Tags",
        ty: Type::Tags,
        need: Need::Optional,
        doc: "the group's tags, those of the stack added",
    },
];

/// Source: service model, `InsightsConfiguration`.
static SWITCHES: [Field; 2] = [
    Field {
        name: ENABLED,
        ty: Type::Boolean,
        need: Need::Optional,
        doc: "whether insights are made",
    },
    Field {
        name: NOTIFIED,
        ty: Type::Boolean,
        need: Need::Optional,
        doc: "whether EventBridge is told of them; only with insights",
    },
];

/// The answer of get-groups.
pub(super) const LISTING: Listing = Listing {
    list: "Groups",
    what: "the groups",
    one: "the group",
    command: "aws xray get-groups",
    name: group_name,
    is_aws: |name| name == super::DEFAULT,
    instead: "the group `Default` is X-Ray's own, and is left to it",
};

fn group_name(group: &Node) -> Option<&str> {
    group.as_map()?.get(NAME)?.as_str()
}

/// Takes the wrappers of AWS's answers off: `get-groups`, and those about one group.
pub(super) fn bare(document: Node, key: &str, found: &mut Diagnostics) -> Option<Node> {
    let Value::Map(mut map) = document.value else {
        return Some(document);
    };
    let mut span = document.span;
    if let Some(groups) = map.take(LISTING.list) {
        let group = LISTING.pick(groups.value, key, found)?;
        return bare(group, key, found);
    }
    if map.get("Group").is_some_and(|group| group.as_map().is_some())
        && let Some(inner) = map.take("Group")
    {
        (map, span) = unwrapped(inner, map);
    }
    // A group given by its ARN alone has its name in it.
    if map.get(NAME).is_none_or(Node::is_null)
        && let Some(arn) = map.entries.iter().find(|entry| entry.key == ARN).cloned()
        && let Some(name) = arn.value.as_str().and_then(name_in)
    {
        let value = Node { value: Value::String(name.to_owned()), ..arn.value.clone() };
        map.take(NAME);
        map.entries.push(Entry { key: NAME.to_owned(), value, ..arn });
    }
    drop_read_only(&mut map, (&[ARN], "Tags"), span, found);
    if let Some(tags) = map.entries.iter_mut().find(|entry| entry.key == "Tags") {
        let list = std::mem::replace(&mut tags.value.value, Value::Null);
        tags.value.value = crate::kinds::tags::as_mapping(list);
    }
    Some(Node::new(span, Value::Map(map)))
}

/// The name in a group's ARN, `…:group/NAME/ID`.
fn name_in(arn: &str) -> Option<&str> {
    let (_, name) = arn.split_once(":group/")?;
    Some(name.split_once('/').map_or(name, |(name, _)| name))
}

/// The names of the groups in a document that [`bare`] takes. Groups of IAM's have names too.
pub(super) fn names(document: &Map) -> Vec<String> {
    if let Some(Value::Seq(groups)) = document.get(LISTING.list).map(|node| &node.value) {
        return groups.iter().filter_map(Node::as_map).flat_map(names).collect();
    }
    if let Some(inner) = document.get("Group").and_then(Node::as_map) {
        return names(inner);
    }
    let arn = document.get(ARN).and_then(Node::as_str);
    let is_group = arn.is_some_and(|arn| arn.contains(":xray:"))
        || [FILTER, INSIGHTS].iter().any(|field| document.get(field).is_some());
    let named = document.get(NAME).and_then(Node::as_str).or_else(|| arn.and_then(name_in));
    named.filter(|_| is_group).map(str::to_owned).into_iter().collect()
}

/// A canonical document as a person writes it.
pub(super) fn written(document: &Json) -> Json {
    let mut written = document.clone();
    if let Some(fields) = written.as_object_mut() {
        fields.retain(|name, value| name != NAME && *value != off());
        if let Some(Json::Object(insights)) = fields.get_mut(INSIGHTS) {
            insights.retain(|_, value| *value != json!(false));
        }
    }
    written
}

/// Insights as they are where nobody says anything. Recorded of groups made without any.
fn off() -> Json {
    json!({ENABLED: false, NOTIFIED: false})
}

/// The canonical document of a group: both switches, and a filter where there is one. What is no filter,
/// and what is an empty one, is one thing: no answer was seen that tells them apart.
pub(super) fn canonical(
    name: &str,
    filter: Option<&str>,
    insights: bool,
    notifications: bool,
) -> Json {
    let mut document = json!({NAME: name});
    if let Some(filter) = filter.filter(|filter| !filter.is_empty()) {
        document[FILTER] = json!(filter);
    }
    document[INSIGHTS] = json!({ENABLED: insights, NOTIFIED: notifications});
    document
}

/// The canonical document of a body.
pub(super) fn read(name: &str, body: &Node, found: &mut Diagnostics) -> Option<Body> {
    check_name(name, body, found)?;
    let mut read = shape::read(&FIELDS, "a group", body, found)?;
    let is_on = |switch: &str| read.document[INSIGHTS][switch] == json!(true);
    let (insights, notifications) = (is_on(ENABLED), is_on(NOTIFIED));
    check_switches(insights, notifications, body, found)?;
    let filter = read.document[FILTER].as_str();
    let mut document = canonical(name, filter, insights, notifications);
    if let Some(tags) = read.document.get("Tags") {
        document["Tags"] = tags.clone();
    }
    read.document = document;
    Some(read)
}

/// Source: service model, `InsightsConfiguration`: "Notifications can only be enabled on a group with
/// `InsightsEnabled` set to true."
fn check_switches(
    insights: bool,
    notifications: bool,
    body: &Node,
    found: &mut Diagnostics,
) -> Option<()> {
    if insights || !notifications {
        return Some(());
    }
    let switches = body.as_map().and_then(|map| map.get(INSIGHTS)).and_then(Node::as_map);
    let place = switches.and_then(|map| map.get(NOTIFIED)).map_or(body.span, |node| node.span);
    let message = format!("`{NOTIFIED}` is on and `{ENABLED}` is not: X-Ray refuses that");
    let help = format!("add `{ENABLED}: true`: what is told of are insights");
    found.push(Diagnostic::error(message).at(place).help(help));
    None
}

/// Source: X-Ray developer guide, "Configuring groups": up to 32 alphanumeric characters and dashes;
/// service model, `CreateGroupRequest`: `Default` is reserved.
fn check_name(name: &str, body: &Node, found: &mut Diagnostics) -> Option<()> {
    let own = body.as_map().and_then(|map| map.get(NAME)).filter(|node| !node.is_null());
    let place = own.map_or(body.span, |node| node.span);
    let length = name.chars().count();
    let (message, help) = if own.is_some_and(|node| node.secret) {
        let message = "a group's name is shown in every output, and what comes from the \
                       environment is secret";
        (message.to_owned(), "use a variable: `${var.NAME}`".to_owned())
    } else if name == super::DEFAULT {
        let message = "`Default` is X-Ray's own group, which cannot be created";
        (message.to_owned(), "give the group another name".to_owned())
    } else if let Some(other) = name.chars().find(|c| !c.is_ascii_alphanumeric() && *c != '-') {
        let message = format!("a group's name has a character that X-Ray does not take, {other:?}");
        (message, format!("it takes letters, digits and dashes; give it such a `{NAME}`"))
    } else if !(1..=32).contains(&length) {
        let message = format!("the group's name has {length} characters; it has from 1 to 32");
        (message, format!("give the group a `{NAME}` of that length"))
    } else {
        return Some(());
    };
    found.push(Diagnostic::error(message).at(place).help(help));
    None
}

/// Whether a field goes without saying: the name, and a switch that is off.
pub(super) fn is_quiet(path: &Path, value: &Json) -> bool {
    path.field() == NAME || *value == json!(false)
}

/// What a change of the filter does not do.
///
/// Source: X-Ray developer guide, "Configuring groups": a filter that is updated does not change what was
/// recorded already.
pub(super) fn detail(changes: &[Change]) -> Detail {
    let is_filter = |change: &Change| change.path.field() == FILTER && change.after.is_some();
    let told = changes.iter().any(is_filter).then(|| {
        "the filter decides about traces from then on; those that are there stay in their groups"
            .to_owned()
    });
    Detail { told: told.into_iter().collect(), ..Detail::default() }
}

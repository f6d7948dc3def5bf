//! How a log group is written.

use serde_json::{Value as Json, json};

use crate::document::{Diagnostic, Diagnostics, Map, Node, Value};
use crate::kinds::shape::{self, Field, Need, Type};
use crate::kinds::wrapper::drop_read_only;
use crate::plan::Path;
use crate::stack::{Body, Given};

/// The field with the name.
pub(super) const NAME: &str = "logGroupName";
/// The field with how long events stay.
pub(super) const RETENTION: &str = "retentionInDays";
/// The field with the key.
pub(super) const KEY: &str = "kmsKeyId";
/// The field that cannot be changed.
pub(super) const CLASS: &str = "logGroupClass";
/// The field that keeps it from being deleted by anybody.
pub(super) const PROTECTION: &str = "deletionProtectionEnabled";
/// The field with the tags.
pub(super) const TAGS: &str = "tags";

/// The class where none is said (service model, `CreateLogGroupRequest`).
const STANDARD: &str = "STANDARD";
/// The class that says itself how long events stay.
const DELIVERY: &str = "DELIVERY";
/// How many days that is, as AWS shows it.
///
/// Source: Terraform's documentation of `aws_cloudwatch_log_group`; the service model says that events
/// are kept for one day.
const DELIVERY_DAYS: i64 = 2;

/// The fields of a log group. Bounds are the service model's (`CreateLogGroupRequest` and, of the days,
/// `Days`, CloudWatch Logs API 2014-03-28), and a test holds them against botocore's copy of it.
pub(super) static FIELDS: [Field; 6] = [
    Field {
        name: NAME,
        ty: Type::Text { min: 1, max: 512 },
        need: Need::Optional,
        doc: "the name AWS knows the log group by; left out, it is the key in the stack file",
    },
    Field {
        name: RETENTION,
        ty: Type::IntegerOf(&[
            1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557,
            2922, 3288, 3653,
        ]),
        need: Need::Optional,
        doc: "after how many days log events are deleted; left out, they stay for ever",
    },
    Field {
        name: KEY,
        ty: Type::Text { min: 0, max: 256 },
        need: Need::Optional,
        doc: "the ARN of the KMS key that encrypts it; left out, CloudWatch Logs has its own",
    },
    Field {
        name: CLASS,
        ty: Type::OneOf(&[STANDARD, "INFREQUENT_ACCESS", "ESSENTIALS", DELIVERY]),
        need: Need::Otherwise(STANDARD),
        doc: "what can be done with it and what it costs; it cannot be changed, so that another one \
              makes the log group anew, without its logs",
    },
    Field {
        name: PROTECTION,
        ty: Type::Boolean,
        need: Need::Optional,
        doc: "`true` has CloudWatch Logs refuse to delete it, whoever asks, until this is `false` again",
    },
    Field {
        name: TAGS,
        ty: Type::Tags,
        need: Need::Optional,
        doc: "the log group's tags, those of the stack added",
    },
];

/// What AWS's answers have that this does not set.
const READ_ONLY: [&str; 8] = [
    "creationTime",
    "metricFilterCount",
    "arn",
    "storedBytes",
    "dataProtectionStatus",
    "inheritedProperties",
    "logGroupArn",
    "bearerTokenAuthenticationEnabled",
];

/// The list in an answer of describe-log-groups.
const GROUPS: &str = "logGroups";

/// Takes the wrapper of an answer of `describe-log-groups` off.
pub(super) fn bare(document: Node, key: &str, found: &mut Diagnostics) -> Option<Node> {
    let Value::Map(mut map) = document.value else {
        return Some(document);
    };
    if let Some(groups) = map.take(GROUPS) {
        let mut group = pick(&groups.value, key, found)?;
        if let Value::Map(fields) = &mut group.value {
            // What stands beside it in a stack file is laid over it.
            for entry in map.entries.into_iter().filter(|entry| entry.key != "nextToken") {
                fields.take(&entry.key);
                fields.entries.push(entry);
            }
        }
        return bare(group, key, found);
    }
    drop_read_only(&mut map, (&READ_ONLY, TAGS), document.span, found);
    let is = |field: &str, value: Json| map.get(field).is_some_and(|node| node.to_json() == value);
    // AWS shows what it decides itself.
    if is(CLASS, json!(DELIVERY)) && is(RETENTION, json!(DELIVERY_DAYS)) {
        map.take(RETENTION);
    }
    Some(Node::new(document.span, Value::Map(map)))
}

fn name_of(group: &Node) -> Option<&str> {
    group.as_map()?.get(NAME)?.as_str()
}

/// The log group of this name, or the only one.
fn pick(groups: &Node, key: &str, found: &mut Diagnostics) -> Option<Node> {
    let Value::Seq(items) = &groups.value else {
        let message = format!("`{GROUPS}` is a list, not {}", groups.kind());
        let problem = Diagnostic::error(message).at(groups.span);
        found.push(problem.help("it should be as `aws logs describe-log-groups` prints it"));
        return None;
    };
    let named = items.iter().find(|group| name_of(group) == Some(key));
    let only = items.first().filter(|_| items.len() == 1);
    let picked = named.or(only).cloned();
    if picked.is_none() {
        let names: Vec<_> = items.iter().filter_map(name_of).collect();
        found.push(
            Diagnostic::error(format!("none of the log groups in here is called {key:?}"))
                .at(groups.span)
                .help(format!("the log groups here: {}", names.join(", "))),
        );
    }
    picked
}

/// The log group of this name in an answer of describe-log-groups, if it is one and has it.
pub(super) fn part<'a>(document: &'a Node, name: &str) -> &'a Node {
    let groups = document.as_map().and_then(|map| map.get(GROUPS));
    let Some(Value::Seq(groups)) = groups.map(|groups| &groups.value) else { return document };
    groups.iter().find(|group| name_of(group) == Some(name)).unwrap_or(document)
}

/// The names of the log groups in a document that [`bare`] takes. Inputs of other calls about a log
/// group have fields that it has not.
pub(super) fn names(document: &Map) -> Vec<String> {
    if let Some(Value::Seq(groups)) = document.get(GROUPS).map(|groups| &groups.value) {
        return groups.iter().filter_map(name_of).map(str::to_owned).collect();
    }
    let is_known =
        |key: &str| FIELDS.iter().any(|field| field.name == key) || READ_ONLY.contains(&key);
    let name = document.get(NAME).and_then(Node::as_str);
    let is_group = document.entries.iter().all(|entry| is_known(&entry.key));
    name.filter(|_| is_group).map(str::to_owned).into_iter().collect()
}

/// A canonical document as a person writes it.
pub(super) fn written(document: &Json) -> Json {
    let mut written = document.clone();
    if let Some(fields) = written.as_object_mut() {
        fields.retain(|name, value| !is_quiet(&Path::of(name), value));
    }
    written
}

/// Whether a field goes without saying: the name, and the class that is one where none is said.
pub(super) fn is_quiet(path: &Path, value: &Json) -> bool {
    path.0 == [NAME] || (path.0 == [CLASS] && value == STANDARD)
}

/// The canonical document of a log group.
pub(super) fn read(given: &Given<'_>, found: &mut Diagnostics) -> Option<Body> {
    let Given { name, body, .. } = given;
    check_name(name, body, found)?;
    let read = shape::read(&FIELDS, "a log group", body, found);
    check_key(body, found)?;
    let mut read = read?;
    check_retention(&read.document, body, found)?;
    read.document[NAME] = json!(name);
    settle(&mut read.document);
    Some(read)
}

/// What goes without saying, left out: that it is not protected, and how long events of a class stay that
/// decides that itself.
pub(super) fn settle(document: &mut Json) {
    let Some(fields) = document.as_object_mut() else { return };
    if fields.get(PROTECTION) == Some(&json!(false)) {
        fields.remove(PROTECTION);
    }
    if fields.get(CLASS) == Some(&json!(DELIVERY)) {
        fields.remove(RETENTION);
    }
}

/// Source: service model, `CreateLogGroup` and `LogGroupName`; of `#`, the pattern of the ARN in the calls
/// about tags (`AmazonResourceName`), without which nothing says whose the log group is.
fn check_name(name: &str, body: &Node, found: &mut Diagnostics) -> Option<()> {
    let own = body.as_map().and_then(|map| map.get(NAME));
    let place = own.map_or(body.span, |node| node.span);
    let mut complain = |message: String, help: &str| {
        found.push(Diagnostic::error(message).at(place).help(help));
        None
    };
    if own.is_some_and(|node| node.secret) {
        return complain(
            "the name of a log group is shown in every output, and what comes from the environment \
             is secret"
                .to_owned(),
            "use a variable: `${var.NAME}`",
        );
    }
    let allowed = |c: &char| c.is_ascii_alphanumeric() || "._-/#".contains(*c);
    let length = name.chars().count();
    if let Some(other) = name.chars().find(|c| !allowed(c)) {
        let help = "it takes letters, digits and . _ - /";
        let message = "the name of a log group has a character that CloudWatch Logs does not take";
        complain(format!("{message}, {other:?}"), help)
    } else if name.contains('#') {
        let message = "CloudWatch Logs takes a log group with `#` in its name, and no tags for it";
        complain(message.to_owned(), "its tags say which stack it belongs to: leave the `#` out")
    } else if name.starts_with("aws/") {
        let message = "log groups whose names begin with `aws/` are AWS's own";
        complain(message.to_owned(), "begin it with something else, `/aws/` may be")
    } else if !(1..=512).contains(&length) {
        let message = format!("the name of a log group has {length} characters; it may have 512");
        complain(message, "give it a `logGroupName` of that length")
    } else {
        Some(())
    }
}

/// Source: service model, `CreateLogGroupRequest`: the key is named by its ARN.
fn check_key(body: &Node, found: &mut Diagnostics) -> Option<()> {
    let key = body.as_map().and_then(|map| map.get(KEY)).filter(|key| !key.is_null());
    let Some(key) = key else { return Some(()) };
    let is_arn = |text: &str| text.starts_with("arn:") && text.contains(":key/");
    if key.as_str().is_none_or(is_arn) {
        return Some(());
    }
    found.push(
        Diagnostic::error(format!("`{KEY}` is the ARN of a key, not {}", key.shown()))
            .at(key.span)
            .help(
                "CloudWatch Logs takes neither aliases nor bare ids: \
                   `arn:aws:kms:REGION:ACCOUNT:key/ID`",
            ),
    );
    None
}

fn check_retention(document: &Json, body: &Node, found: &mut Diagnostics) -> Option<()> {
    if document.get(RETENTION).is_none() || document[CLASS] != DELIVERY {
        return Some(());
    }
    let place = body.as_map().and_then(|map| map.get(RETENTION)).map_or(body.span, |n| n.span);
    found.push(
        Diagnostic::error(
            "how long events stay in a log group of the class DELIVERY is AWS's to say",
        )
        .at(place)
        .help(format!("leave `{RETENTION}` out, or choose another `{CLASS}`")),
    );
    None
}

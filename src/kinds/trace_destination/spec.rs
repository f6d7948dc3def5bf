//! How the destination of spans is written.

use serde_json::{Value as Json, json};

use crate::document::{Diagnostic, Diagnostics, Map, Node};
use crate::kinds::grants::arn;
use crate::kinds::shape::{self, Field, Need, Type};
use crate::plan::Path;
use crate::stack::{Body, Given};

pub(super) const DESTINATION: &str = "Destination";
/// What AWS is told with a change, and tells nobody.
pub(super) const CONFIGURATION: &str = "CloudWatchLogsConfiguration";
pub(super) const KEY: &str = "SpansLogGroupKmsKeyId";

/// In the canonical document: whether a log resource policy lets X-Ray write spans. A file that wants
/// them in CloudWatch Logs wants that, too.
pub(super) const ACCESS: &str = "log_policy";
/// One does, and none stands against it.
pub(super) const IN_PLACE: &str = "in place";
/// None does.
pub(super) const MISSING: &str = "missing";
/// One denies it, whatever others allow.
pub(super) const DENIED: &str = "denied";

pub(super) const XRAY: &str = "XRay";
pub(super) const LOGS: &str = "CloudWatchLogs";
pub(super) static DESTINATIONS: [&str; 2] = [XRAY, LOGS];

/// Source: service model, `UpdateTraceSegmentDestinationRequest`, which a test holds this against. There
/// `Destination` is not required, and a request without it says nothing.
pub(super) static FIELDS: [Field; 2] = [
    Field {
        name: DESTINATION,
        ty: Type::OneOf(&DESTINATIONS),
        need: Need::Required,
        doc: "`XRay`, or `CloudWatchLogs` for Transaction Search",
    },
    Field {
        name: CONFIGURATION,
        ty: Type::Struct(&LOG_GROUPS),
        need: Need::Optional,
        doc: "how X-Ray makes the log groups, sent with a change to `CloudWatchLogs` and never compared",
    },
];

static LOG_GROUPS: [Field; 1] = [Field {
    name: KEY,
    ty: Type::Text { min: 1, max: 256 },
    need: Need::Optional,
    doc: "the ARN of the KMS key that `aws/spans` is encrypted with where X-Ray makes it",
}];

/// The canonical document is where spans go, and that X-Ray may write them there. What is only sent
/// stands apart.
pub(super) fn read(given: &Given<'_>, found: &mut Diagnostics) -> Option<Body> {
    let mut read = shape::read(&FIELDS, "the destination of traces", given.body, found)?;
    let destination = read.document[DESTINATION].clone();
    let key = given.body.as_map().and_then(key_node);
    if let Some(key) = key {
        check_key(key, &destination, given, found)?;
    }
    let fields = read.document.as_object_mut()?;
    read.sent = fields.remove(CONFIGURATION).unwrap_or_default();
    if destination == json!(LOGS) {
        fields.insert(ACCESS.to_owned(), json!(IN_PLACE));
    }
    // What has to be looked at depends on it.
    read.settings = json!({DESTINATION: destination});
    Some(read)
}

fn key_node(body: &Map) -> Option<&Node> {
    body.get(CONFIGURATION)?.as_map()?.get(KEY).filter(|key| !key.is_null())
}

/// Source: service model: only with the destination `CloudWatchLogs`; the ARN of a key of the same
/// account and region, neither its id nor an alias.
fn check_key(
    key: &Node,
    destination: &Json,
    given: &Given<'_>,
    found: &mut Diagnostics,
) -> Option<()> {
    let text = key.as_str().unwrap_or_default();
    let (problem, help) = if key.secret {
        (
            format!(
                "`{KEY}` is shown in every plan, and what comes from the environment is secret"
            ),
            "use a variable: `${var.NAME}`".to_owned(),
        )
    } else if *destination != json!(LOGS) {
        (
            format!("`{CONFIGURATION}` is for `{DESTINATION}: {LOGS}` alone"),
            "take it out, or set that destination".to_owned(),
        )
    } else if !text.starts_with(&arn(given.place, "kms", &given.place.region, "key/")) {
        (
            format!("`{KEY}` is not the ARN of a key of this account and region: {}", key.shown()),
            format!("write it as `{}`", arn(given.place, "kms", &given.place.region, "key/ID")),
        )
    } else {
        return Some(());
    };
    found.push(Diagnostic::error(problem).at(key.span).help(help));
    None
}

/// The key that a body has for `aws/spans`.
pub(super) fn key(sent: &Json) -> Option<&str> {
    sent.get(KEY)?.as_str()
}

/// Whether a field of the canonical document goes without saying.
pub(super) fn is_quiet(path: &Path, value: &Json) -> bool {
    path.field() == ACCESS && *value == json!(IN_PLACE)
}

//! What roles and policies have in common.

pub(super) mod grants;
pub(super) mod live;

use serde_json::{Value as Json, json};

use super::shape::{Field, Need, Type};
use crate::document::{Diagnostic, Diagnostics, Node};
use crate::iam::{self as policy, Use};
use crate::plan::{Change, Effect, Path, Permission};
use crate::stack::{Body, Place};

/// The path of what IAM names.
pub(super) const PATH: Field = Field {
    name: "Path",
    ty: Type::Text { min: 1, max: 512 },
    need: Need::Otherwise("/"),
    doc: "",
};

/// The tags of what IAM names.
pub(super) const TAGS: Field = Field {
    name: "Tags",
    ty: Type::Tags,
    need: Need::Optional,
    doc: "its tags, those of the stack added",
};

/// IAM is global, so that the mark names the stack's region too: stacks of one name may live in
/// several.
pub(super) fn owner(stack: &str, place: &Place) -> String {
    format!("{stack}@{}", place.region)
}

/// The ARN of a role or a policy.
///
/// Source: IAM user guide, "IAM ARNs".
pub(super) fn arn(what: &str, name: &str, fields: &Json, place: &Place) -> String {
    let path = fields["Path"].as_str().unwrap_or("/");
    let Place { account, .. } = place;
    format!("arn:{}:iam::{account}:{what}{path}{name}", place.partition())
}

/// Whether a field of what comes or goes says nothing: the name, and the defaults.
pub(super) fn is_quiet(path: &Path, value: &Json) -> bool {
    match path.field() {
        "RoleName" | "PolicyName" => true,
        "Path" => value == "/",
        "MaxSessionDuration" => value == 3600,
        _ => false,
    }
}

/// Checks a name that may be the key in the stack file.
///
/// Source: service model, `roleNameType` and `policyNameType`.
pub(super) fn check_name(
    name: &str,
    body: &Node,
    (field, noun, longest): (&str, &str, usize),
    found: &mut Diagnostics,
) -> Option<()> {
    let own = body.as_map().and_then(|map| map.get(field));
    let place = own.map_or(body.span, |node| node.span);
    if own.is_some_and(|node| node.secret) {
        let message = format!(
            "the name of {noun} is shown in every output, and what comes from the environment is secret"
        );
        found.push(Diagnostic::error(message).at(place).help("use a variable: `${var.NAME}`"));
        return None;
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    if let Some(other) = name.chars().find(|c| !allowed(*c)) {
        let message =
            format!("the name of {noun} has a character that IAM does not take, {other:?}");
        let help = "it takes letters, digits and _ + = , . @ -";
        found.push(Diagnostic::error(message).at(place).help(help));
        return None;
    }
    let length = name.chars().count();
    if !(1..=longest).contains(&length) {
        let message = format!("the name of {noun} has {length} characters; it may have {longest}");
        let help = format!("give it a `{field}` of that length");
        found.push(Diagnostic::error(message).at(place).help(help));
        return None;
    }
    Some(())
}

/// Checks what the table of fields cannot, and gives the document its name.
pub(super) fn finish(
    read: &mut Body,
    field: &str,
    name: &str,
    found: &mut Diagnostics,
    body: &Node,
) {
    if let Some(path) = body.as_map().and_then(|map| map.get("Path"))
        && let Some(text) = path.as_str()
        && !is_path(text)
    {
        let message = "a path begins and ends with `/`, and has no spaces";
        found.push(Diagnostic::error(message).at(path.span).help("write it like `/team/`"));
    }
    read.document[field] = json!(name);
    if read.document["Description"] == ""
        && let Some(fields) = read.document.as_object_mut()
    {
        fields.remove("Description");
    }
}

/// Source: service model, `pathType`.
fn is_path(text: &str) -> bool {
    text.starts_with('/')
        && text.ends_with('/')
        && text.chars().all(|c| ('!'..='\u{7f}').contains(&c))
}

/// A policy document as it is spelled, checked against everything that is known before AWS is
/// asked. How long a trust policy may be is said where it is read, since the account may have a
/// higher quota.
pub(super) fn document(
    node: &Node,
    of: Use,
    name: &str,
    longest: Option<usize>,
    found: &mut Diagnostics,
) -> Option<Json> {
    // The AWS CLI's input of `put-role-policy` holds the document in a field.
    let inner = node.as_map().and_then(|map| map.get("PolicyDocument"));
    let node = inner.unwrap_or(node);
    let document = policy::read(node, of, name, found)?;
    let size = policy::size(&document);
    if let Some(longest) = longest.filter(|longest| size > *longest) {
        let message = format!("{name} has {size} characters that count; AWS takes {longest}");
        let help = "white space does not count; take statements out, or use wildcards";
        found.push(Diagnostic::error(message).at(node.span).help(help));
        return None;
    }
    Some(document)
}

/// The path of a document, if something in it must not be shown.
pub(super) fn secret_in(node: &Node, path: &str) -> Option<Path> {
    holds_secret(node).then(|| Path::of(path))
}

/// Whether something in here must not be shown.
pub(super) fn holds_secret(node: &Node) -> bool {
    use crate::document::Value;
    node.secret
        || match &node.value {
            Value::Seq(items) => items.iter().any(holds_secret),
            Value::Map(map) => map.entries.iter().any(|entry| holds_secret(&entry.value)),
            _ => false,
        }
}

/// The JSON Schema of a policy document.
pub(super) fn document_schema() -> Json {
    json!({
        "anyOf": [
            {
                "type": "object",
                "properties": {"file": {"type": "string"}},
                "required": ["file"],
                "additionalProperties": false,
            },
            {
                "type": "object",
                "properties": {
                    "Version": {"enum": ["2012-10-17", "2008-10-17"]},
                    "Id": {"type": "string"},
                    "Statement": {"type": ["object", "array"]},
                },
                "required": ["Statement"],
            },
            {"type": "string"},
        ],
    })
}

/// What a change of a policy document means for what is allowed. `named` is what the document is
/// called, in front of each sentence.
pub(super) fn meaning(change: &Change, of: Use, named: &str) -> Vec<Permission> {
    if change.sensitive {
        let what = format!("{named}cannot be shown: it holds a secret");
        let effect = if change.after.is_none() { Effect::Removed } else { Effect::Widened };
        return vec![Permission { effect, what }];
    }
    let meaning = policy::widened(change.before.as_ref(), change.after.as_ref(), of);
    let told = |effect: Effect, sentences: Vec<String>| {
        let tell = move |what| Permission { effect, what: format!("{named}{what}") };
        sentences.into_iter().map(tell).collect::<Vec<_>>()
    };
    let is_loosened = |sentence: &String| meaning.loosened.contains(sentence);
    let (loosened, granted) = meaning.granted.into_iter().partition(is_loosened);
    let mut all = told(Effect::Widened, meaning.alarms);
    all.extend(told(Effect::Widened, loosened));
    // Someone more who may assume a role that is there, or use what has a policy, widens it, whoever it
    // is.
    let widens = of != Use::Identity && change.before.is_some();
    all.extend(told(if widens { Effect::Widened } else { Effect::Added }, granted));
    all.extend(told(Effect::Removed, meaning.revoked));
    if let Some(caveat) = meaning.caveat {
        all.extend(told(Effect::Added, vec![caveat.to_owned()]));
    }
    all
}

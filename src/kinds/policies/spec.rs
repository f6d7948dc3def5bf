//! How a customer-managed policy is written.

use serde_json::{Value as Json, json};

use crate::document::{Diagnostic, Diagnostics, Map, Node, Value};
use crate::iam::{self as policy, Use};
use crate::kinds::shape::{self, Field, Need, Type};
use crate::kinds::wrapper::{drop_read_only, unwrapped};
use crate::kinds::{Live, iam};
use crate::plan::{Detail, Path};
use crate::stack::{Body, Given, Wanted};

/// The field with the name.
pub(super) const NAME: &str = "PolicyName";
/// The field with the policy itself.
pub(super) const DOCUMENT: &str = "PolicyDocument";
/// The fields that IAM has no call to change.
pub(super) const FIXED: [&str; 2] = ["Path", "Description"];
/// In the facts of a live one: how many users and roles it is the boundary of.
pub(super) const BOUNDS: &str = "bounds";
/// What it is attached to, in what is known of a live policy and in what a step carries over.
pub(super) const ATTACHED: &str = "Attached";

/// The fields of a policy. Bounds are the service model's (`CreatePolicyRequest`, IAM API
/// 2010-05-08), and a test holds them against botocore's copy of it.
pub(super) static FIELDS: [Field; 5] = [
    Field {
        name: NAME,
        ty: Type::Text { min: 1, max: 128 },
        need: Need::Optional,
        doc: "the name AWS knows the policy by; left out, it is the key in the stack file",
    },
    Field { doc: "where its ARN puts it, `/team/`; it cannot be moved", ..iam::PATH },
    Field {
        name: "Description",
        ty: Type::Text { min: 0, max: 1000 },
        need: Need::Optional,
        doc: "what it is for; it cannot be changed, so that another one makes the policy anew",
    },
    Field {
        name: DOCUMENT,
        ty: Type::Apart {
            called: "policy document, or `{ file: PATH }`",
            schema: iam::document_schema,
        },
        need: Need::Required,
        doc: "what it allows and denies",
    },
    iam::TAGS,
];

/// What AWS's answers have that nobody sets.
const READ_ONLY: [&str; 10] = [
    "PolicyId",
    "Arn",
    "DefaultVersionId",
    "AttachmentCount",
    "PermissionsBoundaryUsageCount",
    "IsAttachable",
    "CreateDate",
    "UpdateDate",
    "VersionId",
    "IsDefaultVersion",
];

/// Takes the wrappers of AWS's answers off: `get-policy` and `get-policy-version`.
pub(super) fn bare(document: Node, found: &mut Diagnostics) -> Node {
    let Value::Map(mut map) = document.value else {
        return document;
    };
    let inner = map.take("Policy").or_else(|| map.take("PolicyVersion"));
    let (mut map, span) = match inner {
        Some(inner) if inner.value.as_map().is_some() => unwrapped(inner, map),
        _ => (map, document.span),
    };
    // A version holds its document under another name.
    if let Some(mut text) = map.take("Document") {
        DOCUMENT.clone_into(&mut text.key);
        map.entries.push(text);
    }
    drop_read_only(&mut map, (&READ_ONLY, "Tags"), span, found);
    Node::new(span, Value::Map(map))
}

/// The name of the policy in a document that [`bare`] takes. `get-policy` does not show what it
/// allows, and a policy that is put on a role is the role's.
pub(super) fn names(document: &Map, called: &str) -> Vec<String> {
    let version = || document.get("PolicyVersion")?.as_map()?.get("Document");
    let is_put = ["RoleName", "UserName", "GroupName"].iter().any(|on| document.get(on).is_some());
    if is_put || document.get(DOCUMENT).or_else(version).is_none() {
        return Vec::new();
    }
    vec![document.get(NAME).and_then(Node::as_str).unwrap_or(called).to_owned()]
}

/// A live policy as a person writes it.
pub(super) fn written(live: &Live) -> Json {
    let mut written = live.document.clone();
    if let Some(fields) = written.as_object_mut() {
        fields
            .retain(|name, value| name != NAME && !iam::is_quiet(&Path(vec![name.clone()]), value));
        fields.insert(DOCUMENT.to_owned(), live.facts[DOCUMENT].clone());
    }
    written
}

/// The canonical document of a policy; the policy itself as it is spelled is what is sent.
pub(super) fn read(given: &Given<'_>, found: &mut Diagnostics) -> Option<Body> {
    let body = given.body;
    iam::check_name(given.name, body, ("PolicyName", "a policy", 128), found)?;
    let read = shape::read(&FIELDS, "a policy", body, found);
    let node = body.as_map().and_then(|map| map.get(DOCUMENT));
    let spelled =
        iam::document(node?, Use::Identity, DOCUMENT, Some(policy::LONGEST_MANAGED), found);
    let (mut read, spelled) = (read?, spelled?);
    check_version(&spelled, node?, found)?;
    iam::finish(&mut read, "PolicyName", given.name, found, body);
    read.document[DOCUMENT] = policy::canonical(&spelled);
    read.sensitive.extend(iam::secret_in(node?, DOCUMENT));
    read.sent = json!({ DOCUMENT: spelled });
    Some(read)
}

/// The version of the policy language that IAM asks of a policy of its own; those in a role may still
/// be of the first one.
///
/// Source: seen, "Policy document must be version 2012-10-17 or greater"
/// (Meteor-Community-Packages/Meteor-CollectionFS 630).
fn check_version(document: &Json, node: &Node, found: &mut Diagnostics) -> Option<()> {
    const NEWEST: &str = "2012-10-17";
    if document["Version"] == NEWEST {
        return Some(());
    }
    let message = format!("IAM takes managed policies of `Version: \"{NEWEST}\"` only");
    let version = node.as_map().and_then(|map| map.get("Version"));
    let place = version.map_or(node.span, |version| version.span);
    let help =
        format!("write `\"Version\": \"{NEWEST}\"`; `${{…}}` in it is a variable of IAM's then");
    found.push(Diagnostic::error(message).at(place).help(help));
    None
}

/// What it is attached to and how many it bounds, where it goes or is made anew.
pub(super) fn detail(wanted: Option<&Wanted>, live: &Live) -> Detail {
    let stays = |wanted: &Wanted| {
        FIXED.iter().all(|field| wanted.document.get(*field) == live.document.get(*field))
    };
    if wanted.is_some_and(stays) {
        return Detail::default();
    }
    if wanted.is_some() {
        let mut told = vec!["is taken off all that it is attached to, and put back".to_owned()];
        if live.facts[BOUNDS].as_u64().is_some_and(|count| count > 0) {
            told.push("is a permissions boundary, and IAM deletes none: this will fail".to_owned());
        }
        return Detail { told, ..Detail::default() };
    }
    let attached = &live.facts[ATTACHED];
    let told = ["users", "groups", "roles"].into_iter().filter_map(|what| {
        let names: Vec<_> = attached[what].as_array()?.iter().filter_map(Json::as_str).collect();
        let whom = if names.len() == 1 { what.trim_end_matches('s') } else { what };
        (!names.is_empty()).then(|| format!("is taken off the {whom} {}", names.join(", ")))
    });
    let mut value = attached.clone();
    value[BOUNDS] = live.facts[BOUNDS].clone();
    Detail { told: told.collect(), value, acts: false }
}

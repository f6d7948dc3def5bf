//! How a resource policy is written.

use serde_json::{Value as Json, json};

use crate::document::{Diagnostic, Diagnostics, Map, Node, Value};
use crate::iam::{self as policy, Use};
use crate::kinds::shape::{self, Field, Need, Type};
use crate::kinds::wrapper::{Listing, drop_read_only, unwrapped};
use crate::kinds::{Live, iam};
use crate::stack::{Body, Given};

/// The field with the name.
pub(super) const NAME: &str = "PolicyName";
/// The field with the policy itself.
pub(super) const DOCUMENT: &str = "PolicyDocument";
/// The field that lets a policy lock its author out. AWS does not show it.
pub(super) const BYPASS: &str = "BypassPolicyLockoutCheck";
/// What AWS gives each state of a policy.
pub(super) const REVISION: &str = "PolicyRevisionId";
/// When AWS says that it was last written.
const UPDATED: &str = "LastUpdatedTime";

/// How large a policy may be.
///
/// Source: service model, `PutResourcePolicy`, "5KB". Whether a KB has 1000 or 1024 bytes, and whether white
/// space counts, is not said: refused is only what is too large by any count, the bytes of the text without
/// white space that is sent.
const LONGEST: usize = 5 * 1024;

/// The fields of a policy. Bounds are the service model's (`PutResourcePolicyRequest`, X-Ray API 2016-04-12),
/// and a test holds them against botocore's copy of it.
pub(super) static FIELDS: [Field; 3] = [
    Field {
        name: NAME,
        ty: Type::Text { min: 1, max: 128 },
        need: Need::Optional,
        doc: "the name AWS knows the policy by; left out, it is the key in the stack file",
    },
    Field {
        name: DOCUMENT,
        ty: Type::Apart {
            called: "policy document, or `{ file: PATH }`",
            schema: iam::document_schema,
        },
        need: Need::Required,
        doc: "who may do what with X-Ray in this account and region",
    },
    Field {
        name: BYPASS,
        ty: Type::Boolean,
        need: Need::Optional,
        doc: "`true` lets it keep who writes it from writing it again; sent with a change, and no change \
              itself",
    },
];

/// The answer of list-resource-policies.
pub(super) const LISTING: Listing = Listing {
    list: "ResourcePolicies",
    what: "the policies",
    one: "the policy",
    command: "aws xray list-resource-policies",
    name: policy_name,
    is_aws: is_aws_own,
    instead: "those are AWS's own, and are left to it",
};

fn policy_name(policy: &Node) -> Option<&str> {
    policy.as_map()?.get(NAME)?.as_str()
}

/// Whether AWS made it itself: it does for who has vended traces delivered.
///
/// Source: CloudWatch Logs user guide, "Enable logging from AWS services", traces to X-Ray.
pub(super) fn is_aws_own(name: &str) -> bool {
    name.starts_with("AWSLogDelivery")
}

/// Takes the wrappers of AWS's answers off: `list-resource-policies` and `put-resource-policy`.
pub(super) fn bare(document: Node, key: &str, found: &mut Diagnostics) -> Option<Node> {
    let Value::Map(mut map) = document.value else {
        return Some(document);
    };
    let mut span = document.span;
    if let Some(policies) = map.take(LISTING.list) {
        let policy = LISTING.pick(policies.value, key, found)?;
        return bare(policy, key, found);
    }
    if let Some(inner) = map.take("ResourcePolicy") {
        (map, span) = unwrapped(inner, map);
    }
    drop_read_only(&mut map, (&[REVISION, UPDATED], ""), span, found);
    Some(Node::new(span, Value::Map(map)))
}

/// The names of the policies in a document that [`bare`] takes. The input of put-resource-policy is told from
/// that of IAM's create-policy by what only X-Ray has.
pub(super) fn names(document: &Map, called: &str) -> Vec<String> {
    if let Some(Value::Seq(policies)) = document.get(LISTING.list).map(|node| &node.value) {
        return policies.iter().filter_map(policy_name).map(str::to_owned).collect();
    }
    let wrapped = document.get("ResourcePolicy").and_then(Node::as_map);
    let is_of_xray = [REVISION, UPDATED, BYPASS].iter().any(|field| document.get(field).is_some());
    let Some(policy) = wrapped.or(Some(document).filter(|_| is_of_xray)) else {
        return Vec::new();
    };
    if policy.get(DOCUMENT).is_none() {
        return Vec::new();
    }
    vec![policy.get(NAME).and_then(Node::as_str).unwrap_or(called).to_owned()]
}

/// The canonical document of a policy with this text.
pub(super) fn canonical(name: &str, spelled: &Json) -> Json {
    json!({ NAME: name, DOCUMENT: policy::canonical(spelled) })
}

/// A live policy as a person writes it.
pub(super) fn written(live: &Live) -> Json {
    json!({ DOCUMENT: live.facts[DOCUMENT] })
}

/// The canonical document of a body; the policy itself as it is spelled is what is sent.
pub(super) fn read(given: &Given<'_>, found: &mut Diagnostics) -> Option<Body> {
    let (name, body) = (given.name, given.body);
    iam::check_name(name, body, (NAME, "a resource policy", 128), found)?;
    refuse_aws_own(name, body, found)?;
    if given.is_absent() {
        return Some(Body { document: json!({ NAME: name }), ..Body::default() });
    }
    let read = shape::read(&FIELDS, "a resource policy", body, found);
    let node = body.as_map().and_then(|map| map.get(DOCUMENT)).filter(|node| !node.is_null());
    let spelled = policy::read(node?, Use::Resource, DOCUMENT, found);
    let (mut read, spelled) = (read?, spelled?);
    check_size(&spelled, node?, found)?;
    read.sent = json!({ DOCUMENT: spelled });
    if let Some(bypass) = read.document.get(BYPASS) {
        read.sent[BYPASS] = bypass.clone();
    }
    read.document = canonical(name, &spelled);
    read.sensitive.retain(|path| path.field() != BYPASS);
    read.sensitive.extend(iam::secret_in(node?, DOCUMENT));
    Some(read)
}

fn refuse_aws_own(name: &str, body: &Node, found: &mut Diagnostics) -> Option<()> {
    if !is_aws_own(name) {
        return Some(());
    }
    let own = body.as_map().and_then(|map| map.get(NAME)).map(|node| node.span);
    let message = "resource policies whose names begin with `AWSLogDelivery` are AWS's own";
    let help = "leave it out here: AWS writes it itself, and tracewright does not touch it";
    found.push(Diagnostic::error(message).at(own.unwrap_or(body.span)).help(help));
    None
}

fn check_size(spelled: &Json, node: &Node, found: &mut Diagnostics) -> Option<()> {
    let size = policy::text(spelled).len();
    if size <= LONGEST {
        return Some(());
    }
    let message = format!("{DOCUMENT} has {size} bytes without white space; X-Ray takes 5 KB");
    let help = "take statements out, use wildcards, or make two policies of it";
    found.push(Diagnostic::error(message).at(node.span).help(help));
    None
}

/// The names of fields, in the order in which a person writes them.
pub(super) fn order() -> Vec<&'static str> {
    FIELDS.iter().map(|field| field.name).chain(policy::ELEMENTS).collect()
}

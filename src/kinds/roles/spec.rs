//! How a role is written.

use std::collections::BTreeSet;

use serde_json::{Map as Object, Value as Json, json};

use crate::document::{Diagnostic, Diagnostics, Entry, Map, Node, Value, or_nearest};
use crate::iam::{self as policy, Use};
use crate::kinds::shape::{self, Field, Need, Type};
use crate::kinds::wrapper::{drop_read_only, unwrapped};
use crate::kinds::{Live, iam};
use crate::plan::Path;
use crate::stack::{Body, Given};

/// The field with the name.
pub(super) const NAME: &str = "RoleName";
/// Who may assume the role.
pub(super) const TRUST: &str = "AssumeRolePolicyDocument";
/// The policies that are part of it.
pub(super) const INLINE: &str = "InlinePolicies";
/// The policies that are attached to it.
pub(in crate::kinds) const MANAGED: &str = "ManagedPolicies";
/// What it may do at most.
pub(in crate::kinds) const BOUNDARY: &str = "PermissionsBoundary";
/// How long a session may be, in seconds.
pub(super) const SESSION: &str = "MaxSessionDuration";
/// Our setting for what others may put on the role.
pub(super) const UNMANAGED: &str = "unmanaged";
/// What may be left to others.
const LEAVABLE: [&str; 3] = [INLINE, MANAGED, BOUNDARY];
/// How long a session may be where nothing is said. Source: service model, `CreateRoleRequest`.
const ONE_HOUR: i64 = 3600;
/// How many managed policies a role may have.
///
/// Source: documentation, IAM and STS quotas.
const MOST_MANAGED: usize = 10;

/// The fields of a role. Bounds are the service model's (`CreateRoleRequest`, IAM API 2010-05-08),
/// and a test holds them against botocore's copy of it.
pub(super) static FIELDS: [Field; 9] = [
    Field {
        name: NAME,
        ty: Type::Text { min: 1, max: 64 },
        need: Need::Optional,
        doc: "the name AWS knows the role by; left out, it is the key in the stack file",
    },
    Field {
        name: TRUST,
        ty: Type::Apart {
            called: "policy document, or `{ file: PATH }`",
            schema: iam::document_schema,
        },
        need: Need::Required,
        doc: "who may assume the role",
    },
    Field { doc: "where its ARN puts it, `/team/`; it cannot be moved", ..iam::PATH },
    Field {
        name: "Description",
        ty: Type::Text { min: 0, max: 1000 },
        need: Need::Optional,
        doc: "what it is for",
    },
    Field {
        name: SESSION,
        ty: Type::Integer { min: ONE_HOUR, max: Some(43_200) },
        need: Need::Optional,
        doc: "how long a session may be, in seconds; 3600 where nothing is said",
    },
    Field {
        name: BOUNDARY,
        ty: Type::Text { min: 1, max: 2048 },
        need: Need::Optional,
        doc: "the managed policy that says what the role may do at most, by name or ARN",
    },
    Field {
        name: MANAGED,
        ty: Type::Apart { called: "list of names and ARNs", schema: managed_schema },
        need: Need::Optional,
        doc: "the managed policies attached to it: AWS's by name, ours by `${policy.KEY.arn}`; no others stay",
    },
    Field {
        name: INLINE,
        ty: Type::Apart {
            called: "mapping of names to policy documents, each may be `{ file: PATH }`",
            schema: inline_schema,
        },
        need: Need::Optional,
        doc: "the policies that are part of it; no others stay",
    },
    iam::TAGS,
];

/// What AWS's answers have that nobody sets.
const READ_ONLY: [&str; 7] = [
    "RoleId",
    "Arn",
    "CreateDate",
    "RoleLastUsed",
    "InstanceProfileList",
    "SourceRoleTemplate",
    "PermissionsBoundaryType",
];

fn managed_schema() -> Json {
    json!({"type": "array", "items": {"type": "string"}})
}

fn inline_schema() -> Json {
    json!({
        "type": "object",
        "propertyNames": {"maxLength": 128},
        "additionalProperties": {"anyOf": [iam::document_schema(), {"type": "null"}]},
    })
}

pub(super) fn unmanaged_schema() -> Json {
    json!({
        "type": "array",
        "items": {"enum": LEAVABLE},
        "description": "fields that are left to others, whatever they put there",
    })
}

/// Takes the wrappers of AWS's answers off: `get-role`, and a role of
/// `get-account-authorization-details`.
pub(super) fn bare(document: Node, found: &mut Diagnostics) -> Node {
    let Value::Map(mut map) = document.value else {
        return document;
    };
    let (mut map, span) = match map.take("Role") {
        Some(inner) if inner.value.as_map().is_some() => unwrapped(inner, map),
        _ => (map, document.span),
    };
    drop_read_only(&mut map, (&READ_ONLY, "Tags"), span, found);
    let renamed = |map: &mut Map, from: &str, to: &str, change: fn(Node) -> Node| {
        if let Some(entry) = map.take(from) {
            let value = change(entry.value);
            map.entries.push(Entry { key: to.to_owned(), key_span: entry.key_span, value });
        }
    };
    // GetRole answers the boundary with its type beside it.
    renamed(&mut map, BOUNDARY, BOUNDARY, |node| {
        let arn = node.as_map().and_then(|map| map.get("PermissionsBoundaryArn")).cloned();
        arn.unwrap_or(node)
    });
    renamed(&mut map, "AttachedManagedPolicies", MANAGED, |mut node| {
        if let Value::Seq(items) = &mut node.value {
            for item in items.iter_mut() {
                let arn = item.as_map().and_then(|map| map.get("PolicyArn")).cloned();
                *item = arn.unwrap_or_else(|| item.clone());
            }
        }
        node
    });
    renamed(&mut map, "RolePolicyList", INLINE, |node| {
        let Value::Seq(items) = &node.value else { return node };
        let entry = |item: &Node| {
            let (name, document) =
                (item.as_map()?.get("PolicyName")?, item.as_map()?.get("PolicyDocument")?);
            let key = name.as_str()?.to_owned();
            Some(Entry { key, key_span: name.span, value: document.clone() })
        };
        match items.iter().map(entry).collect() {
            Some(entries) => Node::new(node.span, Value::Map(Map { entries })),
            None => node,
        }
    });
    Node::new(span, Value::Map(map))
}

/// The canonical document of a role; its policy documents as they are spelled are what is sent.
pub(super) fn read(given: &Given<'_>, found: &mut Diagnostics) -> Option<Body> {
    let (body, before) = (given.body, found.errors());
    let empty = Map::default();
    let fields = body.as_map().unwrap_or(&empty);
    iam::check_name(given.name, body, ("RoleName", "a role", 64), found)?;
    // What else is wrong is told as well.
    let mut read = shape::read(&FIELDS, "a role", body, found).unwrap_or_default();
    iam::finish(&mut read, "RoleName", given.name, found, body);
    read.unmanaged = unmanaged(given, fields, found);
    read.sent = json!({});

    let trust = fields.get(TRUST)?;
    if let Some(spelled) = iam::document(trust, Use::Trust, TRUST, None, found) {
        read.document[TRUST] = policy::canonical(&spelled);
        read.sent[TRUST] = spelled;
    }
    read.sensitive.extend(iam::secret_in(trust, TRUST));
    if let Some(node) = fields.get(INLINE).filter(|node| !node.is_null()) {
        inline(node, &mut read, found);
    }
    if let Some(node) = fields.get(MANAGED).filter(|node| !node.is_null()) {
        read.document[MANAGED] = managed(node, given, found);
    }
    if let Some(node) = fields.get(BOUNDARY).filter(|node| !node.is_null()) {
        read.document[BOUNDARY] = json!(managed_arn(node, given, found)?);
    }
    let object = read.document.as_object_mut()?;
    object.entry(SESSION).or_insert(ONE_HOUR.into());
    object.retain(|_, value| value.as_object().is_none_or(|object| !object.is_empty()));
    (found.errors() == before).then_some(read)
}

fn unmanaged(given: &Given<'_>, fields: &Map, found: &mut Diagnostics) -> Vec<String> {
    let Some(node) = given.settings.get(UNMANAGED).filter(|node| !node.is_null()) else {
        return Vec::new();
    };
    let Value::Seq(items) = &node.value else {
        let message = format!("`{UNMANAGED}` is a list of fields, not {}", node.kind());
        let help = format!("write it like `{UNMANAGED}: [{INLINE}]`");
        found.push(Diagnostic::error(message).at(node.span).help(help));
        return Vec::new();
    };
    let mut left = Vec::new();
    for item in items {
        let name = item.as_str().unwrap_or_default();
        if !LEAVABLE.contains(&name) {
            let message = format!("{} cannot be left to others", item.shown());
            let help = or_nearest(name, &LEAVABLE);
            found.push(Diagnostic::error(message).at(item.span).maybe_help(help));
        } else if let Some(field) = fields.get(name).filter(|field| !field.is_null()) {
            let message = format!("`{name}` is left to others, and given here");
            let help = format!("take it out here, or out of `{UNMANAGED}`");
            found.push(Diagnostic::error(message).at(field.span).help(help));
        } else {
            left.push(name.to_owned());
        }
    }
    left
}

fn inline(node: &Node, read: &mut Body, found: &mut Diagnostics) {
    let Value::Map(map) = &node.value else {
        let message = format!("`{INLINE}` is a mapping of names to policies, not {}", node.kind());
        let help = format!("write `{INLINE}: {{ NAME: {{ file: PATH }} }}`");
        found.push(Diagnostic::error(message).at(node.span).help(help));
        return;
    };
    let (mut canonical, mut sent) = (Object::new(), Object::new());
    let mut size = 0;
    for Entry { key, key_span, value } in map.entries.iter().filter(|e| !e.value.is_null()) {
        let place = Node::new(*key_span, Value::Null);
        if iam::check_name(key, &place, ("PolicyName", "an inline policy", 128), found).is_none() {
            continue;
        }
        let of_one = Some(policy::LONGEST_INLINE);
        if let Some(spelled) = iam::document(value, Use::Identity, key, of_one, found) {
            size += policy::size(&spelled);
            canonical.insert(key.clone(), policy::canonical(&spelled));
            sent.insert(key.clone(), spelled);
        }
        if iam::holds_secret(value) {
            read.sensitive.push(Path(vec![INLINE.to_owned(), key.clone()]));
        }
    }
    if size > policy::LONGEST_INLINE {
        let message = format!(
            "the inline policies have {size} characters together; AWS takes {}",
            policy::LONGEST_INLINE
        );
        let help = "make one of them a policy of its own, under `policies:`";
        found.push(Diagnostic::error(message).at(node.span).help(help));
    }
    read.document[INLINE] = Json::Object(canonical);
    read.sent[INLINE] = Json::Object(sent);
}

/// Managed policies by what people call them: the name of one of AWS's, the ARN of any other.
fn managed(node: &Node, given: &Given<'_>, found: &mut Diagnostics) -> Json {
    let Value::Seq(items) = &node.value else {
        let message = format!("`{MANAGED}` is a list of names and ARNs, not {}", node.kind());
        let help = format!("write it like `{MANAGED}: [AWSXRayDaemonWriteAccess]`");
        found.push(Diagnostic::error(message).at(node.span).help(help));
        return json!({});
    };
    if items.len() > MOST_MANAGED {
        let count = items.len();
        let message = format!(
            "{count} managed policies; AWS attaches {MOST_MANAGED} to a role unless the quota was raised"
        );
        let help = "put what some of them allow into one policy, under `policies:`";
        found.push(Diagnostic::warning(message).at(node.span).help(help));
    }
    let arns = items.iter().filter_map(|item| managed_arn(item, given, found));
    by_name(arns.collect::<Vec<_>>())
}

fn managed_arn(node: &Node, given: &Given<'_>, found: &mut Diagnostics) -> Option<String> {
    if node.secret {
        let message = "a policy's ARN is shown in every output, and what comes from the environment \
                       is secret";
        found.push(Diagnostic::error(message).at(node.span).help("use a variable: `${var.NAME}`"));
        return None;
    }
    let Some(name) = node.as_str().filter(|name| !name.is_empty()) else {
        let message = format!("a managed policy is a name or an ARN, not {}", node.kind());
        found.push(Diagnostic::error(message).at(node.span));
        return None;
    };
    let managed = policy::managed_arn(name, given.place.partition());
    if !managed.known {
        let message = format!("AWS has no managed policy {name:?}, as far as tracewright knows");
        let mut problem = Diagnostic::warning(message).at(node.span);
        if let Some(near) = managed.near.first() {
            problem = problem.help(format!("did you mean `{near}`?"));
        }
        let help =
            "a policy of the stack is `${policy.KEY.arn}`, another one of the account its ARN";
        found.push(problem.help(help));
    }
    Some(managed.arn)
}

/// Attached policies by their names; one of the account's that is called like one of AWS's by its
/// ARN, so that what one is called does not depend on the others.
pub(super) fn by_name(arns: impl IntoIterator<Item = String>) -> Json {
    let mut named = Object::new();
    for arn in arns.into_iter().collect::<BTreeSet<_>>() {
        let name = arn.rsplit('/').next().unwrap_or(&arn);
        // AWS may have more policies than are known here.
        let is_taken = policy::is_like_aws(&arn) || named.contains_key(name);
        let name = if is_taken { arn.clone() } else { name.to_owned() };
        named.insert(name, json!(arn));
    }
    Json::Object(named)
}

/// Where a part of a body is in the canonical document: managed policies go by their names.
pub(super) fn locate(body: &Json, path: &Path) -> Path {
    let [field, index] = path.0.as_slice() else { return path.clone() };
    let listed = body[field].as_array().filter(|_| field == MANAGED);
    let arn = |name: &Json| {
        // The partition is in no name.
        name.as_str().map(|name| policy::managed_arn(name, "aws").arn)
    };
    let all = || by_name(listed.into_iter().flatten().filter_map(arn));
    let this = listed.and_then(|list| arn(list.get(index.parse::<usize>().ok()?)?));
    let key = this.and_then(|this| {
        let named = all();
        named.as_object()?.iter().find(|(_, arn)| **arn == this).map(|(key, _)| key.clone())
    });
    key.map_or_else(|| path.clone(), |key| Path(vec![field.clone(), key]))
}

/// The name of the role in a document that [`bare`] takes.
pub(super) fn names(document: &Map, called: &str) -> Vec<String> {
    let role = document.get("Role").and_then(Node::as_map);
    let role = role.or_else(|| document.get(TRUST).map(|_| document));
    let name = role.map(|role| role.get(NAME).and_then(Node::as_str).unwrap_or(called));
    name.map(str::to_owned).into_iter().collect()
}

/// A live role as a person writes it.
pub(super) fn written(live: &Live) -> Json {
    let partition = live.arn.as_deref().and_then(|arn| arn.split(':').nth(1)).unwrap_or("aws");
    let mut written = live.document.clone();
    let Some(fields) = written.as_object_mut() else { return written };
    fields.retain(|name, value| name != NAME && !iam::is_quiet(&Path(vec![name.clone()]), value));
    fields.extend([(TRUST.to_owned(), live.facts[TRUST].clone())]);
    if fields.contains_key(INLINE) {
        fields.insert(INLINE.to_owned(), live.facts[INLINE].clone());
    }
    if let Some(Json::Object(named)) = fields.get(MANAGED) {
        let arns = named.values().filter_map(Json::as_str);
        let short = |arn| {
            let short = policy::short(arn);
            // AWS's newest may have a path that only their ARNs tell.
            if policy::managed_arn(short, partition).arn == arn { short } else { arn }
        };
        let list = arns.map(short).collect();
        fields.insert(MANAGED.to_owned(), list);
    }
    written
}

/// What AWS looks up when a role is written: its policies, its boundary, and who may assume it.
pub(super) fn needs(document: &Json) -> Vec<String> {
    let text = |value: &Json| value.as_str().map(str::to_owned);
    let attached = document[MANAGED].as_object().into_iter().flatten();
    let mut needed: Vec<_> = attached.filter_map(|(_, arn)| text(arn)).collect();
    needed.extend(text(&document[BOUNDARY]));
    needed.extend(principals(&document[TRUST]));
    needed
}

/// The users and roles that a canonical trust policy names.
pub(super) fn principals(trust: &Json) -> Vec<String> {
    let statements = trust["Statement"].as_array().into_iter().flatten();
    statements
        .flat_map(|statement| statement["Principal"]["AWS"].as_array().into_iter().flatten())
        .filter_map(|principal| principal.as_str().map(str::to_owned))
        .collect()
}

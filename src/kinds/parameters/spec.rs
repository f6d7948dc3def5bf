//! How a parameter is written.

use serde_json::{Value as Json, json};

use super::checks;
use crate::document::{Diagnostic, Diagnostics, Map, Node, Value};
use crate::kinds::shape::{self, Field, Need, Type};
use crate::kinds::wrapper::{drop_read_only, unwrapped};
use crate::plan::Path;
use crate::stack::{Body, Given};

/// The field with the name.
pub(super) const NAME: &str = "Name";
/// The field with the type.
pub(super) const TYPE: &str = "Type";
/// The field with the value.
pub(super) const VALUE: &str = "Value";
/// The field with what it is for.
pub(super) const DESCRIPTION: &str = "Description";
/// The field with the tier.
pub(super) const TIER: &str = "Tier";
/// The field with what the value is.
pub(super) const DATA_TYPE: &str = "DataType";
/// The field with what values have to look like.
pub(super) const PATTERN: &str = "AllowedPattern";
/// The field with the key that encrypts.
pub(super) const KEY: &str = "KeyId";
/// The field with the tags.
const TAGS: &str = "Tags";

/// The type of what is encrypted.
pub(super) const SECURE: &str = "SecureString";
/// The type of what is a list.
const LIST: &str = "StringList";
/// The tier where none is said.
pub(super) const STANDARD: &str = "Standard";
/// The tier for what is large.
pub(super) const ADVANCED: &str = "Advanced";
/// The one of the two that is enough.
pub(super) const INTELLIGENT: &str = "Intelligent-Tiering";
/// The data type where none is said.
const TEXT: &str = "text";

/// The fields of a parameter. Bounds are the service model's (`PutParameterRequest`, SSM API 2014-11-06),
/// and a test holds them against botocore's copy of it; of the value's size see [`checks`].
pub(super) static FIELDS: [Field; 9] = [
    Field {
        name: NAME,
        ty: Type::Text { min: 1, max: 2048 },
        need: Need::Optional,
        doc: "the name AWS knows the parameter by; left out, it is the key in the stack file",
    },
    Field {
        name: TYPE,
        ty: Type::OneOf(&["String", LIST, SECURE]),
        need: Need::Required,
        doc: "what it holds; a `SecureString` stands here without its value, and is only looked at",
    },
    Field {
        name: VALUE,
        ty: Type::Text { min: 1, max: checks::LARGEST },
        need: Need::Optional,
        doc: "the value, of a `StringList` with commas between the items; not of a `SecureString`",
    },
    Field {
        name: DESCRIPTION,
        ty: Type::Text { min: 0, max: 1024 },
        need: Need::Optional,
        doc: "what it is for",
    },
    Field {
        name: TIER,
        ty: Type::OneOf(&[STANDARD, ADVANCED, INTELLIGENT]),
        need: Need::Otherwise(STANDARD),
        doc: "how large it may be: 4,096 bytes, or, at a price, 8,192; an advanced one cannot become a \
              standard one",
    },
    Field {
        name: DATA_TYPE,
        ty: Type::OneOf(&[TEXT, "aws:ec2:image", "aws:ssm:integration"]),
        need: Need::Otherwise(TEXT),
        doc: "what AWS takes the value for; another one makes the parameter anew",
    },
    Field {
        name: PATTERN,
        ty: Type::Text { min: 0, max: 1024 },
        need: Need::Optional,
        doc: "a regular expression that AWS holds each value against",
    },
    Field {
        name: KEY,
        ty: Type::Text { min: 1, max: 256 },
        need: Need::Optional,
        doc: "the KMS key that encrypts a `SecureString`, as AWS shows it",
    },
    Field {
        name: TAGS,
        ty: Type::Tags,
        need: Need::Optional,
        doc: "the parameter's tags, those of the stack added; not of a `SecureString`",
    },
];

/// What AWS's answers have that nobody sets.
const READ_ONLY: [&str; 7] = [
    "ARN",
    "LastModifiedDate",
    "LastModifiedUser",
    "Version",
    "Selector",
    "SourceResult",
    "Labels",
];

/// The list in answers of get-parameters and describe-parameters, and what an answer of get-parameter
/// has.
const WRAPPERS: (&str, &str) = ("Parameters", "Parameter");

/// Takes the wrappers of AWS's answers off, and what the AWS CLI's input says of the call.
pub(super) fn bare(document: Node, key: &str, found: &mut Diagnostics) -> Option<Node> {
    let Value::Map(mut map) = document.value else {
        return Some(document);
    };
    let mut span = document.span;
    let (many, one) = WRAPPERS;
    if let Some(mut list) = map.take(many) {
        list.value = pick(&list.value, key, found)?;
        map.take("InvalidParameters");
        map.take("NextToken");
        (map, span) = unwrapped(list, map);
    } else if let Some(inner) = map.take(one) {
        (map, span) = unwrapped(inner, map);
    }
    if let Some(overwrite) = map.take("Overwrite") {
        let message = "`Overwrite` is about the call that writes a parameter; left out here";
        found.push(Diagnostic::note(message).at(overwrite.key_span));
    }
    // An answer of describe-parameters has an empty list where there are none.
    if matches!(map.get("Policies").map(|one| &one.value), Some(Value::Seq(list)) if list.is_empty())
    {
        map.take("Policies");
    }
    drop_read_only(&mut map, (&READ_ONLY, TAGS), span, found);
    Some(Node::new(span, Value::Map(map)))
}

fn name_of(parameter: &Node) -> Option<&str> {
    parameter.as_map()?.get(NAME)?.as_str()
}

/// The parameter of this name, or the only one.
fn pick(list: &Node, key: &str, found: &mut Diagnostics) -> Option<Node> {
    let items = match &list.value {
        Value::Seq(items) => items.as_slice(),
        _ => &[],
    };
    let named = items.iter().find(|item| name_of(item) == Some(key));
    let picked = named.or_else(|| items.first().filter(|_| items.len() == 1));
    if picked.is_none() {
        let names: Vec<_> = items.iter().filter_map(name_of).collect();
        let problem =
            Diagnostic::error(format!("none of the parameters in here is called {key:?}"));
        let help = if names.is_empty() {
            "it should be as `aws ssm get-parameters` prints it".to_owned()
        } else {
            format!("the parameters here: {}", names.join(", "))
        };
        found.push(problem.at(list.span).help(help));
    }
    picked.cloned()
}

/// The parameter of this name in an answer that has several, if it is one and has it.
pub(super) fn part<'a>(document: &'a Node, name: &str) -> &'a Node {
    let list = document.as_map().and_then(|map| map.get(WRAPPERS.0));
    let Some(Value::Seq(items)) = list.map(|list| &list.value) else { return document };
    items.iter().find(|item| name_of(item) == Some(name)).unwrap_or(document)
}

/// The names of the parameters in a document that [`bare`] takes. What has no value is of use only where
/// it is encrypted.
pub(super) fn names(document: &Map, called: &str) -> Vec<String> {
    if let Some(Value::Seq(items)) = document.get(WRAPPERS.0).map(|list| &list.value) {
        return items.iter().filter_map(Node::as_map).flat_map(|one| names(one, "")).collect();
    }
    if let Some(inner) = document.get(WRAPPERS.1).and_then(Node::as_map) {
        return names(inner, called);
    }
    let text = |field: &str| document.get(field).and_then(Node::as_str);
    let is_parameter = match text(TYPE) {
        Some(SECURE) => true,
        Some("String" | LIST) => text(VALUE).is_some(),
        _ => false,
    };
    let name = text(NAME).unwrap_or(called);
    (is_parameter && !name.is_empty()).then(|| name.to_owned()).into_iter().collect()
}

/// A canonical document as a person writes it.
pub(super) fn written(document: &Json) -> Json {
    let mut written = document.clone();
    if let Some(fields) = written.as_object_mut() {
        fields.retain(|name, value| !is_quiet(&Path::of(name), value));
    }
    written
}

/// Whether a field goes without saying: the name, and what is so where nothing is said.
pub(super) fn is_quiet(path: &Path, value: &Json) -> bool {
    let [field] = path.0.as_slice() else { return false };
    field == NAME || (field == TIER && value == STANDARD) || (field == DATA_TYPE && value == TEXT)
}

/// Whether a document is of something encrypted.
pub(super) fn is_secure(document: &Json) -> bool {
    document[TYPE] == SECURE
}

/// The canonical document of a parameter.
///
/// Of a `SecureString` it has what the file says, and the rest is left to who has the value.
pub(super) fn read(given: &Given<'_>, found: &mut Diagnostics) -> Option<Body> {
    let Given { name, body, place, .. } = given;
    checks::name(name, body, place, found)?;
    let before = found.errors();
    let read = shape::read(&FIELDS, "a parameter", body, found);
    checks::value(body, found);
    let mut read = read.filter(|_| found.errors() == before)?;
    read.document[NAME] = json!(name);
    settle(&mut read.document);
    if is_secure(&read.document) {
        let says = |field: &str| {
            let own = body.as_map().and_then(|map| map.get(field));
            field != TAGS && own.is_some_and(|value| !value.is_null())
        };
        let optional = FIELDS.iter().map(|field| field.name).filter(|name| *name != NAME);
        read.unmanaged = optional.filter(|name| !says(name)).map(str::to_owned).collect();
        let Body { document, unmanaged, sensitive, .. } = &mut read;
        if let Some(fields) = document.as_object_mut() {
            fields.retain(|name, _| !unmanaged.contains(name));
        }
        sensitive.retain(|path| path.field() != TAGS);
    } else if read.document[TIER] == INTELLIGENT {
        // What AWS decides then follows from the value (service model, member `Tier`).
        let tier =
            if checks::size(&read.document) > checks::STANDARD { ADVANCED } else { STANDARD };
        read.document[TIER] = json!(tier);
        read.sent = json!({ TIER: INTELLIGENT });
    }
    Some(read)
}

/// Folds what AWS reads the same: an empty text is none, and a list has no blanks around its commas.
///
/// Source: service model, `Parameter`: "a comma-separated string with no spaces between commas".
pub(super) fn settle(document: &mut Json) {
    let is_list = document[TYPE] == LIST;
    let Some(fields) = document.as_object_mut() else { return };
    for field in [DESCRIPTION, PATTERN] {
        if fields.get(field) == Some(&json!("")) {
            fields.remove(field);
        }
    }
    if is_list && let Some(value) = fields.get(VALUE).and_then(Json::as_str) {
        let items: Vec<_> = value.split(',').map(str::trim).collect();
        let folded = items.join(",");
        fields.insert(VALUE.to_owned(), json!(folded));
    }
}

//! Checks requests against the shapes of the service model.
//!
//! The shapes stand in `shapes.txt`, which `tests/python/ecs_shapes.py` writes from botocore's model
//! and holds against it: a structure's name, then a line for each member with its type. A `!` marks
//! required members, `=` begins the values of an enum, `[…]` is a list, `{…}` a map, and `1..128`
//! behind a type are its bounds.
//!
//! Members that the model does not know are ignored and `null` is the same as absent, as in all of
//! AWS's JSON protocols. A wrong JSON type is a `SerializationException`. ECS's answers to what is
//! missing, to values outside an enum and to broken bounds are not recorded for these operations;
//! the words here follow its texts elsewhere.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::super::reply::Fault;
use super::super::shape::wrong_type;
use super::{client, invalid_parameter};

static SHAPES: LazyLock<Structures> = LazyLock::new(|| parse(include_str!("shapes.txt")));

type Structures = BTreeMap<&'static str, Vec<Member>>;

#[derive(Debug, Clone, PartialEq)]
struct Member {
    name: &'static str,
    required: bool,
    shape: Shape,
}

#[derive(Debug, Clone, PartialEq)]
enum Shape {
    Text(Bounds),
    Integer(Bounds),
    Number(Bounds),
    Moment,
    Boolean,
    /// Whatever JSON can say.
    Any,
    Enum(Vec<&'static str>),
    List(Box<Shape>, Bounds),
    Map(Box<Shape>),
    Structure(&'static str),
}

/// The smallest and the largest length or value.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Bounds(Option<i64>, Option<i64>);

/// Reads a body as the structure `name`; what comes back holds known members only and no `null`.
/// An empty body is an empty structure.
pub(super) fn read(body: &[u8], name: &str) -> Result<Map<String, Value>, Fault> {
    let value = if body.is_empty() {
        Value::Object(Map::new())
    } else {
        // serde_json gives up on bodies nested deeper than 128 levels.
        serde_json::from_slice(body).map_err(|error| Fault::serialization(error.to_string()))?
    };
    structure(name, value, "")
}

fn structure(name: &str, value: Value, path: &str) -> Result<Map<String, Value>, Fault> {
    let Value::Object(mut given) = value else {
        return Err(wrong_type(path, "a structure", &value));
    };
    let mut read = Map::new();
    for member in SHAPES.get(name).into_iter().flatten() {
        match given.remove(member.name) {
            Some(value) if !value.is_null() => {
                let path = join(path, member.name);
                read.insert(member.name.to_owned(), check(&member.shape, value, &path)?);
            }
            _ if member.required => {
                let owner = spoken(name);
                let name = member.name;
                return Err(client(format!("{owner}.{name} should not be null or empty.")));
            }
            _ => {}
        }
    }
    Ok(read)
}

/// What ECS calls a structure in its texts: `Container.image should not be null or empty.`
fn spoken(structure: &str) -> &str {
    match structure {
        "RegisterTaskDefinitionRequest" => "TaskDefinition",
        "RegisterDaemonTaskDefinitionRequest" => "DaemonTaskDefinition",
        "CreateServiceRequest" => "Service",
        "ContainerDefinition" | "DaemonContainerDefinition" => "Container",
        other => other.strip_suffix("Request").unwrap_or(other),
    }
}

fn check(shape: &Shape, value: Value, path: &str) -> Result<Value, Fault> {
    match (shape, value) {
        (Shape::Text(bounds), Value::String(text)) => {
            bounds.check(length(text.chars().count()), "the length of", path)?;
            Ok(Value::String(text))
        }
        (Shape::Integer(bounds), Value::Number(number)) => {
            let small = number.as_i64().filter(|number| i32::try_from(*number).is_ok());
            let Some(small) = small else {
                return Err(wrong_type(path, "a 32-bit integer", &Value::Number(number)));
            };
            bounds.check(small, "", path)?;
            Ok(Value::Number(number))
        }
        (Shape::Number(bounds), Value::Number(number)) => {
            let amount = number.as_f64().unwrap_or_default();
            // Bounds are whole numbers, so that what is between two of them is in them as both are.
            #[expect(clippy::cast_possible_truncation, reason = "a percentage, or out of bounds")]
            for whole in [amount.floor() as i64, amount.ceil() as i64] {
                bounds.check(whole, "", path)?;
            }
            Ok(Value::Number(number))
        }
        (Shape::Moment, Value::Number(number)) => Ok(Value::Number(number)),
        (Shape::Any, value) => Ok(value),
        (Shape::Boolean, Value::Bool(truth)) => Ok(Value::Bool(truth)),
        (Shape::Enum(values), Value::String(text)) if values.contains(&text.as_str()) => {
            Ok(Value::String(text))
        }
        // ECS names the values so for launch types and account settings (issues of its users).
        (Shape::Enum(values), Value::String(_)) => {
            Err(invalid_parameter(format!("{path} should be one of [{}]", values.join(","))))
        }
        (Shape::List(item, bounds), Value::Array(list)) => {
            bounds.check(length(list.len()), "the number of", path)?;
            let items = list.into_iter().map(|value| check(item, value, path));
            items.collect::<Result<Vec<_>, _>>().map(Value::Array)
        }
        (Shape::Map(item), Value::Object(map)) => {
            let given = map.into_iter().filter(|(_, value)| !value.is_null());
            let items = given.map(|(key, value)| {
                let value = check(item, value, &join(path, &key))?;
                Ok((key, value))
            });
            items.collect::<Result<Map<_, _>, _>>().map(Value::Object)
        }
        (Shape::Structure(name), value) => structure(name, value, path).map(Value::Object),
        (shape, value) => Err(wrong_type(path, shape.spoken(), &value)),
    }
}

impl Shape {
    fn spoken(&self) -> &'static str {
        match self {
            Self::Text(_) | Self::Enum(_) => "a string",
            Self::Integer(_) => "a 32-bit integer",
            Self::Number(_) => "a number",
            Self::Moment => "a timestamp",
            Self::Boolean => "a boolean",
            Self::Any => "a document",
            Self::List(..) => "a list",
            Self::Map(_) => "a map",
            Self::Structure(_) => "a structure",
        }
    }
}

impl Bounds {
    const NONE: Self = Self(None, None);

    fn check(self, number: i64, what: &str, path: &str) -> Result<(), Fault> {
        let Self(least, most) = self;
        let wrong = |side: &str, bound: i64| {
            let what = format!("{what} {path}");
            let what = what.trim_start();
            Err(invalid_parameter(format!("{what} should be at {side} {bound}")))
        };
        match (least, most) {
            (Some(least), _) if number < least => wrong("least", least),
            (_, Some(most)) if number > most => wrong("most", most),
            _ => Ok(()),
        }
    }
}

fn length(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// Reads the whole text. What does not parse is left out; a test holds every line to it.
fn parse(text: &'static str) -> Structures {
    let blocks = text.split("\n\n").filter_map(|block| {
        let mut lines = block.lines();
        let name = lines.next()?.trim();
        Some((name, lines.filter_map(parse_member).collect()))
    });
    blocks.collect()
}

fn parse_member(line: &'static str) -> Option<Member> {
    let (name, kind) = line.trim().split_once(' ')?;
    let shape = parse_shape(kind)?;
    let bare = name.strip_suffix('!');
    Some(Member { name: bare.unwrap_or(name), required: bare.is_some(), shape })
}

fn parse_shape(text: &'static str) -> Option<Shape> {
    if let Some(values) = text.strip_prefix('=') {
        return Some(Shape::Enum(values.split('|').collect()));
    }
    let (kind, bounds) = match text.rsplit_once(' ') {
        Some((kind, bounds)) if !text.ends_with([']', '}']) => (kind, parse_bounds(bounds)?),
        _ => (text, Bounds::NONE),
    };
    if let Some(item) = kind.strip_prefix('[').and_then(|kind| kind.strip_suffix(']')) {
        return Some(Shape::List(Box::new(parse_shape(item)?), bounds));
    }
    if let Some(item) = kind.strip_prefix('{').and_then(|kind| kind.strip_suffix('}')) {
        return Some(Shape::Map(Box::new(parse_shape(item)?)));
    }
    match kind {
        "string" => Some(Shape::Text(bounds)),
        "integer" => Some(Shape::Integer(bounds)),
        "double" => Some(Shape::Number(bounds)),
        "timestamp" => Some(Shape::Moment),
        "boolean" => Some(Shape::Boolean),
        "any" => Some(Shape::Any),
        name if name.starts_with(|first: char| first.is_ascii_uppercase()) => {
            Some(Shape::Structure(name))
        }
        _ => None,
    }
}

fn parse_bounds(text: &str) -> Option<Bounds> {
    let (least, most) = text.split_once("..")?;
    let bound = |text: &str| match text {
        "" => Some(None),
        number => number.parse().ok().map(Some),
    };
    Some(Bounds(bound(least)?, bound(most)?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const REGISTER: &str = "RegisterTaskDefinitionRequest";

    fn outcome(container: &Value) -> String {
        let body = json!({ "family": "f", "containerDefinitions": [container] }).to_string();
        match read(body.as_bytes(), REGISTER) {
            Ok(read) => read["containerDefinitions"][0].to_string(),
            Err(fault) => format!("{}: {}", fault.code, fault.message),
        }
    }

    #[test]
    fn every_line_of_the_text_is_read_and_every_structure_is_known() {
        let members = SHAPES.values().flatten().collect::<Vec<_>>();
        let lines = include_str!("shapes.txt").lines().filter(|line| !line.is_empty()).count();
        assert_eq!(members.len() + SHAPES.len(), lines);
        for member in members {
            let mut shape = &member.shape;
            while let Shape::List(item, _) | Shape::Map(item) = shape {
                shape = item;
            }
            if let Shape::Structure(name) = shape {
                assert!(SHAPES.contains_key(name), "{name}");
            }
        }
    }

    #[test]
    fn types_and_bounds_are_read() {
        assert_eq!(
            parse_shape("[string 1..128] ..50"),
            Some(Shape::List(
                Box::new(Shape::Text(Bounds(Some(1), Some(128)))),
                Bounds(None, Some(50))
            ))
        );
        assert_eq!(parse_shape("{string}"), Some(Shape::Map(Box::new(Shape::Text(Bounds::NONE)))));
        assert_eq!(parse_shape("[=read|write]"), parse_shape("[=read|write] .."));
        for broken in ["", "text", "string 1", "[string", "string a..b"] {
            assert_eq!(parse_shape(broken), None, "{broken}");
        }
    }

    #[test]
    fn known_members_come_back_and_the_rest_is_ignored() {
        let container = json!({
            "name": "a", "memory": null, "unknown": {"x": 1}, "command": [],
            "dockerLabels": {"a": "b", "c": null}, "portMappings": [{"containerPort": 1, "x": 2}],
        });
        let read = r#"{"command":[],"dockerLabels":{"a":"b"},"name":"a","portMappings":[{"containerPort":1}]}"#;
        assert_eq!(outcome(&container), read);
    }

    #[test]
    fn what_the_model_refuses() {
        for (container, says) in [
            (json!([]), "SerializationException: containerDefinitions has to be a structure"),
            (json!({"name": 7}), "SerializationException: containerDefinitions.name has to be a"),
            (json!({"cpu": "1"}), "SerializationException: containerDefinitions.cpu"),
            (json!({"cpu": 1.5}), "SerializationException"),
            (json!({"cpu": 4_294_967_296_i64}), "SerializationException"),
            (json!({"essential": "true"}), "SerializationException"),
            (json!({"command": "x"}), "SerializationException"),
            (json!({"command": [null]}), "SerializationException"),
            (json!({"dockerLabels": {"a": 1}}), "SerializationException"),
            (
                json!({"secrets": [{"name": "a"}]}),
                "ClientException: Secret.valueFrom should not be null or empty.",
            ),
            (
                json!({"portMappings": [{"protocol": "TCP"}]}),
                "InvalidParameterException: containerDefinitions.portMappings.protocol should be \
                 one of [tcp,udp]",
            ),
            (
                json!({"resourceRequirements": [{"type": "GPU", "sharingStrategy":
                    {"nvidiaMps": {"memory": 0}}}]}),
                "InvalidParameterException: containerDefinitions.resourceRequirements.\
                 sharingStrategy.nvidiaMps.memory should be at least 1",
            ),
        ] {
            let outcome = outcome(&container);
            assert!(outcome.starts_with(says), "{container}: {outcome}");
        }
        for body in ["", "{}", "null", "[", &"[".repeat(100_000)] {
            assert!(read(body.as_bytes(), REGISTER).is_err(), "{body}");
        }
        let fault = read(b"{}", REGISTER).unwrap_err();
        assert_eq!(fault.message, "TaskDefinition.family should not be null or empty.");
        assert!(read(b"", "ListTaskDefinitionsRequest").unwrap().is_empty());
    }
}

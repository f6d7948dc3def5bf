//! A body whose members are spelled otherwise, in the API's names.

use serde_json::Value as Json;

use super::model::{Root, Shape, Struct};
use crate::document::{Diagnostic, Diagnostics, Entry, Map, Node, Value, or_nearest};

/// A body whose members have the API's names in another case, or one of these `others`, as the
/// operation takes it.
///
/// Texts become the numbers and booleans that stand in their place, and booleans the texts. A member
/// that is not known is left out with a warning; keys of free mappings stay as they are.
///
/// # Errors
/// What is of another make altogether, a text in the place of a list say.
pub fn respelled(
    root: &Root,
    body: Node,
    others: &[(&str, &str)],
    found: &mut Diagnostics,
) -> Result<Node, Box<Diagnostic>> {
    Speller { others, found }.value(root.shape(), body, "it")
}

/// A plain tree in the API's names, each of them with a capital in front or as one of these `others`, which
/// may name the structure too, `EFSVolumeConfiguration.fileSystemId`: the way back of [`respelled`].
pub fn capitalised(root: &Root, tree: &Json, others: &[(&str, &str)]) -> Json {
    capitals(root.shape(), tree, others)
}

fn capitals(shape: &Shape, tree: &Json, others: &[(&str, &str)]) -> Json {
    match (shape, tree) {
        (Shape::Struct(of), Json::Object(fields)) => {
            let member = |(name, value): (&String, &Json)| {
                let whole = format!("{}.{name}", of.name);
                let other = others.iter().find(|(_, known)| known == name || *known == whole);
                let shape = of.members.iter().find(|(known, _)| known == name);
                // What stands in the place of a value has names of its own.
                let Some((_, shape)) = shape else { return (name.clone(), value.clone()) };
                let called = other.map_or_else(|| capital(name), |(other, _)| (*other).to_owned());
                (called, capitals(shape, value, others))
            };
            fields.iter().map(member).collect()
        }
        (Shape::List(of), Json::Array(items)) => {
            items.iter().map(|item| capitals(of, item, others)).collect()
        }
        (Shape::Map(of), Json::Object(fields)) => {
            let entry = |(key, value): (&String, &Json)| (key.clone(), capitals(of, value, others));
            fields.iter().map(entry).collect()
        }
        _ => tree.clone(),
    }
}

/// A name with a capital in front.
pub fn capital(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

struct Speller<'a> {
    others: &'a [(&'a str, &'a str)],
    found: &'a mut Diagnostics,
}

impl Speller<'_> {
    fn value(&mut self, shape: &Shape, node: Node, name: &str) -> Result<Node, Box<Diagnostic>> {
        let Node { span, value, .. } = node.clone();
        let value = match (shape, value) {
            (_, Value::Null) => Value::Null,
            (Shape::Struct(of), Value::Map(map)) => Value::Map(self.members(of, map, name)?),
            (Shape::List(of), Value::Seq(items)) => {
                let items = items.into_iter().map(|item| self.value(of, item, name));
                Value::Seq(items.collect::<Result<_, _>>()?)
            }
            (Shape::Map(of), Value::Map(map)) => {
                let entries = map.entries.into_iter().map(|entry| {
                    let value = self.value(of, entry.value, name)?;
                    Ok(Entry { value, ..entry })
                });
                Value::Map(Map { entries: entries.collect::<Result<_, Box<Diagnostic>>>()? })
            }
            (Shape::Struct(_) | Shape::Map(_), _) => {
                return Err(Box::new(other("a mapping", &node, name)));
            }
            (Shape::List(_), _) => return Err(Box::new(other("a list", &node, name))),
            (Shape::Any, _) => return Ok(node),
            (_, Value::Seq(_) | Value::Map(_)) => {
                return Err(Box::new(other("a scalar", &node, name)));
            }
            (_, Value::String(text)) if node.interpolated => Value::String(text),
            (Shape::Text, Value::Bool(value)) => Value::String(value.to_string()),
            (Shape::Boolean, Value::String(text)) => boolean(text),
            (Shape::Whole(..) | Shape::Number, Value::String(text)) => {
                serde_json::from_str(text.trim()).map_or(Value::String(text), Value::Number)
            }
            // How a number is spelled matters where it is a text.
            _ => return Ok(node),
        };
        Ok(Node { value, spelling: None, ..Node { span, ..node } })
    }

    fn members(&mut self, of: &Struct, map: Map, at: &str) -> Result<Map, Box<Diagnostic>> {
        let mut members = Map::default();
        for Entry { key, key_span, value } in map.entries {
            let other = self.others.iter().find(|(other, _)| *other == key);
            let key = other
                .map_or(key, |(_, name)| name.rsplit('.').next().unwrap_or_default().to_owned());
            let Some((name, shape)) =
                of.members.iter().find(|(name, _)| name.eq_ignore_ascii_case(&key))
            else {
                let message = format!("`{}` has no `{key}`; it is left out", of.name);
                let near = or_nearest(&key, &of.names());
                self.found.push(Diagnostic::warning(message).at(key_span).maybe_help(near));
                continue;
            };
            if members.get(name).is_some() {
                let message = format!("`{name}` is given twice, in `{at}`");
                return Err(Box::new(Diagnostic::error(message).at(key_span)));
            }
            let value = self.value(shape, value, name)?;
            members.entries.push(Entry { key: name.clone(), key_span, value });
        }
        Ok(members)
    }
}

fn other(expected: &str, node: &Node, name: &str) -> Diagnostic {
    let given = if node.interpolated { "what is not known" } else { node.kind() };
    Diagnostic::error(format!("`{name}` is {expected}, not {given}")).at(node.span)
}

/// Source: YAML 1.1, which CloudFormation reads, has more words for them than YAML 1.2.
fn boolean(text: String) -> Value {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" => Value::Bool(true),
        "false" | "no" | "off" => Value::Bool(false),
        _ => Value::String(text),
    }
}

#[cfg(test)]
mod tests {
    use super::super::TASK_DEFINITION;
    use super::*;
    use crate::document::{Sources, read_yaml};

    fn respell(text: &str) -> (Result<serde_json::Value, String>, Vec<String>) {
        let (mut sources, mut found) = (Sources::default(), Diagnostics::default());
        let file = sources.add("task.yaml", text);
        let node = read_yaml(&sources, file, &mut found).unwrap();
        let node = respelled(&TASK_DEFINITION, node, &[("Extras", "environment")], &mut found);
        let said = found.all.into_iter().map(|problem| problem.message).collect();
        (node.map(|node| node.to_json()).map_err(|problem| problem.message), said)
    }

    #[test]
    fn members_get_the_names_of_the_api_and_free_keys_keep_theirs() {
        let (node, said) = respell(
            "Family: 12\nTAGS: [{Key: A, Value: true}]\nContainerDefinitions:\n  - Name: x\n    \
             Essential: 'Yes'\n    cpu: '10'\n    Colour: red\n    DockerLabels: {Name: no, B: 1}\n    \
             Extras: [{Name: N, Value: 1.10}]\n    Command:\n",
        );
        assert_eq!(
            node.unwrap(),
            serde_json::json!({
                "family": 12,
                "tags": [{"key": "A", "value": "true"}],
                "containerDefinitions": [{
                    "name": "x",
                    "essential": true,
                    "cpu": 10,
                    "dockerLabels": {"Name": "no", "B": 1},
                    "environment": [{"name": "N", "value": 1.1}],
                    "command": null,
                }],
            })
        );
        assert_eq!(said, ["`ContainerDefinition` has no `Colour`; it is left out"]);
    }

    #[test]
    fn what_is_of_another_make_is_refused() {
        for (text, why) in [
            ("[1]", "`it` is a mapping, not a list"),
            ("{ContainerDefinitions: x}", "`containerDefinitions` is a list, not a string"),
            ("{ContainerDefinitions: [x]}", "`containerDefinitions` is a mapping, not a string"),
            ("{Family: [x]}", "`family` is a scalar, not a list"),
            ("{Family: x, family: y}", "`family` is given twice, in `it`"),
        ] {
            assert_eq!(respell(text).0.unwrap_err(), why, "{text}");
        }
    }

    /// Every member of the shape is found by its name with a capital.
    #[test]
    fn no_member_is_missed() {
        fn capital(shape: &Shape) -> Value {
            let node = |value| {
                let file = Sources::default().add("", "");
                Node::new(crate::document::Span::new(file, 0, 0), value)
            };
            match shape {
                Shape::Struct(of) => {
                    let entries = of.members.iter().map(|(name, shape)| Entry {
                        key: name[..1].to_uppercase() + &name[1..],
                        key_span: node(Value::Null).span,
                        value: node(capital(shape)),
                    });
                    Value::Map(Map { entries: entries.collect() })
                }
                Shape::List(of) => Value::Seq(vec![node(capital(of))]),
                _ => Value::Null,
            }
        }
        fn names(shape: &Shape, node: &Node) {
            match shape {
                Shape::Struct(of) => {
                    let map = node.as_map().unwrap();
                    let keys: Vec<_> = map.entries.iter().map(|entry| entry.key.as_str()).collect();
                    assert_eq!(keys, of.names());
                    for ((_, shape), entry) in of.members.iter().zip(&map.entries) {
                        names(shape, &entry.value);
                    }
                }
                Shape::List(of) => {
                    let Value::Seq(items) = &node.value else { panic!("a list") };
                    names(of, &items[0]);
                }
                _ => {}
            }
        }
        let file = Sources::default().add("", "");
        let body =
            Node::new(crate::document::Span::new(file, 0, 0), capital(TASK_DEFINITION.shape()));
        let mut found = Diagnostics::default();
        names(
            TASK_DEFINITION.shape(),
            &respelled(&TASK_DEFINITION, body, &[], &mut found).unwrap(),
        );
        assert_eq!(found, Diagnostics::default());
    }
}

//! A positioned body against the shape of what an operation takes.

use serde_json::{Map as Object, Value as Json, json};

use super::model::{Root, Shape, Struct};
use super::rules::{self, Rule};
use crate::document::{Diagnostic, Diagnostics, Entry, Map, Node, Value, nearest, or_nearest};
use crate::plan::Path;

/// A body that was found sound.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The plain tree, every value of its type; what is `null` in the body is not there.
    pub tree: Json,
    /// Where values are that must not be shown; an element of a list by its index.
    pub sensitive: Vec<Path>,
}

/// Checks a body against the shape of an operation's input.
///
/// Scalars stand for text as the file spells them, and text that came out of a reference for numbers
/// and booleans. Everything that is wrong is said at its place; `noun` is what the whole is called.
pub fn read(root: &Root, body: &Node, noun: &str, found: &mut Diagnostics) -> Option<Checked> {
    let before = found.all.len();
    let mut reader = Reader { found, sensitive: Vec::new() };
    let at = At { path: Path::default(), name: noun.to_owned(), member: String::new() };
    let tree = reader.value(root.shape(), body, &at);
    let sensitive = reader.sensitive;
    (found.all.len() == before).then_some(Checked { tree, sensitive })
}

/// Where in a body.
struct At {
    path: Path,
    /// As a message says it.
    name: String,
    /// `Shape.member`, as the rules are called.
    member: String,
}

impl At {
    fn member(&self, of: &Struct, member: &str) -> Self {
        // The whole is called by a noun, which no member has before it.
        let name = if self.path.0.is_empty() {
            format!("`{member}`")
        } else {
            format!("`{}.{member}`", self.name.trim_matches('`'))
        };
        Self { path: self.path.join(member), name, member: format!("{}.{member}", of.name) }
    }

    fn item(&self, index: usize) -> Self {
        Self {
            path: self.path.join(&index.to_string()),
            name: format!("`{}[{index}]`", self.name.trim_matches('`')),
            member: format!("{}[]", self.member),
        }
    }

    fn entry(&self, key: &str) -> Self {
        Self {
            path: self.path.join(key),
            name: format!("`{}.{}`", self.name.trim_matches('`'), crate::plan::quoted(key)),
            member: format!("{}{{}}", self.member),
        }
    }
}

struct Reader<'a> {
    found: &'a mut Diagnostics,
    sensitive: Vec<Path>,
}

impl Reader<'_> {
    fn value(&mut self, shape: &Shape, node: &Node, at: &At) -> Json {
        if node.secret {
            self.secret(node, at);
        }
        match shape {
            Shape::Text => self.text(node, at),
            Shape::Whole(least, most) => self.whole(node, at, *least, *most),
            Shape::Number => self.number(node, at),
            Shape::Boolean => match boolean(node) {
                Some(value) => json!(value),
                None => self.wrong_type("`true` or `false`", node, at),
            },
            Shape::Any => node.to_json(),
            Shape::List(item) => self.list(item, node, at),
            Shape::Map(value) => self.map(value, node, at),
            Shape::Struct(shape) => self.structure(shape, node, at),
        }
    }

    fn secret(&mut self, node: &Node, at: &At) {
        self.sensitive.push(at.path.clone());
        if rules::is_a_name(&at.member) {
            let message = format!(
                "{} is shown in every output, and what comes from the environment is secret",
                at.name
            );
            let problem = Diagnostic::error(message).at(node.span);
            self.found.push(problem.help("use a variable: `${var.NAME}`"));
        }
    }

    fn structure(&mut self, shape: &Struct, node: &Node, at: &At) -> Json {
        let Value::Map(map) = &node.value else {
            return self.wrong_type("a mapping", node, at);
        };
        let meant = self.unknown_members(shape, map, at);
        let mut object = Object::new();
        for (name, member) in &shape.members {
            let inner = at.member(shape, name);
            if let Some(value) = map.get(name).filter(|value| !value.is_null()) {
                object.insert(name.clone(), self.value(member, value, &inner));
            } else if rules::is_required(&inner.member) && !meant.contains(&name.as_str()) {
                let message = format!("{} needs `{name}`", at.name);
                self.found.push(Diagnostic::error(message).at(node.span));
            }
        }
        if shape.union && object.len() != 1 && meant.is_empty() {
            let message = format!("{} has exactly one of its members", at.name);
            let names = or_nearest("", &shape.names());
            self.found.push(Diagnostic::error(message).at(node.span).maybe_help(names));
        }
        Json::Object(object)
    }

    /// Complains of keys that are no member, and returns the members that were likely meant.
    fn unknown_members<'a>(&mut self, shape: &'a Struct, map: &Map, at: &At) -> Vec<&'a str> {
        let names = shape.names();
        let mut meant = Vec::new();
        for Entry { key, key_span, .. } in &map.entries {
            if !names.contains(&key.as_str()) {
                let problem = Diagnostic::error(format!("{} has no `{key}`", at.name));
                self.found.push(
                    problem
                        .at(*key_span)
                        .label("not known here")
                        .maybe_help(or_nearest(key, &names)),
                );
                meant.extend(nearest(key, names.iter().copied()));
            }
        }
        meant
    }

    fn list(&mut self, item: &Shape, node: &Node, at: &At) -> Json {
        let Value::Seq(nodes) = &node.value else {
            let help = list_help(item);
            return self.complain(mistyped("a list", node, at).help(help));
        };
        self.bounds(nodes.len().try_into().unwrap_or(i64::MAX), "elements", node, at);
        let items = nodes.iter().enumerate();
        items.map(|(index, node)| self.value(item, node, &at.item(index))).collect()
    }

    fn map(&mut self, value: &Shape, node: &Node, at: &At) -> Json {
        let Value::Map(map) = &node.value else {
            let problem = mistyped("a mapping", node, at);
            return self.complain(problem.help("write it like `{ KEY: VALUE }`"));
        };
        // What is `null` takes an entry of the document away.
        let entries = map.entries.iter().filter(|entry| !entry.value.is_null());
        let entries = entries.map(|Entry { key, value: node, .. }| {
            (key.clone(), self.value(value, node, &at.entry(key)))
        });
        Json::Object(entries.collect())
    }

    fn text(&mut self, node: &Node, at: &At) -> Json {
        let Some(text) = node.spelled() else {
            return self.wrong_type("a string", node, at);
        };
        self.bounds(text.chars().count().try_into().unwrap_or(i64::MAX), "characters", node, at);
        for rule in rules::of(&at.member) {
            if let Rule::OneOf(values) = rule
                && !values.contains(&text.as_str())
            {
                let message =
                    format!("{} is {}, which is none of the values it has", at.name, node.shown());
                // What a secret is near to says what it is.
                let word = if node.secret { "" } else { &text };
                let help = or_nearest(word, values);
                self.found.push(Diagnostic::error(message).at(node.span).maybe_help(help));
            }
        }
        json!(text)
    }

    fn whole(&mut self, node: &Node, at: &At, least: i64, most: i64) -> Json {
        #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and small")]
        let whole =
            |number: f64| (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64);
        let number = numeric(node).and_then(|n| n.as_i64().or_else(|| n.as_f64().and_then(whole)));
        let Some(number) = number else {
            return self.wrong_type("a whole number", node, at);
        };
        if !(least..=most).contains(&number) {
            let message = format!("{} is {}; it is too large for AWS", at.name, node.shown());
            self.found.push(Diagnostic::error(message).at(node.span));
        }
        self.bounds(number, "", node, at);
        json!(number)
    }

    fn number(&mut self, node: &Node, at: &At) -> Json {
        let Some(number) = numeric(node) else {
            return self.wrong_type("a number", node, at);
        };
        if let Some(value) = number.as_f64() {
            // Bounds are whole numbers: what lies beyond one is as good as the next.
            #[expect(
                clippy::cast_possible_truncation,
                reason = "what is too large is told as such"
            )]
            let whole = if value < 0.0 { value.floor() } else { value.ceil() } as i64;
            self.bounds(whole, "", node, at);
        }
        json!(number)
    }

    /// Holds the length of something, or a number itself, against the rules.
    fn bounds(&mut self, given: i64, unit: &str, node: &Node, at: &At) {
        for rule in rules::of(&at.member) {
            let Rule::Bounds(least, most) = *rule else { continue };
            if given >= least && most.is_none_or(|most| given <= most) {
                continue;
            }
            let range = match most {
                Some(most) => format!("from {least} to {most}"),
                None => format!("at least {least}"),
            };
            // How long a secret is stays secret too.
            let message = match (node.secret, unit) {
                (true, "") => format!("{} is out of bounds; it must be {range}", at.name),
                (true, _) => {
                    format!("{} has too few or too many {unit}; it may have {range}", at.name)
                }
                (false, "") => format!("{} is {given}; it must be {range}", at.name),
                (false, _) => format!("{} has {given} {unit}; it may have {range}", at.name),
            };
            self.found.push(Diagnostic::error(message).at(node.span));
        }
    }

    fn wrong_type(&mut self, expected: &str, node: &Node, at: &At) -> Json {
        let is_number = |text: &str| text.trim().parse::<f64>().is_ok();
        let is_only_quoted = !node.interpolated
            && node.as_str().is_some_and(|text| match expected {
                "a number" | "a whole number" => is_number(text),
                "`true` or `false`" => matches!(text, "true" | "false"),
                _ => false,
            });
        let problem = mistyped(expected, node, at);
        self.complain(if is_only_quoted {
            problem.help("write it without quotes")
        } else {
            problem
        })
    }

    fn complain(&mut self, problem: Diagnostic) -> Json {
        self.found.push(problem);
        Json::Null
    }
}

fn mistyped(expected: &str, node: &Node, at: &At) -> Diagnostic {
    // What came out of a reference does not stand in the file, so that it is shown.
    let is_number = matches!(node.value, Value::Number(_));
    let given = if node.interpolated || is_number { node.shown() } else { node.kind().to_owned() };
    Diagnostic::error(format!("{} is {expected}, not {given}", at.name)).at(node.span)
}

/// How a list is written whose elements have members.
fn list_help(item: &Shape) -> String {
    let Shape::Struct(item) = item else {
        return "write it like `[ … ]`".to_owned();
    };
    let required = item
        .members
        .iter()
        .filter(|(name, _)| rules::is_required(&format!("{}.{name}", item.name)));
    let mut names: Vec<_> = required.map(|(name, _)| name.as_str()).collect();
    if names.is_empty() {
        names = item.names().into_iter().take(2).collect();
    }
    let members: Vec<_> = names.iter().map(|name| format!("{name}: …")).collect();
    format!("write it as a list of `{{ {} }}`", members.join(", "))
}

/// The number a node stands for; text that came out of `${…}` may spell one.
fn numeric(node: &Node) -> Option<serde_json::Number> {
    match &node.value {
        Value::Number(number) => Some(number.clone()),
        Value::String(text) if node.interpolated => serde_json::from_str(text.trim()).ok(),
        _ => None,
    }
}

/// The boolean a node stands for; text that came out of `${…}` may spell one.
fn boolean(node: &Node) -> Option<bool> {
    match &node.value {
        Value::Bool(value) => Some(*value),
        Value::String(text) if node.interpolated => text.trim().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests;

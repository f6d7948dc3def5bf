//! Small AWS shapes as tables: one table checks a body and makes its canonical document. What it
//! becomes for others is in [`publish`](super::publish).

use serde_json::{Map as Object, Value as Json, json};

use crate::document::{Diagnostic, Diagnostics, Entry, Map, Node, Value, nearest, or_nearest};
use crate::plan::{Path, quoted};
use crate::stack::Body;

use super::tags::tags;

/// One member of a shape.
pub(super) struct Field {
    /// AWS's name for it.
    pub name: &'static str,
    /// Its type and bounds, as the service model has them.
    pub ty: Type,
    /// Whether it has to be there.
    pub need: Need,
    /// What it is, in one sentence.
    pub doc: &'static str,
}

/// A type with its bounds, lengths in characters.
pub(super) enum Type {
    /// Text of a length.
    Text { min: usize, max: usize },
    /// `true` or `false`.
    Boolean,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A whole number.
    Integer { min: i64, max: Option<i64> },
    /// One of these whole numbers.
    IntegerOf(&'static [i64]),
    /// A number.
    Number { min: f64, max: f64 },
    /// Text by text.
    TextMap { most: usize, longest_key: usize, longest_value: usize },
    /// A shape of its own.
    Struct(&'static [Field]),
    /// Tags, as AWS's list of `Key` and `Value` or as a mapping.
    Tags,
    /// What the kind reads itself.
    Apart {
        /// What the reference page calls it.
        called: &'static str,
        /// Its JSON Schema.
        schema: fn() -> Json,
    },
}

/// The length of text that the service model does not bound.
pub(super) const UNBOUNDED: usize = usize::MAX;

/// Whether a [`Field`] has to be there.
pub(super) enum Need {
    /// It has to.
    Required,
    /// It may be left out.
    Optional,
    /// What is left out is this.
    Otherwise(&'static str),
}

/// Reads a body against a table. Fields that are `null` are left out.
pub(super) fn read(
    fields: &'static [Field],
    noun: &str,
    body: &Node,
    found: &mut Diagnostics,
) -> Option<Body> {
    let mut reader = Reader { found, sensitive: Vec::new(), sound: true };
    let document = reader.shape(fields, noun, body, &Path::default());
    reader.sound.then_some(Body { document, sensitive: reader.sensitive, ..Body::default() })
}

struct Reader<'a> {
    found: &'a mut Diagnostics,
    sensitive: Vec<Path>,
    sound: bool,
}

impl Reader<'_> {
    fn complain(&mut self, problem: Diagnostic) {
        self.found.push(problem);
        self.sound = false;
    }

    fn shape(&mut self, fields: &'static [Field], noun: &str, body: &Node, at: &Path) -> Json {
        let mut document = Object::new();
        let Value::Map(map) = &body.value else {
            let names: Vec<_> = fields.iter().map(|field| format!("{}: …", field.name)).collect();
            let problem = Diagnostic::error(format!("{noun} is a mapping, not {}", body.kind()));
            self.complain(
                problem.at(body.span).help(format!("write it like `{{ {} }}`", names.join(", "))),
            );
            return Json::Null;
        };
        if is_another(fields, map) {
            let names: Vec<_> = fields.iter().map(|field| field.name).collect();
            let problem =
                Diagnostic::error(format!("this is not {noun}: it has none of the fields of one"));
            let place = map.entries.first().map_or(body.span, |entry| entry.key_span);
            self.complain(problem.at(place).maybe_help(or_nearest("", &names)));
            return Json::Null;
        }
        let meant = self.unknown_keys(fields, noun, map);
        for field in fields {
            let entry = map.entries.iter().find(|e| e.key == field.name && !e.value.is_null());
            let path = at.join(field.name);
            match (entry, &field.need) {
                (Some(_), _) if matches!(field.ty, Type::Apart { .. }) => {}
                (Some(entry), _) => {
                    let value = self.value(field, &entry.value, &path);
                    // An empty mapping says the same as none.
                    if value.as_object().is_none_or(|object| !object.is_empty()) {
                        document.insert(field.name.to_owned(), value);
                    }
                }
                // Said already, of the slip that stands in its place.
                (None, Need::Required) if meant.contains(&field.name) => {}
                (None, Need::Required) => self.complain(
                    Diagnostic::error(format!("{noun} needs `{}`", field.name))
                        .at(body.span)
                        .help(format!("`{}`: {}", field.name, field.doc)),
                ),
                (None, Need::Otherwise(value)) => {
                    document.insert(field.name.to_owned(), json!(value));
                }
                (None, Need::Optional) => {}
            }
        }
        Json::Object(document)
    }

    /// Complains of keys that are no field, and returns the fields that were likely meant.
    fn unknown_keys(&mut self, fields: &[Field], noun: &str, map: &Map) -> Vec<&'static str> {
        let names: Vec<_> = fields.iter().map(|field| field.name).collect();
        let mut meant = Vec::new();
        for Entry { key, key_span, .. } in &map.entries {
            if !names.contains(&key.as_str()) {
                self.complain(
                    Diagnostic::error(format!("{noun} has no `{key}`"))
                        .at(*key_span)
                        .label("not known here")
                        .maybe_help(or_nearest(key, &names)),
                );
                meant.extend(nearest(key, names.iter().copied()));
            }
        }
        meant
    }

    fn value(&mut self, field: &Field, node: &Node, path: &Path) -> Json {
        if node.secret {
            self.sensitive.push(path.clone());
        }
        match &field.ty {
            Type::Text { min, max } => self.text(field.name, node, *min, *max),
            Type::Boolean => self.boolean(field.name, node),
            Type::OneOf(values) => self.one_of(field.name, node, values),
            Type::Integer { min, max } => self.integer(field, node, *min, *max),
            Type::IntegerOf(values) => self.integer_of(field, node, values),
            Type::Number { min, max } => self.number(field, node, *min, *max),
            Type::TextMap { most, longest_key, longest_value } => {
                self.text_map(field.name, node, path, (*most, *longest_key, *longest_value))
            }
            Type::Struct(fields) => self.shape(fields, &format!("`{}`", field.name), node, path),
            Type::Tags => self.tags(node, path),
            Type::Apart { .. } => Json::Null,
        }
    }

    fn text(&mut self, name: &str, node: &Node, min: usize, max: usize) -> Json {
        // What came out of a reference has no quotes to write.
        let spelled = if node.interpolated { node.spelled() } else { None };
        let Some(text) = spelled.as_deref().or(node.as_str()) else {
            self.wrong_type(name, "a string", node);
            return Json::Null;
        };
        let length = text.chars().count();
        if length < min || length > max {
            let most = format!("it may have from {min} to {max}");
            // How long a secret is stays secret too.
            let message = if node.secret {
                format!("`{name}` has too few or too many characters; {most}")
            } else {
                format!("`{name}` has {length} characters; {most}")
            };
            self.complain(Diagnostic::error(message).at(node.span));
        }
        json!(text)
    }

    fn one_of(&mut self, name: &str, node: &Node, values: &[&str]) -> Json {
        let Some(text) = node.as_str() else {
            self.wrong_type(name, "a string", node);
            return Json::Null;
        };
        if !values.contains(&text) {
            let known: Vec<_> = values.iter().map(|value| format!("`{value}`")).collect();
            let message = format!("`{name}` is {}, not {}", known.join(" or "), node.shown());
            let near = nearest(text, values.iter().copied()).filter(|_| !node.secret);
            let near = near.map(|near| format!("did you mean `{near}`?"));
            self.complain(Diagnostic::error(message).at(node.span).maybe_help(near));
        }
        json!(text)
    }

    fn boolean(&mut self, name: &str, node: &Node) -> Json {
        let spelled = node.as_str().filter(|_| node.interpolated);
        match (&node.value, spelled) {
            (Value::Bool(is), _) => json!(is),
            (_, Some("true")) => json!(true),
            (_, Some("false")) => json!(false),
            _ => {
                self.wrong_type(name, "`true` or `false`", node);
                Json::Null
            }
        }
    }

    fn integer(&mut self, field: &Field, node: &Node, min: i64, max: Option<i64>) -> Json {
        let Some(number) = numeric(node).and_then(|number| whole(&number)) else {
            let range = range(min, max.unwrap_or(i32::MAX.into()));
            self.wrong_type(field.name, &format!("a whole number {range}"), node);
            return Json::Null;
        };
        // An integer of AWS's has 32 bits where the model gives no bound.
        let most = max.unwrap_or(i32::MAX.into());
        if number < min || number > most {
            self.out_of_bounds(field, node, &range(min, most));
        }
        json!(number)
    }

    fn integer_of(&mut self, field: &Field, node: &Node, values: &[i64]) -> Json {
        let known: Vec<_> = values.iter().map(ToString::to_string).collect();
        let Some(number) = numeric(node).and_then(|number| whole(&number)) else {
            self.wrong_type(field.name, &format!("a number, one of {}", known.join(", ")), node);
            return Json::Null;
        };
        if !values.contains(&number) {
            self.out_of_bounds(field, node, &format!("one of {}", known.join(", ")));
        }
        json!(number)
    }

    fn number(&mut self, field: &Field, node: &Node, min: f64, max: f64) -> Json {
        let Some(number) = numeric(node).and_then(|n| n.as_f64()) else {
            self.wrong_type(field.name, &format!("a number {}", range(min, max)), node);
            return Json::Null;
        };
        if !(min..=max).contains(&number) {
            self.out_of_bounds(field, node, &range(min, max));
        }
        // Minus zero is zero.
        json!(number + 0.0)
    }

    fn text_map(
        &mut self,
        name: &str,
        node: &Node,
        path: &Path,
        (most, longest_key, longest_value): (usize, usize, usize),
    ) -> Json {
        let Value::Map(map) = &node.value else {
            self.wrong_type(name, "a mapping", node);
            return Json::Null;
        };
        if map.entries.len() > most {
            let message = format!("`{name}` has {} entries; it may have {most}", map.entries.len());
            self.complain(Diagnostic::error(message).at(node.span));
        }
        let mut object = Object::new();
        // What is `null` takes an entry of the document away.
        let entries = map.entries.iter().filter(|entry| !entry.value.is_null());
        for Entry { key, key_span, value } in entries {
            let length = key.chars().count();
            if length == 0 || length > longest_key {
                let message = format!("a key in `{name}` has 1 to {longest_key} characters");
                self.complain(Diagnostic::error(message).at(*key_span));
            }
            if value.secret {
                self.sensitive.push(path.join(key));
            }
            let entry = format!("{name}.{}", quoted(key));
            object.insert(key.clone(), self.text(&entry, value, 1, longest_value));
        }
        Json::Object(object)
    }

    fn tags(&mut self, node: &Node, path: &Path) -> Json {
        let before = self.found.all.len();
        let tags = tags(node, self.found);
        self.sound &= self.found.all.len() == before;
        let mut object = Object::new();
        for (key, value) in tags {
            if value.secret {
                self.sensitive.push(path.join(&key));
            }
            object.insert(key, value.to_json());
        }
        Json::Object(object)
    }

    fn wrong_type(&mut self, name: &str, expected: &str, node: &Node) {
        // What came out of a reference does not stand in the file, so that it is shown.
        let is_number = matches!(node.value, Value::Number(_));
        let given =
            if node.interpolated || is_number { node.shown() } else { node.kind().to_owned() };
        let problem =
            Diagnostic::error(format!("`{name}` is {expected}, not {given}")).at(node.span);
        let quoted = node.as_str().filter(|text| text.trim().parse::<f64>().is_ok());
        let is_scalar = !matches!(node.value, Value::Seq(_) | Value::Map(_));
        self.complain(match quoted {
            Some(_) if expected.contains("number") && !node.interpolated => {
                problem.help("write it without quotes")
            }
            _ if expected == "a string" && is_scalar => problem.help("write it in quotes"),
            _ if expected == "a mapping" => problem.help("write it like `{ KEY: VALUE }`"),
            _ => problem,
        });
    }

    fn out_of_bounds(&mut self, field: &Field, node: &Node, range: &str) {
        let given = numeric(node).filter(|_| !node.secret);
        let given = given.map_or_else(|| node.shown(), |number| number.to_string());
        let message = format!("`{}` is {given}; it must be {range}", field.name);
        let problem = Diagnostic::error(message).at(node.span);
        self.complain(problem);
    }
}

fn range<T: std::fmt::Display + PartialEq + Copy>(min: T, max: T) -> String {
    if min == max { max.to_string() } else { format!("from {min} to {max}") }
}

/// Whether this is another thing altogether: there are keys, and none is a field or like one.
fn is_another(fields: &[Field], map: &Map) -> bool {
    let is_near = |key: &str| nearest(key, fields.iter().map(|field| field.name)).is_some();
    !map.entries.is_empty() && !map.entries.iter().any(|entry| is_near(&entry.key))
}

/// The number a node stands for; text that came out of `${…}` may spell one.
fn numeric(node: &Node) -> Option<serde_json::Number> {
    match &node.value {
        Value::Number(number) => Some(number.clone()),
        Value::String(text) if node.interpolated => serde_json::from_str(text.trim()).ok(),
        _ => None,
    }
}

/// A number without a fraction, as which AWS takes 30.0 too.
fn whole(number: &serde_json::Number) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and small")]
    let whole =
        |number: f64| (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64);
    number.as_i64().or_else(|| number.as_f64().and_then(whole))
}

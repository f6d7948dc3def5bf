//! Checks a JSON body against the shape of an operation's input, the way AWS's front end does
//! before the service sees it.
//!
//! A value of the wrong JSON type ends the reading with a `SerializationException`; what breaks a
//! bound, or is required and missing, is gathered into one `ValidationException`. Unknown members
//! are ignored and `null` is the same as absent, as in all of AWS's JSON protocols.

use std::fmt::Write as _;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde_json::{Map, Value};

use super::reply::Fault;

/// How much of a refused value is repeated in the message.
const ECHO: usize = 256;

/// How many violations are spelled out. AWS names all of them; a body full of them would make the
/// answer larger than the question.
const SPELLED_OUT: usize = 50;

/// The shape of one value, with the bounds that the service model gives it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// A string, its length counted in characters.
    Text { min: usize, max: usize },
    /// A string of these characters, with the pattern that says so.
    Word { min: usize, max: usize, pattern: &'static str, allows: fn(char) -> bool },
    /// One of these strings.
    OneOf(&'static [&'static str]),
    /// A 32-bit integer.
    Integer { min: i32, max: i32 },
    /// A double.
    Double { min: f64, max: f64 },
    /// `true` or `false`.
    Boolean,
    /// Epoch seconds, or a date and time in ISO 8601, which older clients send.
    Timestamp,
    /// A map of strings.
    Map { key: &'static Shape, value: &'static Shape, max: usize },
    /// A list.
    List { item: &'static Shape, max: usize },
    /// A structure, given as a function so that a table can be turned into members.
    Structure(fn() -> Vec<Member>),
}

/// A string without bounds in the model.
pub(super) const STRING: Shape = Shape::Text { min: 0, max: usize::MAX };

/// One member of a structure.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) required: bool,
}

/// A member that has to be there.
pub(super) const fn required(name: &'static str, shape: Shape) -> Member {
    Member { name, shape, required: true }
}

/// A member that may be left out.
pub(super) const fn optional(name: &'static str, shape: Shape) -> Member {
    Member { name, shape, required: false }
}

/// Reads a body as a structure with `members`; what comes back holds known members only and no
/// `null`. An empty body is an empty structure.
pub(super) fn read(body: &[u8], members: &[Member]) -> Result<Map<String, Value>, Fault> {
    let value = if body.is_empty() {
        Value::Object(Map::new())
    } else {
        // serde_json gives up on bodies nested deeper than 128 levels, so the recursion below is
        // bounded too.
        serde_json::from_slice(body).map_err(|error| Fault::serialization(error.to_string()))?
    };
    let mut checker = Checker::default();
    let read = checker.members(members, value, "")?;
    checker.finish().map(|()| read)
}

#[derive(Default)]
struct Checker {
    violations: Vec<String>,
    further: usize,
}

impl Checker {
    fn finish(self) -> Result<(), Fault> {
        let count = self.violations.len() + self.further;
        if count == 0 {
            return Ok(());
        }
        let errors = if count == 1 { "error" } else { "errors" };
        let list = self.violations.join("; ");
        Err(Fault::front_end(
            "ValidationException",
            format!("{count} validation {errors} detected: {list}"),
        ))
    }

    /// The wording is AWS's common front end's. One capture of X-Ray shows the code with an empty
    /// message, so no client may rely on the text.
    fn violation(&mut self, value: &str, path: &str, constraint: &str) {
        if self.violations.len() == SPELLED_OUT {
            self.further += 1;
            return;
        }
        let value = if value == "null" { value.to_owned() } else { format!("'{value}'") };
        self.violations.push(format!(
            "Value {value} at '{path}' failed to satisfy constraint: Member must {constraint}"
        ));
    }

    fn members(
        &mut self,
        members: &[Member],
        value: Value,
        path: &str,
    ) -> Result<Map<String, Value>, Fault> {
        let Value::Object(mut given) = value else {
            return Err(wrong_type(path, "a structure", &value));
        };
        let mut read = Map::new();
        for member in members {
            let mut path = path.to_owned();
            if !path.is_empty() {
                path.push('.');
            }
            push_member(&mut path, member.name);
            match given.remove(member.name) {
                Some(value) if !value.is_null() => {
                    read.insert(member.name.to_owned(), self.value(member.shape, value, &path)?);
                }
                _ if member.required => self.violation("null", &path, "not be null"),
                _ => {}
            }
        }
        Ok(read)
    }

    fn value(&mut self, shape: Shape, value: Value, path: &str) -> Result<Value, Fault> {
        match shape {
            Shape::Text { min, max } => {
                let Value::String(text) = &value else {
                    return Err(wrong_type(path, "a string", &value));
                };
                self.length(&echo(text), path, text.chars().count(), min, max);
            }
            Shape::Word { min, max, pattern, allows } => {
                let Value::String(text) = &value else {
                    return Err(wrong_type(path, "a string", &value));
                };
                self.length(&echo(text), path, text.chars().count(), min, max);
                if !text.chars().all(allows) {
                    let constraint = format!("satisfy regular expression pattern: {pattern}");
                    self.violation(&echo(text), path, &constraint);
                }
            }
            Shape::OneOf(values) => {
                let Value::String(text) = &value else {
                    return Err(wrong_type(path, "a string", &value));
                };
                if !values.contains(&text.as_str()) {
                    let set = values.join(", ");
                    self.violation(&echo(text), path, &format!("satisfy enum value set: [{set}]"));
                }
            }
            Shape::Integer { min, max } => {
                let number = value.as_i64().and_then(|number| i32::try_from(number).ok());
                let Some(number) = number else {
                    return Err(wrong_type(path, "a 32-bit integer", &value));
                };
                self.range(&value.to_string(), path, &number, &min, &max);
            }
            Shape::Double { min, max } => {
                let Some(number) = value.as_f64() else {
                    return Err(wrong_type(path, "a number", &value));
                };
                self.range(&value.to_string(), path, &number, &min, &max);
            }
            Shape::Boolean => {
                if !value.is_boolean() {
                    return Err(wrong_type(path, "a boolean", &value));
                }
            }
            Shape::Timestamp => {
                let dated = |text| DateTime::from_str(text, Format::DateTimeWithOffset).is_ok();
                if !value.is_number() && !value.as_str().is_some_and(dated) {
                    return Err(wrong_type(path, "a timestamp", &value));
                }
            }
            Shape::Map { key, value: shape, max } => {
                return self.map(value, path, *key, *shape, max);
            }
            Shape::List { item, max } => return self.list(value, path, *item, max),
            Shape::Structure(members) => {
                return self.members(&members(), value, path).map(Value::Object);
            }
        }
        Ok(value)
    }

    fn map(
        &mut self,
        value: Value,
        path: &str,
        key_shape: Shape,
        value_shape: Shape,
        max: usize,
    ) -> Result<Value, Fault> {
        let Value::Object(map) = value else {
            return Err(wrong_type(path, "a map", &value));
        };
        self.length(&echo_map(&map), path, map.len(), 0, max);
        let mut read = Map::new();
        for (key, value) in map {
            // AWS words this differently for keys and values of maps; the exact text is not known.
            self.value(key_shape, Value::String(key.clone()), &format!("{path}.key"))?;
            if value.is_null() {
                self.violation("null", &format!("{path}.value"), "not be null");
            } else {
                let value = self.value(value_shape, value, &format!("{path}.value"))?;
                read.insert(key, value);
            }
        }
        Ok(Value::Object(read))
    }

    fn list(&mut self, value: Value, path: &str, shape: Shape, max: usize) -> Result<Value, Fault> {
        let Value::Array(list) = value else {
            return Err(wrong_type(path, "a list", &value));
        };
        self.length(&format!("[{} members]", list.len()), path, list.len(), 0, max);
        let mut read = Vec::with_capacity(list.len());
        for (index, item) in list.into_iter().enumerate() {
            let path = format!("{path}.{}.member", index + 1);
            if item.is_null() {
                self.violation("null", &path, "not be null");
            } else {
                read.push(self.value(shape, item, &path)?);
            }
        }
        Ok(Value::Array(read))
    }

    fn length(&mut self, echo: &str, path: &str, length: usize, min: usize, max: usize) {
        if length > max {
            self.violation(echo, path, &format!("have length less than or equal to {max}"));
        }
        if length < min {
            self.violation(echo, path, &format!("have length greater than or equal to {min}"));
        }
    }

    fn range<N>(&mut self, echo: &str, path: &str, number: &N, min: &N, max: &N)
    where
        N: PartialOrd + std::fmt::Display,
    {
        if number > max {
            self.violation(echo, path, &format!("have value less than or equal to {max}"));
        }
        if number < min {
            self.violation(echo, path, &format!("have value greater than or equal to {min}"));
        }
    }
}

/// AWS writes member names in these messages with a small first letter and leaves the rest alone.
fn push_member(path: &mut String, name: &str) {
    let mut rest = name.chars();
    path.extend(rest.next().map(|first| first.to_ascii_lowercase()));
    path.push_str(rest.as_str());
}

/// AWS's own texts for this differ by type and are not documented.
pub(super) fn wrong_type(path: &str, wanted: &str, found: &Value) -> Fault {
    let found = match found {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "a boolean".to_owned(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(_) => "a string".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a structure".to_owned(),
    };
    let place = if path.is_empty() { "the body" } else { path };
    Fault::serialization(format!("{place} has to be {wanted} and is {found}"))
}

fn echo(text: &str) -> String {
    if text.chars().count() <= ECHO {
        return text.to_owned();
    }
    text.chars().take(ECHO).chain(['…']).collect()
}

fn echo_map(map: &Map<String, Value>) -> String {
    let mut text = String::from("{");
    for (index, (key, value)) in map.iter().enumerate().take(10) {
        let separator = if index == 0 { "" } else { ", " };
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        // Writing to a string cannot fail.
        let _ = write!(text, "{separator}{key}={value}");
    }
    text.push('}');
    echo(&text)
}

#[cfg(test)]
mod tests;

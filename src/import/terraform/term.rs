//! What an expression of a `.tf` file comes to.

use serde_json::{Number, Value as Json};

use super::Refusal;
use crate::document::{Entry, Map, Node, Span, Value};
use crate::import::reference;
use crate::stack::escaped;

/// A value, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Term {
    /// Where it stands.
    pub span: Span,
    /// The value.
    pub is: Is,
}

/// The value of a [`Term`].
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Is {
    /// `null`: not set.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number. Terraform does not keep how it is spelled.
    Number(Number),
    /// Text with references in it.
    Text(Vec<Piece>),
    /// The text of a JSON document, by what it was made of.
    Json(Box<Term>),
    /// A list.
    List(Vec<Term>),
    /// A mapping, or an object.
    Object(Vec<(String, Span, Term)>),
    /// A list or a mapping that is not known, by the text that stands for it.
    Unknown(String),
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    /// Text as it is.
    Text(String),
    /// A reference of a stack, `${account}`.
    Reference(String),
    /// A variable of the stack, by its name.
    Variable(String),
}

impl Piece {
    /// The reference as a stack file has it.
    pub(super) fn reference(&self) -> Option<String> {
        match self {
            Self::Text(_) => None,
            Self::Reference(text) => Some(text.clone()),
            Self::Variable(name) => Some(format!("${{var.{name}}}")),
        }
    }
}

impl Term {
    pub(super) fn new(span: Span, is: Is) -> Self {
        Self { span, is }
    }

    pub(super) fn text(span: Span, text: impl Into<String>) -> Self {
        Self::new(span, Is::Text(vec![Piece::Text(text.into())]))
    }

    pub(super) fn reference(span: Span, text: impl Into<String>) -> Self {
        Self::new(span, Is::Text(vec![Piece::Reference(text.into())]))
    }

    /// The text, if it is one without references.
    pub(super) fn literal(&self) -> Option<String> {
        match &self.is {
            Is::Text(pieces) => {
                let text = |piece: &Piece| match piece {
                    Piece::Text(text) => Some(text.clone()),
                    _ => None,
                };
                pieces.iter().map(text).collect::<Option<String>>()
            }
            Is::Number(number) => Some(number.to_string()),
            Is::Bool(value) => Some(value.to_string()),
            _ => None,
        }
    }

    /// A scalar as text with references.
    pub(super) fn pieces(&self) -> Option<Vec<Piece>> {
        match &self.is {
            Is::Text(pieces) => Some(pieces.clone()),
            Is::Number(_) | Is::Bool(_) => self.literal().map(|text| vec![Piece::Text(text)]),
            Is::Json(of) => super::encode::encode(of),
            Is::Null | Is::List(_) | Is::Object(_) | Is::Unknown(_) => None,
        }
    }

    /// How much there is of it, roughly in bytes.
    pub(super) fn weight(&self) -> usize {
        let below = match &self.is {
            Is::Text(pieces) => pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Text(text) | Piece::Reference(text) | Piece::Variable(text) => {
                        text.len()
                    }
                })
                .sum(),
            Is::Json(of) => of.weight(),
            Is::List(items) => items.iter().map(Term::weight).sum(),
            Is::Object(entries) => {
                entries.iter().map(|(key, _, value)| key.len() + value.weight()).sum()
            }
            _ => 0,
        };
        16 + below
    }

    /// How deep it is.
    pub(super) fn depth(&self) -> usize {
        let below = match &self.is {
            Is::Json(of) => of.depth(),
            Is::List(items) => items.iter().map(Term::depth).max().unwrap_or(0),
            Is::Object(entries) => {
                entries.iter().map(|(.., value)| value.depth()).max().unwrap_or(0)
            }
            _ => 0,
        };
        1 + below
    }

    /// The value as a tree.
    pub(super) fn to_node(&self) -> Result<Node, Refusal> {
        let value = match &self.is {
            Is::Null => Value::Null,
            Is::Bool(value) => Value::Bool(*value),
            Is::Number(number) => Value::Number(number.clone()),
            Is::Text(pieces) => return written(self.span, pieces),
            Is::Json(_) => {
                let pieces = self.pieces().ok_or_else(|| self.not_known("a JSON document"))?;
                return written(self.span, &pieces);
            }
            Is::List(items) => {
                Value::Seq(items.iter().map(Term::to_node).collect::<Result<_, _>>()?)
            }
            Is::Object(entries) => {
                let entry = |(key, key_span, value): &(String, Span, Term)| {
                    let value = value.to_node()?;
                    Ok(Entry { key: key.clone(), key_span: *key_span, value })
                };
                Value::Map(Map { entries: entries.iter().map(entry).collect::<Result<_, _>>()? })
            }
            Is::Unknown(_) => return Err(self.not_known("a list or a mapping")),
        };
        Ok(Node::new(self.span, value))
    }

    /// Why a resource cannot be taken that needs this.
    fn not_known(&self, wanted: &str) -> Refusal {
        let what = match &self.is {
            Is::Unknown(what) => what.as_str(),
            _ => "what stands here",
        };
        Refusal::new(self.span, format!("{wanted} is needed here, and {what} is not known"))
    }
}

/// A text as a stack file has it.
fn written(span: Span, pieces: &[Piece]) -> Result<Node, Refusal> {
    if let Some(text) = Term::new(span, Is::Text(pieces.to_vec())).literal() {
        return Ok(Node::new(span, Value::String(text)));
    }
    let mut text = String::new();
    let mut literal = String::new();
    for piece in pieces {
        if let Piece::Text(part) = piece {
            literal += part;
            continue;
        }
        if literal.ends_with('$') {
            let because = "a stack cannot have a `$` right in front of a reference";
            return Err(Refusal::new(span, because));
        }
        text += &escaped(&std::mem::take(&mut literal));
        text += &piece.reference().unwrap_or_default();
    }
    Ok(reference(span, text + &escaped(&literal)))
}

/// A number as Terraform has it: 1.0 is 1.
pub(super) fn number(value: &hcl_edit::Number) -> Option<Number> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if let Some(whole) = value.as_i64() {
        return Some(whole.into());
    }
    if let Some(whole) = value.as_u64() {
        return Some(whole.into());
    }
    let float = value.as_f64()?;
    if float.fract() == 0.0 && float.abs() < EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole, and within what is exact")]
        return Some((float as i64).into());
    }
    Number::from_f64(float)
}

/// The number below zero.
pub(super) fn negated(value: &Number) -> Option<Number> {
    match value.as_i64() {
        Some(whole) => whole.checked_neg().map(Number::from),
        None => Number::from_f64(-value.as_f64()?),
    }
}

/// A tree as a value, each text made by `text`.
pub(super) fn from_node(node: Node, text: &mut dyn FnMut(Span, String) -> Term) -> Term {
    let is = match node.value {
        Value::Null => Is::Null,
        Value::Bool(value) => Is::Bool(value),
        Value::Number(number) => Is::Number(number),
        Value::String(value) => return text(node.span, value),
        Value::Seq(items) => {
            Is::List(items.into_iter().map(|item| from_node(item, text)).collect())
        }
        Value::Map(map) => {
            let entry = |entry: Entry| (entry.key, entry.key_span, from_node(entry.value, text));
            Is::Object(map.entries.into_iter().map(entry).collect())
        }
    };
    Term::new(node.span, is)
}

/// A scalar of JSON as text.
pub(super) fn quoted(text: &str) -> String {
    Json::String(text.to_owned()).to_string()
}

//! The functions of a template but for `Ref` and `Fn::GetAtt`.

use super::sub::{Piece, pieces};
use super::values::{Computed, Unknown, Values, scalar_text};
use crate::document::{Entry, Node, Span, Value};

/// What an element of the arguments is, or what is wrong.
type Argument<T> = Result<T, Box<Unknown>>;

/// What a branch of `Fn::If` gives.
enum Branch {
    Value(Node),
    /// It takes away what it stands in.
    Nothing,
    /// Only CloudFormation knows.
    Unknown,
}

impl Values<'_> {
    /// What a function gives.
    pub(super) fn function(&mut self, entry: &Entry, node: &Node) -> Computed {
        let (name, argument, span) = (entry.key.as_str(), &entry.value, node.span);
        let computed = match name {
            "Ref" => return self.reference(text(name, argument)?, span),
            "Fn::GetAtt" => self.get_att(argument, span),
            "Fn::Sub" => self.sub(argument, span),
            "Fn::Join" => self.join(argument, span),
            "Fn::Select" => self.select(argument, span),
            "Fn::Split" => return self.split(argument, span),
            "Fn::FindInMap" => return self.find_in_map(argument, node),
            "Fn::If" => return self.choose(argument, node),
            "Fn::ImportValue" => self.import_value(argument, span),
            "Fn::Base64" => self.base64(argument, span),
            "Fn::ToJsonString" => self.json_text(argument, span),
            "Fn::Length" => self.length(argument, span),
            "Fn::Cidr" | "Fn::GetAZs" => {
                let message = format!("what `{name}` gives is known to CloudFormation only");
                let hint = if name == "Fn::Cidr" { "cidr" } else { "availability_zone" };
                return Err(Unknown::outside(message, span, hint));
            }
            "Fn::Transform" => {
                let message =
                    "what the macro of `Fn::Transform` makes is known to CloudFormation only";
                return Err(Unknown::wrong(message, span));
            }
            _ => return Err(Unknown::wrong(format!("there is no function `{name}`"), span)),
        };
        self.or_variable(node, computed)
    }

    fn get_att(&mut self, argument: &Node, span: Span) -> Computed {
        if let Some((name, attribute)) = argument.as_str().and_then(|text| text.split_once('.')) {
            return Ok(Some(self.attribute(name, attribute, span)));
        }
        let [name, attribute] = arguments("Fn::GetAtt", argument)?;
        let Some(attribute) = attribute.as_str() else {
            let hint = text("Fn::GetAtt", name)?;
            return Err(Unknown::outside("what `Fn::GetAtt` asks for is computed", span, hint));
        };
        Ok(Some(self.attribute(text("Fn::GetAtt", name)?, attribute, span)))
    }

    fn sub(&mut self, argument: &Node, span: Span) -> Computed {
        let (template, own) = match &argument.value {
            Value::Seq(_) => {
                let [template, own] = arguments("Fn::Sub", argument)?;
                (template, own.as_map())
            }
            _ => (argument, None),
        };
        let Some(spelled) = scalar_text(template) else {
            return Err(malformed("Fn::Sub", argument));
        };
        let mut parts = Vec::new();
        for piece in pieces(&spelled) {
            let part = match piece {
                Piece::Text(text) => Some(Node::new(span, Value::String(text.to_owned()))),
                Piece::Name(name) => {
                    match (own.and_then(|own| own.get(name)), name.split_once('.')) {
                        (Some(own), _) => self.named(name, own)?,
                        (None, Some((name, attribute))) => {
                            Some(self.attribute(name, attribute, span))
                        }
                        (None, None) => self.reference(name, span)?,
                    }
                }
            };
            parts.extend(part);
        }
        self.scalars("Fn::Sub", parts, span)
    }

    fn join(&mut self, argument: &Node, span: Span) -> Computed {
        let [delimiter, list] = arguments("Fn::Join", argument)?;
        let Some(delimiter) = scalar_text(delimiter) else {
            return Err(malformed("Fn::Join", argument));
        };
        let items = self.list("Fn::Join", list)?;
        let delimiter = Node::new(span, Value::String(delimiter));
        let mut parts = Vec::with_capacity(items.len() * 2);
        for item in items {
            if !parts.is_empty() {
                parts.push(delimiter.clone());
            }
            parts.push(item);
        }
        self.scalars("Fn::Join", parts, span)
    }

    fn scalars(&mut self, function: &str, parts: Vec<Node>, span: Span) -> Computed {
        if let Some(other) = parts.iter().find(|part| scalar_text(part).is_none()) {
            let message = format!("`{function}` makes a text, and this is {}", other.kind());
            return Err(Unknown::wrong(message, other.span));
        }
        self.joined(parts, span).map(Some)
    }

    fn list(&mut self, function: &str, node: &Node) -> Argument<Vec<Node>> {
        match self.value(node)?.map(|list| list.value) {
            Some(Value::Seq(items)) => Ok(items),
            // A text that is a list to CloudFormation, an import for one.
            Some(Value::String(_)) => {
                let message =
                    format!("the list that `{function}` takes is known to CloudFormation only");
                Err(Unknown::outside(message, node.span, self.hint()))
            }
            _ => Err(malformed(function, node)),
        }
    }

    fn select(&mut self, argument: &Node, span: Span) -> Computed {
        let [index, list] = arguments("Fn::Select", argument)?;
        let items = self.list("Fn::Select", list)?;
        let Some(index) = self.value(index)? else { return Err(malformed("Fn::Select", argument)) };
        if index.interpolated {
            return Err(Unknown::outside(
                "which element `Fn::Select` takes is a parameter",
                span,
                self.hint(),
            ));
        }
        let at = scalar_text(&index).and_then(|text| text.trim().parse::<usize>().ok());
        match at.and_then(|at| items.into_iter().nth(at)) {
            Some(item) => Ok(Some(item)),
            None => Err(Unknown::wrong("`Fn::Select` takes an element that is not there", span)),
        }
    }

    fn split(&mut self, argument: &Node, span: Span) -> Computed {
        let [delimiter, whole] = arguments("Fn::Split", argument)?;
        let delimiter = text("Fn::Split", delimiter)?;
        let Some(whole) = self.value(whole)? else { return Err(malformed("Fn::Split", argument)) };
        let Some(spelled) = scalar_text(&whole).filter(|_| !delimiter.is_empty()) else {
            return Err(malformed("Fn::Split", argument));
        };
        if whole.interpolated {
            let hint = format!("{} part", spelled.replace("${var.", ""));
            return Err(Unknown::outside(
                "the text that `Fn::Split` takes apart is not known",
                span,
                hint,
            ));
        }
        let items =
            spelled.split(delimiter).map(|item| Node::new(span, Value::String(item.to_owned())));
        Ok(Some(Node::new(span, Value::Seq(items.collect()))))
    }

    /// Source: documentation of `Fn::FindInMap`; the fourth argument comes with
    /// `AWS::LanguageExtensions`.
    fn find_in_map(&mut self, argument: &Node, node: &Node) -> Computed {
        let Value::Seq(items) = &argument.value else {
            return Err(malformed("Fn::FindInMap", argument));
        };
        let [map, first, second, rest @ ..] = items.as_slice() else {
            return Err(malformed("Fn::FindInMap", argument));
        };
        let mut keys = Vec::new();
        for key in [map, first, second] {
            let key = self.value(key)?.and_then(|key| Some((scalar_text(&key)?, key.interpolated)));
            keys.push(key.ok_or_else(|| malformed("Fn::FindInMap", argument))?);
        }
        let matches = |at: usize, key: &str| keys[at].1 || keys[at].0 == key;
        let mappings = self.template.mappings.iter().filter(|(name, _)| matches(0, name));
        let firsts = mappings.flat_map(|(_, map)| &map.entries).filter(|e| matches(1, &e.key));
        let seconds = firsts.filter_map(|entry| entry.value.as_map()).flat_map(|map| &map.entries);
        let found: Vec<_> = seconds.filter(|e| matches(2, &e.key)).map(|e| &e.value).collect();

        let default = rest.first().and_then(Node::as_map).and_then(|map| map.get("DefaultValue"));
        let is_known = keys.iter().all(|(_, interpolated)| !interpolated);
        match (found.as_slice(), default) {
            ([only], _) if is_known => self.repeated(only, node.span).map(Some),
            ([], Some(default)) if is_known => self.value(default),
            ([], None) => {
                let message = format!(
                    "the mapping `{}` has no `{}` with `{}`",
                    keys[0].0, keys[1].0, keys[2].0
                );
                Err(Unknown::wrong(message, node.span))
            }
            (values, _) => {
                let hint = if keys[2].1 {
                    keys[0].0.clone()
                } else {
                    format!("{}_{}", keys[0].0, keys[2].0)
                };
                let message = "what `Fn::FindInMap` finds is decided when the template is deployed";
                let unknown = Unknown::outside(message, node.span, hint);
                if values.iter().all(|value| scalar_text(value).is_some()) {
                    return self.or_variable(node, Err(unknown));
                }
                Err(unknown)
            }
        }
    }

    /// `Fn::If`. Which branch is taken is decided when the template is deployed, so that nothing is
    /// guessed here.
    fn choose(&mut self, argument: &Node, node: &Node) -> Computed {
        let [condition, one, other] = arguments("Fn::If", argument)?;
        let condition = text("Fn::If", condition)?;
        let before = self.mark();
        let (one, other) = (self.branch(one)?, self.branch(other)?);
        if let (Branch::Value(one), Branch::Value(other)) = (&one, &other)
            && one.says(other)
        {
            return Ok(Some(one.clone()));
        }
        // What the branches refer to is not needed.
        self.back_to(before);
        let message = format!("which value stands here is decided by the condition `{condition}`");
        let mut unknown = Unknown::outside(message, node.span, self.hint());
        match (one, other) {
            (Branch::Nothing, Branch::Nothing) => Ok(None),
            (Branch::Value(one), Branch::Value(other)) if is_scalar(&one) && is_scalar(&other) => {
                self.or_variable(node, Err(unknown))
            }
            (Branch::Value(one), Branch::Nothing) | (Branch::Nothing, Branch::Value(one))
                if is_scalar(&one) =>
            {
                unknown.problem.message += ", or whether any does";
                self.or_variable(node, Err(unknown))
            }
            _ => Err(unknown),
        }
    }

    fn branch(&mut self, node: &Node) -> Argument<Branch> {
        match self.value(node) {
            Ok(Some(value)) => Ok(Branch::Value(value)),
            Ok(None) => Ok(Branch::Nothing),
            Err(unknown) if unknown.hint.is_some() => Ok(Branch::Unknown),
            Err(unknown) => Err(unknown),
        }
    }

    fn import_value(&mut self, argument: &Node, span: Span) -> Computed {
        let export = self.value(argument)?.and_then(|export| scalar_text(&export));
        let Some(export) = export else { return Err(malformed("Fn::ImportValue", argument)) };
        // What is said by references is not part of the name.
        let hint: String = export
            .split("${")
            .enumerate()
            .map(|(at, part)| match at {
                0 => part,
                _ => part.split_once('}').map_or(part, |(_, rest)| rest),
            })
            .collect();
        let hint =
            if hint.chars().any(char::is_alphanumeric) { hint } else { self.hint().to_owned() };
        let message =
            format!("what another stack exports as `{export}` is known to CloudFormation only");
        Err(Unknown::outside(message, span, hint))
    }

    fn base64(&mut self, argument: &Node, span: Span) -> Computed {
        let Some(value) = self.value(argument)? else {
            return Err(malformed("Fn::Base64", argument));
        };
        let Some(plain) = scalar_text(&value) else {
            return Err(malformed("Fn::Base64", argument));
        };
        if value.interpolated {
            let message = "`Fn::Base64` encodes what is not known";
            return Err(Unknown::outside(message, span, self.hint()));
        }
        Ok(Some(Node::new(span, Value::String(encoded(plain.as_bytes())))))
    }

    fn json_text(&mut self, argument: &Node, span: Span) -> Computed {
        let Some(value) = self.value(argument)? else {
            return Err(malformed("Fn::ToJsonString", argument));
        };
        if value.refers() {
            let message = "`Fn::ToJsonString` makes a text of what is not known";
            return Err(Unknown::outside(message, span, self.hint()));
        }
        Ok(Some(Node::new(span, Value::String(value.to_json().to_string()))))
    }

    fn length(&mut self, argument: &Node, span: Span) -> Computed {
        let items = self.list("Fn::Length", argument)?;
        Ok(Some(Node::new(span, Value::Number(items.len().into()))))
    }
}

/// The arguments of a function, so many.
fn arguments<'n, const N: usize>(function: &str, node: &'n Node) -> Argument<[&'n Node; N]> {
    let items = match &node.value {
        Value::Seq(items) => items.iter().collect::<Vec<_>>().try_into().ok(),
        _ => None,
    };
    items.ok_or_else(|| malformed(function, node))
}

fn text<'n>(function: &str, node: &'n Node) -> Argument<&'n str> {
    node.as_str().ok_or_else(|| malformed(function, node))
}

fn malformed(function: &str, node: &Node) -> Box<Unknown> {
    Unknown::wrong(format!("`{function}` does not have the arguments that it takes"), node.span)
}

fn is_scalar(node: &Node) -> bool {
    scalar_text(node).is_some()
}

/// RFC 4648, section 4.
fn encoded(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut group = [0; 4];
        group[1..=chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes(group);
        for at in 0..4 {
            let index = (bits >> (18 - 6 * at)) & 63;
            let is_padding = at > chunk.len();
            encoded.push(if is_padding { '=' } else { char::from(ALPHABET[index as usize]) });
        }
    }
    encoded
}

//! Texts of a stack as a template that is of no account has them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Built;
use super::naming::Ids;
use super::sections::Arn;
use crate::kinds;
use crate::plan::Address;
use crate::stack::{Place, Stack, arn_of};

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// It stands for itself.
    Text(String),
    /// A name, with the attribute that is meant: `AWS::Region`, or `TaskRole` and `Arn`.
    Name(String, Option<&'static str>),
}

/// What is put in the place of what.
pub(super) struct Neutral<'a> {
    own: &'a Place,
    stand_in: &'a Place,
    /// The ARNs, or what stands for them, with the piece in their place and whose they are.
    arns: Vec<(String, Piece, Address)>,
    /// The resources that are referred to.
    pub referred: BTreeSet<Address>,
    /// The account or the region stands in a text by itself.
    pub literal: bool,
}

impl<'a> Neutral<'a> {
    /// For a resource that needs these others.
    pub(super) fn new(
        stack: &'a Stack,
        twin: &'a Stack,
        ids: &Ids,
        needed: &[Address],
        built: &Built,
    ) -> Self {
        let mut arns = Vec::new();
        for address in needed {
            let attribute = match built.get(address).map(|(section, _)| section.arn) {
                Some(Arn::Ref) => None,
                Some(Arn::Attribute(attribute)) => Some(attribute),
                Some(Arn::Written) | None => continue,
            };
            let piece = Piece::Name(ids.get(address).to_owned(), attribute);
            let wanted = twin.wanted.iter().find(|wanted| wanted.address == *address);
            let kind = kinds::find(&address.section);
            let arn = wanted
                .zip(kind)
                .and_then(|(wanted, kind)| kind.arn(&wanted.name, &wanted.document, &twin.place));
            arns.extend(
                [arn, arn_of(address)]
                    .into_iter()
                    .flatten()
                    .map(|arn| (arn, piece.clone(), address.clone())),
            );
        }
        // One may be another's beginning.
        arns.sort_by_key(|(arn, ..)| std::cmp::Reverse(arn.len()));
        let referred = BTreeSet::new();
        Self { own: &stack.place, stand_in: &twin.place, arns, referred, literal: false }
    }

    /// Does it, in place.
    pub(super) fn apply(&mut self, value: &mut Value) {
        match value {
            Value::String(text) => *value = self.text(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.apply(item)),
            Value::Object(fields) => fields.values_mut().for_each(|value| self.apply(value)),
            _ => {}
        }
    }

    /// A text, or the function that makes it.
    fn text(&mut self, text: &str) -> Value {
        let text = self.of_stand_in(text);
        let mut pieces = vec![Piece::Text(text)];
        for (arn, piece, address) in &self.arns {
            if split(&mut pieces, arn, piece, is_end_of_name) {
                self.referred.insert(address.clone());
            }
        }
        let anywhere = |_: &str| true;
        let of_account = Piece::Name("AWS::AccountId".to_owned(), None);
        split(&mut pieces, &self.stand_in.account, &of_account, anywhere);
        let of_region = Piece::Name("AWS::Region".to_owned(), None);
        split(&mut pieces, &self.stand_in.region, &of_region, anywhere);
        for piece in &pieces {
            if let Piece::Text(text) = piece {
                self.literal |=
                    has_word(text, &self.own.account) || has_word(text, &self.own.region);
            }
        }
        function(&pieces)
    }

    /// A text that is the stack's own account or region, and ARNs of its account, are the stand-in's:
    /// whoever writes these out means what is beside the stack.
    fn of_stand_in(&self, text: &str) -> String {
        if text == self.own.account {
            return self.stand_in.account.clone();
        }
        if text == self.own.region {
            return self.stand_in.region.clone();
        }
        let mut parts = text.split("arn:");
        let mut changed = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            changed += "arn:";
            let fields: Vec<_> = part.splitn(5, ':').collect();
            match fields.as_slice() {
                [partition, service, region, account, rest] if *account == self.own.account => {
                    let region =
                        if *region == self.own.region { &self.stand_in.region } else { *region };
                    let account = &self.stand_in.account;
                    changed += &format!("{partition}:{service}:{region}:{account}:{rest}");
                }
                _ => changed += part,
            }
        }
        changed
    }
}

/// Whether what comes after the ARN of a resource leaves its name as it is.
fn is_end_of_name(rest: &str) -> bool {
    !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || "+=,.@_-/".contains(c))
}

/// Puts a piece in the place of a text wherever what follows allows it, and returns whether it did.
fn split(pieces: &mut Vec<Piece>, what: &str, by: &Piece, fits: impl Fn(&str) -> bool) -> bool {
    let mut found = false;
    let parts = std::mem::take(pieces);
    for piece in parts {
        let Piece::Text(text) = piece else {
            pieces.push(piece);
            continue;
        };
        let (mut from, mut at) = (0, 0);
        while let Some(start) = text[at..].find(what).map(|offset| at + offset) {
            at = start + what.len();
            if fits(&text[at..]) {
                pieces.extend([Piece::Text(text[from..start].to_owned()), by.clone()]);
                (from, found) = (at, true);
            }
        }
        pieces.push(Piece::Text(text[from..].to_owned()));
    }
    pieces.retain(|piece| *piece != Piece::Text(String::new()));
    found
}

/// What makes a text of these pieces.
fn function(pieces: &[Piece]) -> Value {
    match pieces {
        [] => json!(""),
        [Piece::Text(text)] => json!(text),
        [Piece::Name(name, None)] => json!({"Ref": name}),
        [Piece::Name(name, Some(attribute))] => json!({"Fn::GetAtt": [name, attribute]}),
        [read_on @ .., _] if read_on.iter().any(is_open) => {
            let parts = pieces.iter().map(|piece| function(std::slice::from_ref(piece)));
            json!({"Fn::Join": ["", parts.collect::<Vec<_>>()]})
        }
        several => {
            let spelled = several.iter().map(|piece| match piece {
                Piece::Text(text) => literal(text),
                Piece::Name(name, None) => format!("${{{name}}}"),
                Piece::Name(name, Some(attribute)) => format!("${{{name}.{attribute}}}"),
            });
            json!({"Fn::Sub": spelled.collect::<String>()})
        }
    }
}

/// Whether a text begins what `Fn::Sub` would read on in the next piece.
fn is_open(piece: &Piece) -> bool {
    let Piece::Text(text) = piece else { return false };
    text.rfind("${").is_some_and(|at| !text[at..].contains('}'))
}

/// Text that stands for itself in `Fn::Sub`.
///
/// Source: documentation of `Fn::Sub`: an exclamation point after the open brace makes a literal of it.
fn literal(text: &str) -> String {
    let mut parts = text.split("${");
    let mut literal = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        literal += if part.contains('}') { "${!" } else { "${" };
        literal += part;
    }
    literal
}

/// Whether a word stands in a text, nothing of a word on either side of it.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        let is_of_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        !is_of_word(before) && !is_of_word(after)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn neutral(text: &str) -> (Value, bool) {
        let place = |account: &str, region: &str| Place {
            account: account.to_owned(),
            region: region.to_owned(),
        };
        let (own, stand_in) =
            (place("123456789012", "eu-west-1"), place("000000000000", "zz-zz-0"));
        let name = |id: &str, attribute| Piece::Name(id.to_owned(), attribute);
        let role = Address::new("roles", "app");
        let arns = vec![
            ("arn:aws:iam::000000000000:role/app".to_owned(), name("AppRole", Some("Arn")), role),
            (
                "${group.slow.arn}".to_owned(),
                name("SlowGroup", None),
                Address::new("groups", "slow"),
            ),
        ];
        let mut neutral = Neutral {
            own: &own,
            stand_in: &stand_in,
            arns,
            referred: BTreeSet::new(),
            literal: false,
        };
        let mut value = json!(text);
        neutral.apply(&mut value);
        (value, neutral.literal)
    }

    #[test]
    fn what_is_of_the_stack_follows_it_and_all_else_stays() {
        for (text, expected) in [
            ("plain ${aws:username}", json!("plain ${aws:username}")),
            ("zz-zz-0", json!({"Ref": "AWS::Region"})),
            ("eu-west-1", json!({"Ref": "AWS::Region"})),
            ("123456789012", json!({"Ref": "AWS::AccountId"})),
            ("arn:aws:iam::000000000000:role/app", json!({"Fn::GetAtt": ["AppRole", "Arn"]})),
            ("arn:aws:iam::123456789012:role/app", json!({"Fn::GetAtt": ["AppRole", "Arn"]})),
            (
                "arn:aws:iam::123456789012:role/app-2",
                json!({"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role/app-2"}),
            ),
            ("arn:aws:iam::210987654321:role/app", json!("arn:aws:iam::210987654321:role/app")),
            (
                "arn:aws:ssm:eu-west-1:123456789012:parameter/${env:X}, arn:aws:s3:::b",
                json!({"Fn::Sub": "arn:aws:ssm:${AWS::Region}:${AWS::AccountId}:parameter/${!env:X}, arn:aws:s3:::b"}),
            ),
            (
                "arn:aws:ssm:us-east-1:123456789012:parameter/x",
                json!({"Fn::Sub": "arn:aws:ssm:us-east-1:${AWS::AccountId}:parameter/x"}),
            ),
            ("${group.slow.arn}", json!({"Ref": "SlowGroup"})),
            ("a ${group.slow.arn}/b ${", json!("a ${group.slow.arn}/b ${")),
            ("a ${group.slow.arn} ${", json!({"Fn::Sub": "a ${SlowGroup} ${"})),
        ] {
            assert_eq!(neutral(text), (expected, false), "{text}");
        }
        for text in ["123456789012.dkr.ecr.eu-west-1.amazonaws.com/a", "logs in eu-west-1"] {
            assert_eq!(neutral(text), (json!(text), true));
        }
        assert!(!neutral("1234567890123 eu-west-12").1);
    }
}

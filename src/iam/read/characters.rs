//! The characters a policy may be written in.

use super::Reader;
use crate::document::{Node, Value};

/// Whether IAM takes this character in a policy.
///
/// Source: model (`policyDocumentType`).
fn is_taken(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{ff}')
}

/// Complains of characters that IAM takes in no policy, wherever they stand.
pub(super) fn check(node: &Node, reader: &mut Reader<'_>) {
    match &node.value {
        Value::String(text) => complain(text, node, node.secret, reader),
        Value::Seq(items) => items.iter().for_each(|item| check(item, reader)),
        Value::Map(map) => {
            for entry in &map.entries {
                let key = Node::new(entry.key_span, Value::Null);
                complain(&entry.key, &key, entry.value.secret, reader);
                check(&entry.value, reader);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn complain(text: &str, node: &Node, secret: bool, reader: &mut Reader<'_>) {
    let Some((at, c)) = text.chars().enumerate().find(|(_, c)| !is_taken(*c)) else { return };
    let name = reader.name;
    if secret {
        let message = format!("`{name}` holds a character that IAM takes in no policy");
        return reader.error(node.span, message);
    }
    let code = u32::from(c);
    let place = at + 1;
    let message = format!(
        "`{name}` holds `{c}` (U+{code:04X}), which IAM takes in no policy: it is character \
         {place} of this text"
    );
    reader.error_with(node.span, message, way_out(c));
}

/// What was meant, for what word processors and web pages make of it.
fn way_out(c: char) -> &'static str {
    match c {
        '“' | '”' | '„' | '‟' | '″' => "write a straight `\"`, or leave it out",
        '‘' | '’' | '‚' | '‛' | '′' => "write a straight `'`",
        '‐'..='―' | '−' => "write a plain `-`",
        '…' => "write `...`",
        '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => "write a plain space",
        '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => "take it out: it cannot be seen",
        _ => "IAM takes tabs, line breaks, and the characters from space to ÿ",
    }
}

//! [`Node`]s into YAML, laid out as a careful person does it.
//!
//! How a scalar is quoted, and how a text of several lines becomes a block, is the YAML library's;
//! the layout is ours, since the library knows a number by its value alone (`1.10` comes out as
//! `1.1`), and not how wide a line is.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_saphyr::{DoubleQuoted, FlowSeq};

use super::diagnostic::Diagnostics;
use super::node::{Node, Value};
use super::source::Sources;
use super::yaml::read_yaml;
use crate::text::is_invisible;

/// How wide a line with a whole collection on it may be.
const WIDTH: usize = 100;
/// How much deeper each level stands.
const STEP: usize = 2;
/// Longer ones do not count as keys without a `?` in front: YAML 1.2.2, 7.4.2, allows 1024
/// characters.
const LONGEST_KEY: usize = 1000;

/// The entries of a mapping or the items of a list in block style, a line or more each, the first
/// character of each at the column `indent`; of everything else the value on a line.
pub(crate) fn block(node: &Node, indent: usize) -> String {
    match &node.value {
        Value::Map(map) if !map.entries.is_empty() => {
            map.entries.iter().map(|one| entry(&one.key, &one.value, indent)).collect()
        }
        Value::Seq(items) if !items.is_empty() => {
            items.iter().map(|one| item(one, indent)).collect()
        }
        _ => format!("{:indent$}{}\n", "", flow(node)),
    }
}

/// One `key: value`, with what of the value stands on lines of its own below.
pub(crate) fn entry(key: &str, value: &Node, indent: usize) -> String {
    let pad = " ".repeat(indent);
    let key = line(key, true);
    let head = if key.len() > LONGEST_KEY {
        format!("{pad}? {key}\n{pad}:")
    } else {
        format!("{pad}{key}:")
    };
    match beside(value, indent, indent + key.chars().count() + 2) {
        Some(text) => format!("{head} {text}\n"),
        None => format!("{head}\n{}", block(value, indent + STEP)),
    }
}

fn item(value: &Node, indent: usize) -> String {
    let pad = " ".repeat(indent);
    match beside(value, indent, indent + 2) {
        Some(text) => format!("{pad}- {text}\n"),
        None => format!("{pad}- {}", block(value, indent + STEP).trim_start_matches(' ')),
    }
}

/// The value as it stands on the line of its key or its dash, where it may.
fn beside(value: &Node, indent: usize, column: usize) -> Option<String> {
    match &value.value {
        Value::String(text) => Some(lines(text, indent).unwrap_or_else(|| line(text, false))),
        _ if is_scalar(value) => Some(flow(value)),
        _ if is_brief(value) => {
            Some(flow(value)).filter(|text| column + text.chars().count() <= WIDTH)
        }
        _ => None,
    }
}

/// Whether a collection reads well on one line: a list of scalars, or a few fields.
pub(crate) fn is_brief(node: &Node) -> bool {
    const FEW: usize = 3;
    let small = |node: &Node| is_scalar(node) && node.as_str().is_none_or(|t| !t.contains('\n'));
    match &node.value {
        Value::Seq(items) => match items.as_slice() {
            [only] => small(only) || is_brief(only),
            several => several.iter().all(small),
        },
        Value::Map(map) => match map.entries.as_slice() {
            [only] => small(&only.value) || is_brief(&only.value),
            several => several.len() <= FEW && several.iter().all(|entry| small(&entry.value)),
        },
        _ => false,
    }
}

/// Whether nothing stands in it, so that it has one spelling whatever is around it.
fn is_scalar(node: &Node) -> bool {
    match &node.value {
        Value::Seq(items) => items.is_empty(),
        Value::Map(map) => map.entries.is_empty(),
        _ => true,
    }
}

/// The whole value on one line, as it may also stand among others in brackets.
pub(crate) fn flow(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => spelled(node, value),
        Value::Number(value) => spelled(node, value),
        Value::String(text) => line(text, true),
        Value::Seq(items) => {
            format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", "))
        }
        Value::Map(map) if map.entries.is_empty() => "{}".to_owned(),
        Value::Map(map) => {
            let entries = map.entries.iter().map(|one| {
                let key = line(&one.key, true);
                let sign = if key.len() > LONGEST_KEY { "? " } else { "" };
                format!("{sign}{key}: {}", flow(&one.value))
            });
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A number or a boolean as it was spelled, where YAML reads it as that.
fn spelled(node: &Node, value: &impl Serialize) -> String {
    let is_word = |text: &&String| {
        text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '+' | '-'))
    };
    let reads_so = |text: &&String| {
        let mut sources = Sources::default();
        let file = sources.add("", text.as_str());
        read_yaml(&sources, file, &mut Diagnostics::default())
            .is_some_and(|read| read.value == node.value)
    };
    match node.spelling.as_ref().filter(is_word).filter(reads_so) {
        Some(spelling) => spelling.clone(),
        None => written(value).unwrap_or_else(|| node.to_json().to_string()),
    }
}

/// A text on one line: plain where every reader takes it for this text, else in double quotes.
///
/// In brackets some older readers end a plain text at a `?` (`PyYAML` does), and one of several
/// words is hard to tell from its neighbours.
pub(crate) fn line(text: &str, in_brackets: bool) -> String {
    let plain = if in_brackets {
        let list = written(&FlowSeq([text]));
        list.and_then(|list| Some(list.strip_prefix('[')?.strip_suffix(']')?.to_owned()))
            .filter(|_| !text.contains([' ', '?']))
    } else {
        written(&text)
    };
    plain
        .filter(|plain| !plain.starts_with(['"', '\'']) && !text.contains(is_invisible))
        .unwrap_or_else(|| quoted(text))
}

/// A text in double quotes, what cannot be seen in it escaped.
pub(crate) fn quoted(text: &str) -> String {
    let quoted = written(&DoubleQuoted(text)).unwrap_or_else(|| format!("{text:?}"));
    let mut seen = String::with_capacity(quoted.len());
    for c in quoted.chars() {
        if is_invisible(c) {
            let code = u32::from(c);
            seen +=
                &if code > 0xffff { format!("\\U{code:08X}") } else { format!("\\u{code:04X}") };
        } else {
            seen.push(c);
        }
    }
    seen
}

/// A text of several lines as a literal block, its lines below; nothing where it is none, or the
/// block would depend on the blank lines after it or on what cannot be seen.
pub(crate) fn lines(text: &str, indent: usize) -> Option<String> {
    let content = text.strip_suffix('\n').unwrap_or(text);
    if !text.contains('\n') || content.is_empty() || content.ends_with('\n') {
        return None;
    }
    // libyaml takes a tab there for indentation.
    if text.trim_start_matches('\n').starts_with('\t') {
        return None;
    }
    let options = serde_saphyr::ser_options! { prefer_block_scalars: true };
    let entry = BTreeMap::from([("k", text)]);
    let entry = serde_saphyr::to_string_with_options(&entry, options).ok()?;
    let block = entry.strip_prefix("k: ")?;
    if !block.starts_with('|') || text.contains(is_invisible) {
        return None;
    }
    let (head, body) = block.split_once('\n')?;
    let body = body.strip_suffix('\n').unwrap_or(body).split('\n');
    let body = body.map(|line| match line {
        "" => "\n".to_owned(),
        _ => format!("\n{:indent$}{line}", ""),
    });
    Some(format!("{head}{}", body.collect::<String>()))
}

/// A scalar as the library writes it, on one line.
fn written(value: &impl Serialize) -> Option<String> {
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    let text = serde_saphyr::to_string_with_options(value, options).ok()?;
    Some(text.trim_end_matches('\n').to_owned())
}

#[cfg(test)]
mod tests;

//! How a new value is written: as those beside it are.

use super::super::lines::column;
use super::Language;
use crate::document::{
    Layout, Node, Part, Quotes, Shape, Value, flow, is_brief, line, lines, quoted,
};

/// How wide a line with a whole collection on it may be.
const WIDTH: usize = 100;

/// How the neighbours of a new value are written.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a habit of its own")]
pub(super) struct Manner {
    /// Strings, names and numbers are JSON's.
    json: bool,
    /// What names stand in; where they differ, what each needs.
    keys: Option<Quotes>,
    /// What strings stand in.
    strings: Option<Quotes>,
    /// Collections stand in brackets, and what stands in their place where nothing tells.
    flows: Option<bool>,
    /// Brackets go over several lines.
    spread: bool,
    /// `{ a }` and not `{a}`.
    padded: bool,
    /// `a:b` and not `a: b`.
    tight: bool,
    /// How much deeper what is in brackets of several lines stands.
    unit: String,
    /// How much deeper what is in a mapping stands, a list in it, and what is in the list.
    step: usize,
    dash: usize,
}

impl Manner {
    /// The manner of what stands in a collection.
    pub(super) fn of(text: &str, layout: &Layout, language: Language, parent: &Part) -> Self {
        let json = language == Language::Json || layout.top.is_flow();
        let children = children(parent);
        let collections = || children.iter().copied().filter(|part| is_full(part));
        let samples = || children.iter().copied().filter(|part| is_full(part)).chain([parent]);
        let (mut keys, mut strings) = (Vec::new(), Vec::new());
        // The elements of a list are each other's like.
        let like = match &parent.shape {
            Shape::Seq { items, .. } => items.iter().chain([parent]).collect(),
            _ => vec![parent],
        };
        for part in like {
            keys.extend(part.entries().iter().filter_map(|(key, _)| key.quotes()));
            strings.extend(self::children(part).into_iter().filter_map(of_string));
        }
        let source = |part: &Part| &text[part.span.clone()];
        let spread = match collections().find(|part| part.is_flow()) {
            Some(other) => source(other).contains('\n'),
            None => json && source(parent).contains('\n'),
        };
        let brace =
            samples().map(source).find(|text| text.starts_with('{') && !text.contains('\n'));
        let tight = samples().flat_map(Part::entries).next();
        let tight = tight.is_some_and(|(key, value)| {
            &text[key.span.end.min(value.span.start)..value.span.start] == ":"
        });
        let (step, dash) = steps(text, &layout.top);
        Self {
            json,
            keys: one_of(&keys),
            strings: one_of(&strings),
            flows: collections().next_back().map(Part::is_flow),
            spread,
            padded: brace.map_or(!json, |text| text.starts_with("{ ")),
            tight,
            unit: unit(text, &layout.top).unwrap_or_else(|| "  ".to_owned()),
            step,
            dash,
        }
    }

    /// A scalar on one line.
    pub(super) fn scalar(&self, node: &Node, in_brackets: bool) -> String {
        match &node.value {
            Value::String(text) => string(text, self.json, self.strings, in_brackets),
            _ if self.json => spelled(node),
            _ => flow(node),
        }
    }

    /// A scalar in the place of another.
    pub(super) fn scalar_like(&self, old: &Part, node: &Node, in_brackets: bool) -> String {
        match (&node.value, old.quotes()) {
            (Value::String(text), Some(quotes @ (Quotes::Single | Quotes::Double))) => {
                string(text, self.json, Some(quotes), in_brackets)
            }
            (Value::String(text), Some(_)) if of_string(old).is_some() => {
                string(text, self.json, None, in_brackets)
            }
            _ => self.scalar(node, in_brackets),
        }
    }

    /// A name.
    pub(super) fn key(&self, key: &str) -> String {
        string(key, self.json, self.keys, true)
    }

    /// `name: value`, in brackets.
    pub(super) fn member(&self, key: &str, node: &Node, indent: &str) -> String {
        let colon = if self.tight { ":" } else { ": " };
        format!("{}{colon}{}", self.key(key), self.in_brackets(node, indent))
    }

    /// A value that stands in brackets, on a line that is indented so.
    pub(super) fn in_brackets(&self, node: &Node, indent: &str) -> String {
        let deeper = format!("{indent}{}", self.unit);
        let (open, members, close) = match &node.value {
            Value::Map(map) => {
                let members = map.entries.iter();
                ("{", members.map(|one| self.member(&one.key, &one.value, &deeper)).collect(), "}")
            }
            Value::Seq(items) => {
                ("[", items.iter().map(|item| self.in_brackets(item, &deeper)).collect(), "]")
            }
            _ => return self.scalar(node, true),
        };
        let members: Vec<String> = members;
        if members.is_empty() {
            return format!("{open}{close}");
        }
        if self.spread {
            let members = members.join(&format!(",\n{deeper}"));
            return format!("{open}\n{deeper}{members}\n{indent}{close}");
        }
        let members = members.join(if self.tight { "," } else { ", " });
        let pad = if self.padded && open == "{" { " " } else { "" };
        format!("{open}{pad}{members}{pad}{close}")
    }

    /// `name: value` in lines.
    pub(super) fn entry(&self, key: &str, value: &Node, indent: usize) -> String {
        let head = format!("{:indent$}{}:", "", self.key(key));
        match self.beside(value, indent, head.chars().count() + 1) {
            Some(text) => format!("{head} {text}\n"),
            None => format!("{head}\n{}", self.below(value, indent)),
        }
    }

    /// `- value` in lines.
    pub(super) fn item(&self, value: &Node, indent: usize) -> String {
        let beside = self.beside(value, indent, indent + 2);
        let lines =
            beside.map_or_else(|| self.block(value, indent + 2), |text| format!("{text}\n"));
        format!("{:indent$}- {}", "", lines.trim_start_matches(' '))
    }

    /// The value as it stands on the line of its name or its dash, where it may.
    fn beside(&self, value: &Node, indent: usize, column: usize) -> Option<String> {
        let is_empty = match &value.value {
            Value::String(text) => {
                let lines = lines(text, indent).filter(|_| self.strings.is_none());
                return Some(lines.unwrap_or_else(|| self.scalar(value, false)));
            }
            Value::Map(map) => map.entries.is_empty(),
            Value::Seq(items) => items.is_empty(),
            _ => true,
        };
        if is_empty {
            return Some(self.in_brackets(value, ""));
        }
        let fits = |text: &String| column + text.chars().count() <= WIDTH;
        let flows = self.flows.unwrap_or_else(|| is_brief(value));
        Some(self.in_brackets(value, &" ".repeat(indent)))
            .filter(|text| flows && fits(text) && !text.contains('\n'))
    }

    fn below(&self, value: &Node, indent: usize) -> String {
        let deeper = if matches!(value.value, Value::Seq(_)) { self.dash } else { self.step };
        self.block(value, indent + deeper)
    }

    fn block(&self, value: &Node, indent: usize) -> String {
        match &value.value {
            Value::Map(map) => {
                map.entries.iter().map(|one| self.entry(&one.key, &one.value, indent)).collect()
            }
            Value::Seq(items) => items.iter().map(|one| self.item(one, indent)).collect(),
            _ => format!("{:indent$}{}\n", "", self.scalar(value, false)),
        }
    }
}

fn string(text: &str, json: bool, quotes: Option<Quotes>, in_brackets: bool) -> String {
    if json {
        return serde_json::Value::from(text).to_string();
    }
    let fits_single = |text: &str| !text.contains(|c: char| c.is_control() || !c.is_ascii());
    match quotes {
        Some(Quotes::Single) if fits_single(text) => format!("'{}'", text.replace('\'', "''")),
        Some(Quotes::Single | Quotes::Double) => quoted(text),
        _ => line(text, in_brackets),
    }
}

/// A number or a boolean as it is spelled, where JSON has it so.
fn spelled(node: &Node) -> String {
    let value = node.to_json();
    let same = |text: &&String| serde_json::from_str(text).ok().as_ref() == Some(&value);
    node.spelling.as_ref().filter(same).cloned().unwrap_or_else(|| value.to_string())
}

fn children(part: &Part) -> Vec<&Part> {
    match &part.shape {
        Shape::Seq { items, .. } => items.iter().collect(),
        _ => part.entries().iter().map(|(_, value)| value).collect(),
    }
}

/// Whether there is something in a collection.
fn is_full(part: &Part) -> bool {
    !children(part).is_empty()
}

/// What a string stands in; numbers and the like are none.
fn of_string(part: &Part) -> Option<Quotes> {
    let (text, quotes) = (part.text()?, part.quotes()?);
    let is_other =
        matches!(text, "" | "~" | "null" | "true" | "false") || text.parse::<f64>().is_ok();
    (quotes != Quotes::Block && !(quotes == Quotes::Plain && is_other)).then_some(quotes)
}

/// What all of them stand in, if they agree and it is something.
fn one_of(quotes: &[Quotes]) -> Option<Quotes> {
    let last = *quotes.last()?;
    (last != Quotes::Plain && quotes.iter().all(|one| *one == last)).then_some(last)
}

/// How much deeper the first thing in brackets of several lines stands than the brackets.
fn unit(text: &str, part: &Part) -> Option<String> {
    let indent = |at: usize| {
        let before = super::super::lines::before_on_line(text, at);
        &before[..before.len() - before.trim_start().len()]
    };
    let first = match &part.shape {
        Shape::Map { entries, .. } => entries.first().map(|(key, _)| key),
        Shape::Seq { items, .. } => items.first(),
        _ => None,
    };
    let own = first.filter(|_| part.is_flow()).and_then(|first| {
        let is_below = text[part.span.start..first.span.start].contains('\n');
        let deeper = indent(first.span.start).strip_prefix(indent(part.span.start));
        deeper.filter(|deeper| is_below && !deeper.is_empty()).map(str::to_owned)
    });
    own.or_else(|| children(part).into_iter().find_map(|child| unit(text, child)))
}

/// How much deeper mappings in mappings stand, and lists in them.
fn steps(text: &str, top: &Part) -> (usize, usize) {
    fn walk(text: &str, part: &Part, step: &mut Option<usize>, dash: &mut Option<usize>) {
        for (key, value) in part.entries() {
            let deeper = |at: usize| column(text, at)?.checked_sub(column(text, key.span.start)?);
            match &value.shape {
                Shape::Map { flow: false, entries } => {
                    let first = entries.first().map(|(key, _)| key.span.start);
                    *step = step.or_else(|| deeper(first?).filter(|step| *step > 0));
                }
                Shape::Seq { flow: false, .. } => *dash = dash.or_else(|| deeper(value.span.start)),
                _ => {}
            }
        }
        for child in children(part) {
            walk(text, child, step, dash);
        }
    }
    let (mut step, mut dash) = (None, None);
    walk(text, top, &mut step, &mut dash);
    (step.unwrap_or(2), dash.or(step).unwrap_or(2))
}

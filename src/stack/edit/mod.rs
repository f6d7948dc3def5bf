//! Stack files that are written: new ones, and additions to what somebody wrote, whose comments,
//! order and layout stay.
//!
//! No addition is trusted: the new text is read again, and has to say what the old one did and the
//! addition. Where it does not, a person is asked to add it.

pub mod accept;
mod lines;
pub(crate) mod replace;
mod splice;

use std::collections::BTreeMap;

use super::pieces::escaped;
use crate::document::{
    Diagnostic, Diagnostics, Entry, FileId, Layout, Map, Node, Sources, Span, Value, entry, flow,
    read_yaml,
};
use crate::kinds;
use crate::plan::Address;
use crate::text::safe;

/// How a new stack file begins.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Head {
    /// What the file is, for its first lines, without `#`.
    pub comment: String,
    /// The stack's name.
    pub stack: String,
    /// The account: 12 digits, or a reference to a variable.
    pub account: String,
    /// The region, or a reference to a variable.
    pub region: String,
}

/// What is written into a stack file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Additions {
    /// Variables and their defaults; those that the file declares stay as they are there.
    pub vars: BTreeMap<String, Option<Value>>,
    /// What to take over where it exists; what the file lists is not listed twice.
    pub adopt: Vec<Address>,
    /// The resources, each section's in this order.
    pub resources: Vec<Resource>,
}

/// A resource that is written into a stack file.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// Its kind's section.
    pub section: &'static str,
    /// Its key there.
    pub key: String,
    /// Its body. Strings stand for themselves, but for those with [`Node::interpolated`]: these
    /// have references.
    pub body: Node,
}

/// What is added under one key at the top of the file.
struct Section {
    key: &'static str,
    /// The entries of a mapping, or the items of a list.
    new: Node,
    /// It may stand on the line of its key.
    brief: bool,
}

/// The text of a new stack file.
///
/// # Errors
/// Adds to `found` what cannot be written, and returns nothing.
pub fn new_file(head: &Head, additions: &Additions, found: &mut Diagnostics) -> Option<String> {
    let mut sources = Sources::default();
    let file = sources.add("", opening(head));
    let mut said = Diagnostics::default();
    let text = add(&sources, file, additions, &mut said);
    // There is no file yet that a place could be in.
    found.all.extend(said.all.into_iter().map(|one| Diagnostic { span: None, ..one }));
    text
}

/// The text of a stack file with more in it, everything else in there as it was.
///
/// # Errors
/// Adds to `found` what stands there already, or cannot be added without changing something
/// else, and returns nothing.
pub fn add(
    sources: &Sources,
    file: FileId,
    additions: &Additions,
    found: &mut Diagnostics,
) -> Option<String> {
    let top = read_yaml(sources, file, found)?;
    let Some(map) = top.as_map() else {
        found.push(
            Diagnostic::error(format!("a stack file is a mapping, not {}", top.kind()))
                .at(top.span)
                .help("name a file that is none yet, or one with a stack in it"),
        );
        return None;
    };
    if !check_new(&top, additions, found) {
        return None;
    }
    let mut whole = true;
    let mut text = sources.text(file).to_owned();
    for section in sections(map, additions, top.span, found) {
        if let Some(longer) = with(&text, &section) {
            text = longer;
            continue;
        }
        whole = false;
        let problem = too_large(&text, &section).unwrap_or_else(|| by_hand(&section));
        let key = map.entries.iter().find(|entry| entry.key == section.key);
        found.push(match key {
            Some(key) => problem.at(key.key_span),
            None => problem,
        });
    }
    whole.then_some(text)
}

/// The resources that a stack file has: section, key and body, as they are written.
pub fn resources(top: &Node) -> Vec<(&'static str, &str, &Node)> {
    let mut all = Vec::new();
    for kind in kinds::ALL {
        let Some(section) = top.as_map().and_then(|map| map.get(kind.section())) else {
            continue;
        };
        match (kind.only_key(), &section.value) {
            (_, Value::Null) => {}
            (Some(key), _) => all.push((kind.section(), key, section)),
            (None, Value::Map(map)) => {
                let entries = map.entries.iter();
                all.extend(entries.map(|one| (kind.section(), one.key.as_str(), &one.value)));
            }
            (None, _) => {}
        }
    }
    all
}

/// What stands above the sections.
fn opening(head: &Head) -> String {
    let nowhere = Span::new(Sources::default().add("", ""), 0, 0);
    let comment = head.comment.lines().map(|line| format!("# {}\n", safe(line)));
    let keys = [("stack", &head.stack), ("account", &head.account), ("region", &head.region)];
    let keys = keys
        .into_iter()
        .map(|(key, text)| entry(key, &Node::new(nowhere, Value::String(text.clone())), 0));
    comment.chain(keys).collect()
}

/// Whether none of the resources is there already.
fn check_new(top: &Node, additions: &Additions, found: &mut Diagnostics) -> bool {
    let known = resources(top);
    for (section, _, body) in &known {
        found.hidden.extend(kinds::of(section).secrets(body));
    }
    let before = found.errors();
    for one in &additions.resources {
        let same =
            known.iter().find(|(section, key, _)| *section == one.section && *key == one.key);
        if let Some((.., body)) = same {
            let address = Address::new(one.section, &one.key);
            found.push(
                Diagnostic::error(format!("the file has `{address}` already"))
                    .at(body.span)
                    .help("take it out there, or leave it out of what is added"),
            );
        }
    }
    found.errors() == before
}

/// What is added, by the keys at the top that it belongs under, in the order of a good file.
fn sections(map: &Map, more: &Additions, at: Span, found: &mut Diagnostics) -> Vec<Section> {
    let mut all = Vec::new();
    let vars = vars(map, &more.vars, at, found);
    if !vars.entries.is_empty() {
        all.push(Section { key: "vars", new: Node::new(at, Value::Map(vars)), brief: false });
    }
    let adopt = adopt(map, &more.adopt, at, found);
    if !adopt.is_empty() {
        all.push(Section { key: "adopt", new: Node::new(at, Value::Seq(adopt)), brief: true });
    }
    for kind in kinds::ALL {
        let of_kind = || more.resources.iter().filter(|one| one.section == kind.section());
        let key = kind.section();
        if kind.only_key().is_some() {
            all.extend(of_kind().map(|one| Section {
                key,
                new: as_written(&one.body),
                brief: true,
            }));
            continue;
        }
        let entries: Vec<_> =
            of_kind().map(|one| named(&one.key, as_written(&one.body), at)).collect();
        if !entries.is_empty() {
            let new = Node::new(at, Value::Map(Map { entries }));
            all.push(Section { key, new, brief: false });
        }
    }
    all
}

fn vars(
    map: &Map,
    vars: &BTreeMap<String, Option<Value>>,
    at: Span,
    found: &mut Diagnostics,
) -> Map {
    let declared = map.get("vars").and_then(Node::as_map);
    let mut new = Map::default();
    for (name, default) in vars {
        if declared.is_some_and(|map| map.get(name).is_some()) {
            continue;
        }
        let default = default.clone().filter(|value| match value {
            Value::String(text) if escaped(text) != *text => {
                let message = format!("the default of `{name}` would be read as a reference");
                let help = format!("give it with `--var {name}=VALUE`");
                found.push(Diagnostic::warning(message).help(help));
                false
            }
            _ => true,
        });
        let default = default.map(|value| named("default", Node::new(at, value), at));
        let body = Map { entries: default.into_iter().collect() };
        new.entries.push(named(name, Node::new(at, Value::Map(body)), at));
    }
    new
}

fn adopt(map: &Map, adopt: &[Address], at: Span, found: &mut Diagnostics) -> Vec<Node> {
    let listed = match map.get("adopt").map(|node| &node.value) {
        Some(Value::Seq(items)) => items.iter().filter_map(Node::as_str).collect(),
        _ => Vec::new(),
    };
    let mut new = Vec::new();
    for address in adopt.iter().map(Address::to_string) {
        if listed.contains(&address.as_str()) {
            continue;
        }
        if escaped(&address) == address {
            new.push(Node::new(at, Value::String(address)));
        } else {
            let message = format!("`adopt` cannot list `{address}`, which reads as a reference");
            found.push(Diagnostic::warning(message).help("give it with `--adopt`"));
        }
    }
    new
}

fn named(key: &str, value: Node, at: Span) -> Entry {
    Entry { key: key.to_owned(), key_span: at, value }
}

/// The tree as a stack file has it: what looks like a reference and is none is escaped.
pub fn as_written(node: &Node) -> Node {
    let mut node = node.clone();
    match &mut node.value {
        Value::String(text) if !node.interpolated => *text = escaped(text),
        Value::Seq(items) => *items = items.iter().map(as_written).collect(),
        Value::Map(map) => {
            map.entries.iter_mut().for_each(|entry| entry.value = as_written(&entry.value));
        }
        _ => {}
    }
    node
}

/// The text with a section's additions, where it then says what it did and these.
fn with(text: &str, section: &Section) -> Option<String> {
    let (before, comments) = said(text)?;
    let longer = splice::spliced(text, section)?;
    (said(&longer)? == (merged(before, section)?, comments)).then_some(longer)
}

/// That nobody could read the text with these additions, if it is so.
fn too_large(text: &str, section: &Section) -> Option<Diagnostic> {
    let mut sources = Sources::default();
    let file = sources.add("", splice::spliced(text, section)?);
    let mut found = Diagnostics::default();
    let is_read = read_yaml(&sources, file, &mut found).is_some();
    let first = found.all.into_iter().next().filter(|_| !is_read)?;
    let problem = Diagnostic::error(format!("with `{}` in it, {}", section.key, first.message));
    Some(problem.help("import fewer at once, each lot into a stack of its own"))
}

/// What a text says: its values, and its comments in their order.
fn said(text: &str) -> Option<(serde_json::Value, Vec<String>)> {
    let mut sources = Sources::default();
    let file = sources.add("", text);
    let tree = read_yaml(&sources, file, &mut Diagnostics::default())?.to_json();
    let comments = Layout::of(text)?.comments;
    Some((tree, comments.into_iter().map(|place| text[place].trim_end().to_owned()).collect()))
}

fn merged(mut top: serde_json::Value, section: &Section) -> Option<serde_json::Value> {
    use serde_json::Value::{Array, Null, Object};
    let known = top.as_object_mut()?.entry(section.key).or_insert(Null);
    match (known, section.new.to_json()) {
        (known @ Null, new) => *known = new,
        (Object(known), Object(new)) => known.extend(new),
        (Array(known), Array(new)) => known.extend(new),
        _ => return None,
    }
    Some(top)
}

fn by_hand(section: &Section) -> Diagnostic {
    const MOST: usize = 8;
    let key = section.key;
    let mut names: Vec<_> = match &section.new.value {
        Value::Map(map) => map.entries.iter().map(|one| format!("`{}`", one.key)).collect(),
        Value::Seq(items) => items.iter().map(|one| format!("`{}`", flow(one))).collect(),
        _ => Vec::new(),
    };
    if names.len() > MOST {
        let more = format!("and {} more", names.len() - MOST);
        names.truncate(MOST);
        names.push(more);
    }
    Diagnostic::error(format!("`{key}` cannot be added to without changing what stands there"))
        .help(format!("add by hand under `{key}`: {}", names.join(", ")))
        .help("`tracewright import` without `--out` shows it as it would stand in a new file")
}

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

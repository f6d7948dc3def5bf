//! From a body, and what it is to say, to edits of the files that its parts came from.

use std::collections::BTreeMap;

use super::super::as_written;
use super::super::replace::{Edit, Language, Step};
use crate::document::{
    Diagnostic, Diagnostics, Entry, FileId, Map, Node, Sources, Span, Value, read_json, read_yaml,
};
use crate::stack::body::is_yaml;

/// What a file is written in; the stack file is YAML whatever its name.
pub(super) fn language(sources: &Sources, file: FileId, stack: &str) -> Language {
    let path = sources.path(file);
    let is_yaml = path == stack || is_yaml(path);
    if is_yaml { Language::Yaml } else { Language::Json }
}

/// The edits of each file.
pub(super) type Edits = BTreeMap<FileId, Vec<Edit>>;

/// Finds the edits.
pub(super) struct Finder<'a> {
    pub sources: &'a Sources,
    /// The path of the stack file.
    pub stack: &'a str,
    /// Where what is new stands.
    pub live: FileId,
    /// Places of values that look like secrets.
    pub secrets: Vec<Span>,
    pub edits: Edits,
    pub found: &'a mut Diagnostics,
    files: BTreeMap<FileId, Raw>,
}

/// A file as it is written.
struct Raw {
    tree: Node,
    /// The way to each value, by its place and what sort it is of; none where it stands for several.
    values: BTreeMap<(Span, &'static str), Option<Vec<Step>>>,
    /// The way to the value of each key.
    keys: BTreeMap<Span, Option<Vec<Step>>>,
}

impl<'a> Finder<'a> {
    pub(super) fn new(
        sources: &'a Sources,
        stack: &'a str,
        live: FileId,
        secrets: Vec<Span>,
        found: &'a mut Diagnostics,
    ) -> Self {
        let (edits, files) = (Edits::new(), BTreeMap::new());
        Self { sources, stack, live, secrets, edits, found, files }
    }

    /// Notes what has to change for the one to say what the other does; nothing where that cannot
    /// be, which is told, or is for want of a place.
    pub(super) fn compare(&mut self, old: &Node, new: &Node) -> Option<()> {
        if old.span != new.span {
            return self.set(old, new);
        }
        match (&old.value, &new.value) {
            (Value::Map(before), Value::Map(after)) => {
                for entry in &before.entries {
                    match after.get(&entry.key) {
                        Some(value) => self.compare(&entry.value, value)?,
                        None => self.remove_entry(old, entry)?,
                    }
                }
                let is_new = |entry: &&Entry| before.get(&entry.key).is_none();
                after.entries.iter().filter(is_new).try_for_each(|entry| self.add(old, entry))
            }
            (Value::Seq(before), Value::Seq(after)) => self.lists(old, before, after),
            (one, other) if one == other => Some(()),
            _ => self.set(old, new),
        }
    }

    /// Elements that stay are known by their places.
    fn lists(&mut self, list: &Node, before: &[Node], after: &[Node]) -> Option<()> {
        let mut left = before;
        let mut last = None;
        for node in after {
            if node.span.file == self.live {
                self.insert(list, last, node)?;
                continue;
            }
            let at = left.iter().position(|one| one.span == node.span)?;
            left[..at].iter().try_for_each(|gone| self.remove_item(list, gone))?;
            self.compare(&left[at], node)?;
            last = Some(&left[at]);
            left = &left[at + 1..];
        }
        left.iter().try_for_each(|gone| self.remove_item(list, gone))
    }

    fn set(&mut self, old: &Node, new: &Node) -> Option<()> {
        self.refuse_reference(old)?;
        self.refuse_secret(new, old.span)?;
        let way = self.way(old)?;
        self.note(old.span.file, Edit::Set(way, as_written(new)));
        Some(())
    }

    fn add(&mut self, map: &Node, entry: &Entry) -> Option<()> {
        self.refuse_secret(&entry.value, map.span)?;
        let value = as_written(&entry.value);
        let file = map.span.file;
        if let Some(way) =
            self.way_of(map.span, "a mapping").or_else(|| self.way_of(map.span, "nothing"))
        {
            self.note(file, Edit::Add(way, entry.key.clone(), value));
            return Some(());
        }
        // Tags, and a role's own policies, may be a list of pairs.
        let way = self.way_of(map.span, "a list")?;
        let list = self.at(file, &way)?;
        let Value::Seq(items) = &list.value else { return None };
        let (name, other) = pair_of(items, map)?;
        let named =
            |key: &str, value: Node| Entry { key: key.to_owned(), key_span: map.span, value };
        let name = named(&name, Node::new(map.span, Value::String(entry.key.clone())));
        let entries = vec![name, named(&other, value)];
        let pair = Node::new(map.span, Value::Map(Map { entries }));
        let count = items.len();
        self.note(file, Edit::Insert(way, count, as_written(&pair)));
        Some(())
    }

    fn insert(&mut self, list: &Node, after: Option<&Node>, new: &Node) -> Option<()> {
        self.refuse_secret(new, list.span)?;
        let (file, way, index) = match after {
            None => (list.span.file, self.way(list)?, 0),
            // A list may have come from two files.
            Some(after) => {
                let mut way = self.way(after)?;
                let Some(Step::Index(index)) = way.pop() else { return None };
                (after.span.file, way, index + 1)
            }
        };
        self.note(file, Edit::Insert(way, index, as_written(new)));
        Some(())
    }

    fn remove_entry(&mut self, map: &Node, entry: &Entry) -> Option<()> {
        self.refuse_reference(&entry.value)?;
        let span = entry.key_span;
        let file = span.file;
        let known = self.raw(file)?.keys.get(&span).cloned();
        let way = known.unwrap_or_else(|| {
            // Of a pair in a list, the name is a value.
            let mut way = self.way_of(span, "a string")?;
            let list = self.way_of(map.span, "a list")?;
            way.truncate(list.len() + 1);
            way.starts_with(&list).then_some(way)
        })?;
        self.note(file, Edit::Remove(way));
        Some(())
    }

    fn remove_item(&mut self, list: &Node, item: &Node) -> Option<()> {
        self.refuse_reference(item)?;
        let mut way = self.way(item)?;
        if let Some(list) = self.way(list).filter(|list| way.starts_with(list)) {
            // What AWS's answers have around it goes too.
            way.truncate(list.len() + 1);
        }
        self.note(item.span.file, Edit::Remove(way));
        Some(())
    }

    fn note(&mut self, file: FileId, edit: Edit) {
        self.edits.entry(file).or_default().push(edit);
    }

    fn refuse_reference(&mut self, node: &Node) -> Option<()> {
        let Some(first) = first_reference(node) else { return Some(()) };
        let written = self.sources.slice(first.span).trim_matches(['"', '\'']);
        let what = if first.secret { "the environment".to_owned() } else { format!("`{written}`") };
        let problem =
            Diagnostic::error(format!("this comes from {what}, and AWS has another value"))
                .at(first.span)
                .help("change what it stands for, or write the value out here, and accept again");
        self.found.push(problem);
        None
    }

    fn refuse_secret(&mut self, node: &Node, place: Span) -> Option<()> {
        if !self.holds_secret(node) {
            return Some(());
        }
        let problem = Diagnostic::error("what AWS has here looks like a secret, which is never written")
            .at(place)
            .help("keep it in Secrets Manager or SSM, and name it under `secrets`; or write `${env.NAME}`");
        self.found.push(problem);
        None
    }

    fn holds_secret(&self, node: &Node) -> bool {
        self.secrets.contains(&node.span)
            || match &node.value {
                Value::Seq(items) => items.iter().any(|item| self.holds_secret(item)),
                Value::Map(map) => map.entries.iter().any(|one| self.holds_secret(&one.value)),
                _ => false,
            }
    }

    fn way(&mut self, node: &Node) -> Option<Vec<Step>> {
        self.way_of(node.span, node.kind())
    }

    fn way_of(&mut self, span: Span, kind: &'static str) -> Option<Vec<Step>> {
        self.raw(span.file)?.values.get(&(span, kind))?.clone()
    }

    fn at(&mut self, file: FileId, way: &[Step]) -> Option<Node> {
        let mut tree = self.raw(file)?.tree.clone();
        super::super::replace::at(&mut tree, way).cloned()
    }

    fn raw(&mut self, file: FileId) -> Option<&Raw> {
        if file == self.live {
            return None;
        }
        if !self.files.contains_key(&file) {
            let read = match language(self.sources, file, self.stack) {
                Language::Yaml => read_yaml,
                Language::Json => read_json,
            };
            let tree = read(self.sources, file, &mut Diagnostics::default())?;
            let mut raw = Raw { tree, values: BTreeMap::new(), keys: BTreeMap::new() };
            index(&raw.tree, &[], &mut raw.values, &mut raw.keys);
            self.files.insert(file, raw);
        }
        self.files.get(&file)
    }
}

/// The names of the two members of each element of a list of pairs that was read as a mapping.
fn pair_of(items: &[Node], map: &Node) -> Option<(String, String)> {
    let first = map.as_map()?.entries.first()?;
    let pair = items.first()?.as_map()?;
    let [one, other] = pair.entries.as_slice() else { return None };
    let (name, value) = if one.value.span == first.key_span { (one, other) } else { (other, one) };
    (name.value.span == first.key_span).then(|| (name.key.clone(), value.key.clone()))
}

/// The first value in a node that came out of a reference.
fn first_reference(node: &Node) -> Option<&Node> {
    if node.interpolated {
        return Some(node);
    }
    match &node.value {
        Value::Seq(items) => items.iter().find_map(first_reference),
        Value::Map(map) => map.entries.iter().find_map(|one| first_reference(&one.value)),
        _ => None,
    }
}

fn index(
    node: &Node,
    way: &[Step],
    values: &mut BTreeMap<(Span, &'static str), Option<Vec<Step>>>,
    keys: &mut BTreeMap<Span, Option<Vec<Step>>>,
) {
    values
        .entry((node.span, node.kind()))
        .and_modify(|way| *way = None)
        .or_insert(Some(way.to_vec()));
    match &node.value {
        Value::Seq(items) => items.iter().enumerate().for_each(|(at, item)| {
            index(item, &[way, &[Step::Index(at)]].concat(), values, keys);
        }),
        Value::Map(map) => map.entries.iter().for_each(|one| {
            let way = [way, &[Step::Key(one.key.clone())]].concat();
            keys.entry(one.key_span).and_modify(|way| *way = None).or_insert(Some(way.clone()));
            index(&one.value, &way, values, keys);
        }),
        _ => {}
    }
}

/// The edits of a file in an order in which none moves the place of one that is still to come.
pub(super) fn ordered(edits: Vec<Edit>) -> Vec<Edit> {
    let (mut shifting, mut ordered): (Vec<_>, Vec<_>) =
        edits.into_iter().partition(|edit| matches!(edit, Edit::Insert(..) | Edit::Remove(_)));
    shifting.sort_by_key(|edit| match edit {
        Edit::Insert(way, index, _) => ([way.as_slice(), &[Step::Index(*index)]].concat(), 0),
        Edit::Remove(way) | Edit::Set(way, _) | Edit::Add(way, ..) => (way.clone(), 1),
    });
    ordered.extend(shifting.into_iter().rev());
    ordered
}

//! A resource's body made to say what AWS has, its own nodes kept wherever they say it already: what
//! is new in it stands in a file of its own.

use std::collections::BTreeMap;

use serde_json::{Number, Value as Json};

use super::super::replace::{Step, at};
use super::{Subject, lists, policy};
use crate::document::{Entry, FileId, Node, Span, Value};
use crate::plan::{Path, differences};

/// The body that says what AWS has in these fields, if there is a way to say it.
pub(super) fn agreed(subject: &Subject<'_>, live: FileId) -> Option<Node> {
    let fields: Vec<_> = subject.fields.iter().map(String::as_str).collect();
    let leafwise = Draft::new(subject, live).with(&fields, &[]);
    let Some(left) = subject.differing(&leafwise) else {
        // The half of a change may not be sound where the whole is.
        return Some(Draft::new(subject, live).with(&[], &fields))
            .filter(|body| subject.agrees(body));
    };
    if left.is_empty() {
        return subject.agrees(&leafwise).then_some(leafwise);
    }
    let (whole, single): (Vec<_>, Vec<_>) =
        fields.into_iter().partition(|field| left.iter().any(|one| one == field));
    let body = Draft::new(subject, live).with(&single, &whole);
    subject.agrees(&body).then_some(body)
}

struct Draft<'a> {
    subject: &'a Subject<'a>,
    body: Node,
    /// What AWS has, as a person writes it.
    written: Node,
    /// Where in it parts of the canonical document stand.
    in_written: BTreeMap<Path, Vec<Step>>,
    /// What is settled, with all below it.
    done: Vec<Path>,
}

impl<'a> Draft<'a> {
    fn new(subject: &'a Subject<'a>, live: FileId) -> Self {
        let order = subject.kind.order();
        let order = order.into_iter().enumerate().map(|(at, name)| (name, at)).collect();
        let written = tree(&subject.written, &order, live, 0);
        Self {
            subject,
            body: subject.body.clone(),
            in_written: ways(subject, &written),
            written,
            done: Vec::new(),
        }
    }

    /// The body with some fields taken over leaf by leaf, and some whole.
    fn with(mut self, leafwise: &[&str], whole: &[&str]) -> Node {
        let kind = self.subject.kind;
        let (live, file) = (&self.subject.live, &self.subject.file);
        for one in differences(Some(live), Some(file), &|path| kind.is_whole(path)) {
            if leafwise.contains(&one.path.field())
                && !self.done.iter().any(|done| one.path.is_within(done))
            {
                match one.path.at(live) {
                    Some(_) => self.put(&one.path),
                    None => self.take_away(&one.path),
                };
            }
        }
        for field in whole {
            self.take_whole(field);
        }
        self.body
    }

    /// Puts what AWS has at a path into the body.
    fn put(&mut self, path: &Path) -> Option<()> {
        let known = ways(self.subject, &self.body);
        if let Some(way) = known.get(path) {
            let target = self.target(path)?;
            let node = at(&mut self.body, way)?;
            self.done.push(path.clone());
            match &target.value {
                _ if self.subject.kind.is_whole(path) => policy::blend(node, &target),
                Value::Seq(items) => lists::blend(node, items, self.subject.is_set(path)),
                _ => blend(node, &target),
            }
            return Some(());
        }
        // The highest part of the path that the body does not have.
        let missing = (1..=path.0.len()).map(|length| Path(path.0[..length].to_vec()));
        let missing = missing.into_iter().find(|part| !known.contains_key(part))?;
        let target = self.target(&missing)?;
        let key = missing.0.last()?.clone();
        let key = match self.in_written.get(&missing).and_then(|way| way.last()) {
            Some(Step::Key(key)) => key.clone(),
            _ => key,
        };
        let above = known.get(&Path(missing.0[..missing.0.len() - 1].to_vec()))?;
        let parent = at(&mut self.body, above)?;
        let key_span = target.span;
        match &mut parent.value {
            Value::Map(map) => match map.entries.iter_mut().find(|one| one.key == key) {
                // `null` says that there is none.
                Some(null) => null.value = target,
                None => map.entries.push(Entry { key, key_span, value: target }),
            },
            Value::Seq(items) => items.push(target),
            _ => return None,
        }
        self.done.push(missing);
        Some(())
    }

    /// Takes what AWS does not have out of the body, as much of it as it has nothing of.
    fn take_away(&mut self, path: &Path) -> Option<()> {
        let known = ways(self.subject, &self.body);
        let parts = (1..=path.0.len()).map(|length| Path(path.0[..length].to_vec()));
        let gone = parts
            .into_iter()
            .find(|part| part.at(&self.subject.live).is_none() && known.contains_key(part))?;
        let (last, above) = known.get(&gone)?.split_last()?;
        match (last, &mut at(&mut self.body, above)?.value) {
            (Step::Key(key), Value::Map(map)) => drop(map.take(key)?),
            (Step::Index(index), Value::Seq(items)) if *index < items.len() => {
                items.remove(*index);
            }
            _ => return None,
        }
        self.done.push(gone);
        Some(())
    }

    fn take_whole(&mut self, field: &str) -> Option<()> {
        let target = self.written.as_map()?.get(field).cloned();
        let Value::Map(map) = &mut self.body.value else { return None };
        match (target, map.entries.iter_mut().find(|one| one.key == field)) {
            (Some(target), Some(known)) => known.value = target,
            (Some(value), None) => {
                map.entries.push(Entry { key: field.to_owned(), key_span: value.span, value });
            }
            (None, _) => drop(map.take(field)),
        }
        Some(())
    }

    /// What AWS has at a path of the canonical document, as a person writes it.
    fn target(&self, path: &Path) -> Option<Node> {
        if let Some(way) = self.in_written.get(path) {
            let mut written = self.written.clone();
            return at(&mut written, way).cloned();
        }
        // What goes without saying has to be said where it takes the place of something else.
        let order = BTreeMap::new();
        let value = path.at(&self.subject.live)?;
        Some(tree(value, &order, self.written.span.file, LATER))
    }
}

/// Where in a body the parts of its canonical document stand; of two that are compared as one, the
/// one around the other.
pub(super) fn ways(subject: &Subject<'_>, body: &Node) -> BTreeMap<Path, Vec<Step>> {
    fn walk(node: &Node, path: &Path, way: &[Step], found: &mut (Vec<Path>, Vec<Vec<Step>>)) {
        if node.is_null() {
            return;
        }
        found.0.push(path.clone());
        found.1.push(way.to_vec());
        let mut below = |key: &str, step: Step, value: &Node| {
            walk(value, &path.join(key), &[way, &[step]].concat(), found);
        };
        match &node.value {
            Value::Seq(items) => items
                .iter()
                .enumerate()
                .for_each(|(index, item)| below(&index.to_string(), Step::Index(index), item)),
            Value::Map(map) => map
                .entries
                .iter()
                .for_each(|one| below(&one.key, Step::Key(one.key.clone()), &one.value)),
            _ => {}
        }
    }
    let mut found = (Vec::new(), Vec::new());
    walk(body, &Path::default(), &[], &mut found);
    let located = subject.kind.locate(&body.to_json(), &found.0);
    let mut ways = BTreeMap::new();
    for (path, way) in located.into_iter().zip(found.1) {
        ways.entry(path).or_insert(way);
    }
    ways
}

/// Makes a node say what another one does, and keeps what says it already.
pub(super) fn blend(node: &mut Node, target: &Node) {
    match (&mut node.value, &target.value) {
        (Value::Map(own), Value::Map(map)) => {
            own.entries.retain(|one| map.get(&one.key).is_some());
            for entry in &map.entries {
                match own.entries.iter_mut().find(|one| one.key == entry.key) {
                    Some(known) => blend(&mut known.value, &entry.value),
                    None => own.entries.push(entry.clone()),
                }
            }
        }
        (Value::Seq(_), Value::Seq(items)) => lists::blend(node, items, false),
        (Value::Seq(_) | Value::Map(_), _) | (_, Value::Seq(_) | Value::Map(_)) => {
            *node = target.clone();
        }
        (own, value) if own == value => {}
        _ => {
            let like_own = target.as_str().and_then(|text| retyped(&node.value, text));
            node.value = like_own.unwrap_or_else(|| target.value.clone());
            node.spelling = None;
        }
    }
}

/// A text as the type that stands there, which may be a number where AWS has text.
fn retyped(old: &Value, text: &str) -> Option<Value> {
    let value = match old {
        Value::Number(_) => Value::Number(text.parse::<Number>().ok()?),
        Value::Bool(_) => Value::Bool(text.parse().ok()?),
        _ => return None,
    };
    let same = match &value {
        Value::Number(number) => number.to_string() == text,
        _ => true,
    };
    same.then_some(value)
}

/// Where what is written later than all else begins.
const LATER: usize = 1 << 30;

/// A tree as it stands in a file of its own, every value at a place of its own.
fn tree(value: &Json, order: &BTreeMap<&str, usize>, file: FileId, before: usize) -> Node {
    let mut places = (before + 1..).map(|at| Span::new(file, at, at));
    let otherwise = Span::new(file, before, before);
    Node::of_json(value, order, &mut || places.next().unwrap_or(otherwise))
}

//! Values in a text changed in place, everything else in it as it was: comments, order, layout, the
//! way in which strings are quoted and lines end.
//!
//! No change is trusted: the new text is read again, and has to say what was meant, with every
//! comment that was there. A layout for which this does not hold is left to a person; so are anchors,
//! merge keys and tags, as far as the change is about what they give.

mod block;
mod brackets;
mod editor;
#[cfg(test)]
mod hand;
#[cfg(test)]
mod laws;
mod manner;
#[cfg(test)]
mod tests;

use editor::Editor;

use super::lines::spliced;
use crate::document::{
    Diagnostics, Entry, Layout, Map, Node, Sources, Value, read_json, read_yaml,
};

/// One step of the way from the top of a document to a value in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// To an element of a list.
    Index(usize),
    /// To what stands under this key of a mapping.
    Key(String),
}

/// A change at a place in a document, given by the way there.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Edit {
    /// Another value.
    Set(Vec<Step>, Node),
    /// An entry more in this mapping.
    Add(Vec<Step>, String, Node),
    /// An element more in this list, before the one with this index.
    Insert(Vec<Step>, usize, Node),
    /// The entry or element is taken out.
    Remove(Vec<Step>),
}

/// What a text is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// YAML.
    Yaml,
    /// JSON, where comments and trailing commas may stand.
    Json,
}

/// The text with the edits done, one after the other; nothing where that would change something
/// else.
pub(crate) fn edited(text: &str, language: Language, edits: &[Edit]) -> Option<String> {
    let (mut tree, comments) = said(text, language)?;
    let mut new = text.to_owned();
    for edit in edits {
        let layout = layout(&new, language)?;
        let splices = Editor { text: &new, layout: &layout, language }.splices(edit)?;
        new = spliced(&new, splices);
        apply(&mut tree, edit)?;
    }
    let (result, kept) = said(&new, language)?;
    (result.says(&tree) && kept == comments).then_some(new)
}

fn layout(text: &str, language: Language) -> Option<Layout> {
    match language {
        Language::Yaml => Layout::of(text),
        Language::Json => Layout::of_json(text),
    }
}

/// What a text says: its values, and its comments in their order.
fn said(text: &str, language: Language) -> Option<(Node, Vec<String>)> {
    let mut sources = Sources::default();
    let file = sources.add("", text);
    let read = match language {
        Language::Yaml => read_yaml,
        Language::Json => read_json,
    };
    let tree = read(&sources, file, &mut Diagnostics::default())?;
    let comments = layout(text, language)?.comments.into_iter();
    Some((tree, comments.map(|place| text[place].trim_end().to_owned()).collect()))
}

/// The value at the end of a way.
pub(crate) fn at<'a>(tree: &'a mut Node, way: &[Step]) -> Option<&'a mut Node> {
    way.iter().try_fold(tree, |node, step| match (step, &mut node.value) {
        (Step::Key(key), Value::Map(map)) => {
            map.entries.iter_mut().find(|one| one.key == *key).map(|one| &mut one.value)
        }
        (Step::Index(index), Value::Seq(items)) => items.get_mut(*index),
        _ => None,
    })
}

/// Does an edit to a tree.
fn apply(tree: &mut Node, edit: &Edit) -> Option<()> {
    match edit {
        Edit::Set(way, value) => at(tree, way)?.value = value.value.clone(),
        Edit::Add(way, key, value) => {
            let node = at(tree, way)?;
            if node.is_null() {
                node.value = Value::Map(Map::default());
            }
            let (key_span, Value::Map(map)) = (node.span, &mut node.value) else { return None };
            if map.get(key).is_some() {
                return None;
            }
            map.entries.push(Entry { key: key.clone(), key_span, value: value.clone() });
        }
        Edit::Insert(way, index, value) => {
            let node = at(tree, way)?;
            if node.is_null() {
                node.value = Value::Seq(Vec::new());
            }
            let Value::Seq(items) = &mut node.value else { return None };
            (*index <= items.len()).then(|| items.insert(*index, value.clone()))?;
        }
        Edit::Remove(way) => {
            let (last, way) = way.split_last()?;
            match (last, &mut at(tree, way)?.value) {
                (Step::Key(key), Value::Map(map)) => drop(map.take(key)?),
                (Step::Index(index), Value::Seq(items)) if *index < items.len() => {
                    items.remove(*index);
                }
                _ => return None,
            }
        }
    }
    Some(())
}

//! Where the secrets of a resource come from, for a plan that may say that and not what they are.

use serde_json::Value as Json;

use super::pieces::{Form, Piece, pieces};
use crate::document::{Node, Sources, Span, Value};
use crate::plan::{Path, Secret};

/// Where each secret of a document comes from: the variables that it is made of, or else the line
/// it stands on. `otherwise` is where the resource itself stands.
pub(super) fn origins(
    body: &Node,
    document: &Json,
    sensitive: &[Path],
    sources: &Sources,
    otherwise: Span,
) -> Vec<Secret> {
    let from = |path: &Path| {
        let mut all = Vec::new();
        texts(path.at(document)?, &mut all);
        let nodes: Vec<_> = all.into_iter().filter_map(|text| stands(body, text)).collect();
        // Of a whole document it is the reference in it that is not to be shown.
        let node = nodes.iter().find(|node| node.secret).or(nodes.first())?;
        let names: Vec<_> = pieces(sources.slice(node.span))
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Form(Form::Var(_) | Form::Env(_), source) => Some(source.to_owned()),
                _ => None,
            })
            .collect();
        let place = sources.place(node.span);
        Some(if names.is_empty() { place } else { format!("{} in {place}", names.join(" and ")) })
    };
    let mut paths: Vec<_> = sensitive.iter().filter(|path| path.at(document).is_some()).collect();
    paths.sort();
    paths.dedup();
    paths
        .into_iter()
        .map(|path| Secret {
            path: path.clone(),
            from: from(path).unwrap_or_else(|| sources.place(otherwise)),
        })
        .collect()
}

fn texts<'a>(value: &'a Json, found: &mut Vec<&'a str>) {
    match value {
        Json::String(text) => found.push(text),
        Json::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Json::Object(fields) => fields.values().for_each(|value| texts(value, found)),
        _ => {}
    }
}

/// The value of a body with this text, one that was filled in before others.
fn stands<'a>(body: &'a Node, text: &str) -> Option<&'a Node> {
    let mut found = Vec::new();
    collect(body, text, &mut found);
    found.iter().find(|node| node.secret).or(found.first()).copied()
}

fn collect<'a>(node: &'a Node, text: &str, found: &mut Vec<&'a Node>) {
    match &node.value {
        Value::String(own) if own == text => found.push(node),
        Value::Seq(items) => items.iter().for_each(|item| collect(item, text, found)),
        Value::Map(map) => {
            map.entries.iter().for_each(|entry| collect(&entry.value, text, found));
        }
        _ => {}
    }
}

//! A resource's attributes as the API's shapes.

use super::Refusal;
use super::attributes::{As, INLINES, Row};
use super::json::{Place, decode};
use super::sensitive::hide;
use crate::document::{Entry, Map, Node, Span, Value};

/// What the rows make of the attributes of a resource or a block.
pub(super) fn members(rows: &[Row], attributes: &Map) -> Result<Vec<Entry>, Refusal> {
    let mut members = Vec::new();
    for (name, to) in rows {
        let given = attributes.entries.iter().find(|entry| entry.key == *name);
        let given = given.filter(|entry| !entry.value.is_null());
        match (to, given) {
            (As::TextOr(..), None) | (_, Some(_)) => {
                members.extend(member(*to, given, attributes)?);
            }
            _ => {}
        }
    }
    Ok(members)
}

fn member(to: As, given: Option<&Entry>, attributes: &Map) -> Result<Option<Entry>, Refusal> {
    let Some(Entry { key_span, value: node, .. }) = given else {
        let As::TextOr(key, default) = to else { return Ok(None) };
        // What is filled in stands where the rest of the block does.
        let Some(span) = attributes.entries.first().map(|entry| entry.key_span) else {
            return Ok(None);
        };
        let value = Node::new(span, Value::String(default.to_owned()));
        return Ok(Some(Entry { key: key.to_owned(), key_span: span, value }));
    };
    let (key, value) = match to {
        As::Text(key) | As::Key(key) | As::TextOr(key, _) => (key, text(node)?),
        As::TextUnless(key, default) => {
            (key, text(node)?.filter(|node| node.interpolated || node.as_str() != Some(default)))
        }
        As::Number(key) => (key, Some(number(node)?)),
        As::NumberUnless(key, default) => {
            let is_unset = |node: &Node| matches!(&node.value, Value::Number(n) if n.as_f64() == Some(0.0) || n.as_i64() == Some(default));
            (key, Some(number(node)?).filter(|node| !is_unset(node)))
        }
        As::Flag(key) => (key, Some(flag(node)?).filter(|node| node.value != Value::Bool(false))),
        As::Texts(key) => (key, texts(node)?),
        As::TextMap(key) => (key, text_map(node)?),
        As::Tags(key) => {
            let all = attributes.get("tags_all").filter(|all| all.as_map().is_some());
            (key, text_map(all.unwrap_or(node))?)
        }
        As::Pairs(key) => (key, text_map(node)?.map(pairs)),
        As::Json(key) => (key, document(node)?),
        As::Block(key, rows) => (key, blocks(node, rows)?.into_iter().next()),
        As::Blocks(key, rows) => (key, seq(node.span, blocks(node, rows)?)),
        As::Inside(key, inner) => {
            let inside = |value: Node| {
                let (span, key) = (value.span, inner.to_owned());
                map(span, vec![Entry { key, key_span: *key_span, value }])
            };
            (key, text(node)?.and_then(inside))
        }
        As::Documents(key) => (key, documents(node)?),
        As::Aside => return Ok(None),
    };
    Ok(value.map(|value| Entry { key: key.to_owned(), key_span: *key_span, value }))
}

/// A block's kind, in the words of a refusal.
fn wrong(node: &Node, wanted: &str) -> Refusal {
    let is = if node.interpolated { "not known" } else { node.kind() };
    Refusal::new(node.span, format!("{wanted} is needed here, and it is {is}"))
}

/// A text; an empty one is none. Terraform turns numbers and booleans into text where text belongs.
fn text(node: &Node) -> Result<Option<Node>, Refusal> {
    let spelled = node.spelled().ok_or_else(|| wrong(node, "a text"))?;
    if spelled.is_empty() {
        return Ok(None);
    }
    Ok(Some(Node { value: Value::String(spelled), spelling: None, ..node.clone() }))
}

fn number(node: &Node) -> Result<Node, Refusal> {
    match &node.value {
        Value::Number(_) => Ok(node.clone()),
        Value::String(_) if node.interpolated => Ok(node.clone()),
        Value::String(text) => {
            let number = serde_json::from_str(text).map_err(|_| wrong(node, "a number"))?;
            let spelling = Some(text.clone());
            Ok(Node { value: Value::Number(number), spelling, ..node.clone() })
        }
        _ => Err(wrong(node, "a number")),
    }
}

fn flag(node: &Node) -> Result<Node, Refusal> {
    match &node.value {
        Value::Bool(_) => Ok(node.clone()),
        Value::String(_) if node.interpolated => Ok(node.clone()),
        Value::String(text) if matches!(text.as_str(), "true" | "false") => {
            Ok(Node { value: Value::Bool(text == "true"), ..node.clone() })
        }
        _ => Err(wrong(node, "`true` or `false`")),
    }
}

fn texts(node: &Node) -> Result<Option<Node>, Refusal> {
    let Value::Seq(items) = &node.value else { return Err(wrong(node, "a list")) };
    let items = items.iter().filter(|item| !item.is_null()).map(text);
    let items: Vec<_> = items.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    Ok(seq(node.span, items))
}

/// A mapping of texts; here an empty text is a value.
fn text_map(node: &Node) -> Result<Option<Node>, Refusal> {
    let Value::Map(given) = &node.value else { return Err(wrong(node, "a mapping")) };
    let mut entries = Vec::new();
    for entry in given.entries.iter().filter(|entry| !entry.value.is_null()) {
        let value = match text(&entry.value)? {
            Some(value) => value,
            None => entry.value.clone(),
        };
        entries.push(Entry { value, ..entry.clone() });
    }
    Ok(map(node.span, entries))
}

fn pairs(node: Node) -> Node {
    let Value::Map(map) = node.value else { return node };
    let pair = |Entry { key, key_span, value }: Entry| {
        let member = |key: &str, value| Entry { key: key.to_owned(), key_span, value };
        let name = Node::new(key_span, Value::String(key));
        let entries = vec![member("name", name), member("value", value)];
        Node::new(key_span, Value::Map(Map { entries }))
    };
    Node { value: Value::Seq(map.entries.into_iter().map(pair).collect()), ..node }
}

/// The blocks of a state are a list of mappings; one that has nothing in it is none.
fn blocks(node: &Node, rows: &[Row]) -> Result<Vec<Node>, Refusal> {
    let alone = std::slice::from_ref(node);
    let items = match &node.value {
        Value::Seq(items) => items.as_slice(),
        Value::Map(_) => alone,
        _ => return Err(wrong(node, "a block")),
    };
    let mut blocks = Vec::new();
    for item in items.iter().filter(|item| !item.is_null()) {
        let attributes = item.as_map().ok_or_else(|| wrong(item, "a block"))?;
        blocks.extend(map(item.span, settled(members(rows, attributes)?)));
    }
    Ok(blocks)
}

/// Whether a Docker volume is made by ECS goes with it where it is shared, also if it is not.
///
/// Source: the provider's `expandVolumesDockerVolume`, which sends it unless the scope is `task`.
fn settled(mut members: Vec<Entry>) -> Vec<Entry> {
    let shared = members.iter().find(|m| m.key == "scope" && m.value.as_str() == Some("shared"));
    if let Some(key_span) = shared.map(|scope| scope.key_span)
        && !members.iter().any(|member| member.key == "autoprovision")
    {
        let value = Node::new(key_span, Value::Bool(false));
        members.push(Entry { key: "autoprovision".to_owned(), key_span, value });
    }
    members
}

/// A JSON document in a text; `.tf` files may have it as the value that it is made of.
fn document(node: &Node) -> Result<Option<Node>, Refusal> {
    let text = match &node.value {
        Value::Seq(_) | Value::Map(_) => return Ok(Some(node.clone())),
        Value::String(text) if !node.interpolated => text,
        _ => return Err(wrong(node, "a JSON document")),
    };
    if text.trim().is_empty() {
        return Ok(None);
    }
    let mut decoded = decode(text, Place { span: node.span, offset: None })?;
    if node.secret {
        hide(&mut decoded);
    }
    Ok(Some(decoded))
}

fn documents(node: &Node) -> Result<Option<Node>, Refusal> {
    let mut entries: Vec<Entry> = Vec::new();
    for block in blocks(node, INLINES)? {
        let Value::Map(mut block) = block.value else { continue };
        // `inline_policy {}` says that there are none.
        if let (Some(name), Some(policy)) = (block.take("name"), block.take("policy")) {
            let key = match name.value.as_str() {
                Some(key) if !name.value.interpolated => key.to_owned(),
                _ => return Err(wrong(&name.value, "the name of the policy")),
            };
            entries.push(Entry { key, key_span: name.value.span, value: policy.value });
        }
    }
    Ok(map(node.span, entries))
}

fn seq(span: Span, items: Vec<Node>) -> Option<Node> {
    (!items.is_empty()).then(|| Node::new(span, Value::Seq(items)))
}

fn map(span: Span, entries: Vec<Entry>) -> Option<Node> {
    (!entries.is_empty()).then(|| Node::new(span, Value::Map(Map { entries })))
}

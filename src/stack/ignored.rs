//! `ignore_drift:`: what may move in AWS for a while without being told as drift.

use super::refs::Names;
use super::vars::refuse_references;
use super::{Ignored, Wanted};
use crate::document::{
    Diagnostic, Diagnostics, Map, Node, Sources, Span, Value, nearest, or_nearest,
};
use crate::kinds::{self, Kind};
use crate::plan::{Address, Path};

/// The key in the envelope.
pub(super) const KEY: &str = "ignore_drift";
/// The keys of an entry.
pub(super) const FIELDS: [&str; 4] = ["address", "field", "reason", "until"];

/// An entry, and where its parts stand.
pub(super) struct Entry {
    pub ignored: Ignored,
    address: Span,
    field: Span,
    until: Span,
}

/// Reads the entries.
pub(super) fn read(map: &Map, sources: &Sources, found: &mut Diagnostics) -> Vec<Entry> {
    let Some(node) = map.get(KEY).filter(|node| !node.is_null()) else {
        return Vec::new();
    };
    let Value::Seq(items) = &node.value else {
        let message = format!("`{KEY}` is a list of entries, not {}", node.kind());
        found.push(Diagnostic::error(message).at(node.span).help(example()));
        return Vec::new();
    };
    items.iter().filter_map(|item| entry(item, sources, found)).collect()
}

fn example() -> String {
    format!(
        "write `{KEY}: [{{ address: sampling_rules.NAME, field: FixedRate, reason: WHY, until: 2027-01-31 }}]`; `field` may be left out"
    )
}

fn entry(item: &Node, sources: &Sources, found: &mut Diagnostics) -> Option<Entry> {
    let before = found.all.len();
    refuse_references(item, &format!("`{KEY}`"), sources, found);
    let Some(map) = item.as_map() else {
        let message = format!("an entry of `{KEY}` is a mapping, not {}", item.kind());
        found.push(Diagnostic::error(message).at(item.span).help(example()));
        return None;
    };
    for slip in map.entries.iter().filter(|one| !FIELDS.contains(&one.key.as_str())) {
        let message = format!("an entry of `{KEY}` has no `{}`", slip.key);
        let problem = Diagnostic::error(message).at(slip.key_span);
        found.push(problem.maybe_help(or_nearest(&slip.key, &FIELDS)));
    }
    let address = text(map, "address", item, found).and_then(|(text, span)| {
        let address = text.parse::<Address>();
        let address = address.map_err(|why| found.push(Diagnostic::error(why).at(span)));
        Some((address.ok()?, span))
    });
    let field = map.get("field").filter(|node| !node.is_null());
    let path = field.and_then(|node| {
        let text = node.as_str().unwrap_or_default();
        let path = text.parse::<Path>().ok().filter(|path| !path.0.is_empty());
        if path.is_none() {
            let message = format!("`field` is a field of the resource, not {}", node.shown());
            let help = "write it as `drift` shows it, `containerDefinitions.app.image` say";
            found.push(Diagnostic::error(message).at(node.span).help(help));
        }
        path
    });
    let reason = text(map, "reason", item, found);
    let until = text(map, "until", item, found).filter(|(text, span)| {
        if !is_date(text) {
            let problem = Diagnostic::error(format!("`until` is a day, not {text:?}")).at(*span);
            found.push(problem.help("write it like `2027-01-31`"));
        }
        is_date(text)
    });
    if found.all.len() > before {
        return None;
    }
    let ((address, at), (until, until_at)) = (address?, until?);
    let (reason, place) = (reason?.0, sources.place(item.span));
    Some(Entry {
        ignored: Ignored { address, field: path, reason, until, place },
        address: at,
        field: field.map_or(item.span, |node| node.span),
        until: until_at,
    })
}

/// Its JSON Schema.
pub(super) fn schema() -> serde_json::Value {
    serde_json::json!({
        "type": ["array", "null"],
        "description": "what may move in AWS without being told by `drift`",
        "items": {
            "type": "object",
            "properties": {
                "address": {"type": "string", "description": "the resource, `section.key`"},
                "field": {"type": "string", "description": "the field, as `drift` shows it; left out, all of it"},
                "reason": {"type": "string"},
                "until": {"type": "string", "format": "date", "description": "the last day, `2027-01-31`; after it `check` fails"},
            },
            "required": ["address", "reason", "until"],
            "additionalProperties": false,
        },
    })
}

/// The text under a key that has to be there.
fn text(map: &Map, key: &str, item: &Node, found: &mut Diagnostics) -> Option<(String, Span)> {
    let node = map.get(key).filter(|node| !node.is_null());
    match node.map(|node| (node, node.as_str())) {
        Some((node, Some(text))) if !text.trim().is_empty() => Some((text.to_owned(), node.span)),
        Some((node, _)) => {
            let message = format!("`{key}` is text, not {}", node.shown());
            found.push(Diagnostic::error(message).at(node.span).help(example()));
            None
        }
        None => {
            let message = format!("an entry of `{KEY}` needs `{key}`");
            found.push(Diagnostic::error(message).at(item.span).help(example()));
            None
        }
    }
}

/// Whether this is a day, `2027-01-31`: such texts stand in the order of days.
fn is_date(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let number = |text: &str, length: usize| {
        let digits = text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<u32>().ok().filter(|_| digits)
    };
    let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2))
    else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// Complains of entries that are about nothing, and of those that ran out before `today`.
pub(super) fn check(
    entries: &[Entry],
    names: &Names,
    wanted: &[Wanted],
    today: Option<&str>,
    found: &mut Diagnostics,
) {
    for entry in entries {
        let Ignored { address, field, reason, until, .. } = &entry.ignored;
        if !names.contains_key(address) {
            let known: Vec<_> = names.keys().map(Address::to_string).collect();
            let known: Vec<_> = known.iter().map(String::as_str).collect();
            let message = format!("nothing to ignore: the stack has no `{address}`");
            let problem = Diagnostic::error(message).at(entry.address);
            found.push(problem.maybe_help(or_nearest(&address.to_string(), &known)));
            continue;
        }
        let document = wanted.iter().find(|wanted| wanted.address == *address);
        let document = document.map(|wanted| &wanted.document);
        if let Some(path) = field
            && let Some((slip, help)) = slip(kinds::of(&address.section), path, document)
        {
            let problem = Diagnostic::error(format!("`{address}` has no field `{slip}`"));
            found.push(problem.at(entry.field).maybe_help(help));
        }
        if today.is_some_and(|today| until.as_str() < today) {
            let message = format!("drift of `{address}` was to be ignored until {until}: {reason}");
            let help = "look at it again: take the entry out, or give it another day";
            found.push(Diagnostic::error(message).at(entry.until).help(help));
        }
    }
}

/// The part of a path that leads nowhere, and what may have been meant. What a person names himself,
/// a container or a tag, may be there in AWS alone.
fn slip(
    kind: &dyn Kind,
    path: &Path,
    document: Option<&serde_json::Value>,
) -> Option<(String, Option<String>)> {
    let schema = kind.schema();
    let fields: Vec<_> = schema["properties"].as_object().into_iter().flatten().collect();
    let fields: Vec<_> = fields.iter().map(|(name, _)| name.as_str()).collect();
    if !fields.contains(&path.field()) {
        return Some((path.field().to_owned(), or_nearest(path.field(), &fields)));
    }
    let known = kind.order();
    let mut here = document?.get(path.field())?;
    for key in &path.0[1..] {
        if let Some(value) = here.get(key) {
            here = value;
            continue;
        }
        let siblings: Vec<_> = here.as_object()?.keys().map(String::as_str).collect();
        let are_fields = siblings.iter().all(|sibling| known.contains(sibling));
        if known.contains(&key.as_str()) || !are_fields {
            return None;
        }
        let near = nearest(key, known.iter().copied());
        return Some((key.clone(), near.map(|near| format!("did you mean `{near}`?"))));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::is_date;

    #[test]
    fn days_are_days_of_the_calendar() {
        for day in ["2027-01-31", "2028-02-29", "2000-02-29", "9999-12-31"] {
            assert!(is_date(day), "{day}");
        }
        for no in [
            "",
            "2027",
            "2027-1-31",
            "2027-02-29",
            "2100-02-29",
            "2027-04-31",
            "2027-13-01",
            "2027-00-10",
            "2027-01-00",
            "31-01-2027",
            "2027-01-31T00:00:00Z",
            "+027-01-01",
        ] {
            assert!(!is_date(no), "{no}");
        }
    }
}

//! A field of which the file and AWS have different values.

use serde_json::Value;

use super::diff;
use super::style::Style;
use super::text::{broken, shown_value};
use crate::iam;
use crate::text::{WIDTH, safe};

/// What the signs of a diff stand for.
const SIGNS: &str = "  (+ is the file's, - AWS's)";

/// Both values, in lines of at most 80 columns: side by side where they fit, as a diff where they are
/// long. `path` is as wide as `column`, `end` stands dimmed at the end of the first line.
pub(crate) fn sides(
    path: &str,
    (file, aws): (Option<&Value>, Option<&Value>),
    (indent, column): (usize, usize),
    end: &str,
) -> Vec<String> {
    let inner = indent + 2;
    let width = end.chars().count();
    let end = Style::Dim.paint(end);
    let head = |what: &str| format!("{:indent$}{path}{what}{end}", "");
    let below = |what: &str, lines: Vec<String>| {
        let lines = lines.into_iter().map(|line| format!("{:inner$}{line}", ""));
        std::iter::once(head(what)).chain(lines).collect()
    };
    let is_policy = |value: Option<&Value>| value.is_some_and(|one| one.get("Statement").is_some());
    if is_policy(file) || is_policy(aws) {
        let changes = iam::changes(aws, file);
        let lines = iam::lines(&changes, WIDTH - inner);
        return below(SIGNS, lines.iter().map(|line| safe(line)).collect());
    }
    match (aws, file) {
        (Some(Value::String(aws)), Some(Value::String(file))) if diff::is_long(aws, file) => {
            return below(SIGNS, diff::lines(aws, file, WIDTH - inner));
        }
        (Some(Value::Array(aws)), Some(Value::Array(file))) => {
            let shown = |list: &[Value]| list.iter().map(shown_value).collect::<Vec<_>>();
            return below(SIGNS, diff::element_lines(&shown(aws), &shown(file), WIDTH - inner));
        }
        _ => {}
    }
    let shown = |value: Option<&Value>| value.map_or("(none)".to_owned(), shown_value);
    let (file, aws) = (shown(file), shown(aws));
    let line = format!("{:indent$}{path:column$}  file {file}, AWS {aws}", "");
    if line.chars().count() + width <= WIDTH {
        return vec![line + &end];
    }
    let values = [format!("file {file}"), format!("AWS  {aws}")];
    let values = values.iter().flat_map(|value| broken(value, inner));
    std::iter::once(head("")).chain(values).collect()
}

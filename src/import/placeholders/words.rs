//! Words that stand for something else by what they say and where they stand: `AWS_ACCOUNT_ID` in
//! an ARN, `xxxxxxxxxxxx` in an image, `CHANGEME`.

use std::ops::Range;

use super::forms::is_loud;
use super::place::Place;

/// The words in a text that are placeholders, in order, each with its variable.
pub(super) fn words(text: &str, place: Place, key: &str) -> Vec<(Range<usize>, String)> {
    if !matches!(place, Place::Plain | Place::Answered | Place::Environment) || key == "name" {
        return Vec::new();
    }
    let mut found = Vec::new();
    if is_open_value(text, key) {
        found.push((0..text.len(), text.to_owned()));
        return found;
    }
    if text.starts_with("arn:") {
        // arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE
        let fields: Vec<_> = fields(text, ':').take(5).collect();
        found.extend(fields.get(3).and_then(|field| region(text, field)));
        found.extend(fields.get(4).and_then(|field| account(text, field)));
    } else if text.contains(".dkr.ecr.") {
        // ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG
        let fields: Vec<_> = fields(text, '.').take(4).collect();
        found.extend(fields.first().and_then(|field| account(text, field)));
        found.extend(fields.get(3).and_then(|field| region(text, field)));
    } else if key == "valueFrom" {
        // The ARN of a secret, and what of it: `SECRET_ARN:password::`.
        let arn = fields(text, ':').next().unwrap_or_default();
        if is_loud(&text[arn.clone()]) && text[arn.clone()].ends_with("_ARN") {
            found.push((arn.clone(), text[arn].to_owned()));
        }
    }
    let from = found.last().map_or(0, |(range, _)| range.end);
    found.extend(requests(text, from));
    found
}

/// The ranges of what stands between separators.
fn fields(text: &str, separator: char) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    text.split(separator).map(move |field| {
        let range = start..start + field.len();
        start = range.end + separator.len_utf8();
        range
    })
}

/// Whether the whole value is to be replaced, as its words and its place say.
fn is_open_value(text: &str, key: &str) -> bool {
    const WORDS: [&str; 7] =
        ["CHANGEME", "CHANGE_ME", "REPLACEME", "REPLACE_ME", "PLACEHOLDER", "TBD", "FIXME"];
    let loud = is_loud(text);
    match key {
        // No repository of images has capital letters.
        "image" => loud,
        "awslogs-region" => is_region(text),
        "executionRoleArn" | "taskRoleArn" if loud && text.ends_with("_ARN") => true,
        _ => WORDS.contains(&text),
    }
}

fn account(text: &str, range: &Range<usize>) -> Option<(Range<usize>, String)> {
    let field = &text[range.clone()];
    let said = field.to_ascii_lowercase().replace(['-', '_'], "");
    let is_word = field.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if is_word && (is_loud(field) || said.contains("account")) && !is_masked(field) {
        return Some((range.clone(), field.to_owned()));
    }
    // What is left of a number tells two accounts apart.
    let digits = field.trim_start_matches(|c: char| !c.is_ascii_digit());
    let name =
        if digits.is_empty() { "account_id".to_owned() } else { format!("account_{digits}") };
    is_masked(field).then(|| (range.clone(), name))
}

fn region(text: &str, range: &Range<usize>) -> Option<(Range<usize>, String)> {
    let field = &text[range.clone()];
    is_region(field).then(|| (range.clone(), field.to_owned()))
}

/// A word in place of a region, which have digits: `REGION`, `your-region`.
fn is_region(field: &str) -> bool {
    let sound = field.chars().all(|c| c.is_ascii_alphabetic() || c == '-' || c == '_');
    sound && (is_loud(field) || field.to_ascii_lowercase().contains("region"))
}

/// An account's number with most of it blotted out.
fn is_masked(field: &str) -> bool {
    let mask = |c: char| matches!(c, 'x' | 'X' | '*' | '#');
    field.chars().all(|c| mask(c) || c.is_ascii_digit())
        && field.chars().filter(|c| mask(*c)).count() >= 4
}

/// Words that ask to be replaced wherever they stand: `YOUR_ROLE`, `REPLACE_WITH_ARN`.
fn requests(text: &str, from: usize) -> Vec<(Range<usize>, String)> {
    const BEGINNINGS: [&str; 5] = ["YOUR_", "REPLACE_", "INSERT_", "CHANGE_ME", "MY_ACCOUNT"];
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut found = Vec::new();
    let mut at = from;
    while let Some(start) = text[at..].find(is_part).map(|offset| at + offset) {
        let length = text[start..].find(|c| !is_part(c)).unwrap_or(text.len() - start);
        let word = &text[start..start + length];
        // Within the marks of another dialect it is that one's name.
        let marked = text[..start].ends_with(['$', '{', '<', '%', '@', ' ', '.']) && start > 0
            || text[start + length..].starts_with(['>', '}', '%', '@']);
        if !marked && is_loud(word) && BEGINNINGS.iter().any(|begin| word.starts_with(begin)) {
            found.push((start..start + length, word.to_owned()));
        }
        at = start + length;
    }
    found
}

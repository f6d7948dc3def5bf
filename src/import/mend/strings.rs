//! Strings, numbers and what stands without quotes.

use super::reader::{Quoted, Read, Reader};
use crate::import::placeholders::forms::{self, Dialect, is_loud};
use crate::import::variable_name;

/// What closes a string that this opens.
pub(super) fn closing(open: char, quoted: Quoted) -> Option<&'static str> {
    match open {
        '"' => Some("\""),
        '\'' | '`' if quoted == Quoted::Single => None,
        '\'' => Some("'"),
        '`' => Some("`"),
        // Word processors put these in place of straight ones.
        '\u{201c}' | '\u{201d}' | '\u{201e}' => Some("\u{201c}\u{201d}\""),
        '\u{2018}' | '\u{2019}' => Some("\u{2018}\u{2019}'"),
        _ => None,
    }
}

/// A shell variable that is put into single quotes by leaving them: `'"$X"'`, `'$X'`; its name and
/// the length of it all.
fn splice(text: &str) -> Option<(&str, usize)> {
    let rest = text.strip_prefix('\'')?;
    let (rest, quote) = rest.strip_prefix('"').map_or((rest, ""), |rest| (rest, "\""));
    let placeholder = forms::at(rest).filter(|found| is_shell(found.dialect))?;
    let rest = rest[placeholder.source.len()..].strip_prefix(quote)?.strip_prefix('\'')?;
    Some((placeholder.source, text.len() - rest.len()))
}

fn is_shell(dialect: Dialect) -> bool {
    matches!(dialect, Dialect::Dollar | Dialect::Own)
}

/// `$X` in braces, so that it ends where it does whatever follows.
pub(super) fn braced(source: &str) -> String {
    match source.strip_prefix('$') {
        Some(name) if !name.starts_with('{') => format!("${{{name}}}"),
        _ => source.to_owned(),
    }
}

impl Reader<'_> {
    /// Whether the shell puts a variable in here.
    pub(super) fn splices(&self) -> bool {
        self.quoted == Quoted::Single && splice(self.rest()).is_some()
    }

    /// Reads a string.
    pub(super) fn string(&mut self) -> Option<Read> {
        let start = self.at;
        let open = self.peek()?;
        let close = closing(open, self.quoted)?;
        self.at += open.len_utf8();
        let mut text = String::from("\"");
        let mut changed = open != '"';
        let mut broken = false;
        if changed {
            self.said.say(start, "JSON strings stand in straight double quotes");
        }
        loop {
            let rest = self.rest();
            let next = rest.chars().next()?;
            let length = next.len_utf8();
            if close.contains(next) {
                self.at += length;
                changed |= next != '"';
                break;
            }
            match next {
                '\\' => {
                    let (taken, with) = self.escape(rest)?;
                    changed |= rest[..taken] != *with;
                    text += &with;
                    self.at += taken;
                    continue;
                }
                '"' => text += "\\\"",
                '\'' if self.quoted == Quoted::Single => {
                    let (with, taken) = shell_quote(rest);
                    changed |= taken > 1;
                    text += &with;
                    self.at += taken;
                    continue;
                }
                '\n' => {
                    self.said.say(start, "a string goes over several lines");
                    (changed, broken) = (true, true);
                    text += "\\n";
                }
                '\r' if rest.starts_with("\r\n") => {}
                c if c < ' ' => {
                    self.said.say(start, "a string has a tab or another control character in it");
                    changed = true;
                    text += &format!("\\u{:04x}", u32::from(c));
                }
                c => text.push(c),
            }
            self.at += length;
        }
        text.push('"');
        if changed {
            self.edits.replace(start..self.at, text);
        }
        // Where a quote was forgotten, the next one is taken for it, and what follows tells.
        let ends = |rest: &str| rest.is_empty() || rest.starts_with([',', ':', '}', ']', '/', '#']);
        (!broken || ends(self.rest().trim_start())).then_some(Read::Other)
    }

    /// What a backslash and what follows it become, and how long they are.
    fn escape(&mut self, rest: &str) -> Option<(usize, String)> {
        let next = rest[1..].chars().next()?;
        let length = 1 + next.len_utf8();
        let as_it_is = (length, rest[..length].to_owned());
        match next {
            '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' => Some(as_it_is),
            'u' => {
                let digits = rest.get(2..6)?;
                digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| (6, rest[..6].to_owned()))
            }
            '\n' => {
                self.said.say(self.at, "a string goes over several lines");
                Some((length, String::new()))
            }
            '\'' | '`' | '$' => Some((length, next.to_string())),
            'x' => None,
            _ => {
                self.said.say(self.at, "a backslash in a string is not doubled");
                Some((1, "\\\\".to_owned()))
            }
        }
    }

    /// Reads a number.
    pub(super) fn number(&mut self) -> Option<Read> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | '_');
        let spelled = self.rest();
        let spelled = &spelled[..spelled.find(|c| !is_part(c)).unwrap_or(spelled.len())];
        let is_number = |text: &str| serde_json::from_str::<serde_json::Number>(text).is_ok();
        if !is_number(spelled) {
            let plain = spelled.strip_prefix('+').unwrap_or(spelled);
            let (sign, digits) = plain.strip_prefix('-').map_or(("", plain), |rest| ("-", rest));
            let zero = if digits.starts_with('.') { "0" } else { "" };
            let digits = digits.strip_suffix('.').unwrap_or(digits);
            let number = format!("{sign}{zero}{digits}");
            if !is_number(&number) {
                return self.bare();
            }
            self.said.say(self.at, "a number is written as JSON does not have it");
            self.edits.replace(self.at..self.at + spelled.len(), number);
        }
        self.at += spelled.len();
        Some(Read::Other)
    }

    /// Reads what stands without quotes: a word that other languages have for one of JSON's, or a
    /// text with a placeholder in it.
    pub(super) fn bare(&mut self) -> Option<Read> {
        let start = self.at;
        let (text, name) = self.run()?;
        let source = &self.text[start..self.at];
        let word = match source {
            "true" | "false" | "null" => return Some(Read::Other),
            "True" | "TRUE" => "true",
            "False" | "FALSE" => "false",
            "None" | "NULL" | "Null" | "nil" | "undefined" => "null",
            _ => "",
        };
        if !word.is_empty() {
            self.said.say(start, format!("`{source}` is `{word}` in JSON"));
            self.edits.replace(start..self.at, word);
            return Some(Read::Other);
        }
        let environment = source.strip_prefix("process.env.").filter(|name| is_loud(name));
        let (text, name) = match environment.or(Some(source).filter(|word| is_loud(word))) {
            Some(name) => (format!("${{var.{}}}", variable_name(name)), variable_name(name)),
            None => (text, name?),
        };
        let what =
            format!("`{source}` stands without quotes; it is taken for the variable `{name}`");
        self.said.say(start, what);
        let quoted = serde_json::to_string(&text).ok()?;
        self.edits.replace(start..self.at, quoted);
        Some(Read::Other)
    }

    /// A run of characters and placeholders, with the references that these become, and the first
    /// one's variable.
    fn run(&mut self) -> Option<(String, Option<String>)> {
        let (mut text, mut first) = (String::new(), None);
        while let Some(next) = self.peek() {
            let rest = self.rest();
            let spliced = splice(rest).filter(|_| self.quoted == Quoted::Single);
            let (source, length) = match spliced {
                Some(spliced) => spliced,
                None => forms::at(rest).map_or(("", 0), |found| (found.source, found.source.len())),
            };
            if let Some(found) = forms::at(source) {
                // One with a default is left for whoever reads strings.
                let keeps = found.default.is_some() || found.dialect == Dialect::Own;
                let name = variable_name(found.name);
                text += &if keeps { source.to_owned() } else { format!("${{var.{name}}}") };
                first.get_or_insert(name);
                self.at += length;
            } else if next.is_ascii_alphanumeric() || "_./:@-".contains(next) {
                text.push(next);
                self.at += next.len_utf8();
            } else {
                break;
            }
        }
        (!text.is_empty()).then_some((text, first))
    }
}

/// A single quote within a string in a shell's single quotes: what it becomes, and its length.
fn shell_quote(rest: &str) -> (String, usize) {
    const ESCAPED: &str = "'\\''";
    match splice(rest) {
        Some((source, taken)) => (braced(source), taken),
        None if rest.starts_with(ESCAPED) => ("'".to_owned(), ESCAPED.len()),
        None => ("'".to_owned(), 1),
    }
}

//! `${…}` in strings.

use std::fmt;

/// A reference in a string, `${…}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Form {
    /// `${var.NAME}`
    Var(String),
    /// `${env.NAME}`
    Env(String),
    /// `${account}`
    Account,
    /// `${region}`
    Region,
    /// `${WORD.NAME.OUTPUT}`: an output of another resource.
    Output {
        /// The word for the section, as in [`super::refs::WORDS`].
        word: &'static str,
        /// The resource's key.
        name: String,
        /// What of it is wanted.
        output: String,
    },
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Var(name) => write!(f, "${{var.{name}}}"),
            Self::Env(name) => write!(f, "${{env.{name}}}"),
            Self::Account => f.write_str("${account}"),
            Self::Region => f.write_str("${region}"),
            Self::Output { word, name, output } => write!(f, "${{{word}.{name}.{output}}}"),
        }
    }
}

/// A part of a string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Text that stands for itself.
    Text(&'a str),
    /// A reference, with its text.
    Form(Form, &'a str),
}

/// Splits a string into text and references. Whatever else has a `$` in it is text; `$${` stands
/// for `${` where what follows would be a reference, and for itself elsewhere.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut at = 0;
    while let Some(offset) = text[at..].find("${") {
        let start = at + offset;
        at = start + 2;
        let Some(end) = text[start..].find('}').map(|offset| start + offset + 1) else {
            break;
        };
        let Some(form) = form(&text[start + 2..end - 1]) else {
            continue;
        };
        let escaped = text[from..start].ends_with('$');
        let text_end = if escaped { start - 1 } else { start };
        if text_end > from {
            found.push(Piece::Text(&text[from..text_end]));
        }
        found.push(if escaped {
            Piece::Text(&text[start..end])
        } else {
            Piece::Form(form, &text[start..end])
        });
        (from, at) = (end, end);
    }
    if from < text.len() {
        found.push(Piece::Text(&text[from..]));
    }
    found
}

fn form(inner: &str) -> Option<Form> {
    let is_name = |name: &str| {
        !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
    };
    match inner {
        "account" => return Some(Form::Account),
        "region" => return Some(Form::Region),
        _ => {}
    }
    let (word, rest) = inner.split_once('.')?;
    match word {
        "var" => is_name(rest).then(|| Form::Var(rest.to_owned())),
        "env" => is_name(rest).then(|| Form::Env(rest.to_owned())),
        _ => {
            let word = super::refs::WORDS.iter().map(|(known, _)| *known).find(|k| *k == word)?;
            let (name, output) = rest.rsplit_once('.')?;
            let output = is_name(output).then(|| output.to_owned())?;
            (!name.is_empty()).then(|| Form::Output { word, name: name.to_owned(), output })
        }
    }
}

/// What stands for itself in a text with references.
pub fn literal(text: &str) -> String {
    let literal = pieces(text).into_iter().filter_map(|piece| match piece {
        Piece::Text(text) => Some(text),
        Piece::Form(..) => None,
    });
    literal.collect()
}

/// Text that stands for itself where references are resolved.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut from = 0;
    while let Some(start) = text[from..].find("${").map(|offset| from + offset) {
        let end = text[start..].find('}').map(|offset| start + offset);
        let is_form = end.is_some_and(|end| form(&text[start + 2..end]).is_some());
        escaped += &text[from..start];
        escaped += if is_form { "$${" } else { "${" };
        from = start + 2;
    }
    escaped + &text[from..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(text: &str) -> String {
        pieces(text)
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => format!("[{text}]"),
                Piece::Form(_, source) => format!("<{source}>"),
            })
            .collect()
    }

    #[test]
    fn only_known_forms_are_references() {
        assert_eq!(forms("a ${var.x} b"), "[a ]<${var.x}>[ b]");
        assert_eq!(forms("${account}${region}"), "<${account}><${region}>");
        assert_eq!(forms("${role.Cruddur Role.arn}"), "<${role.Cruddur Role.arn}>");
        // A collector's configuration has its own dollars.
        assert_eq!(
            forms("${env:HONEYCOMB} $$ ${x} ${AWS_REGION} $x"),
            "[${env:HONEYCOMB} $$ ${x} ${AWS_REGION} $x]"
        );
        assert_eq!(forms("${var.} ${var.a.b} ${unclosed"), "[${var.} ${var.a.b} ${unclosed]");
    }

    #[test]
    fn two_dollars_escape_a_reference_and_nothing_else() {
        assert_eq!(forms("$${var.x}"), "[${var.x}]");
        assert_eq!(forms("a$${region}b${region}"), "[a][${region}][b]<${region}>");
        assert_eq!(forms("$${env:X}"), "[$${env:X}]");
    }

    #[test]
    fn escaped_text_stands_for_itself() {
        for text in [
            "",
            "$",
            "${",
            "${account}",
            "$${account}",
            "a${var.x}b${env:Y}",
            "${${region}}",
            "$$$",
        ] {
            let pieces = pieces(&escaped(text))
                .into_iter()
                .map(|piece| match piece {
                    Piece::Text(text) => text.to_owned(),
                    Piece::Form(..) => panic!("a reference in {text:?}"),
                })
                .collect::<String>();
            assert_eq!(pieces, text);
        }
    }
}

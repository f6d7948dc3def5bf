//! Text for a terminal: safe to print, and in lines that fit.

/// How wide text is laid out.
pub const WIDTH: usize = 80;

/// Text that came from a file or from AWS, safe to print: control characters and marks that turn
/// the direction of text around stand escaped.
pub fn safe(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || is_invisible(c) {
            safe.extend(c.escape_unicode());
        } else {
            safe.push(c);
        }
    }
    safe
}

/// Whether a character takes no place, breaks the line, or turns around the text that follows: those
/// that Unicode has programs show as nothing, the separators of lines and paragraphs, and the marks of
/// interlinear annotations.
///
/// Source: Unicode 16.0, `DerivedCoreProperties.txt`, `Default_Ignorable_Code_Point` (4,174 code points,
/// the same ones since 14.0).
pub(crate) fn is_invisible(c: char) -> bool {
    let is_ignorable = matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    );
    is_ignorable || matches!(c, '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}')
}

/// A number of things, `1 resource` or `2 resources`.
pub(crate) fn plural(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// A text in lines of at most 80 columns, indented.
pub fn wrapped(text: &str, indent: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in words(text) {
        if !line.is_empty() && indent + line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(format!("{:indent$}{line}", ""));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line += &word;
    }
    lines.push(format!("{:indent$}{line}", ""));
    lines
}

/// The words of a text; what stands in backticks is one, so that it can be copied.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for piece in text.split(' ') {
        match words.last_mut() {
            Some(open) if open.matches('`').count() % 2 == 1 => {
                open.push(' ');
                *open += piece;
            }
            _ => words.push(piece.to_owned()),
        }
    }
    words
}

/// How a text may stand in what others wrote: as it is, and as JSON escapes it, all of it or what is
/// not ASCII too. Who quotes a document of theirs quotes the text so.
pub(crate) fn spellings(text: &str) -> Vec<String> {
    let quoted = serde_json::Value::from(text).to_string();
    let json = quoted[1..quoted.len() - 1].to_owned();
    let mut units = [0; 2];
    let ascii = json.chars().fold(String::new(), |mut all, c| {
        if c.is_ascii() {
            all.push(c);
        } else {
            for unit in c.encode_utf16(&mut units) {
                all += &format!("\\u{unit:04x}");
            }
        }
        all
    });
    let mut all = vec![text.to_owned(), json, ascii];
    all.dedup();
    all
}

/// A word as it is given to a shell.
pub fn shell_word(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@+=".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_printed_can_move_the_cursor_or_turn_text_around() {
        assert_eq!(safe("a\u{1b}[31mb\u{202e}c\n"), "a\\u{1b}[31mb\\u{202e}c\\u{a}");
        assert_eq!(safe("DEBUG – history"), "DEBUG – history");
    }

    #[test]
    fn what_unicode_shows_as_nothing_is_seen() {
        let ignorable = (0..=u32::from(char::MAX)).filter_map(char::from_u32);
        let separators = "\u{2028}\u{2029}\u{fff9}\u{fffa}\u{fffb}";
        let count = ignorable.filter(|c| is_invisible(*c) && !separators.contains(*c)).count();
        assert_eq!(count, 4_174, "as DerivedCoreProperties.txt counts them");
        let hidden = "\u{34f}\u{115f}\u{1160}\u{17b4}\u{17b5}\u{180b}\u{180f}\u{3164}\u{fe00}\u{fe0f}\u{ffa0}\u{fff0}\u{1bca0}\u{1d173}\u{e0100}\u{e01ef}\u{e0fff}";
        assert!(safe(hidden).is_ascii(), "{}", safe(hidden));
        // An emoji is still one.
        assert_eq!(safe("⚠\u{fe0f} keep 🦀"), "⚠\\u{fe0f} keep 🦀");
        assert_eq!(safe("日本語 한국어 ภาษาไทย"), "日本語 한국어 ภาษาไทย");
    }

    #[test]
    fn words_are_quoted_for_a_shell_where_they_need_it() {
        assert_eq!(shell_word("sampling_rules.health"), "sampling_rules.health");
        assert_eq!(shell_word("a \"b\" 'c'"), r#"'a "b" '\''c'\'''"#);
    }
}

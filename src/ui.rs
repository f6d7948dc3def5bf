//! The terminal: answers on stdout, everything else on stderr.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use crate::error::{Error, Result};

/// How wide text is laid out where nothing else is known.
pub const WIDTH: usize = 80;

/// Prints an answer, styled text, to stdout; styles go where the terminal or the user has none.
///
/// A reader that went away (`| head`) is no error.
pub fn answer(text: &str) {
    write_to(anstream::stdout().lock(), text);
}

/// Prints anything that is not the answer to stderr.
pub fn say(text: &str) {
    write_to(anstream::stderr().lock(), text);
}

fn write_to(mut stream: impl io::Write, text: &str) {
    let end = if text.ends_with('\n') { "" } else { "\n" };
    drop(write!(stream, "{text}{end}").and_then(|()| stream.flush()));
}

/// Asks a question that `yes` answers.
///
/// # Errors
/// Exit code 4 where nobody can be asked; `flag` is what says yes there.
pub fn ask(question: &str, flag: &str) -> Result<bool> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(Error::refused("nobody is at the terminal to be asked")
            .hint(format!("say `{flag}` to go on without a question")));
    }
    let mut stream = anstream::stderr();
    drop(write!(stream, "{question} Only `yes` goes on: ").and_then(|()| stream.flush()));
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line);
    Ok(read.is_ok() && line.trim() == "yes")
}

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

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
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
        assert_eq!(
            safe("a\u{1b}[31mb\u{202e}c\n"),
            "a\\u{1b}[31mb\\u{202e}c\\u{a}"
        );
        assert_eq!(safe("DEBUG – history"), "DEBUG – history");
    }

    #[test]
    fn words_are_quoted_for_a_shell_where_they_need_it() {
        assert_eq!(shell_word("sampling_rules.health"), "sampling_rules.health");
        assert_eq!(shell_word("a \"b\" 'c'"), r#"'a "b" '\''c'\'''"#);
    }
}

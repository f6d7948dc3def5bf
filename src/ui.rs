//! The terminal: answers on stdout, everything else on stderr.

use std::io::{self, BufRead as _, ErrorKind, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{Error, Result};

/// How wide text is laid out where nothing else is known.
pub const WIDTH: usize = 80;

/// Set once an answer did not reach stdout.
static LOST: AtomicBool = AtomicBool::new(false);

/// Prints an answer, styled text, to stdout; styles go where the terminal or the user has none.
///
/// A reader that went away (`| head`) is no error; a full disk is one, told by [`refuse_lost`].
pub fn answer(text: &str) {
    let written = write_to(anstream::stdout().lock(), text);
    if written.is_err_and(|error| error.kind() != ErrorKind::BrokenPipe) {
        LOST.store(true, Ordering::SeqCst);
    }
}

/// Prints JSON to stdout. What could move the cursor or turn text around stands escaped, as JSON
/// has it, so that every reader gets the same value.
pub fn answer_json(text: &str) {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '\n' && (c.is_control() || is_invisible(c)) {
            let mut units = [0; 2];
            escaped.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            escaped.push(c);
        }
    }
    answer(&escaped);
}

/// # Errors
/// When an answer was not written: whoever reads the file it went to must not take it for whole.
pub fn refuse_lost() -> Result<()> {
    if LOST.load(Ordering::SeqCst) {
        return Err(
            Error::new("the answer could not be written to stdout").hint("is the disk full?")
        );
    }
    Ok(())
}

/// Prints anything that is not the answer to stderr.
pub fn say(text: &str) {
    drop(write_to(anstream::stderr().lock(), text));
}

fn write_to(mut stream: impl io::Write, text: &str) -> io::Result<()> {
    let end = if text.ends_with('\n') { "" } else { "\n" };
    write!(stream, "{text}{end}").and_then(|()| stream.flush())
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
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
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
    fn words_are_quoted_for_a_shell_where_they_need_it() {
        assert_eq!(shell_word("sampling_rules.health"), "sampling_rules.health");
        assert_eq!(shell_word("a \"b\" 'c'"), r#"'a "b" '\''c'\'''"#);
    }
}

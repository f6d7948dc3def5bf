//! The terminal: answers on stdout, everything else on stderr.

use std::borrow::Cow;
use std::io::{self, BufRead as _, ErrorKind, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::plan::SENSITIVE;
use crate::render::Style;
use crate::text::{WIDTH, is_invisible, safe, wrapped};

/// Set once an answer did not reach stdout.
static LOST: AtomicBool = AtomicBool::new(false);

/// Set where everything goes to stdout.
static ONE_STREAM: AtomicBool = AtomicBool::new(false);

/// Texts that no output may hold.
static SECRETS: RwLock<Vec<String>> = RwLock::new(Vec::new());

/// The line that stands below everything else.
static STATUS: RwLock<String> = RwLock::new(String::new());

/// Shorter secrets would be found in the middle of other words. They are kept by their fields alone.
const SHORTEST_SECRET: usize = 5;

/// Keeps a text out of every output. Fields that hold secrets are masked where they are shown; this
/// is for the texts of others that may quote one, such as AWS's errors.
pub fn hide(secret: &str) {
    if secret.len() >= SHORTEST_SECRET {
        let escaped = format!("{secret:?}").trim_matches('"').to_owned();
        let mut secrets = SECRETS.write().unwrap_or_else(PoisonError::into_inner);
        secrets.extend([secret.to_owned(), escaped]);
    }
}

/// A text without what must be in no output.
pub fn without_secrets(text: &str) -> Cow<'_, str> {
    let secrets = SECRETS.read().unwrap_or_else(PoisonError::into_inner);
    secrets
        .iter()
        .filter(|secret| text.contains(secret.as_str()))
        .fold(Cow::Borrowed(text), |text, secret| {
            Cow::Owned(text.replace(secret.as_str(), SENSITIVE))
        })
}

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
    answer(&escaped(text));
}

/// JSON for a file that is there to be looked at: as [`answer_json`] prints it.
pub fn shown_json(text: &str) -> String {
    escaped(&without_secrets(text))
}

/// JSON for a file, which is read again and has to be whole.
///
/// # Errors
/// Where it holds the value of an allowed variable all the same: somebody else has the same text in
/// a field that is shown.
pub fn json_without_secrets(text: &str) -> Result<String> {
    match without_secrets(text) {
        Cow::Borrowed(_) => Ok(escaped(text)),
        Cow::Owned(_) => Err(Error::new(
            "the plan has the value of a variable of the environment in a field that is shown, and \
             is not written",
        )
        .hint("give that variable a value that stands nowhere else")),
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '\n' && (c.is_control() || is_invisible(c)) {
            let mut units = [0; 2];
            escaped.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            escaped.push(c);
        }
    }
    escaped
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

/// Has everything printed to stdout from now on, in one order.
pub fn say_on_stdout() {
    ONE_STREAM.store(true, Ordering::SeqCst);
}

/// Prints anything that is not the answer to stderr.
pub fn say(text: &str) {
    if ONE_STREAM.load(Ordering::SeqCst) {
        return answer(text);
    }
    let status = STATUS.read().unwrap_or_else(PoisonError::into_inner).clone();
    drop(wipe(&status));
    drop(write_to(anstream::stderr().lock(), text));
    drop(show(&status));
}

/// Keeps a line below everything else that is said, where there is a terminal; an empty one takes
/// it away.
pub fn status(text: &str) {
    if io::stderr().is_terminal() {
        let mut status = STATUS.write().unwrap_or_else(PoisonError::into_inner);
        drop(wipe(&status));
        text.clone_into(&mut status);
        drop(show(&status));
    }
}

fn wipe(status: &str) -> io::Result<()> {
    let mut stream = io::stderr().lock();
    let wide = status.chars().count();
    if wide > 0 { write!(stream, "\r{:wide$}\r", "") } else { Ok(()) }
}

fn show(status: &str) -> io::Result<()> {
    let mut stream = io::stderr().lock();
    write!(stream, "{status}").and_then(|()| stream.flush())
}

/// Prints an error and its ways out, and returns its exit code.
pub fn tell(error: &Error) -> Exit {
    if let Some(findings) = &error.findings {
        say(&findings.0.render(&findings.1, WIDTH));
    }
    if !error.message.is_empty() {
        complain("error", &error.message);
    }
    for hint in &error.hints {
        help(hint);
    }
    error.exit
}

/// Says on stderr that something went wrong: one word of what kind it is, and a sentence.
pub fn complain(kind: &str, text: &str) {
    say_behind(&Style::Removed.paint(kind), &format!("{kind}: "), text);
}

/// Says a way out on stderr.
pub fn help(text: &str) {
    say_behind("  = help", "  = help: ", text);
}

/// Says a text in lines that fit, aligned behind its head.
fn say_behind(painted: &str, head: &str, text: &str) {
    // A secret is found before lines are broken, which may go through it.
    let lines = wrapped(&safe(&without_secrets(text)), head.len()).join("\n");
    say(&format!("{painted}: {}", lines.trim_start()));
}

fn write_to(mut stream: impl io::Write, text: &str) -> io::Result<()> {
    let text = without_secrets(text);
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

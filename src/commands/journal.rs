//! Journals on disk: `.tracewright/journal/`, a file for each run that changed something.

use std::cell::RefCell;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::again::Command;
use super::files;
use crate::apply::journal::{Begin, Journal, Line};
use crate::aws::Moment;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::plan::{Address, Plan};
use crate::text::safe;
use crate::{render, ui};

/// The folder of what this tool keeps.
const HOME: &str = ".tracewright";
/// The folder of the journals in it.
const FOLDER: &str = "journal";
/// How the names of journals end.
const END: &str = ".jsonl";
/// The largest journal that is read.
const LARGEST: u64 = 64 * 1024 * 1024;

/// A journal that is being written. Each line is on disk before anything else is done.
pub(super) struct Writer {
    path: PathBuf,
    /// `None` once it could not be written.
    file: RefCell<Option<File>>,
}

impl Writer {
    /// Begins one.
    ///
    /// # Errors
    /// When it cannot be written: a run is not begun without one.
    pub(super) fn begin(begin: Begin) -> Result<Self> {
        let folder = Path::new(HOME).join(FOLDER);
        let begun = || {
            fs::create_dir_all(&folder)?;
            ignore(Path::new(HOME))?;
            let name = format!("{}-{}-", Moment::now().in_a_name(), begin.stack);
            let mut named = tempfile::Builder::new();
            let named = named.prefix(&name).suffix(END).rand_bytes(4).tempfile_in(&folder)?;
            let (file, path) = named.keep().map_err(|kept| kept.error)?;
            put(&file, &Line::Begin(begin))?;
            // The name is on disk with its folder alone.
            File::open(&folder)?.sync_all()?;
            Ok((file, path))
        };
        let (file, path) = begun().map_err(|error: io::Error| {
            Error::new(format!(
                "the journal cannot be written to {}: {error}; nothing was changed",
                folder.display()
            ))
            .hint("run it where that folder can be made and written")
        })?;
        Ok(Self { path, file: RefCell::new(Some(file)) })
    }

    /// Writes a line. Where that fails the run goes on: what it changed is changed, and stopping in
    /// the middle would make nothing better.
    pub(super) fn write(&self, line: &Line) {
        let mut file = self.file.borrow_mut();
        let Some(error) = file.as_ref().and_then(|file| put(file, line).err()) else {
            return;
        };
        *file = None;
        let message = format!(
            "the journal {} cannot be written any more: {error}; the run goes on, and the rest of \
             it is in no journal",
            self.path.display()
        );
        ui::complain("warning", &message);
    }
}

fn put(mut file: &File, line: &Line) -> io::Result<()> {
    // A line is made of strings, numbers and maps with string keys: it always serialises.
    let value = hidden(serde_json::to_value(line).unwrap_or_default());
    file.write_all(format!("{value}\n").as_bytes())?;
    file.sync_data()
}

/// A value without the values of allowed variables, wherever somebody quotes one.
fn hidden(value: Value) -> Value {
    match value {
        Value::String(text) => ui::without_secrets(&text).into_owned().into(),
        Value::Array(items) => items.into_iter().map(hidden).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, v)| (name, hidden(v))).collect(),
        other => other,
    }
}

/// Keeps the folder out of git: what is in it is this machine's.
fn ignore(home: &Path) -> io::Result<()> {
    let path = home.join(".gitignore");
    if path.exists() { Ok(()) } else { fs::write(path, "*\n") }
}

/// Reads a journal.
pub(super) fn read(path: &Path) -> Result<Journal> {
    let shown = path.display();
    let file = files::load_up_to(path, LARGEST)
        .map_err(|no| Error::new(format!("{shown} {}", no.message)).hint(no.hint))?;
    Journal::read(&file.text).map_err(|no| {
        Error::new(format!("{shown} {}", safe(&no.to_string())))
            .hint("`tracewright show --journal` lists those that there are")
    })
}

/// What the run before this one on a stack took off and may not have put back, if it did not come to
/// its end: the resources, and its journal.
pub(super) fn not_put_back(plan: &Plan) -> Option<(Vec<Address>, PathBuf)> {
    let journals = all().into_iter().filter_map(|path| Some((read(&path).ok()?, path)));
    let mut of_stack = journals.filter(|(Journal { begin, .. }, _)| {
        let of_plan = (&plan.stack, &plan.account, &plan.region);
        (&begin.stack, &begin.account, &begin.region) == of_plan
    });
    let (journal, path) = of_stack.next()?;
    let open = journal.steps.iter().filter(|entry| entry.is_open());
    let open: Vec<_> = open.map(|entry| entry.start.address.clone()).collect();
    (!open.is_empty()).then_some((open, path))
}

/// Shows a journal, or the newest with a list of the others.
pub(super) fn show(file: Option<&Path>, as_json: bool) -> Result<Exit> {
    let all = if file.is_some() { Vec::new() } else { all() };
    let Some(path) = file.or_else(|| all.first().map(PathBuf::as_path)) else {
        return Err(Error::new(format!("there is no journal in {HOME}/{FOLDER}"))
            .hint("each run of apply or destroy that changes something leaves one there"));
    };
    let journal = read(path)?;
    if as_json {
        ui::answer_json(&json_lines(path)?);
        return Ok(Exit::Done);
    }
    let mut text = format!("{}\n\n{}", path.display(), render::journal_text(&journal));
    if !journal.steps.is_empty() {
        let back = Command::undo("plan", path).where_it_was(&journal.begin.endpoints).line();
        text += &format!("To go back:\n  {back}\n");
    }
    if all.len() > 1 {
        text += "\nOthers, the newest first:\n";
    }
    for other in all.iter().skip(1) {
        let line = match read(other) {
            Ok(journal) => render::journal_line(&journal),
            Err(error) => error.message,
        };
        text += &format!("  {}\n    {}\n", other.display(), safe(&line));
    }
    ui::answer(&text);
    Ok(Exit::Done)
}

/// The lines as they stand there, without one that was cut off.
fn json_lines(path: &Path) -> Result<String> {
    let file = files::load_up_to(path, LARGEST).map_err(|no| Error::new(no.message))?;
    let whole = file.text.rfind('\n').map_or("", |end| &file.text[..=end]);
    Ok(whole.to_owned())
}

/// The journals that there are, the newest first.
fn all() -> Vec<PathBuf> {
    let entries = fs::read_dir(Path::new(HOME).join(FOLDER)).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(END))
        .collect();
    paths.sort();
    paths.reverse();
    paths
}

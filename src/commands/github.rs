//! What goes to the runner of GitHub Actions beside the output: workflow commands, the summary of the
//! job and the outputs of the step.

use std::fs::{self, OpenOptions};
use std::hash::{BuildHasher as _, RandomState};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::files;
use crate::error::{Error, Result};
use crate::report::Report;
use crate::{env, render, ui};

/// What a step's summary may have; more, and GitHub shows none of it.
///
/// Source: GitHub documentation, "Adding a job summary": 1 MiB a step.
const LARGEST_SUMMARY: u64 = 1024 * 1024;

/// Lines that the runner takes no commands from, whatever stands in them, until it is told the token.
///
/// Source: GitHub documentation, "Stopping and starting workflow commands".
pub(super) struct Quiet {
    token: String,
}

impl Quiet {
    /// Everything that is said from now on is only shown. It goes to one stream: the runner reads the
    /// two in no order.
    pub(super) fn begin() -> Self {
        ui::say_on_stdout();
        let token = unguessable();
        ui::answer(&format!("::stop-commands::{token}"));
        Self { token }
    }

    /// Commands are commands again.
    pub(super) fn end(self) {
        ui::answer(&format!("::{}::", self.token));
    }
}

/// A word that nobody who wrote a stack could have known: its keys are the system's random numbers.
fn unguessable() -> String {
    let random = RandomState::new();
    format!("tracewright-{:016x}{:016x}", random.hash_one(0), random.hash_one(1))
}

/// Tells the runner of a report: annotations, and the files that it names in the environment, each
/// that can be written.
///
/// # Errors
/// One of the files cannot be written: the first of those.
pub(super) fn tell(report: &Report) -> Result<()> {
    let folder = below_workspace();
    let commands = render::annotations(report, &|file| from_top(&folder, file));
    if !commands.is_empty() {
        ui::answer(&commands);
    }
    let summary = env::var("GITHUB_STEP_SUMMARY").map(|path| summarise(report, &path));
    let outputs = env::var("GITHUB_OUTPUT").map(|path| hand_on(report, &path));
    summary.into_iter().chain(outputs).collect()
}

/// Adds a report to the step's summary, or says that there is no room for it.
fn summarise(report: &Report, path: &str) -> Result<()> {
    let taken = fs::metadata(path).map(|about| about.len()).unwrap_or_default();
    let left = LARGEST_SUMMARY.saturating_sub(taken + 2);
    let room = usize::try_from(left).unwrap_or(usize::MAX);
    if room >= render::LEAST_BUDGET {
        let markdown = render::markdown(report, room);
        return append(path, &format!("{}\n", ui::without_secrets(&markdown)));
    }
    let verb = report.verb.name();
    let full = format!("the step's summary is full: what {verb} has to say is in the log alone");
    ui::answer(&format!("::notice title=tracewright::{full}"));
    let line = format!("\ntracewright: {full}\n");
    if line.len() <= room { append(path, &line) } else { Ok(()) }
}

/// Hands the outputs of the step on.
fn hand_on(report: &Report, path: &str) -> Result<()> {
    let delimiter = unguessable();
    let outputs = render::outputs(report).into_iter();
    let lines = outputs.map(|(name, value)| format!("{name}<<{delimiter}\n{value}\n{delimiter}\n"));
    append(path, &ui::without_secrets(&lines.collect::<String>()))
}

/// Where this runs, as seen from the top of the repository.
fn below_workspace() -> PathBuf {
    let top = env::var("GITHUB_WORKSPACE").and_then(|top| Path::new(&top).canonicalize().ok());
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).ok();
    let below = top.zip(here).and_then(|(top, here)| Some(here.strip_prefix(top).ok()?.to_owned()));
    below.unwrap_or_default()
}

/// A file as seen from the top of the repository: annotations are about no others.
fn from_top(folder: &Path, file: &str) -> String {
    files::tidy(&folder.join(file))
}

fn append(path: &str, text: &str) -> Result<()> {
    let written = OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| {
        Error::new(format!("{path} cannot be written: {error}")).hint(
            "it is named by the runner of GitHub Actions, in GITHUB_STEP_SUMMARY or GITHUB_OUTPUT",
        )
    })
}

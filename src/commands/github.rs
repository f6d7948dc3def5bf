//! What goes to the runner of GitHub Actions beside the output: workflow commands, the summary of the
//! job and the outputs of the step.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use sha2::{Digest as _, Sha256};

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

/// A word that nobody who wrote a stack could have known.
fn unguessable() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let place = std::ptr::from_ref(&now).addr();
    let seed = format!("{} {} {place}", now.as_nanos(), std::process::id());
    let hash = Sha256::digest(seed.as_bytes());
    let hex: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("tracewright-{hex}")
}

/// Tells the runner of a report: annotations, and the files that it names in the environment.
///
/// # Errors
/// One of the files cannot be written.
pub(super) fn tell(report: &Report) -> Result<()> {
    let commands = render::annotations(report);
    if !commands.is_empty() {
        ui::answer(&commands);
    }
    if let Some(path) = env::var("GITHUB_STEP_SUMMARY") {
        let taken = fs::metadata(&path).map(|about| about.len()).unwrap_or_default();
        let left = LARGEST_SUMMARY.saturating_sub(taken + 2);
        let room = usize::try_from(left).unwrap_or(usize::MAX);
        if room >= render::LEAST_BUDGET {
            append(&path, &format!("{}\n", ui::without_secrets(&render::markdown(report, room))))?;
        }
    }
    if let Some(path) = env::var("GITHUB_OUTPUT") {
        let delimiter = unguessable();
        let outputs = render::outputs(report).into_iter();
        let lines =
            outputs.map(|(name, value)| format!("{name}<<{delimiter}\n{value}\n{delimiter}\n"));
        append(&path, &ui::without_secrets(&lines.collect::<String>()))?;
    }
    Ok(())
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

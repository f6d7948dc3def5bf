//! How a report is shown, and where else it goes.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::files;
use crate::error::Result;
use crate::exit::Exit;
use crate::report::{Report, Told, Verb};
use crate::ui;

/// How to show it, and where else to.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct OutputArgs {
    /// How to show it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write it to this file too, as `--format json` prints it
    #[arg(long, value_name = "FILE")]
    json_into: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs; `tracewright schema` prints its schema: of a plan, of drift, of a report
    Json,
}

impl OutputArgs {
    /// Shows what people read as the run gets on: on stdout where that is what was asked for, and
    /// else on stderr.
    pub(super) fn show(&self, text: &str) {
        match self.format {
            Format::Text => ui::answer(text),
            Format::Json => ui::say(text),
        }
    }

    /// Shows what people read where that is what was asked for, and else not.
    pub(super) fn show_people(&self, text: &str) {
        if self.format == Format::Text {
            ui::answer(text);
        }
    }

    /// Ends a run about one stack.
    ///
    /// # Errors
    /// What was told is an error, or it could not all be written.
    pub(super) fn end(&self, verb: Verb, file: &Path, told: Result<Told>) -> Result<Exit> {
        let (told, error) = match told {
            Ok(told) => (told, None),
            Err(error) => (Told::failed(&file.display().to_string(), &error), Some(error)),
        };
        let report = Report { verb, stacks: vec![told] };
        self.write(&report)?;
        error.map_or_else(|| Ok(report.exit()), Err)
    }

    /// Shows a report in the format that was asked for, and writes it into the files.
    ///
    /// # Errors
    /// A file cannot be written.
    pub(super) fn write(&self, report: &Report) -> Result<()> {
        match self.format {
            Format::Text => {}
            Format::Json => ui::answer_json(&report.json()),
        }
        if let Some(path) = &self.json_into {
            files::write(path, &ui::shown_json(&report.json()))?;
        }
        Ok(())
    }
}

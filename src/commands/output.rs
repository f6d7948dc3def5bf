//! How a report is shown, and where else it goes.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::files;
use super::github::{self, Quiet};
use crate::error::Result;
use crate::exit::Exit;
use crate::report::{Report, Told, Verb};
use crate::{render, ui};

/// How to show it, and where else to.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct OutputArgs {
    /// How to show it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// The most bytes of Markdown, and so the most characters; a pull request's comment takes 65,536
    #[arg(long, value_name = "COUNT", default_value_t = 60_000, value_parser = budget)]
    budget: usize,
    /// Write it to this file too, as `--format json` prints it
    #[arg(long, value_name = "FILE")]
    json_into: Option<PathBuf>,
    /// Write it to this file too, as `--format markdown` prints it
    #[arg(long, value_name = "FILE")]
    markdown_into: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs; `tracewright schema` prints its schema: of a plan, of drift, of a report
    Json,
    /// For a pull request, within the budget
    Markdown,
    /// For a step of GitHub Actions: the text, annotations, the job's summary and outputs
    Github,
}

fn budget(text: &str) -> std::result::Result<usize, String> {
    let budget = text.parse().map_err(|_| "it is a whole number".to_owned())?;
    if budget < render::LEAST_BUDGET {
        return Err(format!("nothing fits into less than {}", render::LEAST_BUDGET));
    }
    Ok(budget)
}

/// An output under way.
pub(super) struct Output<'a> {
    args: &'a OutputArgs,
    quiet: RefCell<Option<Quiet>>,
}

impl OutputArgs {
    /// Begins: whatever is said from now on is for people.
    pub(super) fn begin(&self) -> Output<'_> {
        let quiet = (self.format == Format::Github).then(Quiet::begin);
        Output { args: self, quiet: RefCell::new(quiet) }
    }

    /// Shows what people read as the run gets on: on stdout where that is what was asked for, and
    /// else on stderr.
    pub(super) fn show(&self, text: &str) {
        match self.format {
            Format::Text | Format::Github => ui::answer(text),
            Format::Json | Format::Markdown => ui::say(text),
        }
    }

    /// Shows what people read where that is what was asked for, and else not.
    pub(super) fn show_people(&self, text: &str) {
        match self.format {
            Format::Text | Format::Github => ui::answer(text),
            Format::Json | Format::Markdown => {}
        }
    }
}

impl Output<'_> {
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
        if let Some(error) = error {
            ui::tell(&error);
        }
        self.write(&report)?;
        Ok(report.exit())
    }

    /// Shows a report in the format that was asked for, and writes it into the files, into each that
    /// can be written.
    ///
    /// # Errors
    /// A file cannot be written: the first of those.
    pub(super) fn write(&self, report: &Report) -> Result<()> {
        let OutputArgs { format, budget, json_into, markdown_into } = self.args;
        if let Some(quiet) = self.quiet.take() {
            quiet.end();
        }
        let markdown = || render::markdown(report, *budget);
        let mut written = Vec::new();
        match format {
            Format::Text => {}
            Format::Json => ui::answer_json(&report.json()),
            Format::Markdown => ui::answer(&markdown()),
            Format::Github => written.push(github::tell(report)),
        }
        if let Some(path) = json_into {
            written.push(files::write(path, &ui::shown_json(&report.json())));
        }
        if let Some(path) = markdown_into {
            written.push(files::write(path, &ui::without_secrets(&markdown())));
        }
        written.into_iter().collect()
    }
}

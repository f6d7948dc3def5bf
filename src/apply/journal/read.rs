//! Reading a journal, also one that was cut off in the middle of a line.

use thiserror::Error;

use super::{Begin, End, Ended, FORMAT, How, Line, Start};
use crate::kinds;
use crate::plan::Address;

/// A journal.
#[derive(Debug, Clone, PartialEq)]
pub struct Journal {
    /// What was carried out, where, and by whom.
    pub begin: Begin,
    /// The steps that began, in the order in which they did.
    pub steps: Vec<Entry>,
    /// Those that were not tried.
    pub not_tried: Vec<Ended>,
    /// How the run ended; `None` where it was cut off.
    pub end: Option<End>,
}

/// A step that began.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// How it stood before.
    pub start: Start,
    /// How it ended; `None` where it was under way when the run was cut off.
    pub ended: Option<Ended>,
}

impl Entry {
    /// Whether it took something off that it may not have put back.
    pub fn is_open(&self) -> bool {
        let is_done = self.ended.as_ref().is_some_and(|ended| ended.outcome == How::Done);
        !is_done && !self.start.carried.is_null()
    }
}

/// Why a file is not read as a journal.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoJournal {
    /// It is something else, or was changed.
    #[error("is not a journal: {0}")]
    Broken(String),
    /// A newer version of the tool wrote it.
    #[error("was written by tracewright {0}, in a format that this one does not know")]
    Newer(String),
}

impl Journal {
    /// Reads a journal. A last line that does not end is one that was cut off; any other has to be
    /// whole.
    ///
    /// # Errors
    /// When it is something else.
    pub fn read(text: &str) -> Result<Self, NoJournal> {
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let mut lines = whole.lines().zip(1..).map(|(line, number)| {
            serde_json::from_str(line)
                .map_err(|error| NoJournal::Broken(format!("line {number}: {error}")))
        });
        let begin = match lines.next() {
            Some(Ok(Line::Begin(begin))) if begin.format == FORMAT => begin,
            Some(Ok(Line::Begin(begin))) => return Err(NoJournal::Newer(begin.tracewright)),
            Some(Err(problem)) => return Err(problem),
            Some(Ok(_)) | None => {
                return Err(NoJournal::Broken("it does not say what was carried out".to_owned()));
            }
        };
        let mut journal = Self { begin, steps: Vec::new(), not_tried: Vec::new(), end: None };
        for line in lines {
            journal.take(line?)?;
        }
        Ok(journal)
    }

    fn take(&mut self, line: Line) -> Result<(), NoJournal> {
        match line {
            Line::Begin(_) => {
                return Err(NoJournal::Broken("it begins twice".to_owned()));
            }
            Line::Start(start) => {
                known(&start.address)?;
                self.steps.push(Entry { start: *start, ended: None });
            }
            Line::Outcome(ended) => {
                let of = self.steps.iter_mut().find(|entry| entry.start.step == ended.step);
                match of {
                    Some(entry) => entry.ended = Some(ended),
                    None => self.not_tried.push(ended),
                }
            }
            Line::End(end) => self.end = Some(end),
        }
        Ok(())
    }
}

fn known(address: &Address) -> Result<(), NoJournal> {
    match kinds::find(&address.section) {
        Some(_) => Ok(()),
        None => Err(NoJournal::Broken(format!("there is no section `{}`", address.section))),
    }
}

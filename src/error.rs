//! What ends a run early: a sentence, the way out, and the exit code that belongs to it.

use crate::document::{Diagnostics, Sources};
use crate::exit::Exit;

/// What ends a run early.
#[derive(Debug)]
pub struct Error {
    /// The exit code.
    pub exit: Exit,
    /// What happened, in one sentence without a full stop.
    pub message: String,
    /// The ways out, a sentence each.
    pub hints: Vec<String>,
    /// What was found in files, rendered before the message; the message may then be empty.
    pub findings: Option<Box<(Diagnostics, Sources)>>,
}

impl Error {
    /// An error of exit code 1.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Error,
            message: message.into(),
            hints: Vec::new(),
            findings: None,
        }
    }

    /// A safety rule said no: exit code 4.
    pub fn refused(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Refused,
            ..Self::new(message)
        }
    }

    /// The files are wrong, and the findings say where.
    pub fn in_files(findings: Diagnostics, sources: Sources) -> Self {
        Self {
            findings: Some(Box::new((findings, sources))),
            ..Self::new("")
        }
    }

    /// Adds a way out.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Gives it another exit code.
    #[must_use]
    pub fn exiting(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }
}

/// A result that ends the run when it fails.
pub type Result<T> = std::result::Result<T, Error>;

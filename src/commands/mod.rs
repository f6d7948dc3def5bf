//! A file per verb: its arguments, whose comments are its help, and what it does.

mod again;
pub(crate) mod apply;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod destroy;
pub(crate) mod doctor;
pub(crate) mod drift;
mod files;
mod filter;
mod github;
pub(crate) mod graph;
pub(crate) mod import;
pub(crate) mod init;
mod journal;
pub(crate) mod local;
pub(crate) mod man;
mod output;
mod perform;
pub(crate) mod plan;
mod question;
mod saved;
pub(crate) mod schema;
pub(crate) mod show;
mod switches;
mod undo;
mod world;

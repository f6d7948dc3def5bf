//! `tracewright man`

use std::path::PathBuf;

use clap::CommandFactory;

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::ui;

/// Write the manual pages, one for each verb, into a folder
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder; it is made where it is not there
    folder: PathBuf,
}

pub(crate) fn run<Cli: CommandFactory>(args: &Args) -> Result<Exit> {
    let folder = &args.folder;
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(Cli::command(), folder))
        .map_err(|error| Error::new(format!("cannot write to {}: {error}", folder.display())))?;
    ui::say(&format!(
        "Written to {}: see `man {}/tracewright.1`.",
        folder.display(),
        folder.display()
    ));
    Ok(Exit::Done)
}

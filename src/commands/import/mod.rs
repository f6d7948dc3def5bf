//! `tracewright import`

use std::path::{Path, PathBuf};

mod live;
mod target;

use super::files::{self, Disk};
use super::world::AwsArgs;
use crate::document::{Diagnostics, Sources};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::import::{self, Draft, Input, Wishes};
use crate::stack::Files as _;
use crate::ui;
pub(super) use live::draft_of_live;
use target::Target;

/// The largest file that is read: a state of Terraform's has all of an account.
const LARGEST_INPUT: u64 = 64 * 1024 * 1024;

/// Write a stack file from what is there: the AWS CLI's JSON files, CloudFormation templates,
/// Terraform, or live AWS
///
/// Reads the AWS CLI's input and output for sampling rules, task definitions, roles and policies;
/// lists of containers, trust policies and permissions on their own; CloudFormation templates;
/// `terraform show -json` and `.tf` files. What a stack can name as it is stays in its file, under
/// `file:`. What cannot be taken over is named, and then nothing is written.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The files to import
    #[arg(value_name = "FILE", required_unless_present = "live", conflicts_with = "live")]
    files: Vec<PathBuf>,
    /// Import what is live in AWS, to be adopted by the stack
    #[arg(long)]
    live: bool,
    /// Of what is live, just what this glob takes, by name or `section.name`
    #[arg(long = "match", value_name = "GLOB", requires = "live", conflicts_with = "files")]
    glob: Option<String>,
    /// The stack file to write, or to add to [default: stdout]
    #[arg(long, value_name = "STACK")]
    out: Option<PathBuf>,
    /// The stack's name [default: after the file, or the folder]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The account, whatever the files say
    #[arg(long, value_parser = super::world::account)]
    account: Option<String>,
    /// The region, whatever the files say
    #[arg(long, value_parser = super::world::region)]
    region: Option<String>,
    /// Write all bodies out, in place of `file:` references
    #[arg(long)]
    inline: bool,
    #[command(flatten)]
    aws: AwsArgs,
}

pub(crate) async fn run(args: &Args) -> Result<Exit> {
    let target = Target::of(args.out.as_deref())?;
    if args.live {
        return live::run(args, &target).await;
    }
    let mut sources = Sources::default();
    let inputs = load(&args.files, &target, &mut sources)?;
    let (haul, roots) = import::read(&inputs, &mut sources, &mut |from, path| {
        Disk::in_folder(Path::new(from).parent().unwrap_or(Path::new(""))).read(from, path)
    });
    let wishes = args.wishes();
    let draft = import::compose(haul, &roots, &wishes, target.known.is_some());
    let draft = told(draft, sources)?;
    let name = target.called(args.name.as_deref())?;
    let name = name.unwrap_or_else(|| target.name());
    target.write(draft, name, Vec::new())?;
    Ok(Exit::Done)
}

impl Args {
    fn wishes(&self) -> Wishes {
        Wishes { account: self.account.clone(), region: self.region.clone(), inline: self.inline }
    }
}

/// Says what was found, which ends the run where it is an error.
fn told(mut draft: Draft, sources: Sources) -> Result<Draft> {
    let found = std::mem::take(&mut draft.found);
    if found.has_errors() {
        return Err(nothing_written(found, sources));
    }
    if !found.all.is_empty() {
        ui::say(&found.render(&sources, crate::text::WIDTH));
    }
    Ok(draft)
}

fn nothing_written(found: Diagnostics, sources: Sources) -> Error {
    Error { message: "nothing was written".to_owned(), ..Error::in_files(found, sources) }
}

/// Reads all files, so that every one that cannot be read is told at once.
fn load(files: &[PathBuf], target: &Target<'_>, sources: &mut Sources) -> Result<Vec<Input>> {
    let disk = Disk::in_folder(&target.folder);
    let mut inputs = Vec::new();
    let mut failed: Option<Error> = None;
    for path in files {
        match files::load_up_to(path, LARGEST_INPUT) {
            Ok(loaded) => {
                let file = sources.add(loaded.shown, loaded.text);
                let called = name_of(path);
                let path = disk.path_from(&target.folder, path);
                inputs.push(Input { file, called, path });
            }
            Err(no) => {
                let error = Error::new(format!("{} {}", path.display(), no.message)).hint(no.hint);
                if let Some(earlier) = failed.replace(error) {
                    ui::tell(&earlier);
                }
            }
        }
    }
    failed.map_or(Ok(inputs), Err)
}

/// What a file's resource is called that has no name of its own: the file's name, in the letters
/// that every name may have.
fn name_of(path: &Path) -> String {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let sound = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    let name: String = stem.chars().map(sound).collect();
    let name = name.trim_matches('-');
    if name.is_empty() { "imported".to_owned() } else { name.to_owned() }
}

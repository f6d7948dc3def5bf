//! `tracewright init`

use std::path::{Component, Path, PathBuf};

use super::files::{repository, write};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::{stack, ui};

/// The schema for editors, written beside the stack.
const SCHEMA: &str = "tracewright.schema.json";

/// Write a stack file to start from
///
/// Where the folder has the `aws/json/xray.json` of the X-Ray tutorials, the stack refers to it;
/// otherwise it declares a rule of its own.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The stack file to write
    #[arg(default_value = "stacks/tracing.yaml")]
    path: PathBuf,
    /// The account, 12 digits
    #[arg(long, default_value = "123456789012", value_parser = super::world::account)]
    account: String,
    /// The region
    #[arg(long, default_value = "us-east-1", value_parser = super::world::region)]
    region: String,
}

pub(crate) fn run(args: &Args) -> Result<Exit> {
    let path = &args.path;
    if path.exists() {
        return Err(Error::new(format!("{} is there already", path.display()))
            .hint("name another file, or take it away first"));
    }
    let schema = path.with_file_name(SCHEMA);
    write(&schema, &format!("{:#}\n", stack::schema()))?;
    write(path, &template(args))?;
    ui::answer(&format!("Wrote {} and {}.", path.display(), schema.display()));
    ui::say(&format!("Try it without AWS: tracewright apply {} --local", path.display()));
    Ok(Exit::Done)
}

/// How the stack names the JSON file of the X-Ray tutorials, where it is there and may be read.
fn tutorial_file(stack: &Path) -> Option<String> {
    const FILE: &str = "aws/json/xray.json";
    let folder = stack.parent()?;
    let below = folder.components().all(|part| matches!(part, Component::Normal(_)));
    let ups = folder.components().count();
    let may_read = ups == 0 || repository(Path::new(".")).is_some();
    let there = below && may_read && Path::new(FILE).is_file();
    there.then(|| format!("{}{FILE}", "../".repeat(ups)))
}

fn template(args: &Args) -> String {
    let name = args.path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("tracing");
    let name: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '-' })
        .collect();
    let name = name.trim_start_matches(['-', '_', '.']);
    let name = if name.is_empty() { "tracing" } else { name };
    let (account, region) = (&args.account, &args.region);
    let rule = match tutorial_file(&args.path) {
        Some(file) => format!(
            "  # The input of `aws xray create-sampling-rule`, as it is.\n  main: {{ file: {file} }}"
        ),
        None => "  # What a rule leaves out is \"*\".\n  health-checks:\n    Priority: 100\n    FixedRate: 0\n    ReservoirSize: 0\n    URLPath: /health"
            .to_owned(),
    };
    format!(
        "# yaml-language-server: $schema=./{SCHEMA}\n\
         # The name that marks what this stack owns.\n\
         stack: {name}\n\
         # The only account it may touch.\n\
         account: \"{account}\"\n\
         region: {region}\n\
         \n\
         sampling_rules:\n\
         {rule}\n\
         \n\
         # X-Ray's own rule for what no other rule matches:\n\
         # default_sampling: {{ FixedRate: 0.05, ReservoirSize: 1 }}\n"
    )
}

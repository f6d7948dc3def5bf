//! `tracewright import`

use std::path::{Path, PathBuf};

use futures::future::join_all;

use super::files::{self, Disk};
use super::world::AwsArgs;
use crate::aws::Reads;
use crate::document::{
    Diagnostics, Entry, FileId, Node, Severity, Sources, Span, Value, read_yaml,
};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::import::{self, Draft, Haul, Input, Roots, Wishes};
use crate::kinds::{self, About, Live, Look, Observation, Ownership};
use crate::plan::Address;
use crate::safety::Mark;
use crate::stack::edit::{self, Additions, Head, Resource};
use crate::stack::{self, Files as _, Inputs, Loaded, Place, Unreadable};
use crate::{env, ui};

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
    #[arg(long = "match", value_name = "GLOB", requires = "live")]
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

/// Where the stack will be.
struct Target<'a> {
    /// The path of the stack file, if it is not stdout.
    out: Option<&'a Path>,
    /// The folder that paths in it are taken from.
    folder: PathBuf,
    /// What the file holds already.
    known: Option<Loaded>,
}

pub(crate) async fn run(args: &Args) -> Result<Exit> {
    let target = Target::of(args.out.as_deref())?;
    if args.live {
        return live(args, &target).await;
    }
    let mut sources = Sources::default();
    let inputs = load(&args.files, &target, &mut sources)?;
    let (haul, roots) = import::read(&inputs, &mut sources, &mut |from, path| {
        Disk::in_folder(Path::new(from).parent().unwrap_or(Path::new(""))).read(from, path)
    });
    let wishes = args.wishes();
    let draft = import::compose(haul, &roots, &wishes, target.known.is_some());
    if draft.found.has_errors() {
        return Err(nothing_written(draft.found, sources));
    }
    if !draft.found.all.is_empty() {
        ui::say(&draft.found.render(&sources, crate::text::WIDTH));
    }
    let name = args.name.clone().unwrap_or_else(|| target.name());
    target.write(draft, name, Vec::new())?;
    Ok(Exit::Done)
}

impl Args {
    fn wishes(&self) -> Wishes {
        Wishes { account: self.account.clone(), region: self.region.clone(), inline: self.inline }
    }
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

/// Imports what is live, so that the next apply marks it and changes nothing else.
async fn live(args: &Args, target: &Target<'_>) -> Result<Exit> {
    let place = args.place(target).await?;
    let aws = args.aws.connect(&place).await?;
    let all = Some(args.glob.clone().unwrap_or_else(|| "*".to_owned()));
    let reads = Reads::new(&aws);
    let look = Look { all, ..Look::default() };
    let seen = join_all(kinds::ALL.iter().map(|kind| kind.observe(&reads, &look))).await;
    args.aws.tell_stats(&aws);
    let mut observation = Observation::default();
    seen.into_iter().for_each(|seen| observation.extend(seen));
    observation.live.retain(|live| look.takes(kinds::of(live.section), &live.name));

    let name = args.name.clone().or_else(|| target.known_field("stack"));
    let name = name.or_else(|| only_owner(&observation.live));
    let name = name.unwrap_or_else(|| target.name());
    let (taken, adopt) = ours(observation.live, &name, &place);
    let mut sources = Sources::default();
    let file = sources.add("AWS", "");
    let mut haul = Haul::default();
    import::take_live(&taken, Span::new(file, 0, 0), &mut haul);
    let wishes = Wishes { account: Some(place.account), region: Some(place.region), inline: true };
    let draft = import::compose(haul, &Roots::new(), &wishes, false);
    if draft.found.has_errors() {
        return Err(nothing_written(draft.found, sources));
    }
    if !draft.found.all.is_empty() {
        ui::say(&draft.found.render(&sources, crate::text::WIDTH));
    }
    for read in &observation.unreadable {
        let what = match &read.about {
            About::Section | About::Removed => read.section.to_owned(),
            About::Resource(name) => Address::new(read.section, name).to_string(),
        };
        ui::complain("warning", &format!("{what} could not be read: {}", read.because));
    }
    target.write(draft, name, adopt)?;
    Ok(if observation.unreadable.is_empty() { Exit::Done } else { Exit::Unchecked })
}

impl Args {
    /// The account of the credentials, and the region that was asked for.
    async fn place(&self, target: &Target<'_>) -> Result<Place> {
        const ANY: &str = "us-east-1";
        let known = target.known_place();
        let region = self.region.clone().or(known.as_ref().map(|place| place.region.clone()));
        let region = region.or_else(|| env::var("AWS_REGION"));
        let region = region.or_else(|| env::var("AWS_DEFAULT_REGION"));
        let region = match region {
            None if self.aws.local.is_none() => {
                crate::aws::profile_region(self.aws.profile.as_deref()).await
            }
            known => known,
        };
        let wanted = self.account.clone().or(known.map(|place| place.account));
        let asked = Place {
            // The local AWS takes an access key that is no account for anybody's.
            account: wanted.clone().unwrap_or_else(|| "unknown".to_owned()),
            region: region.clone().unwrap_or_else(|| ANY.to_owned()),
        };
        let aws = self.aws.connect(&asked).await?;
        if wanted.is_some() {
            aws.guard_account().await?;
        }
        let account = aws.caller().await?.account;
        let region = region.or_else(|| self.aws.only_local_region(&account));
        let region = region.ok_or_else(|| {
            Error::new("which region is not said").hint("name it with `--region`")
        })?;
        Ok(Place { account, region })
    }
}

/// The stack that owns everything that is marked, if one does.
fn only_owner(live: &[Live]) -> Option<String> {
    let mut owners = live.iter().filter_map(|live| live.mark.as_ref());
    let name = |mark: &Mark| mark.stack.split('@').next().unwrap_or_default().to_owned();
    let first = name(owners.next()?);
    owners.all(|mark| name(mark) == first).then_some(first)
}

/// What a stack of this name may have, and what of it there is to adopt. What another stack owns is
/// left to it.
fn ours(live: Vec<Live>, name: &str, place: &Place) -> (Vec<Live>, Vec<Address>) {
    let (mut taken, mut adopt) = (Vec::new(), Vec::new());
    for one in live {
        let kind = kinds::of(one.section);
        let address = Address::new(one.section, &one.name);
        match &one.mark {
            Some(mark) if mark.stack != kind.owner(name, place) => {
                ui::say(&format!(
                    "left out: {address}, which belongs to the stack `{}`",
                    mark.stack
                ));
                continue;
            }
            None if kind.ownership() == Ownership::Tag => adopt.push(address),
            _ => {}
        }
        taken.push(one);
    }
    (taken, adopt)
}

impl<'a> Target<'a> {
    fn of(out: Option<&'a Path>) -> Result<Self> {
        let folder = out.and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).to_owned();
        let known = match out.filter(|out| out.exists()) {
            Some(out) => Some(files::load(out).map_err(|no| {
                Error::new(format!("{} {}", out.display(), no.message)).hint(no.hint)
            })?),
            None => None,
        };
        Ok(Self { out, folder, known })
    }

    /// The text of one of the envelope's fields, in a file that is there already.
    fn known_field(&self, field: &str) -> Option<String> {
        let mut sources = Sources::default();
        let loaded = self.known.as_ref()?;
        let file = sources.add(&loaded.shown, &loaded.text);
        let tree = read_yaml(&sources, file, &mut Diagnostics::default())?;
        tree.as_map()?.get(field).and_then(Node::as_str).map(str::to_owned)
    }

    fn known_place(&self) -> Option<Place> {
        let [account, region] = ["account", "region"].map(|field| self.known_field(field));
        let literal = |text: &String| !text.contains('$');
        Some(Place { account: account.filter(literal)?, region: region.filter(literal)? })
    }

    /// The name for a new stack: its file's, or its folder's.
    fn name(&self) -> String {
        match self.out {
            Some(out) => name_of(out),
            None => {
                self.folder.canonicalize().map_or("imported".to_owned(), |folder| name_of(&folder))
            }
        }
    }

    /// Writes the stack, once it is sure that it can be read again.
    fn write(&self, draft: Draft, name: String, adopt: Vec<Address>) -> Result<()> {
        self.refuse_elsewhere(&draft)?;
        let count = draft.resources.len();
        let resources = draft.resources.into_iter().map(|one| Resource {
            section: one.section,
            key: one.key,
            body: one.body,
        });
        let mut additions = Additions {
            vars: draft.variables.into_iter().map(|(name, of)| (name, of.default)).collect(),
            adopt,
            resources: resources.collect(),
        };
        let mut sources = Sources::default();
        let mut found = Diagnostics::default();
        let text = match &self.known {
            Some(loaded) => {
                let file = sources.add(&loaded.shown, &loaded.text);
                leave_out_known(&mut additions, &sources, file);
                edit::add(&sources, file, &additions, &mut found)
            }
            None => {
                let comment = "Written by `tracewright import`.".to_owned();
                let head =
                    Head { comment, stack: name, account: draft.account, region: draft.region };
                edit::new_file(&head, &additions, &mut found)
            }
        };
        let Some(text) = text else {
            return Err(nothing_written(found, sources));
        };
        self.check(&text)?;
        let Some(out) = self.out else {
            ui::answer(&text);
            return Ok(());
        };
        files::write(out, &text)?;
        let added = additions.resources.len();
        let resources = if added == 1 { "resource" } else { "resources" };
        let known = if count > added { ", the others were there" } else { "" };
        ui::answer(&format!("Wrote {}: {added} {resources}{known}.", out.display()));
        Ok(())
    }

    /// A stack has one account and one region.
    fn refuse_elsewhere(&self, draft: &Draft) -> Result<()> {
        let Some(known) = self.known_place() else { return Ok(()) };
        for (what, here, there) in
            [("account", &draft.account, &known.account), ("region", &draft.region, &known.region)]
        {
            if !here.is_empty() && !here.contains('$') && here != there {
                let message = format!("the stack is for {what} {there}, and this is of {here}");
                return Err(Error::new(message).hint("import it into a stack of its own"));
            }
        }
        Ok(())
    }

    /// The stack as it will be read: what is wrong with it, but for variables that nobody gave yet.
    fn check(&self, text: &str) -> Result<()> {
        let shown = self.out.unwrap_or(Path::new("stdout")).display().to_string();
        let mut disk = From { disk: Disk::in_folder(&self.folder), folder: &self.folder };
        let loaded = Loaded { shown, text: text.to_owned() };
        let reading = stack::read(loaded, &mut disk, &Inputs::default());
        let mut found = reading.found;
        found.all.retain(|one| one.severity == Severity::Error && !stack::is_unset(one));
        if found.has_errors() {
            return Err(nothing_written(found, reading.sources));
        }
        Ok(())
    }
}

/// Files as a stack in a folder reads them, whatever the stack is shown as.
struct From<'a> {
    disk: Disk,
    folder: &'a Path,
}

impl stack::Files for From<'_> {
    fn read(&mut self, _: &str, path: &str) -> std::result::Result<Loaded, Unreadable> {
        if self.folder.is_dir() {
            return self.disk.read(&self.folder.join("stack.yaml").display().to_string(), path);
        }
        // The folder is made when the stack is written.
        self.disk.read("", &files::tidy(&self.folder.join(path)))
    }
}

/// What the stack has already as it is needs no second time.
fn leave_out_known(additions: &mut Additions, sources: &Sources, file: FileId) {
    let Some(top) = read_yaml(sources, file, &mut Diagnostics::default()) else { return };
    let known = edit::resources(&top);
    additions.resources.retain(|one| {
        let is_same = |(section, key, body): &&(&str, &str, &Node)| {
            *section == one.section && *key == one.key && body.to_json() == spelled(&one.body)
        };
        let same = known.iter().find(is_same);
        if same.is_some() {
            let address = Address::new(one.section, &one.key);
            ui::say(&format!("{address} is in the stack already"));
        }
        same.is_none()
    });
}

/// A body as a stack file has it.
fn spelled(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::String(text) if !node.interpolated => stack::escaped(text).into(),
        Value::Seq(items) => items.iter().map(spelled).collect(),
        Value::Map(map) => {
            let entry = |entry: &Entry| (entry.key.clone(), spelled(&entry.value));
            serde_json::Value::Object(map.entries.iter().map(entry).collect())
        }
        _ => node.to_json(),
    }
}

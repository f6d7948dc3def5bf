//! `tracewright drift --accept`: what AWS has goes into the files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::commands::again::Command;
use crate::commands::files::{self, Disk, LARGEST};
use crate::commands::regions;
use crate::commands::show;
use crate::commands::world::{self, Access, AwsArgs, GivenArgs};
use crate::document::{Diagnostic, Diagnostics, FileId, Node, Sources, Value, read_yaml, withheld};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::kinds::{self, Observation};
use crate::plan::{Action, Address, Filter, Plan, plan};
use crate::render::diff;
use crate::stack::edit::accept::{Edited, Moved, texts, verified};
use crate::stack::{self, Files, Inputs, Loaded, Reading, Stack, Unreadable, Wanted};
use crate::text::WIDTH;
use crate::ui;

/// Writes what AWS has of these resources into the files that they came from, and shows the lines
/// that are others now. Everything is checked before the first file is written.
///
/// # Errors
/// When it cannot be written in there without a change of something else, and where the value is
/// somebody else's: a variable's, the stack's, a secret. Nothing is written then.
pub(crate) async fn run(
    path: &Path,
    given: &GivenArgs,
    aws: &AwsArgs,
    addresses: &[String],
) -> Result<Exit> {
    let addresses: Vec<_> =
        addresses.iter().map(|text| show::parse(text)).collect::<Result<_>>()?;
    let region = aws.profile_region(given).await;
    let inputs = given.inputs(region, &[])?;
    let file = files::load(path)
        .map_err(|no| Error::new(format!("{} {}", path.display(), no.message)).hint(no.hint))?;
    let reading = stack::read(file, &mut Disk::around(path), &inputs);
    let Reading { stack: Some(stack), found, sources } = reading else {
        return Err(Error::in_files(reading.found, reading.sources));
    };
    regions::refuse_many(&stack, given, "has what is to be taken into the file")?;
    let permitting = Command::permitting("drift", path, given, &[]);
    let client = aws.reach(Access::Read, &stack, Some(permitting)).await?;
    let filter =
        Filter { only: addresses.iter().map(ToString::to_string).collect(), ..Filter::default() };
    let observed = world::observe(&client, &stack, &filter).await;
    aws.tell_stats(&client);
    let plan = plan(&stack, &observed);
    let apply = Command::on("apply", path).given(given).at(aws);
    let world = World { stack: &stack, observed: &observed, plan: &plan, apply };
    let mut moved = Vec::new();
    for address in &addresses {
        moved.extend(world.moved(address)?);
    }
    if moved.is_empty() {
        return Ok(Exit::Done);
    }
    let acceptance =
        Acceptance { path, inputs: &inputs, stack: &stack, sources: &sources, moved: &moved };
    let written = acceptance.written(found)?;
    write_all(&sources, &written.edited)?;
    ui::answer(&(written.shown.join("\n") + "\n"));
    let files: Vec<_> = written.edited.iter().map(|one| sources.path(one.file)).collect();
    ui::say(&format!("Written to {}.", files.join(", ")));
    Ok(Exit::Done)
}

/// What the stack wants, what is there, and what a plan makes of it.
struct World<'a> {
    stack: &'a Stack,
    observed: &'a Observation,
    plan: &'a Plan,
    /// The command that applies the stack.
    apply: Command,
}

impl<'a> World<'a> {
    /// A resource of which AWS has something to take over; nothing where it has not, which is told.
    fn moved(&self, address: &Address) -> Result<Option<Moved<'a>>> {
        let wanted = self.wanted(address)?;
        let kind = kinds::of(&address.section);
        if let Some(unreadable) = self.observed.unreadable(kind.section(), &wanted.name) {
            let error = Error::new(format!("{address} is not known: {}", unreadable.because));
            return Err(error.exiting(Exit::Unchecked));
        }
        let is_it = |live: &&kinds::Live| {
            live.section == kind.section() && kinds::same_name(kind, &live.name, &wanted.name)
        };
        let Some(live) = self.observed.live.iter().find(is_it) else {
            let makes = self.apply.clone().with("--only", address).line();
            return Err(Error::new(format!(
                "{address} is not in AWS, so that there is nothing to take over"
            ))
            .hint(format!("take it out of {} if it is to stay so", wanted.place))
            .hint(format!("`{makes}` makes it")));
        };
        let step = self.plan.towards(address);
        let Some(step) = step.filter(|step| !step.changes.is_empty()) else {
            ui::say(&format!("{address}: AWS is as the file says"));
            return Ok(None);
        };
        let is_foreign = step.action == Action::Blocked && live.mark.is_some();
        if is_foreign {
            return Err(Error::refused(format!("{address} {}", step.because)));
        }
        let moved = Moved { wanted, live, step };
        if moved.fields().is_empty() {
            ui::say(&format!("{address}: the file changed, and AWS did not"));
            return Ok(None);
        }
        Ok(Some(moved))
    }

    fn wanted(&self, address: &Address) -> Result<&'a Wanted> {
        if let Some(wanted) = self.stack.wanted.iter().find(|wanted| wanted.address == *address) {
            return Ok(wanted);
        }
        let error = Error::new(format!("{} has no {address}", self.stack.file));
        let known: Vec<_> =
            self.stack.wanted.iter().map(|wanted| wanted.address.to_string()).collect();
        let known: Vec<_> = known.iter().map(String::as_str).collect();
        Err(match crate::document::or_nearest(&address.to_string(), &known) {
            Some(hint) => error.hint(hint),
            None => error,
        })
    }
}

/// What is taken over, and where from.
struct Acceptance<'a> {
    path: &'a Path,
    inputs: &'a Inputs,
    stack: &'a Stack,
    sources: &'a Sources,
    moved: &'a [Moved<'a>],
}

/// What is to be written, and what is shown of it.
struct Written {
    edited: Vec<Edited>,
    shown: Vec<String>,
}

impl Acceptance<'_> {
    /// The new texts, which say what was meant and nothing else.
    fn written(&self, found: Diagnostics) -> Result<Written> {
        let hidden = found.hidden;
        let mut found = Diagnostics { all: Vec::new(), hidden: hidden.clone() };
        let refused = |found| Err(Error::in_files(found, self.sources.clone()));
        let Some(edited) = texts(self.stack, self.sources, self.moved, &mut found) else {
            return refused(found);
        };
        self.refuse_shared(&edited, &mut found);
        if found.has_errors() {
            return refused(found);
        }
        let again = self.read_again(&edited);
        let changed: Vec<_> = edited.iter().map(|one| one.file).collect();
        if verified(self.stack, self.sources, &changed, self.moved, &again, &mut found).is_none() {
            return refused(found);
        }
        let shown = edited.iter().flat_map(|one| {
            let old = |line| withheld(self.sources, &hidden, self.sources.line_at(one.file, line));
            let path = self.sources.path(one.file);
            let file = again.sources.named(path);
            let new = |line| {
                file.is_none_or(|file| {
                    let place = again.sources.line_at(file, line);
                    withheld(&again.sources, &again.found.hidden, place)
                })
            };
            let texts = (self.sources.text(one.file), one.text.as_str());
            diff::of_file(path, texts, [&old, &new], WIDTH)
        });
        let shown = shown.collect();
        Ok(Written { edited, shown })
    }

    fn read_again(&self, edited: &[Edited]) -> Reading {
        let texts = edited.iter().map(|one| (self.sources.path(one.file), one.text.as_str()));
        let texts: BTreeMap<_, _> = texts.collect();
        let shown = self.stack.file.clone();
        let text = texts.get(shown.as_str()).map(|text| (*text).to_owned());
        let old = || self.sources.named(&shown).map(|file| self.sources.text(file).to_owned());
        let file = Loaded { text: text.or_else(old).unwrap_or_default(), shown };
        let mut files = Overlaid { disk: Disk::around(self.path), texts: &texts };
        stack::read(file, &mut files, self.inputs)
    }

    /// A document that another stack beside this one names is not this one's to change.
    fn refuse_shared(&self, edited: &[Edited], found: &mut Diagnostics) {
        let real = |path: &Path| path.canonicalize().ok();
        let own = real(self.path);
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let beside = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut stacks: Vec<_> = beside.filter(|path| is_yaml(path) && real(path) != own).collect();
        stacks.sort();
        for other in stacks {
            for (named, place) in documents_of(&other) {
                let named = real(&folder.join(named));
                let shared = edited.iter().find(|one| {
                    named.is_some() && real(Path::new(self.sources.path(one.file))) == named
                });
                if let Some(shared) = shared {
                    let path = self.sources.path(shared.file);
                    found.push(
                        Diagnostic::error(format!("{path} is another stack's too ({place})"))
                            .help("give one of them a file of its own, or change it by hand"),
                    );
                }
            }
        }
    }
}

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "yaml" || end == "yml")
}

/// The documents that a stack file names, each with the place where it does.
fn documents_of(path: &Path) -> Vec<(PathBuf, String)> {
    fn collect(node: &Node, sources: &Sources, found: &mut Vec<(PathBuf, String)>) {
        match &node.value {
            Value::Map(map) => {
                for entry in &map.entries {
                    match entry.value.as_str().filter(|_| entry.key == "file") {
                        Some(file) => found.push((file.into(), sources.place(entry.key_span))),
                        None => collect(&entry.value, sources, found),
                    }
                }
            }
            Value::Seq(items) => items.iter().for_each(|item| collect(item, sources, found)),
            _ => {}
        }
    }
    let mut sources = Sources::default();
    let Ok(loaded) = files::load(path) else { return Vec::new() };
    let shown = files::tidy(Path::new(&loaded.shown));
    let file: FileId = sources.add(shown, loaded.text);
    let top = read_yaml(&sources, file, &mut Diagnostics::default());
    let mut found = Vec::new();
    if let Some(top) = top.filter(|top| top.as_map().is_some_and(|map| map.get("stack").is_some()))
    {
        collect(&top, &sources, &mut found);
    }
    found
}

/// The disk, but for files that are yet to be written.
struct Overlaid<'a> {
    disk: Disk,
    texts: &'a BTreeMap<&'a str, &'a str>,
}

impl Files for Overlaid<'_> {
    fn read(&mut self, from: &str, path: &str) -> std::result::Result<Loaded, Unreadable> {
        let loaded = self.disk.read(from, path)?;
        let Some(text) = self.texts.get(loaded.shown.as_str()) else { return Ok(loaded) };
        if text.len() as u64 > LARGEST {
            return Err(Unreadable {
                message: "would be too large to be read".to_owned(),
                hint: "change it by hand".to_owned(),
            });
        }
        Ok(Loaded { text: (*text).to_owned(), ..loaded })
    }
}

/// Writes every file, or puts back those that were written.
fn write_all(sources: &Sources, edited: &[Edited]) -> Result<()> {
    for one in edited {
        let path = Path::new(sources.path(one.file));
        let now = files::load(path).map(|loaded| loaded.text);
        if now.as_deref().ok() != Some(sources.text(one.file)) {
            let message = format!("{} changed in the meantime: nothing is written", path.display());
            return Err(Error::new(message).exiting(Exit::Stale).hint("run it again"));
        }
    }
    for (at, one) in edited.iter().enumerate() {
        let Err(mut failed) = files::write(Path::new(sources.path(one.file)), &one.text) else {
            continue;
        };
        for done in &edited[..at] {
            let path = sources.path(done.file);
            failed = match files::write(Path::new(path), sources.text(done.file)) {
                Ok(()) => failed.hint(format!("{path} is as it was")),
                Err(_) => failed.hint(format!("{path} is written, and could not be put back")),
            };
        }
        return Err(failed);
    }
    Ok(())
}

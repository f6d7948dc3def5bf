//! The stack file that an import writes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::{name_of, nothing_written};
use crate::commands::files::{self, Disk};
use crate::document::{Diagnostics, Node, Severity, Sources, Value, read_yaml};
use crate::error::{Error, Result};
use crate::import::Draft;
use crate::kinds;
use crate::plan::Address;
use crate::stack::edit::{self, Additions, Head, Resource};
use crate::stack::{self, Files, Inputs, Loaded, Place, Unreadable};
use crate::ui;

/// Where the stack will be.
pub(super) struct Target<'a> {
    /// The path of the stack file, if it is not stdout.
    out: Option<&'a Path>,
    /// The folder that paths in it are taken from.
    pub(super) folder: PathBuf,
    /// What the file holds already.
    pub(super) known: Option<Loaded>,
    /// What that says, where it can be read.
    tree: Option<Node>,
    /// The resources that it has, by the names AWS knows them by.
    addresses: BTreeSet<Address>,
}

impl<'a> Target<'a> {
    pub(super) fn of(out: Option<&'a Path>) -> Result<Self> {
        let folder = out.and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).to_owned();
        // A link to nowhere is not written over either.
        let known = match out.filter(|out| out.symlink_metadata().is_ok()) {
            Some(out) => Some(files::load(out).map_err(|no| {
                Error::new(format!("{} {}", out.display(), no.message)).hint(no.hint)
            })?),
            None => None,
        };
        let known = known.filter(|known: &Loaded| !known.text.trim().is_empty());
        let tree = known.as_ref().and_then(tree);
        let addresses = tree.as_ref().map(addresses).unwrap_or_default();
        Ok(Self { out, folder, known, tree, addresses })
    }

    /// The text of one of the envelope's fields, in a file that is there already.
    pub(super) fn known_field(&self, field: &str) -> Option<String> {
        let fields = self.tree.as_ref()?.as_map()?;
        fields.get(field).and_then(Node::as_str).map(str::to_owned)
    }

    /// What the stack is called: as the file says that is there already, or as was asked for.
    pub(super) fn called(&self, asked: Option<&str>) -> Result<Option<String>> {
        let known = self.known_field("stack");
        match (&known, asked) {
            (Some(known), Some(asked)) if known != asked => {
                let message = format!("the stack is called `{known}`, not `{asked}`");
                Err(Error::new(message).hint("leave `--name` out, or name another file"))
            }
            _ => Ok(known.or_else(|| asked.map(str::to_owned))),
        }
    }

    /// Whether the file has this resource already.
    pub(super) fn has(&self, address: &Address) -> bool {
        self.addresses.contains(address)
    }

    /// The role that the file names, to be assumed before anything is asked.
    ///
    /// # Errors
    /// It depends on something else than the account.
    pub(super) fn role(&self) -> Result<Option<String>> {
        let Some(role) = self.known_field("role") else { return Ok(None) };
        let account = self.known_field("account").filter(|account| !account.contains('$'));
        let role = account.map_or(role.clone(), |account| role.replace("${account}", &account));
        if role.contains("${") {
            let message = format!("the stack's role depends on a variable: `{role}`");
            return Err(
                Error::new(message).hint("`--no-role` goes on with the credentials as they are")
            );
        }
        Ok(Some(role))
    }

    pub(super) fn known_place(&self) -> Option<Place> {
        let literal = |text: &String| !text.contains('$');
        let region = self.known_regions().into_iter().next();
        let account = self.known_field("account");
        Some(Place { account: account.filter(literal)?, region: region.filter(literal)? })
    }

    /// The regions that the file names, the home region first.
    fn known_regions(&self) -> Vec<String> {
        let fields = self.tree.as_ref().and_then(Node::as_map);
        match fields.and_then(|fields| fields.get("regions")).map(|node| &node.value) {
            Some(Value::Seq(items)) => {
                items.iter().filter_map(Node::as_str).map(str::to_owned).collect()
            }
            _ => self.known_field("region").into_iter().collect(),
        }
    }

    /// The name for a new stack: its file's, or its folder's.
    pub(super) fn name(&self) -> String {
        match self.out {
            Some(out) => name_of(out),
            None => {
                self.folder.canonicalize().map_or("imported".to_owned(), |folder| name_of(&folder))
            }
        }
    }

    /// Writes the stack, once it is sure that it can be read again.
    pub(super) fn write(&self, draft: Draft, name: String, adopt: Vec<Address>) -> Result<()> {
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
        let text = if let Some(loaded) = &self.known {
            let file = sources.add(&loaded.shown, &loaded.text);
            self.tree.iter().for_each(|top| leave_out_known(&mut additions, top));
            edit::add(&sources, file, &additions, &mut found)
        } else {
            let comment = "Written by `tracewright import`.".to_owned();
            let head = Head { comment, stack: name, account: draft.account, region: draft.region };
            edit::new_file(&head, &additions, &mut found)
        };
        let Some(text) = text else {
            return Err(nothing_written(found, sources));
        };
        self.check(&text)?;
        let Some(out) = self.out else {
            ui::answer(&text);
            return Ok(());
        };
        if self.known.as_ref().is_some_and(|known| known.text == text) {
            ui::answer(&format!("{} has all of it already.", out.display()));
            return Ok(());
        }
        files::write(out, &text)?;
        let added = additions.resources.len();
        let resources = if added == 1 { "resource" } else { "resources" };
        let known = if count > added { ", the others were there" } else { "" };
        ui::answer(&format!("Wrote {}: {added} {resources}{known}.", out.display()));
        Ok(())
    }

    /// A stack has one account, and its regions.
    fn refuse_elsewhere(&self, draft: &Draft) -> Result<()> {
        let Some(known) = self.known_place() else { return Ok(()) };
        for (what, here, there) in [
            ("account", &draft.account, vec![known.account]),
            ("region", &draft.region, self.known_regions()),
        ] {
            if !here.is_empty() && !here.contains('$') && !there.contains(here) {
                let there = there.join(", ");
                let message = format!("the stack is for {what} {there}, and this is of {here}");
                return Err(Error::new(message).hint("import it into a stack of its own"));
            }
        }
        Ok(())
    }

    /// The stack as it will be read: what is wrong with it, but for variables that nobody gave yet.
    fn check(&self, text: &str) -> Result<()> {
        if text.len() as u64 > files::LARGEST {
            let [has, most] = [text.len() as u64, files::LARGEST].map(|bytes| bytes / 1024);
            let message = format!("the stack would have {has} KB; at most {most} KB are read");
            let hint = "import fewer at once, each lot into a stack of its own";
            return Err(Error::new(message).hint(hint));
        }
        let shown = self.out.unwrap_or(Path::new("stdout")).display().to_string();
        let mut disk = From { disk: Disk::in_folder(&self.folder), folder: &self.folder };
        let loaded = Loaded { shown, text: text.to_owned() };
        let reading = stack::read(loaded, &mut disk, &Inputs::default());
        let mut found = reading.found;
        found.all.retain(|one| one.severity == Severity::Error && !one.unset);
        if found.has_errors() {
            return Err(nothing_written(found, reading.sources));
        }
        Ok(())
    }
}

/// What a file says; what is wrong with it is told when it is added to.
fn tree(known: &Loaded) -> Option<Node> {
    let mut sources = Sources::default();
    let file = sources.add(&known.shown, &known.text);
    read_yaml(&sources, file, &mut Diagnostics::default())
}

fn addresses(top: &Node) -> BTreeSet<Address> {
    edit::resources(top)
        .into_iter()
        .map(|(section, key, body)| Address::new(section, kinds::of(section).name(key, body)))
        .collect()
}

/// Files as a stack in a folder reads them, whatever the stack is shown as.
struct From<'a> {
    disk: Disk,
    folder: &'a Path,
}

impl Files for From<'_> {
    fn read(&mut self, _: &str, path: &str) -> std::result::Result<Loaded, Unreadable> {
        if self.folder.is_dir() {
            return self.disk.read(&self.folder.join("stack.yaml").display().to_string(), path);
        }
        // The folder is made when the stack is written.
        self.disk.read("", &files::tidy(&self.folder.join(path)))
    }
}

/// What the stack has already as it is needs no second time.
fn leave_out_known(additions: &mut Additions, top: &Node) {
    let known = edit::resources(top);
    additions.resources.retain(|one| {
        let written = edit::as_written(&one.body).to_json();
        let is_same = |(section, key, body): &&(&str, &str, &Node)| {
            *section == one.section && *key == one.key && body.to_json() == written
        };
        let same = known.iter().find(is_same);
        if same.is_some() {
            let address = Address::new(one.section, &one.key);
            ui::say(&format!("{address} is in the stack already"));
        }
        same.is_none()
    });
}

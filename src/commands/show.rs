//! `tracewright show`

use std::path::PathBuf;

use clap::ValueEnum;
use serde_json::{Value, json};

use super::journal;
use super::regions;
use super::world::{Access, AwsArgs, GivenArgs};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::kinds::{self, Live, Look, Named, Ownership};
use crate::plan::{
    Address, Difference, Path, SENSITIVE, differences, hides, known, masked, part, references,
    spelled,
};
use crate::render::{Style, shown_value, sides};
use crate::safety::Mark;
use crate::stack::{Stack, Wanted};
use crate::text::safe;
use crate::ui;

/// Show one resource: as the file has it, as AWS has it, and whose it is; or what a run did
///
/// Every run that changes something leaves a journal in `.tracewright/journal/`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The stack file
    #[arg(required_unless_present = "journal")]
    stack: Option<PathBuf>,
    /// The resource, `section.key`; what the file does not have is found by its name in AWS
    #[arg(required_unless_present = "journal")]
    address: Option<String>,
    /// Show this journal, or the newest and a list of the others
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = NEWEST, conflicts_with_all = ["stack", "address"])]
    journal: Option<PathBuf>,
    #[command(flatten)]
    given: GivenArgs,
    #[command(flatten)]
    aws: AwsArgs,
    /// How to show it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// What stands for the newest journal.
const NEWEST: &str = "newest";

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

pub(crate) async fn run(args: &Args) -> Result<Exit> {
    if let Some(file) = &args.journal {
        let named = Some(file.as_path()).filter(|file| **file != *NEWEST);
        return journal::show(named, matches!(args.format, Format::Json));
    }
    let (Some(stack), Some(address)) = (&args.stack, &args.address) else {
        return Err(Error::new("neither a resource nor a journal is named"));
    };
    let address = parse(address)?;
    let (stack, aws) = args.given.open(Access::Read, None, stack, &args.aws, &[]).await?;
    regions::tell_home(&stack, &args.given);
    if kinds::of(&address.section).is_global() && !stack.is_home() {
        return Err(regions::at_home(&stack, &address));
    }
    let wanted = stack.wanted.iter().find(|wanted| wanted.address == address);
    let name = wanted.map_or(&address.key, |wanted| &wanted.name);
    let kind = kinds::of(&address.section);
    let fields = wanted.map_or(&Value::Null, |wanted| &wanted.document);
    let arn = kind.arn(name, fields, &stack.place);
    let from = wanted.and_then(|wanted| wanted.from_stack.as_ref());
    let from = from.map(|other| kind.owner(other, &stack.place));
    let settings = wanted.map(|wanted| wanted.settings.clone()).unwrap_or_default();
    let named = vec![Named { name: name.clone(), arn, from, known: settings }];
    // Whose a family is may stand on another revision of it, and what left the file is found by its
    // mark alone.
    let by_mark = wanted.is_none() || kind.remakes();
    let look = Look {
        named,
        owner: by_mark.then(|| kind.owner(&stack.name, &stack.place)),
        former: if by_mark { kind.former(&stack) } else { Vec::new() },
        ..Look::default()
    };
    let reads = crate::aws::Reads::new(&aws);
    let mut seen = kind.observe(&reads, &look).await;
    for other in wanted.into_iter().flat_map(references) {
        let is_it = |wanted: &&Wanted| wanted.address == *other;
        let name = stack.wanted.iter().find(is_it).map(|other| other.name.clone());
        let named = name.map(|name| Named { name, ..Named::default() }).into_iter().collect();
        let look = Look { named, ..Look::default() };
        seen.extend(kinds::of(&other.section).observe(&reads, &look).await);
    }
    let stack = known(&stack, &seen);
    let wanted = stack.wanted.iter().find(|wanted| wanted.address == address);
    let live = seen.live.iter().find(|live| &live.name == name);
    args.aws.tell_stats(&aws);
    if let Some(unreadable) = seen.unreadable(kind.section(), name) {
        return Err(Error::new(format!("{address} is not known: {}", unreadable.because))
            .exiting(Exit::Unchecked));
    }
    if wanted.is_none() && live.is_none() {
        return Err(no_such(&stack, &address));
    }
    let left = wanted.zip(live).and_then(|(wanted, live)| kind.as_others_have_it(wanted, live));
    let wanted = left.as_ref().or(wanted);
    let view = View { stack: &stack, address: &address, name, wanted, live };
    match args.format {
        Format::Text => ui::answer(&view.text()),
        Format::Json => ui::answer_json(&format!("{:#}", view.json())),
    }
    Ok(Exit::Done)
}

/// An address; a section of which there is only one may stand alone.
pub(super) fn parse(text: &str) -> Result<Address> {
    if let Some(kind) = kinds::find(text)
        && let Some(key) = kind.only_key()
    {
        return Ok(Address::new(text, key));
    }
    let address: Address = text.parse().map_err(Error::new)?;
    if kinds::find(&address.section).is_none() {
        let sections: Vec<_> = kinds::ALL.iter().map(|kind| kind.section()).collect();
        let error = Error::new(format!("there is no section `{}`", address.section));
        return Err(match crate::document::or_nearest(&address.section, &sections) {
            Some(hint) => error.hint(hint),
            None => error,
        });
    }
    Ok(address)
}

fn no_such(stack: &Stack, address: &Address) -> Error {
    let error = Error::new(format!("neither {} nor AWS has {address}", stack.file));
    let known: Vec<_> = stack.wanted.iter().map(|wanted| wanted.address.to_string()).collect();
    let known: Vec<_> = known.iter().map(String::as_str).collect();
    match crate::document::or_nearest(&address.to_string(), &known) {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

struct View<'a> {
    stack: &'a Stack,
    address: &'a Address,
    name: &'a str,
    wanted: Option<&'a Wanted>,
    live: Option<&'a Live>,
}

impl View<'_> {
    fn owner(&self) -> String {
        let kind = kinds::of(&self.address.section);
        match self.live.map(|live| &live.mark) {
            None => "nobody: it is not in AWS".to_owned(),
            Some(_) if kind.ownership() == Ownership::Declaration => match kind.only_key() {
                Some(_) => "the region: it carries no mark".to_owned(),
                None if self.wanted.is_some() => {
                    "this file, which has it: it carries no mark".to_owned()
                }
                None => "nobody knows: it carries no mark".to_owned(),
            },
            Some(None) => "not tracewright: it carries no mark".to_owned(),
            Some(Some(mark)) if mark.stack == kind.owner(&self.stack.name, &self.stack.place) => {
                "this stack".to_owned()
            }
            Some(Some(mark)) if kind.former(self.stack).contains(&mark.stack) => {
                format!("this stack, by a name that it had, `{}`", mark.stack)
            }
            Some(Some(mark)) => format!("the stack `{}`", mark.stack),
        }
    }

    /// Whether it is kept from being deleted, where either side says so.
    fn protected(&self) -> Option<&'static str> {
        let by_file = self.wanted.map(|wanted| wanted.protect);
        let is_tagged = kinds::of(&self.address.section).ownership() == Ownership::Tag;
        match (by_file, self.live_is_protected()) {
            (Some(true), _) if !is_tagged => Some("yes"),
            (Some(true) | None, true) => Some("yes"),
            (Some(true), false) => Some("in the file, and not in AWS yet"),
            (Some(false), true) => Some("in AWS, and not in the file any more"),
            (Some(false) | None, false) => None,
        }
    }

    fn live_is_protected(&self) -> bool {
        let mark = self.live.and_then(|live| live.mark.as_ref());
        mark.is_some_and(|mark| mark.protected)
    }

    /// The fields whose values must not be shown, on either side; what was a secret when it was
    /// applied stays one.
    fn hidden(&self) -> Vec<Path> {
        let file = self.wanted.map_or(&[][..], |wanted| &wanted.sensitive);
        let mut hidden = file.to_vec();
        if let Some(live) = self.live {
            hidden.extend(live.sensitive.iter().cloned());
            let applied = live.mark.as_ref().and_then(Mark::digest);
            let leaves = self.leaves(&live.document).map(|leaf| leaf.path);
            let was_hidden =
                |path: &Path| applied.as_ref().is_some_and(|digest| digest.hides(path));
            hidden.extend(leaves.filter(was_hidden));
        }
        hidden
    }

    /// The fields of a document, down to what is one thing.
    fn leaves(&self, document: &Value) -> impl Iterator<Item = Difference> {
        let kind = kinds::of(&self.address.section);
        differences(None, Some(document), &|path| kind.is_whole(path)).into_iter()
    }

    fn text(&self) -> String {
        let place = self.wanted.map_or("not in the file", |wanted| &wanted.place);
        let mut lines = vec![format!(
            "{}  {}",
            Style::Strong.paint(&safe(&self.address.to_string())),
            Style::Dim.paint(&safe(place))
        )];
        let mut fact = |what: &str, value: &str| lines.push(format!("  {what:<9} {}", safe(value)));
        fact("name", self.name);
        if let Some(live) = self.live {
            fact("arn", live.arn.as_deref().unwrap_or("none"));
            fact("changed", live.modified.as_deref().unwrap_or("AWS does not say"));
        }
        fact("owner", &self.owner());
        if let Some(protected) = self.protected() {
            fact("protected", protected);
        }
        lines.push(String::new());
        lines.extend(self.fields());
        lines.join("\n") + "\n"
    }

    /// Field by field; a row of two values where the file and AWS differ.
    fn fields(&self) -> Vec<String> {
        let live = self.live.map(|live| match self.wanted {
            Some(wanted) => {
                let file = Some(&wanted.document);
                part(live, file, &wanted.unmanaged, &self.stack.ignore_tags).0
            }
            None => live.document.clone(),
        });
        let file = self.wanted.map(|wanted| &wanted.document);
        let kind = kinds::of(&self.address.section);
        let is_whole = |path: &Path| kind.is_whole(path);
        let differ = differences(live.as_ref(), file, &is_whole);
        let hidden = self.hidden();
        let all = differences(None, file.or(live.as_ref()), &is_whole);
        let column = all.iter().chain(&differ).map(|d| d.path.to_string().chars().count()).max();
        let column = column.unwrap_or(0).min(40);
        let is_same = |leaf: &&Difference| differ.iter().all(|d| d.path != leaf.path);
        let same = all.iter().filter(is_same).map(|leaf| (leaf, false));
        let both = self.wanted.is_some() && self.live.is_some();
        same.chain(differ.iter().map(|difference| (difference, both)))
            .flat_map(|(leaf, differs)| {
                if hides(&hidden, &leaf.path) {
                    vec![format!("  {:column$}  {SENSITIVE}", safe(&leaf.path.to_string()))]
                } else {
                    self.row(leaf, differs, is_whole(&leaf.path), column)
                }
            })
            .collect()
    }

    /// One field: its value, or both where the file and AWS differ.
    fn row(&self, leaf: &Difference, differs: bool, whole: bool, column: usize) -> Vec<String> {
        let path = safe(&leaf.path.to_string());
        let live = self.live.map_or(&Value::Null, |live| &live.facts);
        let file = self.wanted.map_or(&Value::Null, |wanted| &wanted.sent);
        let before = spelled(live, &leaf.path, leaf.before.clone());
        let raw = if self.wanted.is_some() { file } else { live };
        let after = spelled(raw, &leaf.path, leaf.after.clone());
        if differs {
            let lines = sides(&path, (after.as_ref(), before.as_ref()), (2, column), "");
            return lines.iter().map(|line| Style::Changed.paint(line)).collect();
        }
        let value = after.or(before);
        match &value {
            Some(Value::String(text)) if !whole && text.trim_end().contains('\n') => {
                let lines = text.lines().map(|line| format!("    {}", safe(line)));
                std::iter::once(format!("  {path}")).chain(lines).collect()
            }
            _ if whole => {
                let text = format!("{:#}", value.unwrap_or_default());
                let document = text.lines().map(|line| format!("    {}", safe(line)));
                std::iter::once(format!("  {path}")).chain(document).collect()
            }
            _ => {
                let shown = value.as_ref().map_or("(none)".to_owned(), shown_value);
                vec![format!("  {path:column$}  {shown}")]
            }
        }
    }

    fn json(&self) -> Value {
        let hidden = self.hidden();
        let file = self.wanted.map(|wanted| masked(&wanted.document, &hidden));
        let live = self.live.map(|live| masked(&live.document, &hidden));
        json!({
            "address": self.address.to_string(),
            "name": self.name,
            "place": self.wanted.map(|wanted| &wanted.place),
            "arn": self.live.and_then(|live| live.arn.as_ref()),
            "modified": self.live.and_then(|live| live.modified.as_ref()),
            "owner": self.live.and_then(|live| live.mark.as_ref()).map(|mark| &mark.stack),
            "protected": self.live_is_protected(),
            "file": file,
            "live": live,
        })
    }
}

//! What is live in AWS, into a stack.

use futures::future::join_all;

use super::super::world::Access;
use super::target::Target;
use super::{Args, told};
use crate::aws::Reads;
use crate::document::{Sources, Span};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::import::{self, Draft, Haul, Roots, Wishes};
use crate::kinds::{self, Live, Look, Observation, Ownership};
use crate::plan::Address;
use crate::stack::Place;
use crate::{env, ui};

/// Imports what is live, so that the next apply marks it and changes nothing else.
pub(super) async fn run(args: &Args, target: &Target<'_>) -> Result<Exit> {
    let place = args.place(target).await?;
    let aws = args.aws.connect_for(Access::Read, &place, args.role(target)?.as_deref()).await?;
    let all = Some(args.glob.clone().unwrap_or_else(|| "*".to_owned()));
    let reads = Reads::new(&aws);
    let look = Look { all, ..Look::default() };
    let seen = join_all(kinds::ALL.iter().map(|kind| kind.observe(&reads, &look))).await;
    args.aws.tell_stats(&aws);
    let mut observation = Observation::default();
    for seen in seen {
        observation.extend(seen);
    }
    observation.live.retain(|live| look.takes(kinds::of(live.section), &live.name));

    let name = target.called(args.name.as_deref())?;
    let name = name.or_else(|| only_owner(&observation.live, &place));
    let name = name.unwrap_or_else(|| target.name());
    // What the stack says of it already is what is wanted, whatever is live.
    let before = observation.live.len();
    observation.live.retain(|live| !target.has(&Address::new(live.section, &live.name)));
    let known = before - observation.live.len();
    if known > 0 {
        ui::say(&format!("{known} of what is live are in the stack already"));
    }
    let (taken, adopt) = ours(std::mem::take(&mut observation.live), &name, &place);
    let is_none = taken.is_empty();
    let (draft, sources) = draft_of_live(&taken, &place);
    let draft = told(draft, sources)?;
    for (what, because) in observation.unread() {
        ui::complain("warning", &format!("{what} could not be read: {because}"));
    }
    if !is_none {
        target.write(draft, name, adopt)?;
    } else if observation.unreadable.is_empty() && known == 0 {
        return Err(nothing(args.glob.as_deref()));
    }
    Ok(if observation.unreadable.is_empty() { Exit::Done } else { Exit::Unchecked })
}

impl Args {
    /// The role to assume.
    fn role(&self, target: &Target<'_>) -> Result<Option<String>> {
        if self.aws.no_role { Ok(None) } else { target.role() }
    }

    /// The account of the credentials, and the region that was asked for.
    async fn place(&self, target: &Target<'_>) -> Result<Place> {
        // What is global is in no region of its own.
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
        let role = self.role(target)?;
        let aws = self.aws.connect_for(Access::Read, &asked, role.as_deref()).await?;
        if wanted.is_some() {
            aws.guard_account().await?;
        }
        let account = aws.caller().await?.account;
        let region = region.or_else(|| self.aws.only_local_region(&account));
        let region = region.or_else(|| self.aws.local.is_some().then(|| ANY.to_owned()));
        let region = region.ok_or_else(|| {
            Error::new("which region is not said").hint("name it with `--region`")
        })?;
        Ok(Place { account, region })
    }
}

/// What is live, as resources of a stack in this place.
pub(in crate::commands) fn draft_of_live(taken: &[Live], place: &Place) -> (Draft, Sources) {
    let mut sources = Sources::default();
    let haul = haul(taken, &mut sources);
    let Place { account, region } = place.clone();
    let wishes = Wishes { account: Some(account), region: Some(region), inline: true };
    let mut draft = import::compose(haul, &Roots::new(), &wishes, false);
    for one in &mut draft.found.all {
        // There is no line to show, but a name.
        if let Some(span) = one.span.take() {
            one.message = format!("{}: {}", sources.path(span.file), one.message);
        }
    }
    (draft, sources)
}

/// What is live, each with its address for a place.
fn haul(taken: &[Live], sources: &mut Sources) -> Haul {
    let mut haul = Haul::default();
    let mut place = |live: &Live| {
        let file = sources.add(Address::new(live.section, &live.name).to_string(), "");
        Span::new(file, 0, 0)
    };
    import::take_live(taken, &mut place, &mut haul);
    haul
}

/// That there is nothing to write.
fn nothing(glob: Option<&str>) -> Error {
    let what = "there is nothing live to import";
    match glob {
        None => Error::new(format!("{what} that is not in a stack")),
        Some(glob) => Error::new(format!("{what} that `{glob}` takes and that is in no stack")).hint(
            "a glob takes whole names or `section.name`, and tells small letters from capital ones; \
             `*` stands for anything",
        ),
    }
}

/// The stack that owns everything, if one does. Where some of it is nobody's, or another's, who
/// wants which is for a person to say: it would be taken into a stack that has a file elsewhere.
fn only_owner(live: &[Live], place: &Place) -> Option<String> {
    let owned = || live.iter().filter(|live| kinds::of(live.section).ownership() == Ownership::Tag);
    let mark = owned().find_map(|live| live.mark.as_ref())?;
    let name = mark.stack.split('@').next().unwrap_or_default();
    let is_its = |live: &Live| {
        let owner = kinds::of(live.section).owner(name, place);
        live.mark.as_ref().is_some_and(|mark| mark.stack == owner)
    };
    owned().all(is_its).then(|| name.to_owned())
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

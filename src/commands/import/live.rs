//! What is live in AWS, into a stack.

use futures::future::join_all;

use super::target::Target;
use super::{Args, told};
use crate::aws::Reads;
use crate::document::{Sources, Span};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::import::{self, Haul, Roots, Wishes};
use crate::kinds::{self, About, Live, Look, Observation, Ownership};
use crate::plan::Address;
use crate::safety::Mark;
use crate::stack::Place;
use crate::{env, ui};

/// Imports what is live, so that the next apply marks it and changes nothing else.
pub(super) async fn run(args: &Args, target: &Target<'_>) -> Result<Exit> {
    let place = args.place(target).await?;
    let aws = args.aws.connect(&place).await?;
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
    let name = name.or_else(|| only_owner(&observation.live));
    let name = name.unwrap_or_else(|| target.name());
    let (taken, adopt) = ours(observation.live, &name, &place);
    let mut sources = Sources::default();
    let file = sources.add("AWS", "");
    let mut haul = Haul::default();
    import::take_live(&taken, Span::new(file, 0, 0), &mut haul);
    let wishes = Wishes { account: Some(place.account), region: Some(place.region), inline: true };
    let draft = import::compose(haul, &Roots::new(), &wishes, false);
    let draft = told(draft, sources)?;
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
        let aws = self.aws.connect(&asked).await?;
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

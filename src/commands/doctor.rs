//! `tracewright doctor`

use std::path::PathBuf;

use super::again::Command;
use super::regions;
use super::world::{Access, AwsArgs, GivenArgs};
use crate::aws::{Aws, Failure, Reads};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::kinds::{self, Kind, Live, Look, Named};
use crate::render::Style;
use crate::stack::{Place, Stack};
use crate::text::safe;
use crate::{env, ui};

/// A clock that is off by more than this is worth saying; AWS refuses signatures at 15 minutes.
const SKEW_SECONDS: i64 = 60;

/// Look at what a run depends on: credentials, region, clock, endpoints, and what may be read
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A stack file, for its account and region
    stack: Option<PathBuf>,
    #[command(flatten)]
    given: GivenArgs,
    #[command(flatten)]
    aws: AwsArgs,
}

pub(crate) async fn run(args: &Args) -> Result<Exit> {
    let mut report = Report { exit: Exit::Done };
    Report::good("version", env!("CARGO_PKG_VERSION"));
    let region = args.aws.profile_region(&args.given).await;
    let stack = match &args.stack {
        Some(path) => Some(args.given.read(path, region.clone(), &[])?),
        None => None,
    };
    let place = match &stack {
        Some(stack) => stack.place.clone(),
        None => Place { account: "000000000000".to_owned(), region: bare_region(args, region)? },
    };
    Report::good("region", &place.region);
    if let Some(stack) = &stack {
        regions::tell_home(stack, &args.given);
    }
    let role = stack.as_ref().and_then(|stack| stack.role.as_deref());
    if let Some(role) = role.filter(|_| !args.aws.no_role) {
        Report::good("role", role);
    }
    let aws = args.aws.connect_for(Access::Read, &place, role).await?;
    match aws.caller().await {
        Ok(caller) => {
            Report::good("credentials", &format!("{} in account {}", caller.arn, caller.account));
            clock(&mut report, &aws);
            if stack.is_some() && caller.account != place.account {
                let text = format!(
                    "the stack is for {}, the credentials are of {}; nothing else is asked there",
                    place.account, caller.account
                );
                report.bad("account", &text, &[], Exit::Refused);
            } else {
                reads(&mut report, &aws, args, stack.as_ref()).await;
            }
        }
        Err(failure) => report.failed("credentials", &failure, Exit::Error),
    }
    endpoints(&args.aws, &aws);
    args.aws.tell_stats(&aws);
    Ok(report.exit)
}

fn bare_region(args: &Args, profile: Option<String>) -> Result<String> {
    let given = args.given.region().map(str::to_owned);
    let local = || args.aws.local.as_ref().map(|_| "us-east-1".to_owned());
    given
        .or_else(|| env::var("AWS_REGION"))
        .or_else(|| env::var("AWS_DEFAULT_REGION"))
        .or(profile)
        .or_else(local)
        .ok_or_else(|| {
            Error::new("no region").hint("name a stack file, give `--region`, or set AWS_REGION")
        })
}

/// Where the requests went, whatever set that: the environment, the profile, or nothing.
fn endpoints(args: &AwsArgs, aws: &Aws) {
    if let Some(path) = &args.local {
        Report::good("endpoint", &format!("the local AWS in {}", path.display()));
        return;
    }
    for (service, endpoint) in aws.endpoints() {
        let what = format!("endpoint, {service}");
        if endpoint.contains(".amazonaws.") {
            Report::good(&what, &endpoint);
        } else {
            Report::note(&what, &format!("{endpoint}, which is not AWS's own"));
        }
    }
}

fn clock(report: &mut Report, aws: &Aws) {
    match aws.clock_skew() {
        None => Report::note("clock", "AWS did not say what time it is"),
        Some(seconds) if seconds.abs() <= SKEW_SECONDS => {
            Report::good("clock", "agrees with AWS's to the minute");
        }
        Some(seconds) => report.bad(
            "clock",
            &format!(
                "is {} seconds {} AWS's",
                seconds.abs(),
                if seconds > 0 { "ahead of" } else { "behind" }
            ),
            &["set this machine's clock: AWS refuses signatures that are 15 minutes off"
                .to_owned()],
            Exit::Error,
        ),
    }
}

/// Reads what a plan of the stack would read, and of one resource what an apply would read again,
/// which who only plans need not be allowed; without a stack, what one with every section would.
async fn reads(report: &mut Report, aws: &Aws, args: &Args, stack: Option<&Stack>) {
    let reads = Reads::new(aws);
    let permitting = |verb| {
        let path = args.stack.iter();
        path.map(|path| Command::permitting(verb, path, &args.given, &[])).collect::<Vec<_>>()
    };
    let concerns = |kind: &&dyn Kind| stack.is_none_or(|s| s.sections.contains(kind.section()));
    for kind in kinds::ALL.into_iter().filter(concerns) {
        let anyone = Look { owner: Some("doctor".to_owned()), ..Look::default() };
        let look = stack.map_or(anyone, |stack| Look::of(kind, stack));
        let seen = kind.observe(&reads, &look).await;
        if let Some(unreadable) = seen.unreadable.first() {
            report.bad(kind.section(), &unreadable.because, &permitting("plan"), Exit::Unchecked);
            continue;
        }
        let readable = format!("readable, {} there", seen.live.len());
        match again(&reads, kind, seen.live.first()).await {
            None => Report::good(kind.section(), &readable),
            Some(because) => {
                let text = format!("{readable}, but not as an apply reads it: {because}");
                Report::note(kind.section(), &text);
                Report::help(&permitting("apply"));
            }
        }
    }
}

/// Why a resource cannot be read by itself, as an apply reads it, if it cannot.
async fn again(reads: &Reads<'_>, kind: &dyn Kind, live: Option<&Live>) -> Option<String> {
    let Live { name, arn, .. } = live?;
    let named = vec![Named { name: name.clone(), arn: arn.clone(), ..Named::default() }];
    // One that goes is read in another way than one that stays.
    for goes in [false, true] {
        let look = Look { named: named.clone(), goes, ..Look::default() };
        let unreadable = kind.observe(reads, &look).await.unreadable;
        if let Some(unreadable) = unreadable.into_iter().next() {
            return Some(unreadable.because);
        }
    }
    None
}

struct Report {
    exit: Exit,
}

impl Report {
    fn good(what: &str, text: &str) {
        Self::line(&Style::Added.paint("ok  "), what, text);
    }

    fn note(what: &str, text: &str) {
        Self::line(&Style::Changed.paint("note"), what, text);
    }

    fn failed(&mut self, what: &str, failure: &Failure, exit: Exit) {
        self.bad(what, &failure.to_string(), &failure.hints(), exit);
    }

    fn bad(&mut self, what: &str, text: &str, hints: &[String], exit: Exit) {
        Self::line(&Style::Removed.paint("bad "), what, text);
        Self::help(hints);
        self.exit = self.exit.and(exit);
    }

    fn help(hints: &[String]) {
        for hint in hints {
            ui::answer(&format!("                        help: {}", safe(hint)));
        }
    }

    fn line(sign: &str, what: &str, text: &str) {
        ui::answer(&format!("{sign}  {what:<16}  {}", safe(text)));
    }
}

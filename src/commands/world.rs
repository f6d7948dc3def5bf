//! What the verbs share: the arguments that name a stack and an AWS, reading the one and looking at
//! the other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use futures::future::join_all;

use super::again::Command;
use super::files::{self, Disk};
pub(super) use super::filter::{FilterArgs, refuse_idle};
use super::switches::local_options;
use crate::aws::local::{self, LocalAws, StateError};
use crate::aws::{Aws, Options, Reads, Stats};
use crate::document::{Diagnostics, Sources, Value, read_yaml};
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::kinds::{self, Kind, Look, Observation};
use crate::plan::{Filter, Plan, plan_some, put_back};
use crate::stack::{self, Inputs, Place, Stack};
use crate::text::shell_word;
use crate::{env, ui};

/// Where the local AWS keeps its state unless told otherwise.
pub(super) const LOCAL_STATE: &str = ".tracewright/local.json";
/// What stands for every endpoint of a local AWS.
pub(super) const LOCAL: &str = "local";

/// Which stack, and what it is given.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct StackArgs {
    /// The stack file
    pub stack: PathBuf,
    #[command(flatten)]
    pub given: GivenArgs,
}

/// What a stack is given.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct GivenArgs {
    /// Set a variable that the stack declares; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub(super) var: Vec<(String, String)>,
    /// Read variables from a YAML or JSON mapping; may be repeated, `--var` wins
    #[arg(long, value_name = "FILE")]
    pub(super) var_file: Vec<PathBuf>,
    /// Let the stack read this environment variable as `${env.NAME}`; its value is kept secret
    #[arg(long, value_name = "NAME")]
    pub(super) allow_env: Vec<String>,
    /// The region, in place of the stack's own
    #[arg(long, value_name = "REGION", value_parser = region)]
    region: Option<String>,
}

/// Which AWS.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct AwsArgs {
    /// A profile of the AWS configuration files
    #[arg(long, value_name = "NAME", conflicts_with = "local")]
    pub profile: Option<String>,
    /// Use the embedded local AWS, its state in this file [default: .tracewright/local.json]
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = LOCAL_STATE)]
    pub local: Option<PathBuf>,
    /// Say on stderr what the run cost: calls per service, the longest chain of calls that waited
    /// for each other, and the time
    #[arg(long)]
    pub stats: bool,
    /// Do not assume the role that the stack names
    #[arg(long)]
    pub no_role: bool,
    /// The local AWS, once it is open: stacks that are looked at side by side share it.
    #[arg(skip)]
    opened: OnceLock<LocalAws>,
}

/// What a verb does in AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

/// The account of a command line.
pub(super) fn account(text: &str) -> std::result::Result<String, String> {
    let sound = text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit());
    sound.then(|| text.to_owned()).ok_or_else(|| "an account is 12 digits".to_owned())
}

/// The region of a command line.
pub(super) fn region(text: &str) -> std::result::Result<String, String> {
    if stack::is_region(text) {
        Ok(text.to_owned())
    } else {
        Err("write it like us-east-1".to_owned())
    }
}

/// A variable of the command line. One without a name is refused later, in words that do not quote
/// it: it may be a secret.
#[expect(clippy::unnecessary_wraps, reason = "the form that the command line asks for")]
fn pair(text: &str) -> std::result::Result<(String, String), String> {
    let (name, value) = text.split_once('=').unwrap_or(("", text));
    Ok((name.to_owned(), value.to_owned()))
}

impl GivenArgs {
    /// Reads the stack, connects to its AWS, and checks that this is its account before anything
    /// else is asked there. `verb` is what `permissions` prints the policy for, where it does.
    pub(super) async fn open(
        &self,
        access: Access,
        verb: Option<&str>,
        stack: &Path,
        aws: &AwsArgs,
        adopt: &[String],
    ) -> Result<(Stack, Aws)> {
        let region = aws.profile_region(self).await;
        let path = stack;
        let stack = self.read(path, region, adopt)?;
        let permitting = verb.map(|verb| Command::permitting(verb, path, self, adopt));
        let aws = aws.reach(access, &stack, permitting).await?;
        Ok((stack, aws))
    }

    /// Reads a stack, telling warnings and notes on stderr.
    pub(super) fn read(
        &self,
        path: &Path,
        profile_region: Option<String>,
        adopt: &[String],
    ) -> Result<Stack> {
        read(path, &self.inputs(profile_region, adopt)?)
    }

    /// What the command line gives a stack.
    pub(super) fn inputs(
        &self,
        profile_region: Option<String>,
        adopt: &[String],
    ) -> Result<Inputs> {
        if let Some(at) = self.var.iter().position(|(name, _)| name.is_empty()) {
            let message = format!("`--var` number {} names no variable", at + 1);
            let error = Error::new(message).hint("write it like NAME=VALUE");
            return Err(error.exiting(Exit::Usage));
        }
        let mut vars = BTreeMap::new();
        for path in &self.var_file {
            vars.extend(var_file(path)?);
        }
        vars.extend(self.var.iter().cloned());
        let allowed: BTreeMap<_, _> =
            self.allow_env.iter().map(|name| (name.clone(), env::var(name))).collect();
        allowed.values().flatten().for_each(|secret| ui::hide(secret));
        let default_region =
            env::var("AWS_REGION").or_else(|| env::var("AWS_DEFAULT_REGION")).or(profile_region);
        Ok(Inputs {
            vars,
            env: allowed,
            region: self.region.clone(),
            default_region,
            adopt: adopt.to_vec(),
            ..Inputs::default()
        })
    }

    /// The region of the command line.
    pub(super) fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }
}

/// Reads a stack, telling warnings and notes on stderr.
pub(super) fn read(path: &Path, inputs: &Inputs) -> Result<Stack> {
    let file = files::load(path)
        .map_err(|no| Error::new(format!("{} {}", path.display(), no.message)).hint(no.hint))?;
    let reading = stack::read(file, &mut Disk::around(path), inputs);
    match reading.stack {
        Some(stack) => {
            if !reading.found.all.is_empty() {
                ui::say(&reading.found.render(&reading.sources, crate::text::WIDTH));
            }
            Ok(stack)
        }
        None => Err(Error::in_files(reading.found, reading.sources)),
    }
}

fn var_file(path: &Path) -> Result<BTreeMap<String, String>> {
    let file = files::load(path)
        .map_err(|no| Error::new(format!("{} {}", path.display(), no.message)).hint(no.hint))?;
    let mut sources = Sources::default();
    let mut found = Diagnostics::default();
    let id = sources.add(file.shown, file.text);
    let node = read_yaml(&sources, id, &mut found);
    let Some(node) = node else {
        return Err(Error::in_files(found, sources));
    };
    let empty = crate::document::Map::default();
    let map = match &node.value {
        Value::Null => &empty,
        Value::Map(map) => map,
        _ => {
            let problem = crate::document::Diagnostic::error(
                "a variable file is a mapping of names to values",
            );
            found.push(problem.at(node.span));
            return Err(Error::in_files(found, sources));
        }
    };
    let mut vars = BTreeMap::new();
    for entry in &map.entries {
        let Some(value) = entry.value.spelled() else {
            let message = format!(
                "`{}` is a string, a number or a boolean, not {}",
                entry.key,
                entry.value.kind()
            );
            found.push(crate::document::Diagnostic::error(message).at(entry.value.span));
            continue;
        };
        vars.insert(entry.key.clone(), value);
    }
    if found.has_errors() { Err(Error::in_files(found, sources)) } else { Ok(vars) }
}

impl AwsArgs {
    /// The region of the profile, read from the AWS configuration files only where it is needed.
    pub(super) async fn profile_region(&self, given: &GivenArgs) -> Option<String> {
        if given.region.is_some() || self.local.is_some() || env::var("AWS_REGION").is_some() {
            return None;
        }
        crate::aws::profile_region(self.profile.as_deref()).await
    }

    /// The region of the local AWS, where an account has things in just one.
    pub(super) fn only_local_region(&self, account: &str) -> Option<String> {
        self.opened().ok()??.only_region(account)
    }

    fn opened(&self) -> Result<Option<LocalAws>> {
        let (Some(path), None) = (&self.local, self.opened.get()) else {
            return Ok(self.opened.get().cloned());
        };
        let local = open_local(path)?;
        Ok(Some(self.opened.get_or_init(|| local).clone()))
    }

    /// The clients of a stack, which assume its role if it names one, once it is sure that this is its
    /// account: nothing else is asked in another one. `permitting` is what prints the policy that the
    /// run needs.
    pub(super) async fn reach(
        &self,
        access: Access,
        stack: &Stack,
        permitting: Option<String>,
    ) -> Result<Aws> {
        let aws = self.connect_for(access, &stack.place, stack.role.as_deref()).await?;
        if let Some(said) = permitting {
            aws.permitted_by(said);
        }
        aws.guard_account().await?;
        Ok(aws)
    }

    /// The clients of a place, with a role to assume. Nothing is sent yet.
    pub(super) async fn connect_for(
        &self,
        access: Access,
        place: &Place,
        role: Option<&str>,
    ) -> Result<Aws> {
        let local = self.opened()?;
        let role = role.filter(|_| !self.no_role).map(str::to_owned);
        let read_only = access == Access::Read;
        let options = Options { profile: self.profile.clone(), local, role, read_only };
        Ok(Aws::connect(place, options).await)
    }

    /// Where each service was asked, as far as it was.
    pub(super) fn endpoints(&self, aws: Option<&Aws>) -> BTreeMap<String, String> {
        if let Some(state) = &self.local {
            return BTreeMap::from([(LOCAL.to_owned(), state.display().to_string())]);
        }
        let asked = aws.map(Aws::endpoints).unwrap_or_default().into_iter();
        asked.map(|(service, endpoint)| (service.to_owned(), endpoint)).collect()
    }

    /// Says what the run cost, if asked to.
    pub(super) fn tell_stats(&self, aws: &Aws) {
        self.tell(&aws.stats());
    }

    /// The same of a whole run.
    pub(super) fn tell(&self, stats: &Stats) {
        if !self.stats {
            return;
        }
        let mut by_service: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (action, count) in &stats.by_action {
            let (service, call) = action.split_once(':').unwrap_or((action, ""));
            by_service.entry(service).or_default().push(format!("{call} {count}"));
        }
        for (service, calls) in by_service {
            ui::say(&format!("stats: {service}  {}", calls.join(", ")));
        }
        if stats.retries > 0 {
            ui::say(&format!("stats: and {} retries", stats.retries));
        }
        ui::say(&format!("stats: longest chain of calls {}", stats.chain));
        ui::say(&format!("stats: {} ms", stats.wall.as_millis()));
    }
}

/// Plans a stack, as far as a filter takes its resources.
///
/// # Errors
/// Where a glob of the filter takes nothing at all.
pub(super) async fn plan_of(
    aws: &Aws,
    stack: &Stack,
    filter: &FilterArgs,
    only_drift: bool,
) -> Result<Plan> {
    let (plan, idle) = plan_and_idle(aws, stack, filter, only_drift).await;
    idle.map(|()| plan)
}

/// The same where another stack may have what a glob takes: whether this one has.
pub(super) async fn plan_and_idle(
    aws: &Aws,
    stack: &Stack,
    filter: &FilterArgs,
    only_drift: bool,
) -> (Plan, Result<()>) {
    let filter = filter.filter();
    let observed = observe(aws, stack, &filter).await;
    let make = if only_drift { put_back } else { plan_some };
    let plan = make(stack, &observed, &filter);
    let steps = plan.steps.iter().map(|step| &step.address).chain(&plan.left_out);
    let idle = refuse_idle(&filter, stack, steps);
    (plan, idle)
}

/// Looks at what the stack is about, as far as a filter takes it.
pub(super) async fn observe(aws: &Aws, stack: &Stack, filter: &Filter) -> Observation {
    let referred = referred(stack, filter);
    let is_seen = |section: &str| filter.may_take(section) || referred.contains(section);
    let kinds = kinds::ALL.into_iter().filter(|kind| is_seen(kind.section()));
    let looks = kinds.filter_map(|kind| Some((kind, Look::planned(kind, stack)?)));
    observe_all(aws, looks.collect()).await
}

/// The sections of what resources that a filter takes refer to by ARNs that only AWS knows.
fn referred<'a>(stack: &'a Stack, filter: &Filter) -> BTreeSet<&'a str> {
    let taken = stack.wanted.iter().filter(|wanted| filter.takes(&wanted.address));
    let sections = taken.flat_map(|wanted| &wanted.depends_on).map(|on| on.section.as_str());
    sections.filter(|section| kinds::of(section).arn_is_given()).collect()
}

/// Opens the local AWS, with the switches that its tests set in the environment.
pub(super) fn open_local(path: &Path) -> Result<LocalAws> {
    open_local_with(path, local_options(None, None)?)
}

/// Opens the local AWS, and says the way out where its state cannot be used.
pub(super) fn open_local_with(path: &Path, options: local::Options) -> Result<LocalAws> {
    LocalAws::open(path.to_owned(), options).map_err(|error| {
        let told = Error::new(error.to_string());
        let word = shell_word(&path.display().to_string());
        let afresh = format!("`tracewright local reset --local={word}` starts afresh");
        match error {
            StateError::Newer { .. } => {
                told.hint("use the newer tracewright that wrote it").hint(afresh)
            }
            StateError::Damaged { .. } if looks_like_state(path) => told.hint(afresh),
            _ => told.hint("name a file that can be read and written, with `--local=FILE`"),
        }
    })
}

/// Whether a file is the state of a local AWS, or what is left of one that was cut short: no other
/// file is ever removed.
pub(super) fn looks_like_state(path: &Path) -> bool {
    const BEGINS: &str = "{\"version\":";
    let text = std::fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let begins: String = text.chars().filter(|c| !c.is_whitespace()).take(BEGINS.len()).collect();
    path.ends_with(LOCAL_STATE) || BEGINS.starts_with(&begins)
}

/// Looks at what the stack declares, and at everything that carries its mark, whatever the file
/// has left of it: all of it is to go.
pub(super) async fn observe_leaving(aws: &Aws, stack: &Stack) -> Observation {
    let kinds = kinds::ALL.into_iter();
    let looks = kinds.filter_map(|kind| Some((kind, Look::leaving(kind, stack)?)));
    observe_all(aws, looks.collect()).await
}

async fn observe_all(aws: &Aws, looks: Vec<(&'static dyn Kind, Look)>) -> Observation {
    let reads = Reads::new(aws);
    let seen = join_all(looks.iter().map(|(kind, look)| kind.observe(&reads, look))).await;
    let mut observation = Observation::default();
    for seen in seen {
        observation.extend(seen);
    }
    observation
}

/// The exit code that a plan itself stands for.
pub(super) fn exit_of(plan: &Plan, detailed: bool) -> Exit {
    let unchecked = if plan.unknown.is_empty() { Exit::Done } else { Exit::Unchecked };
    let pending = if detailed && !plan.is_done() { Exit::Pending } else { Exit::Done };
    unchecked.and(pending)
}

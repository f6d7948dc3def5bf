//! The switches of the local AWS that are in the environment, for tests.

use std::time::Duration;

use serde_json::Value;

use crate::aws::local::faults::Script;
use crate::aws::local::{self, Asked, EqualPriorities, Guard, Verdict};
use crate::document::{Diagnostics, Sources, read_json};
use crate::env;
use crate::error::{Error, Result};
use crate::iam::{self, Decision, Request, Use, decide};

/// What the local AWS does about equal priorities: `accept` or `refuse`.
const EQUAL: &str = "TRACEWRIGHT_LOCAL_EQUAL_PRIORITIES";

/// How many questions about a new role or policy the local AWS answers as if it were not there yet.
const IAM_DELAY: &str = "TRACEWRIGHT_LOCAL_IAM_DELAY";

/// How many questions about a change of X-Ray's settings the local AWS answers as if it was under way.
const XRAY_DELAY: &str = "TRACEWRIGHT_LOCAL_XRAY_DELAY";

/// How many questions about a deployment of ECS's the local AWS answers as if it was under way.
const ECS_DELAY: &str = "TRACEWRIGHT_LOCAL_ECS_DELAY";

/// The ECS clusters that the local AWS has in every region, with commas between them.
const CLUSTERS: &str = "TRACEWRIGHT_LOCAL_CLUSTERS";

/// What goes wrong with calls of the local AWS, and when: a script, or the file that it is in.
const FAULTS: &str = "TRACEWRIGHT_LOCAL_FAULTS";

/// What the caller of the local AWS may do: the file of a policy, or several with `:` between them; what
/// comes after a `!` is the policy that bounds the caller.
const POLICY: &str = "TRACEWRIGHT_LOCAL_POLICY";

/// The local AWS's switches.
pub(super) fn local_options(
    default_account: Option<String>,
    default_region: Option<String>,
) -> Result<local::Options> {
    let number = |name: &str| -> Result<Option<u64>> {
        env::var(name)
            .map(|text| {
                text.parse()
                    .map_err(|_| Error::new(format!("{name} is a whole number, not {text:?}")))
            })
            .transpose()
    };
    let equal_priorities = match env::var(EQUAL).as_deref() {
        None | Some("accept") => EqualPriorities::Accept,
        Some("refuse") => EqualPriorities::Refuse,
        Some(_) => return Err(Error::new(format!("{EQUAL} is `accept` or `refuse`"))),
    };
    let questions = |name: &str| {
        u32::try_from(number(name)?.unwrap_or(0))
            .map_err(|_| Error::new(format!("{name} is at most {}", u32::MAX)))
    };
    Ok(local::Options {
        equal_priorities,
        latency: Duration::from_millis(number("TRACEWRIGHT_LOCAL_LATENCY_MS")?.unwrap_or(0)),
        now: number("TRACEWRIGHT_LOCAL_CLOCK")?,
        default_account,
        default_region,
        iam_delay: questions(IAM_DELAY)?,
        xray_delay: questions(XRAY_DELAY)?,
        ecs_delay: questions(ECS_DELAY)?,
        clusters: clusters(),
        reread: number("TRACEWRIGHT_LOCAL_REREAD")?,
        guard: guard()?,
        faults: faults()?,
        ..local::Options::default()
    })
}

fn clusters() -> Vec<String> {
    let given = env::var(CLUSTERS).unwrap_or_default();
    let names = given.split(',').map(str::trim).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// The local AWS shares nothing with the rest, so that the evaluator of policies is handed to it.
fn guard() -> Result<Option<Guard>> {
    let Some(given) = env::var(POLICY).filter(|given| !given.trim().is_empty()) else {
        return Ok(None);
    };
    let (policies, boundary) =
        given.split_once('!').map_or((given.as_str(), None), |(one, two)| (one, Some(two)));
    let policies = policies.split(':').filter(|file| !file.is_empty());
    let policies: Vec<_> = policies.map(policy).collect::<Result<_>>()?;
    let boundary = boundary.map(policy).transpose()?;
    Ok(Some(Guard::new(move |asked| {
        let Asked { action, resource, keys } = asked;
        let request = Request { action, resource, keys };
        match decide(&policies, boundary.as_ref(), &request) {
            Decision::Allowed => Verdict::Allowed,
            Decision::NotAllowed => Verdict::NotAllowed,
            Decision::Denied => Verdict::Denied,
            Decision::Bounded => Verdict::Bounded,
        }
    })))
}

/// A policy, read as the policies of stacks are.
fn policy(file: &str) -> Result<Value> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Error::new(format!("{POLICY}: {file} cannot be read: {error}")))?;
    let (mut sources, mut found) = (Sources::default(), Diagnostics::default());
    let id = sources.add(file, text);
    let node = read_json(&sources, id, &mut found);
    let policy = node.and_then(|node| iam::read(&node, Use::Identity, "policy", &mut found));
    policy.ok_or_else(|| Error::in_files(found, sources))
}

fn faults() -> Result<Option<Script>> {
    let Some(given) = env::var(FAULTS).filter(|given| !given.trim().is_empty()) else {
        return Ok(None);
    };
    let (place, text) = if given.trim_start().starts_with('{') {
        (FAULTS.to_owned(), given)
    } else {
        let text = std::fs::read_to_string(&given)
            .map_err(|error| Error::new(format!("{FAULTS}: {given} cannot be read: {error}")))?;
        (given, text)
    };
    let script = Script::parse(&text);
    script.map(Some).map_err(|why| Error::new(format!("{place} is no script of faults: {why}")))
}

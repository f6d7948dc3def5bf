//! What the roles of a task have to allow for its daemon: added to the roles that are the stack's, told
//! of the others.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map as Object, Value as Json, json};

use super::{DAEMON, NEEDS};
use crate::document::{Diagnostic, Diagnostics, Node};
use crate::iam::{Decision, LONGEST_INLINE, Request, canonical, decide, short, size};
use crate::kinds;
use crate::plan::{Address, Path};
use crate::stack::{Hole, Place, Wanted};

/// The inline policy with what daemons need.
const POLICY: &str = "tracewright-daemon";
const INLINE: &str = "InlinePolicies";
const ROLES: [&str; 2] = ["taskRoleArn", "executionRoleArn"];

/// What AWS's own policies allow of what a daemon needs. Others than these are taken to allow nothing of
/// it: what is granted twice does no harm.
///
/// Source: AWS managed policy reference, a page each.
const MANAGED: [(&str, &[&str]); 9] = [
    ("AWSXRayDaemonWriteAccess", &XRAY),
    ("AWSXrayWriteOnlyAccess", &XRAY),
    ("AWSXrayFullAccess", &["xray:*"]),
    ("CloudWatchAgentServerPolicy", &XRAY),
    ("AdministratorAccess", &["*"]),
    ("AmazonECSTaskExecutionRolePolicy", &["logs:CreateLogStream", "logs:PutLogEvents"]),
    ("CloudWatchLogsFullAccess", &["logs:*"]),
    ("SecretsManagerReadWrite", &["secretsmanager:*"]),
    ("AmazonSSMReadOnlyAccess", &["ssm:Describe*", "ssm:Get*", "ssm:List*"]),
];
const XRAY: [&str; 5] = [
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:GetSamplingStatisticSummaries",
];

/// Adds what daemons need, and is not allowed yet, to the roles of the stack.
///
/// Roles are in no region, and the rest of a stack is in each of its `regions`: what is needed in one is
/// allowed in all.
///
/// What a word needs that depends on variables which are not set is not known: `unset` says of which.
pub(crate) fn permit(
    wanted: &mut [Wanted],
    place: &Place,
    regions: &[String],
    unset: impl Fn(&Node) -> Vec<String>,
    found: &mut Diagnostics,
) {
    // The statements that each role gets, by its place in the stack.
    let mut added: BTreeMap<usize, Vec<Json>> = BTreeMap::new();
    let mut open: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let mut told = BTreeSet::new();
    for task in wanted.iter() {
        let unset = task.beside.get(DAEMON).map(&unset).unwrap_or_default();
        for field in ROLES {
            let needs = task.settings[DAEMON][NEEDS][field].as_array().into_iter().flatten();
            let needs: Vec<_> = needs.map(|need| everywhere(need, place, regions)).collect();
            let Some(arn) = task.document[field].as_str() else { continue };
            let role = wanted.iter().position(|one| is_role(one, arn, place));
            if !unset.is_empty() {
                let takes = role.filter(|at| takes(&wanted[*at]));
                open.extend(takes.map(|at| (at, unset.clone())));
                continue;
            }
            for need in &needs {
                let missing = match role {
                    Some(at) => missing(need, wanted, at, added.get(&at), place),
                    None => actions(need),
                };
                if missing.is_empty() {
                    continue;
                }
                match role.filter(|at| takes(&wanted[*at])) {
                    Some(at) => added.entry(at).or_default().push(json!({
                        "Effect": "Allow", "Action": missing, "Resource": need["Resource"],
                    })),
                    None => tell(&task.address, field, arn, &missing, &mut told, found),
                }
            }
        }
    }
    for (at, unset) in open {
        added.remove(&at);
        let role = &mut wanted[at];
        put(&mut role.document, json!(unset.join(" ")));
        let path = Path(vec![INLINE.to_owned(), POLICY.to_owned()]);
        role.holes.push(Hole { path, unset });
    }
    for (at, statements) in added {
        let policy = policy(&wanted[at], &statements, found);
        warn_of_denied(&statements, wanted, at, &policy, place, found);
        let role = &mut wanted[at];
        put(&mut role.document, canonical(&policy));
        put(&mut role.sent, policy);
    }
}

/// What is granted does not help where the role denies it.
fn warn_of_denied(
    statements: &[Json],
    wanted: &[Wanted],
    at: usize,
    policy: &Json,
    place: &Place,
    found: &mut Diagnostics,
) {
    let granted = policy["Statement"].as_array().cloned().unwrap_or_default();
    let denied: BTreeSet<String> = statements
        .iter()
        .flat_map(|need| missing(need, wanted, at, Some(&granted), place))
        .collect();
    if !denied.is_empty() {
        let denied: Vec<_> = denied.into_iter().collect();
        let message =
            format!("{} denies what its daemons need: {}", wanted[at].address, denied.join(", "));
        let help = "take that out of the `Deny`, or give the tasks a role of their own";
        found.push(Diagnostic::warning(message).help(help));
    }
}

/// One policy of all that the daemons of a role need. Where IAM takes no policy as long as that, it is
/// said for fewer things with more in them: for all log groups of its sort.
fn policy(role: &Wanted, statements: &[Json], found: &mut Diagnostics) -> Json {
    let mut by_actions: BTreeMap<Vec<String>, BTreeSet<String>> = BTreeMap::new();
    for statement in statements {
        by_actions.entry(actions(statement)).or_default().extend(resources(statement));
    }
    let made = |by_actions: &BTreeMap<Vec<String>, BTreeSet<String>>| {
        let statements = by_actions.iter().map(|(actions, resources)| {
            json!({"Effect": "Allow", "Action": actions, "Resource": resources})
        });
        json!({"Version": "2012-10-17", "Statement": statements.collect::<Vec<_>>()})
    };
    let own = role.sent[INLINE].as_object().into_iter().flatten();
    let own: usize = own.map(|(_, policy)| size(policy)).sum();
    let exact = made(&by_actions);
    if own + size(&exact) <= LONGEST_INLINE {
        return exact;
    }
    for resources in by_actions.values_mut() {
        *resources = resources.iter().map(|arn| wider(arn)).collect();
    }
    let wide = made(&by_actions);
    if own + size(&wide) > LONGEST_INLINE {
        let message = format!(
            "{} takes no more than {LONGEST_INLINE} characters of inline policies, and with what its \
             daemons need it would have {}",
            role.address,
            own + size(&wide)
        );
        let help = "give some of the tasks a role of their own, or make policies of some of it";
        found.push(Diagnostic::error(message).help(help));
    }
    wide
}

/// The log groups that daemons get have one beginning.
fn wider(arn: &str) -> String {
    match arn.split_once(":log-group:/ecs/") {
        Some((before, _)) => format!("{before}:log-group:/ecs/*"),
        None => arn.to_owned(),
    }
}

/// A statement about the same in every region.
fn everywhere(need: &Json, place: &Place, regions: &[String]) -> Json {
    let here = format!(":{}:{}:", place.region, place.account);
    let all = resources(need).into_iter().flat_map(|resource| {
        let there = |region: &String| format!(":{region}:{}:", place.account);
        let all: BTreeSet<_> =
            regions.iter().map(|region| resource.replace(&here, &there(region))).collect();
        all
    });
    json!({"Effect": "Allow", "Action": need["Action"], "Resource": all.collect::<Vec<_>>()})
}

fn is_role(wanted: &Wanted, arn: &str, place: &Place) -> bool {
    let known = || kinds::of("roles").arn(&wanted.name, &wanted.document, place);
    wanted.address.section == "roles" && known().is_some_and(|known| known == arn)
}

/// Whether something may be added to a role: not where its inline policies are others', or one of this
/// name is its author's.
fn takes(role: &Wanted) -> bool {
    let is_left = role.unmanaged.iter().any(|field| field == INLINE);
    !is_left && role.document[INLINE].get(POLICY).is_none()
}

fn actions(need: &Json) -> Vec<String> {
    let all = need["Action"].as_array().cloned().unwrap_or_else(|| vec![need["Action"].clone()]);
    all.iter().filter_map(Json::as_str).map(str::to_owned).collect()
}

fn resources(need: &Json) -> Vec<String> {
    let all =
        need["Resource"].as_array().cloned().unwrap_or_else(|| vec![need["Resource"].clone()]);
    all.iter().filter_map(Json::as_str).map(str::to_owned).collect()
}

/// The actions that a role does not allow yet on all that they are needed for.
fn missing(
    need: &Json,
    wanted: &[Wanted],
    at: usize,
    added: Option<&Vec<Json>>,
    place: &Place,
) -> Vec<String> {
    let mut policies = policies(&wanted[at], wanted, place);
    if let Some(statements) = added {
        policies.push(json!({"Version": "2012-10-17", "Statement": statements}));
    }
    let keys = BTreeMap::new();
    let resources = resources(need);
    let is_allowed = |action: &str| {
        resources.iter().all(|resource| {
            decide(&policies, None, &Request { action, resource, keys: &keys }) == Decision::Allowed
        })
    };
    actions(need).into_iter().filter(|action| !is_allowed(action)).collect()
}

/// The policies of a role, as far as they are known.
fn policies(role: &Wanted, wanted: &[Wanted], place: &Place) -> Vec<Json> {
    let inline = role.sent[INLINE].as_object().into_iter().flatten();
    let mut known: Vec<_> = inline.map(|(_, policy)| policy.clone()).collect();
    let attached = role.document["ManagedPolicies"].as_object().into_iter().flatten();
    for arn in attached.filter_map(|(_, arn)| arn.as_str()) {
        let of_aws = MANAGED.iter().find(|(name, _)| *name == short(arn));
        known.extend(of_aws.map(|(_, actions)| {
            let statement = json!({"Effect": "Allow", "Action": actions, "Resource": "*"});
            json!({"Version": "2012-10-17", "Statement": [statement]})
        }));
        let is_it = |one: &&Wanted| {
            one.address.section == "policies"
                && kinds::of("policies").arn(&one.name, &one.document, place).as_deref()
                    == Some(arn)
        };
        let own = wanted.iter().find(is_it);
        known.extend(own.map(|policy| policy.sent["PolicyDocument"].clone()));
    }
    known
}

fn put(tree: &mut Json, policy: Json) {
    if !tree.is_object() {
        *tree = Json::Object(Object::new());
    }
    if !tree[INLINE].is_object() {
        tree[INLINE] = Json::Object(Object::new());
    }
    tree[INLINE][POLICY] = policy;
}

/// Says once of each role what somebody else has to allow.
fn tell(
    task: &Address,
    field: &str,
    arn: &str,
    missing: &[String],
    told: &mut BTreeSet<String>,
    found: &mut Diagnostics,
) {
    let name = arn.rsplit('/').next().unwrap_or(arn);
    let message = format!(
        "the `{field}` of {task}, {name}, is not the stack's to change, and its daemon needs {}",
        missing.join(", ")
    );
    if told.insert(message.clone()) {
        let help = "have that allowed where the role is kept, or take the role into the stack";
        found.push(Diagnostic::note(message).help(help));
    }
}

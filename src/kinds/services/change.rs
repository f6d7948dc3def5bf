//! What a step does to a service, beside the fields that change.

use serde_json::{Map as Object, Value, json};

use super::Services;
use super::concern::NEWEST;
use super::names::{bare_family, last};
use super::spec::{CLUSTER, COUNT, NAME, SCHEDULING, TAGS, TASK, UNREAD};
use crate::document::shape;
use crate::kinds::{Kind as _, Live};
use crate::plan::{Action, Change, Detail, Step};
use crate::stack::Wanted;

/// The family of which the service runs the newest revision, in the detail of a step.
pub(super) const FAMILY: &str = "family";
/// What of a mapping that changes the file does not say, and stays.
pub(super) const KEPT: &str = "kept";

/// Mappings of which an update may take what is left out for what is to go back to ECS's default:
/// nothing says that it stays, so that all of it is sent.
const WHOLE: [&str; 2] = ["deploymentConfiguration", "networkConfiguration"];

/// Why a service is made anew: `UpdateService` does not take every field that `CreateService` takes.
/// Which ones the SDK's schemas say.
pub(super) fn replaces(changes: &[Change]) -> Option<String> {
    let updated = shape::SERVICE_UPDATE.fields();
    let fixed = changes.iter().map(|change| change.path.field());
    let mut fixed: Vec<_> =
        fixed.filter(|field| ![TAGS, NAME].contains(field) && !updated.contains(field)).collect();
    fixed.dedup();
    (!fixed.is_empty()).then(|| {
        format!(
            "ECS has no call that changes `{}` of a service: its tasks stop before others start",
            fixed.join("` and `")
        )
    })
}

pub(super) fn detail(wanted: Option<&Wanted>, live: &Live, changes: &[Change]) -> Detail {
    let Some(wanted) = wanted else {
        let told = match live.document.get(COUNT).and_then(Value::as_u64) {
            Some(0) => Vec::new(),
            Some(1) => vec!["stops its task".to_owned()],
            Some(count) => vec![format!("stops its {count} tasks")],
            None => vec!["stops its tasks".to_owned()],
        };
        return Detail { told, ..Detail::default() };
    };
    let (mut value, mut told) = (Object::new(), Vec::new());
    let runs = live.document[TASK].as_str().unwrap_or_default();
    if let Some(family) = wanted.document[TASK].as_str().and_then(bare_family) {
        value.insert(FAMILY.to_owned(), json!(family));
        let newest = live.facts[NEWEST].as_str().filter(|newest| *newest != runs);
        if let Some(newest) = newest {
            value.insert(NEWEST.to_owned(), json!(newest));
            told.push(format!(
                "runs {}; the newest ACTIVE revision of {family} is {}",
                last(runs),
                last(newest)
            ));
        }
    }
    let kept = kept(live, changes);
    if !kept.is_empty() {
        value.insert(KEPT.to_owned(), Value::Object(kept));
    }
    if replaces(changes).is_some()
        && is_counted(&live.document)
        && wanted.document.get(COUNT).is_none()
    {
        told.push(format!("`{COUNT}` stays; what else the file does not say is as ECS makes it"));
    }
    let value = if value.is_empty() { Value::Null } else { Value::Object(value) };
    Detail { value, told, acts: false }
}

/// Mappings of which something changes, as they are.
fn kept(live: &Live, changes: &[Change]) -> Object<String, Value> {
    let touched = |field: &&str| changes.iter().any(|change| change.path.field() == *field);
    let kept = WHOLE.into_iter().filter(touched).filter_map(|field| {
        let value = live.document.get(field).filter(|value| value.is_object())?;
        Some((field.to_owned(), value.clone()))
    });
    kept.collect()
}

/// Whether a service has a count of its own: a DAEMON one has as many tasks as there are instances.
fn is_counted(document: &Value) -> bool {
    document[SCHEDULING] != json!("DAEMON")
}

/// Says of a service that comes with how many tasks it begins, where the file does not, and of which
/// family it runs the newest revision.
pub(super) fn arrange(steps: &mut [Step]) {
    let is_new = |step: &&mut Step| {
        step.action == Action::Create && step.address.section == Services.section()
    };
    for step in steps.iter_mut().filter(is_new) {
        let Some(document) = &step.document else { continue };
        if let Some(family) = document[TASK].as_str().and_then(bare_family) {
            step.detail.value = json!({FAMILY: family});
        }
        if is_counted(document) && document.get(COUNT).is_none() {
            step.detail.told.push(format!(
                "begins with one task, since the file has no `{COUNT}`; how many they are is left to \
                 others then"
            ));
        }
    }
}

/// What `UpdateService` is sent for the fields that a step changes.
pub(super) fn update(step: &Step, cluster: &str, name: &str) -> Value {
    let detail = &step.detail.value;
    let mut input = json!({"service": name, CLUSTER: cluster});
    let mut fields: Vec<_> = step.changes.iter().map(|change| change.path.field()).collect();
    fields.retain(|field| ![TAGS, NAME, CLUSTER].contains(field));
    fields.dedup();
    let service = &step.sent[super::settings::SERVICE];
    let document = step.document.as_ref().unwrap_or(&Value::Null);
    for field in fields {
        let wanted = service.get(field).or_else(|| document.get(field));
        let Some(wanted) = wanted.filter(|value| !value.is_null()) else { continue };
        let mut value = detail[KEPT].get(field).cloned().unwrap_or(Value::Null);
        lay_over(&mut value, wanted);
        input[field] = value;
    }
    if let Some(newest) = detail[NEWEST].as_str().filter(|_| !input[TASK].is_null()) {
        input[TASK] = json!(newest);
    }
    for field in UNREAD {
        if let Some(value) = service.get(field) {
            input[field] = value.clone();
        }
    }
    settle_strategy(&mut input);
    input
}

/// Lays one value over another, mappings member by member.
fn lay_over(base: &mut Value, over: &Value) {
    match (&mut *base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (name, value) in over {
                lay_over(base.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
        _ => *base = over.clone(),
    }
}

/// What a strategy alone has.
///
/// Source: service model, `DeploymentConfiguration.linearConfiguration` and `canaryConfiguration`, each
/// "only valid when" the strategy is theirs.
pub(super) const OF_STRATEGIES: [(&str, &str); 2] =
    [("LINEAR", "linearConfiguration"), ("CANARY", "canaryConfiguration")];

/// What belongs to another strategy than the one that is asked for does not stay.
fn settle_strategy(input: &mut Value) {
    let Some(Value::Object(deployment)) = input.get_mut("deploymentConfiguration") else { return };
    let strategy = deployment.get("strategy").and_then(Value::as_str).map(str::to_owned);
    for (name, member) in OF_STRATEGIES {
        if strategy.as_deref().is_some_and(|strategy| strategy != name) {
            deployment.remove(member);
        }
    }
}

//! A plan for programs.

use schemars::{JsonSchema, schema_for};
use serde::Serialize;
use serde_json::Value;

use super::text::SENSITIVE;
use crate::plan::{Action, Origin, Path, Plan, Step, Summary, Unknown};
use crate::safety::Refusal;

/// The version of the format: it changes when a field goes or means something else.
const FORMAT: u32 = 1;

/// A plan, as `--format json` prints it. A value that must not be shown is `"(sensitive)"`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "a tracewright plan")]
struct PlanJson<'a> {
    /// The version of this format.
    format: u32,
    /// The version of tracewright that made it.
    tracewright: &'static str,
    /// The stack's name.
    stack: &'a str,
    /// The account it was made for.
    account: &'a str,
    /// The region it was made for.
    region: &'a str,
    /// A short name for exactly this plan.
    digest: String,
    /// How many steps there are of each action.
    summary: Summary,
    /// Resources that are as the file says.
    unchanged: usize,
    /// What is done, in the order it is shown.
    steps: Vec<StepJson<'a>>,
    /// What could not be read; nothing is said about it.
    unknown: &'a [Unknown],
    /// What is worth knowing beside the steps.
    notes: &'a [String],
    /// Safety rules that refuse the plan.
    refused: Vec<String>,
}

/// One thing to do to one resource.
#[derive(Debug, Serialize, JsonSchema)]
struct StepJson<'a> {
    /// `section.key`.
    address: String,
    /// The name that AWS knows it by.
    name: &'a str,
    /// What is done.
    action: Action,
    /// Why.
    because: &'a str,
    /// Where the file says so, `path:line`.
    place: Option<&'a str>,
    /// Field by field.
    changes: Vec<ChangeJson>,
    /// What it will be, `null` for a deletion.
    document: Option<Value>,
    /// The live resource's ARN.
    arn: Option<&'a str>,
    /// The fingerprint of the live resource this was computed from.
    fingerprint: Option<&'a str>,
    /// What has to be done before it.
    depends_on: Vec<String>,
    /// Steps of a lower wave are carried out before this one.
    wave: usize,
    /// A free priority to go through where AWS refuses one that another rule still has.
    spare_priority: Option<i64>,
}

/// One field that changes.
#[derive(Debug, Serialize, JsonSchema)]
struct ChangeJson {
    /// Where in the resource.
    path: String,
    /// The value in AWS, `null` where there is none.
    before: Option<Value>,
    /// The value in the file, `null` where there is none.
    after: Option<Value>,
    /// Who moved.
    origin: Origin,
    /// The values are not shown.
    sensitive: bool,
}

/// The plan as JSON, of the form that [`plan_schema`] describes.
pub fn plan_json(plan: &Plan, refused: &[Refusal]) -> String {
    let json = PlanJson {
        format: FORMAT,
        tracewright: env!("CARGO_PKG_VERSION"),
        stack: &plan.stack,
        account: &plan.account,
        region: &plan.region,
        digest: plan.digest(),
        summary: plan.summary(),
        unchanged: plan.unchanged,
        steps: plan.steps.iter().map(step_json).collect(),
        unknown: &plan.unknown,
        notes: &plan.notes,
        refused: refused
            .iter()
            .map(|refusal| refusal.message.clone())
            .collect(),
    };
    // The value is made of strings, numbers and maps with string keys: it always serialises.
    serde_json::to_string_pretty(&json).unwrap_or_default() + "\n"
}

/// The JSON Schema of [`plan_json`]'s output.
pub fn plan_schema() -> Value {
    schema_for!(PlanJson<'static>).to_value()
}

fn step_json(step: &Step) -> StepJson<'_> {
    let masked = |value: &Option<Value>, sensitive: bool| match value {
        Some(_) if sensitive => Some(SENSITIVE.into()),
        other => other.clone(),
    };
    StepJson {
        address: step.address.to_string(),
        name: &step.name,
        action: step.action,
        because: &step.because,
        place: step.place.as_deref(),
        changes: step
            .changes
            .iter()
            .map(|change| ChangeJson {
                path: change.path.to_string(),
                before: masked(&change.before, change.sensitive),
                after: masked(&change.after, change.sensitive),
                origin: change.origin,
                sensitive: change.sensitive,
            })
            .collect(),
        document: step
            .document
            .as_ref()
            .map(|document| hide(document, &Path::default(), step)),
        arn: step.arn.as_deref(),
        fingerprint: step.fingerprint.as_deref(),
        depends_on: step.depends_on.iter().map(ToString::to_string).collect(),
        wave: step.wave,
        spare_priority: step.spare_priority,
    }
}

/// The document with what must not be shown taken out.
fn hide(value: &Value, path: &Path, step: &Step) -> Value {
    if step.sensitive.contains(path) {
        return SENSITIVE.into();
    }
    match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| (key.clone(), hide(value, &path.join(key), step)))
            .collect(),
        other => other.clone(),
    }
}

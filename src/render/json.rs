//! A plan for programs.

use std::collections::BTreeMap;

use schemars::{JsonSchema, schema_for};
use serde::Serialize;
use serde_json::Value;

use crate::plan::{
    Action, Origin, Permission, Plan, Protection, SENSITIVE, Step, Summary, Unknown, masked,
};
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
    /// What is allowed after it that was not before, and the other way round.
    permissions: Vec<PermissionJson<'a>>,
    /// What is worth knowing beside the steps.
    notes: &'a [String],
    /// Live resources that carry the stack's mark.
    owned: usize,
    /// Safety rules that refuse the plan.
    refused: &'a [Refusal],
}

/// What one step means for what is allowed.
#[derive(Debug, Serialize, JsonSchema)]
struct PermissionJson<'a> {
    /// The step that makes it so.
    address: String,
    #[serde(flatten)]
    permission: &'a Permission,
}

/// One thing to do to one resource.
#[derive(Debug, Serialize, JsonSchema)]
struct StepJson<'a> {
    /// `section.key`.
    address: String,
    /// The name that AWS knows it by.
    name: &'a str,
    /// The mark that it carries until then, where that is another: of a name that the stack had, or of
    /// the stack that gives it.
    moved_from: Option<&'a str>,
    /// It carries no mark until then.
    adopts: bool,
    /// Whether it is protected from being deleted or made anew.
    protection: Protection,
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
    /// What is done beside the changes of fields, a sentence each.
    told: &'a [String],
    /// The same for whoever carries the plan out; `null` where there is nothing.
    detail: &'a Value,
    /// Top-level fields that are left to others.
    unmanaged: &'a [String],
    /// The live resource's ARN.
    arn: Option<&'a str>,
    /// The fingerprint of the live resource this was computed from; `null` where there was none, and
    /// where a secret went into it.
    fingerprint: Option<&'a str>,
    /// What has to be done before it.
    depends_on: Vec<String>,
    /// Steps of a lower wave are carried out before this one.
    wave: usize,
    /// What is written instead, for a while, where AWS refuses the step for what another step has
    /// yet to change.
    detour: Option<&'a Value>,
    /// Tags that are left to others, put back on a resource that is made anew.
    tags_of_others: &'a BTreeMap<String, String>,
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
        permissions: plan
            .permissions
            .iter()
            .map(|(address, permission)| PermissionJson {
                address: address.to_string(),
                permission,
            })
            .collect(),
        notes: &plan.notes,
        owned: plan.owned,
        refused,
    };
    // The value is made of strings, numbers and maps with string keys: it always serialises.
    serde_json::to_string_pretty(&json).unwrap_or_default() + "\n"
}

/// The JSON Schema of [`plan_json`]'s output.
pub fn plan_schema() -> Value {
    schema_for!(PlanJson<'static>).to_value()
}

fn step_json(step: &Step) -> StepJson<'_> {
    let shown = |value: &Option<Value>, sensitive: bool| match value {
        Some(_) if sensitive => Some(SENSITIVE.into()),
        other => other.clone(),
    };
    StepJson {
        address: step.address.to_string(),
        name: &step.name,
        moved_from: step.moved_from.as_deref(),
        adopts: step.adopts,
        protection: step.protection,
        action: step.action,
        because: &step.because,
        place: step.place.as_deref(),
        changes: step
            .changes
            .iter()
            .map(|change| ChangeJson {
                path: change.path.to_string(),
                before: shown(&change.before, change.sensitive),
                after: shown(&change.after, change.sensitive),
                origin: change.origin,
                sensitive: change.sensitive,
            })
            .collect(),
        document: step.document.as_ref().map(|document| masked(document, &step.sensitive)),
        told: &step.detail.told,
        detail: &step.detail.value,
        unmanaged: &step.unmanaged,
        arn: step.arn.as_deref(),
        fingerprint: step.shown_fingerprint(),
        depends_on: step.depends_on.iter().map(ToString::to_string).collect(),
        wave: step.wave,
        detour: step.detour.as_ref(),
        tags_of_others: &step.tags_of_others,
    }
}

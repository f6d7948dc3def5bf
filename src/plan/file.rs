//! A plan as a file: what `plan --out` writes, `plan --format json` prints, and `apply --plan`
//! carries out.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use schemars::{JsonSchema, schema_for};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::asked::Asked;
use super::step::{Plan, Step, Summary};
use crate::kinds;
use crate::safety::Refusal;
use crate::stack::is_stack_name;

/// The version of the format: it changes when a field goes or means something else.
const FORMAT: u32 = 2;
/// The version of this tool.
const VERSION: &str = env!("CARGO_PKG_VERSION");
const CHECKSUM: &str = "checksum";

/// A plan, as `plan --out` writes it and `plan --format json` prints it. A value that must not be
/// shown is `"(sensitive)"`; where it is to be had stands under `secrets`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "a tracewright plan")]
pub struct Saved {
    /// The version of this format.
    format: u32,
    /// The version of tracewright that made it.
    tracewright: String,
    /// SHA-256 of the rest of it, as JSON without blanks, the keys of each object in their order.
    checksum: String,
    /// A short name for exactly this plan.
    digest: String,
    /// Whether checks of secrets are in it, as they are in a file and never in an output; without
    /// them a plan that has to do with secrets cannot be carried out.
    checked: bool,
    /// Where each service was asked.
    pub endpoints: BTreeMap<String, String>,
    /// How it was asked for.
    #[serde(default)]
    pub asked: Asked,
    /// How many steps there are of each action.
    summary: Summary,
    /// Safety rules that refuse the plan.
    refused: Vec<Refusal>,
    /// The plan.
    #[serde(flatten)]
    pub plan: Plan,
}

/// Why a file is not carried out as a plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Spoilt {
    /// It is something else, or broken.
    #[error("is not a plan: {0}")]
    NoPlan(String),
    /// It was changed by hand, or cut.
    #[error("was changed since it was written: its checksum is off")]
    Changed,
    /// It was printed, and has no checks of the secrets that it needs.
    #[error(
        "was printed and not written: nothing in it tells whether its secrets are still the same"
    )]
    Unchecked,
    /// Another version of the tool made it.
    #[error("was made by tracewright {0}, and this is {VERSION}")]
    OtherVersion(String),
}

/// Whether a plan goes to where everybody sees it, or into a file for who carries it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// An output.
    Everybody,
    /// A file, which has checks of secrets.
    Apply,
}

/// A plan as text, without what must not be shown.
pub fn saved(
    plan: &Plan,
    refused: &[Refusal],
    endpoints: BTreeMap<String, String>,
    asked: &Asked,
    whom: For,
) -> String {
    let checked = whom == For::Apply;
    let mut saved = Saved {
        checked,
        format: FORMAT,
        tracewright: VERSION.to_owned(),
        checksum: String::new(),
        digest: plan.digest(),
        endpoints,
        asked: asked.clone(),
        summary: plan.summary(),
        refused: refused.to_vec(),
        plan: plan.shown(checked),
    };
    // The value is made of strings, numbers and maps with string keys: it always serialises.
    saved.checksum = checksum(&serde_json::to_value(&saved).unwrap_or_default());
    serde_json::to_string_pretty(&saved).unwrap_or_default() + "\n"
}

impl Saved {
    /// Reads a plan that [`saved`] wrote.
    ///
    /// # Errors
    /// When it is something else, was changed since, or is another version's.
    pub fn read(text: &str) -> Result<Self, Spoilt> {
        let no_plan = |error: serde_json::Error| Spoilt::NoPlan(error.to_string());
        let value: Value = serde_json::from_str(text).map_err(no_plan)?;
        let says = |key: &str| value.get(key).and_then(Value::as_str);
        let (Some(version), Some(written)) = (says("tracewright"), says(CHECKSUM)) else {
            return Err(Spoilt::NoPlan("it names no version and no checksum".to_owned()));
        };
        if version != VERSION {
            return Err(Spoilt::OtherVersion(version.to_owned()));
        }
        if written != checksum(&value) {
            return Err(Spoilt::Changed);
        }
        let read: Self = serde_json::from_value(value).map_err(no_plan)?;
        sound(&read.plan).map_err(Spoilt::NoPlan)?;
        // It is what a reviewer of the plan knows it by.
        if read.digest != read.plan.digest() {
            return Err(Spoilt::Changed);
        }
        if !read.checked && read.plan.steps.iter().any(Step::has_secrets) {
            return Err(Spoilt::Unchecked);
        }
        Ok(read)
    }
}

/// Whether a plan is one that this tool can have made: anybody can make a checksum that is right.
fn sound(plan: &Plan) -> Result<(), String> {
    // It goes into the name of a file.
    if !is_stack_name(&plan.stack) {
        return Err(format!("`{}` is no name of a stack", plan.stack));
    }
    for Step { address, document, sent, .. } in &plan.steps {
        if kinds::find(&address.section).is_none() {
            return Err(format!("there is no section `{}`", address.section));
        }
        let is_one = |value: &Value| value.is_object() || value.is_null();
        if !is_one(sent) || !document.as_ref().is_none_or(is_one) {
            return Err(format!("what {address} becomes is no document"));
        }
    }
    Ok(())
}

/// The JSON Schema of a plan.
pub fn plan_schema() -> Value {
    schema_for!(Saved).to_value()
}

/// The checksum of a plan, as JSON.
pub fn checksum(plan: &Value) -> String {
    let mut plan = plan.clone();
    if let Some(fields) = plan.as_object_mut() {
        fields.remove(CHECKSUM);
    }
    let bytes = Sha256::digest(plan.to_string().as_bytes());
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

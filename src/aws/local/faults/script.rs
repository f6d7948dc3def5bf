//! What a script of faults says.

use http::StatusCode;
use serde::Deserialize;

use super::super::SERVICES;

/// What goes wrong, and when.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// What decides where a rule leaves it to chance: the same seed, the same calls, the same faults.
    #[serde(default)]
    pub seed: u64,
    /// The rules. Each counts the calls that it matches; of those that would strike at a call the
    /// first does.
    pub rules: Vec<Rule>,
}

/// Which calls something goes wrong with, and what.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The calls by the names of their IAM actions, `xray:CreateSamplingRule`; `*` is anything.
    #[serde(default = "any")]
    pub call: String,
    /// Only calls that read, or only those that write.
    #[serde(default)]
    pub only: Option<Only>,
    /// The first matching call of this process that it may strike at, from 1.
    #[serde(default)]
    pub nth: Option<u64>,
    /// How often it strikes. Without it, once where `nth` says when, and else each time.
    #[serde(default)]
    pub times: Option<u64>,
    /// How likely it is to strike at a call, from 0 to 1; certain without it.
    #[serde(default)]
    pub chance: Option<f64>,
    /// What goes wrong.
    pub effect: Effect,
}

/// Which calls by what they do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Only {
    /// Those that read.
    Reads,
    /// Those that may change something.
    Writes,
}

/// What goes wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Effect {
    /// AWS refuses it, and does nothing.
    Refused(Refusal),
    /// The connection fails, and AWS does nothing.
    Unreachable,
    /// It is carried out, and the connection fails before the answer.
    AnswerLost,
    /// It is carried out, and the answer comes so many milliseconds later.
    AnswerHeld(u64),
    /// It is carried out, and the connection fails in the middle of the answer.
    AnswerCut,
    /// It is carried out, and answered with this all the same.
    AnswerReplaced(Refusal),
    /// The process ends, as by `kill -9`, before the call is carried out.
    KilledBefore,
    /// The process ends after the call was carried out, and before the answer.
    KilledAfter,
    /// AWS's clock jumps by so many seconds, and the call goes well.
    ClockJumped(i64),
}

/// An error, in the form in which the service that is called writes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// AWS's error code, `ThrottlingException`.
    pub code: String,
    /// What it says.
    #[serde(default)]
    pub message: String,
    /// The HTTP status.
    #[serde(default = "bad_request")]
    pub status: u16,
}

/// Why a script is none: what is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ScriptError(String);

fn any() -> String {
    "*".to_owned()
}

fn bad_request() -> u16 {
    StatusCode::BAD_REQUEST.as_u16()
}

impl Script {
    /// Reads a script, a JSON object.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        let script: Self =
            serde_json::from_str(text).map_err(|error| ScriptError(error.to_string()))?;
        for (at, rule) in script.rules.iter().enumerate() {
            rule.check().map_err(|why| ScriptError(format!("rules[{at}].{why}")))?;
        }
        Ok(script)
    }
}

impl Rule {
    /// A rule that strikes at every call.
    pub fn new(effect: Effect) -> Self {
        Self { call: any(), only: None, nth: None, times: None, chance: None, effect }
    }

    fn check(&self) -> Result<(), String> {
        let pattern = wildmatch::WildMatch::new(&self.call);
        let known = SERVICES.iter().flat_map(|service| {
            (service.operations)().into_iter().map(|name| format!("{}:{name}", service.prefix))
        });
        if !known.into_iter().any(|call| pattern.matches(&call)) {
            return Err(format!(
                "call: the local AWS has no call {:?}; write it like xray:CreateSamplingRule or xray:*",
                self.call
            ));
        }
        for (name, number) in [("nth", self.nth), ("times", self.times)] {
            if number == Some(0) {
                return Err(format!("{name}: the first is 1, and there is no 0"));
            }
        }
        if self.chance.is_some_and(|chance| !(0.0..=1.0).contains(&chance)) {
            return Err("chance: a number from 0 to 1".to_owned());
        }
        match &self.effect {
            Effect::Refused(refusal) => refusal.check("refused"),
            Effect::AnswerReplaced(refusal) => refusal.check("answer_replaced"),
            _ => Ok(()),
        }
    }
}

impl Refusal {
    fn check(&self, effect: &str) -> Result<(), String> {
        // It is the value of a header, and the name of an XML element's text.
        let is_plain = |c: char| c.is_ascii_alphanumeric() || ".-_:#".contains(c);
        if self.code.is_empty() || !self.code.chars().all(is_plain) {
            return Err(format!("effect.{effect}.code: an error code like ThrottlingException"));
        }
        if !(400..=599).contains(&self.status) {
            return Err(format!("effect.{effect}.status: an HTTP status from 400 to 599"));
        }
        Ok(())
    }
}

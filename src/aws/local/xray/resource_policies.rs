//! Resource policies: who else may call X-Ray in this account.

use std::collections::BTreeMap;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::super::Call;
use super::super::reply::{Fault, Reply};
use super::super::shape::{self, Member, STRING, Shape, optional, required};
use super::super::state::World;
use super::policy_text;
use super::rules::text;
use super::{invalid_request, page};

/// How many policies a region of an account may hold (model, `PutResourcePolicy`).
pub(super) const QUOTA: usize = 5;

/// How large a policy may be: "up to 5kb" (model). Of what AWS counts, and whether a kb has 1000 or 1024
/// bytes, nothing is said; here it is 5 × 1024 bytes of the text as it was sent.
pub(super) const LONGEST: usize = 5 * 1024;

const NAME: Member = required("PolicyName", Shape::Text { min: 1, max: 128 });
const REVISION: Member = optional("PolicyRevisionId", STRING);

/// The resource policies of a region.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Policies {
    /// By name.
    all: BTreeMap<String, Policy>,
    /// The last revision that was given out. "The revision id is unique to each policy", and each update
    /// increments it (model); counted for all of them together, none is ever given out twice.
    revision: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Policy {
    /// Byte for byte as it was sent (recording).
    text: String,
    revision: u64,
    updated: u64,
}

impl Policies {
    /// Whether nothing was ever changed here.
    pub(super) fn is_untouched(&self) -> bool {
        self.revision == 0
    }

    /// Refuses a revision that is not the policy's latest; `0` says that there is none yet (model).
    /// AWS's text is not known.
    fn check_revision(&self, name: &str, input: &Map<String, Value>) -> Result<(), Fault> {
        let Some(given) = text(input, "PolicyRevisionId") else { return Ok(()) };
        let latest = self.all.get(name).map_or(0, |policy| policy.revision);
        if given == latest.to_string() {
            return Ok(());
        }
        let message = "The policy revision id does not match the latest policy revision";
        Err(refused("InvalidPolicyRevisionIdException", message.to_owned()))
    }
}

impl Policy {
    fn wire(&self, name: &str) -> Value {
        json!({
            "PolicyName": name,
            "PolicyDocument": self.text,
            "PolicyRevisionId": self.revision.to_string(),
            "LastUpdatedTime": self.updated,
        })
    }
}

/// `PutResourcePolicy`. In which order AWS finds what is wrong is not documented.
pub(super) fn put(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let members = [
        NAME,
        required("PolicyDocument", STRING),
        REVISION,
        optional("BypassPolicyLockoutCheck", Shape::Boolean),
    ];
    let input = shape::read(call.body, &members)?;
    let name = name(&input)?.to_owned();
    let document = text(&input, "PolicyDocument").unwrap_or_default().to_owned();
    if document.len() > LONGEST {
        let message = format!("The policy is larger than {LONGEST} bytes");
        return Err(refused("PolicySizeLimitExceededException", message));
    }
    let statements = policy_text::statements(&document)
        .map_err(|message| refused("MalformedPolicyDocumentException", message))?;
    let policies = &mut world.region.xray.resource_policies;
    policies.check_revision(&name, &input)?;
    if !policies.all.contains_key(&name) && policies.all.len() >= QUOTA {
        let message = format!("There are already {QUOTA} resource policies");
        return Err(refused("PolicyCountLimitExceededException", message));
    }
    let bypasses = input.get("BypassPolicyLockoutCheck") == Some(&json!(true));
    if !bypasses && policy_text::locks_out(&statements, call) {
        let message = "The policy would keep the caller from calling PutResourcePolicy";
        return Err(refused("LockoutPreventionException", message.to_owned()));
    }
    policies.revision += 1;
    let policy = Policy { text: document, revision: policies.revision, updated: call.now };
    let answer = json!({ "ResourcePolicy": policy.wire(&name) });
    policies.all.insert(name, policy);
    Ok(Reply::Json(answer))
}

/// `ListResourcePolicies`: all in one page, since tokens are "not currently supported" (model).
pub(super) fn list(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let token = Shape::Text { min: 1, max: 100 };
    let input = shape::read(call.body, &[optional("NextToken", token)])?;
    let policies = &world.region.xray.resource_policies.all;
    let all = policies.iter().map(|(name, policy)| (name.clone(), policy.wire(name))).collect();
    let token = text(&input, "NextToken");
    let (policies, next) = page("ListResourcePolicies", all, usize::MAX, token)?;
    Ok(Reply::Json(json!({ "ResourcePolicies": policies, "NextToken": next })))
}

/// `DeleteResourcePolicy`. What AWS says of one that is not there is not known: of the errors that the
/// model lists, these are the ones that are left.
pub(super) fn delete(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let input = shape::read(call.body, &[NAME, REVISION])?;
    let name = name(&input)?;
    let policies = &mut world.region.xray.resource_policies;
    policies.check_revision(name, &input)?;
    match policies.all.remove(name) {
        Some(_) => Ok(Reply::Json(json!({}))),
        None => Err(invalid_request("Resource policy not found")),
    }
}

/// The name of a policy, in the model's characters; a word's are those of ASCII, as in IAM's names.
fn name(input: &Map<String, Value>) -> Result<&str, Fault> {
    let name = text(input, "PolicyName").unwrap_or_default();
    if name.chars().all(|c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c)) {
        return Ok(name);
    }
    let message = format!(
        "1 validation error detected: Value '{name}' at 'policyName' failed to satisfy constraint: \
         Member must satisfy regular expression pattern: [\\w+=,.@-]+"
    );
    Err(Fault::front_end("ValidationException", message))
}

/// Every error of these calls is a 400 (model).
fn refused(code: &'static str, message: String) -> Fault {
    Fault::modelled(StatusCode::BAD_REQUEST, code, message)
}

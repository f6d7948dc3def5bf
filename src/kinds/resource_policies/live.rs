//! Resource policies in AWS.

use aws_sdk_xray::types::ResourcePolicy;
use aws_smithy_types::date_time::Format;
use serde_json::{Value, json};

use super::ResourcePolicies;
use super::spec::{BYPASS, DOCUMENT, REVISION, canonical, is_aws_own};
use crate::aws::{Aws, Failure, Reason, next_page};
use crate::iam as policy;
use crate::kinds::{About, Kind as _, Landed, Live, Look, Observation, Unreadable};
use crate::plan::{Action, Step};

/// A revision that no policy has: what is sent with it is made, and nothing is changed (service model,
/// `PutResourcePolicyRequest`).
const NONE_YET: &str = "0";
/// What AWS answers where another revision is the latest.
const STALE: &str = "InvalidPolicyRevisionIdException";

/// The policies of the region. Where it is not asked for some by a glob, AWS's own are among them: they have
/// their places in the quota, and the file cannot name them.
pub(super) async fn observe(aws: &Aws, look: &Look) -> Observation {
    let section = ResourcePolicies.section();
    let policies = match scan(aws).await {
        Ok(policies) => policies,
        Err(failure) => {
            let (about, because) = (About::Section, failure.told());
            let unreadable = vec![Unreadable { section, about, because, seen: None }];
            return Observation { unreadable, ..Observation::default() };
        }
    };
    let is_meant = |live: &Live| {
        let is_taken = look.takes(&ResourcePolicies, &live.name) && !is_aws_own(&live.name);
        look.all.is_none() || is_taken
    };
    let live = policies.into_iter().filter_map(live).filter(is_meant).collect();
    Observation { live, ..Observation::default() }
}

async fn scan(aws: &Aws) -> Result<Vec<ResourcePolicy>, Failure> {
    const ACTION: &str = "xray:ListResourcePolicies";
    let mut policies = Vec::new();
    let mut token = None;
    loop {
        let request = aws.xray.list_resource_policies().set_next_token(token.clone()).send();
        let answer = aws.call(ACTION, request).await?;
        policies.extend(answer.resource_policies.unwrap_or_default());
        match next_page(ACTION, token.as_deref(), answer.next_token)? {
            None => return Ok(policies),
            next => token = next,
        }
    }
}

/// A text that is no JSON is compared as it is.
fn live(policy: ResourcePolicy) -> Option<Live> {
    let name = policy.policy_name?;
    let text = policy.policy_document.unwrap_or_default();
    let spelled = serde_json::from_str(&text).unwrap_or(Value::String(text));
    let document = canonical(&name, &spelled);
    Some(Live {
        section: ResourcePolicies.section(),
        arn: None,
        sensitive: ResourcePolicies.looks_secret(&document),
        document,
        mark: None,
        modified: policy.last_updated_time.and_then(|time| time.fmt(Format::DateTime).ok()),
        facts: json!({ DOCUMENT: spelled, REVISION: policy.policy_revision_id }),
        name,
    })
}

/// Does what a step says. Each write names the revision that the plan saw, so that AWS refuses it where
/// somebody wrote the policy since.
pub(super) async fn carry_out(aws: &Aws, step: &Step) -> Result<Landed, Failure> {
    let planned = step.detail.value[REVISION].as_str();
    match step.action {
        Action::Keep | Action::Blocked => {}
        Action::Delete => delete(aws, step, planned).await?,
        Action::Create => put(aws, step, Some(NONE_YET)).await?,
        Action::Update | Action::Replace | Action::Adopt | Action::Move => {
            put(aws, step, planned).await?;
        }
    }
    Ok(Landed::Whole)
}

/// Where AWS has the policy as it is to be, a call before this one wrote it: its answer was lost, and the
/// SDK's retry found the revision gone.
async fn put(aws: &Aws, step: &Step, planned: Option<&str>) -> Result<(), Failure> {
    let request = aws
        .xray
        .put_resource_policy()
        .policy_name(&step.name)
        .policy_document(policy::text(&step.sent[DOCUMENT]))
        .set_policy_revision_id(planned.map(str::to_owned))
        .set_bypass_policy_lockout_check(step.sent[BYPASS].as_bool());
    match aws.call("xray:PutResourcePolicy", request.send()).await {
        Err(failure) if failure.code == STALE => match now(aws, step).await {
            Ok(Some(live)) if Some(&live.document) == step.document.as_ref() => Ok(()),
            _ => Err(in_words(failure)),
        },
        Err(failure) => Err(in_words(failure)),
        Ok(_) => Ok(()),
    }
}

/// A policy that is gone is deleted: the SDK's retry of a call whose answer was lost finds just that.
async fn delete(aws: &Aws, step: &Step, planned: Option<&str>) -> Result<(), Failure> {
    let request = aws
        .xray
        .delete_resource_policy()
        .policy_name(&step.name)
        .set_policy_revision_id(planned.map(str::to_owned));
    match aws.call("xray:DeleteResourcePolicy", request.send()).await {
        Err(failure) if failure.reason == Reason::Refused => match now(aws, step).await {
            Ok(None) => Ok(()),
            _ => Err(in_words(failure)),
        },
        other => other.map(drop),
    }
}

/// The step's policy as AWS has it by now.
async fn now(aws: &Aws, step: &Step) -> Result<Option<Live>, Failure> {
    let policies = scan(aws).await?;
    Ok(policies.into_iter().filter_map(live).find(|live| live.name == step.name))
}

/// What AWS's codes mean here.
fn in_words(failure: Failure) -> Failure {
    let more = match failure.code.as_str() {
        STALE => "somebody else wrote this policy since it was planned: plan again",
        "LockoutPreventionException" => {
            "who runs this could not write the policy again; if that is meant, set \
             `BypassPolicyLockoutCheck: true`"
        }
        "PolicyCountLimitExceededException" => {
            "AWS takes 5 in a region, its own `AWSLogDelivery…` among them"
        }
        _ => return failure,
    };
    failure.adding(more)
}

//! The destination of spans in AWS, and what lets X-Ray write them into CloudWatch Logs.

use std::time::Duration;

use aws_sdk_xray::operation::get_trace_segment_destination::GetTraceSegmentDestinationOutput;
use aws_sdk_xray::types::{
    CloudWatchLogsConfiguration, TraceSegmentDestination, TraceSegmentDestinationStatus,
};
use futures::future::join;
use serde_json::{Value, json};

use super::access::{self, Access, LogPolicy, MOST, NAME};
use super::detail::{DENIED_BY, IN_THE_WAY, IS_FULL, POLICY};
use super::spec::{ACCESS, DENIED, DESTINATION, IN_PLACE, KEY, LOGS, MISSING, XRAY};
use super::{STATUS, TraceDestination};
use crate::aws::{Aws, Failure, Reads, Reason, next_page};
use crate::kinds::sampling_rules::DEFAULT;
use crate::kinds::{About, Kind as _, Landed, Live, Look, Observation, Unreadable};
use crate::plan::{Step, after, touches};
use crate::stack::Place;

/// X-Ray is changing over.
pub(super) const PENDING: &str = "PENDING";

/// How long X-Ray may take to change over. AWS gives no bound; this is what Terraform waits, and the most
/// that users tell of.
const LONGEST: Duration = Duration::from_mins(10);

/// How long X-Ray may take to see a new log resource policy. AWS gives no bound.
const PROPAGATION: Duration = Duration::from_mins(2);

const UPDATE: &str = "xray:UpdateTraceSegmentDestination";
const PUT: &str = "logs:PutResourcePolicy";

pub(super) async fn observe(reads: &Reads<'_>, look: &Look) -> Observation {
    let section = TraceDestination.section();
    let unreadable = |because: String| Observation {
        unreadable: vec![Unreadable { section, about: About::Section, because, seen: None }],
        ..Observation::default()
    };
    let aws = reads.aws;
    // Only who wants spans there depends on who may write there.
    let wants_logs = look.named.iter().any(|named| named.known[DESTINATION] == json!(LOGS));
    let policies =
        async { if wants_logs && !look.goes { policies(aws).await.map(Some) } else { Ok(None) } };
    let (answer, policies) = match join(destination(aws), policies).await {
        (Ok(answer), Ok(policies)) => (answer, policies),
        (Err(failure), _) | (_, Err(failure)) => return unreadable(failure.told()),
    };
    let Some(destination) = answer.destination.as_ref().map(TraceSegmentDestination::as_str) else {
        return unreadable("X-Ray did not say where spans go".to_owned());
    };
    // Who looks at everything looks for what somebody made.
    if look.all.is_some() && destination == XRAY {
        return Observation::default();
    }
    let status = answer.status.as_ref().map(TraceSegmentDestinationStatus::as_str);
    let mut live = Live {
        section,
        name: DEFAULT.to_owned(),
        arn: None,
        document: json!({DESTINATION: destination}),
        sensitive: Vec::new(),
        mark: None,
        facts: json!({STATUS: status}),
        modified: None,
    };
    if let Some(policies) = policies {
        may_write(&mut live, &policies, aws.place());
    }
    Observation { live: vec![live], ..Observation::default() }
}

/// Says of what is live whether X-Ray may write spans into CloudWatch Logs.
fn may_write(live: &mut Live, policies: &[LogPolicy], place: &Place) {
    let may = match access::access(policies, place) {
        Access::InPlace => IN_PLACE,
        Access::Missing => {
            // One of that name is written anew.
            let is_there = policies.iter().any(|policy| policy.name == NAME);
            live.facts[IS_FULL] = json!(policies.len() >= MOST && !is_there);
            live.facts[POLICY] = access::ours(place);
            MISSING
        }
        Access::Denied(by) => {
            live.facts[DENIED_BY] = json!(by);
            DENIED
        }
    };
    live.document[ACCESS] = json!(may);
}

async fn destination(aws: &Aws) -> Result<GetTraceSegmentDestinationOutput, Failure> {
    let request = aws.xray.get_trace_segment_destination();
    aws.call("xray:GetTraceSegmentDestination", request.send()).await
}

/// The region's log resource policies that are about no single log group.
async fn policies(aws: &Aws) -> Result<Vec<LogPolicy>, Failure> {
    const DESCRIBE: &str = "logs:DescribeResourcePolicies";
    let mut policies = Vec::new();
    let mut token = None;
    loop {
        let request = aws.logs.describe_resource_policies().set_next_token(token.clone());
        let answer = aws.call(DESCRIBE, request.send()).await?;
        let listed = answer.resource_policies.unwrap_or_default().into_iter();
        policies.extend(listed.map(|policy| LogPolicy {
            name: policy.policy_name.unwrap_or_default(),
            document: policy.policy_document.unwrap_or_default(),
        }));
        match next_page(DESCRIBE, token.as_deref(), answer.next_token)? {
            None => return Ok(policies),
            next => token = next,
        }
    }
}

/// The policy first, then the destination, and then X-Ray has to have changed over.
pub(super) async fn carry_out(aws: &Aws, step: &Step) -> Result<Landed, Failure> {
    let detail = &step.detail.value;
    if let Some(why) = detail[IN_THE_WAY].as_str() {
        return Err(Failure::unsaid(UPDATE, Reason::Refused, why.to_owned()));
    }
    let puts = detail[POLICY].is_object();
    if puts {
        let document = detail[POLICY].to_string();
        let request = aws.logs.put_resource_policy().policy_name(NAME).policy_document(document);
        aws.call(PUT, request.send()).await?;
    }
    let wanted = after(step, DESTINATION).and_then(Value::as_str);
    let Some(wanted) = wanted.filter(|_| touches(step, DESTINATION)) else {
        return Ok(Landed::Whole);
    };
    update(aws, wanted, detail[KEY].as_str()).await?;
    let is_done = async || {
        let status = destination(aws).await?.status;
        Ok(status.is_none_or(|status| status != TraceSegmentDestinationStatus::Pending))
    };
    if aws.until("X-Ray to change the destination over", LONGEST, is_done).await? {
        return Ok(Landed::Whole);
    }
    let message =
        format!("X-Ray has taken it and still says {PENDING}; `plan` says so until it is done");
    Err(Failure::unsaid(UPDATE, Reason::Down, message))
}

/// Changes the destination. X-Ray refuses that while a change is under way, and while it does not see a
/// policy that is new.
///
/// Source: AWS's texts, as users quote them: `Updates are not allowed while the current status is PENDING`
/// and `The destination is already set to …` (`InvalidRequestException`), and `XRay does not have permission
/// to call PutLogEvents on the aws/spans Log Group.` (`AccessDeniedException`).
async fn update(aws: &Aws, wanted: &str, key: Option<&str>) -> Result<(), Failure> {
    let says = |failure: &Failure, words: &str| failure.message.contains(words);
    let is_unseen =
        |failure: &Failure| says(failure, "does not have permission to call PutLogEvents");
    let is_busy = |failure: &Failure| says(failure, "current status is PENDING");
    let send = async || {
        let configuration = key.map(|key| {
            CloudWatchLogsConfiguration::builder().spans_log_group_kms_key_id(key).build()
        });
        let request = aws
            .xray
            .update_trace_segment_destination()
            .destination(TraceSegmentDestination::from(wanted))
            .set_cloud_watch_logs_configuration(configuration);
        match aws.call(UPDATE, request.send()).await {
            Err(failure) if says(&failure, "already set to") => Ok(()),
            // It is not the caller who is denied something.
            Err(failure) if is_unseen(&failure) => {
                Err(Failure { reason: Reason::Refused, ..failure })
            }
            answer => answer.map(drop),
        }
    };
    // There is a policy that allows it: this step's, or that of a run which was cut off after it.
    let what = "X-Ray to see the log resource policy";
    let once_seen = async || aws.while_passing(what, PROPAGATION, is_unseen, send).await;
    aws.while_passing("X-Ray to end a change before this one", LONGEST, is_busy, once_seen).await
}

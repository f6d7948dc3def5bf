//! Where spans go, and whether X-Ray may write them there.

use http::StatusCode;
use serde_json::{Value, json};

use super::super::reply::{Fault, Reply};
use super::super::shape::{self, Member, Shape, optional};
use super::super::state::World;
use super::super::{Call, caller};
use super::invalid_request;
use super::log_policies::may_write;
use super::rules::text;
use super::settings::Change;

const XRAY: &str = "XRay";
const LOGS: &str = "CloudWatchLogs";
const DESTINATION: Shape = Shape::OneOf(&[XRAY, LOGS]);

fn log_groups() -> Vec<Member> {
    vec![optional("SpansLogGroupKmsKeyId", Shape::Text { min: 1, max: 256 })]
}

/// `GetTraceSegmentDestination`.
pub(super) fn get(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    shape::read(call.body, &[])?;
    let under_way = call.memory.xray.is_under_way(call, Change::Destination);
    let destination = if world.region.xray.settings.spans_to_logs { LOGS } else { XRAY };
    Ok(Reply::Json(answer(destination, if under_way { "PENDING" } else { "ACTIVE" })))
}

/// `UpdateTraceSegmentDestination`, which answers before the change is done. In which order AWS finds
/// what is wrong is not documented.
pub(super) fn update(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let configuration = optional("CloudWatchLogsConfiguration", Shape::Structure(log_groups));
    let input = shape::read(call.body, &[optional("Destination", DESTINATION), configuration])?;
    // Not required in the model; what AWS says without one is not known.
    let destination = text(&input, "Destination")
        .ok_or_else(|| invalid_request("Destination is needed"))?
        .to_owned();
    let configuration = input.get("CloudWatchLogsConfiguration");
    let to_logs = destination == LOGS;
    if configuration.is_some() && !to_logs {
        // "Specify this only when Destination is CloudWatchLogs" (model); the text is not known.
        return Err(invalid_request("CloudWatchLogsConfiguration is for CloudWatchLogs only"));
    }
    let key = configuration.and_then(|given| given.get("SpansLogGroupKmsKeyId")?.as_str());
    if key.is_some_and(|key| !is_key_of(call, key)) {
        return Err(invalid_request(
            "SpansLogGroupKmsKeyId is not the ARN of a key in this Region",
        ));
    }
    if call.memory.xray.is_under_way(call, Change::Destination) {
        // AWS's text, as users quote it.
        return Err(invalid_request("Updates are not allowed while the current status is PENDING"));
    }
    let settings = &world.region.xray.settings;
    if settings.spans_to_logs == to_logs {
        // AWS's text, as users quote it.
        let message = format!("The destination is already set to {destination}");
        return Err(invalid_request(&message));
    }
    if to_logs && !may_write(call, world) {
        return Err(not_allowed());
    }
    if key.is_some() && settings.has_log_groups {
        // "If the account already has an aws/spans log group, X-Ray fails the request" (model).
        return Err(invalid_request("The log group aws/spans already exists"));
    }
    let settings = &mut world.region.xray.settings;
    settings.spans_to_logs = to_logs;
    settings.has_log_groups |= to_logs;
    call.memory.xray.begin(call, Change::Destination);
    Ok(Reply::Json(answer(&destination, "PENDING")))
}

fn answer(destination: &str, status: &str) -> Value {
    json!({"Destination": destination, "Status": status})
}

/// The ARN of a key in the same account and region, no id and no alias (model).
fn is_key_of(call: &Call<'_>, key: &str) -> bool {
    let (account, region) = (call.account, call.region);
    key.starts_with(&format!("arn:{}:kms:{region}:{account}:key/", caller::partition(region)))
}

/// An error that the model does not list; AWS's text, as users quote it.
fn not_allowed() -> Fault {
    let message = "XRay does not have permission to call PutLogEvents on the aws/spans Log Group. \
                   Please verify that your CloudWatch Logs Resource Policies are configured correctly";
    Fault::front_end("AccessDeniedException", message.to_owned()).with_status(StatusCode::FORBIDDEN)
}

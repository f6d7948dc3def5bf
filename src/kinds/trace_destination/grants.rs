//! What the destination of spans needs of IAM.

use serde_json::json;

use super::TraceDestination;
use super::access::groups;
use super::spec::{DESTINATION, LOGS};
use crate::iam::Grant;
use crate::kinds::Purpose;
use crate::kinds::grants::{LOOK, arn, wanted};
use crate::stack::Stack;

/// The service that Transaction Search is switched on with.
const SIGNALS: &str = "application-signals.cloudwatch.amazonaws.com";

/// Source: CloudWatch user guide, "Enable Transaction Search", prerequisites: X-Ray makes log groups, a
/// role and a channel in the caller's name. X-Ray's own actions and those about log resource policies know
/// no resources (Service Authorization Reference).
pub(super) fn grants(stack: &Stack, purpose: Purpose) -> Vec<Grant> {
    let mut grants = vec![Grant::anywhere(LOOK, &["xray:GetTraceSegmentDestination"])];
    let to_logs =
        wanted(&TraceDestination, stack).any(|wanted| wanted.document[DESTINATION] == json!(LOGS));
    if to_logs {
        grants.push(Grant::anywhere(LOOK, &["logs:DescribeResourcePolicies"]));
    }
    if purpose != Purpose::Change {
        return grants;
    }
    let change = "ChangeDestination";
    grants.push(Grant::anywhere(change, &["xray:UpdateTraceSegmentDestination"]));
    if !to_logs {
        return grants;
    }
    let place = &stack.place;
    let own = "TransactionSearch";
    let role = format!(
        "arn:{}:iam::{}:role/aws-service-role/{SIGNALS}/AWSServiceRoleForCloudWatchApplicationSignals",
        place.partition(),
        place.account
    );
    let channel = "channel/aws-service-channel/application-signals/*";
    let channel = arn(place, "cloudtrail", &place.region, channel);
    grants.extend([
        Grant::anywhere(change, &["logs:PutResourcePolicy", "application-signals:StartDiscovery"]),
        Grant::new(
            own,
            &["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutRetentionPolicy"],
            groups(place),
        ),
        Grant::new(own, &["iam:GetRole"], [role.clone()]),
        Grant::new(own, &["iam:CreateServiceLinkedRole"], [role]).only_if(
            "StringLike",
            "iam:AWSServiceName",
            [SIGNALS.to_owned()],
        ),
        Grant::new(own, &["cloudtrail:CreateServiceLinkedChannel"], [channel]),
    ]);
    grants
}

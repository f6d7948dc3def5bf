//! What log groups need of IAM.

use super::LogGroups;
use crate::iam::{Grant, literal};
use crate::kinds::grants::{LOOK, arn, giving, marked, wanted};
use crate::kinds::{Kind as _, Purpose};
use crate::stack::Stack;

/// Log groups are looked at whosever they are: what is gone carries no mark that a condition could ask
/// for, and `DescribeLogGroups` does not look at tags.
///
/// Source: service model, `DescribeLogGroups`, and `LogGroup` of the two forms of its ARN: policies name
/// the one with `:*`, but for the three calls about tags.
pub(super) fn grants(stack: &Stack, purpose: Purpose) -> Vec<Grant> {
    let mut grants = vec![
        Grant::anywhere(LOOK, &["tag:GetResources"]),
        Grant::new("LookAtLogGroups", &["logs:DescribeLogGroups"], [whole(stack, "*")]),
        Grant::new("LookAtTagsOfLogGroups", &["logs:ListTagsForResource"], [group(stack, "*")]),
    ];
    if purpose == Purpose::Look {
        return grants;
    }
    let named = || wanted(&LogGroups, stack).map(|wanted| literal(&wanted.name));
    grants.push(Grant::new(
        "ChangeLogGroups",
        &[
            "logs:AssociateKmsKey",
            "logs:CreateLogGroup",
            "logs:DeleteLogGroup",
            "logs:DeleteRetentionPolicy",
            "logs:DisassociateKmsKey",
            "logs:PutLogGroupDeletionProtection",
            "logs:PutRetentionPolicy",
        ],
        named().map(|name| whole(stack, &name)),
    ));
    grants.push(Grant::new(
        "TagLogGroups",
        &["logs:TagResource", "logs:UntagResource"],
        named().map(|name| group(stack, &name)),
    ));
    let gone = Grant::new("DeleteLogGroups", &["logs:DeleteLogGroup"], [whole(stack, "*")]);
    grants.push(marked(gone, &LogGroups, stack));
    grants.extend(giving(&LogGroups, stack, "logs:TagResource", group(stack, "*")));
    grants
}

fn group(stack: &Stack, name: &str) -> String {
    let place = &stack.place;
    arn(place, LogGroups.service(), &place.region, &format!("log-group:{name}"))
}

fn whole(stack: &Stack, name: &str) -> String {
    group(stack, &format!("{name}:*"))
}

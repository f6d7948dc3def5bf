//! Policy documents: in a policy of its own, in a role, and in front of one.
//!
//! "Documented" is the IAM user guide, "recorded" is what IAM was seen to answer.

use serde_json::Value;

use super::{Pair, other, parsed, same, try_all};
use crate::others::Others;

const AT: &[&str] = &["PolicyDocument"];

/// Statements of a policy of the newer version.
#[rustfmt::skip]
pub(super) const GRANTS: &[Pair] = &[
    same("Action: \"s3:GetObject\", Resource: \"*\"", "Action: [\"s3:GetObject\"], Resource: [\"*\"]", "documented: one, or a list"),
    same("Action: [\"s3:GetObject\", \"s3:PutObject\"], Resource: \"*\"", "Action: [\"s3:PutObject\", \"s3:GetObject\"], Resource: \"*\"", "a list has no order"),
    same("Action: [\"s3:GetObject\", \"s3:GetObject\"], Resource: \"*\"", "Action: \"s3:GetObject\", Resource: \"*\"", "said twice is said"),
    same("Action: \"S3:getobject\", Resource: \"*\"", "Action: \"s3:GetObject\", Resource: \"*\"", "documented: prefix and name have no case"),
    same("Sid: \"\", Action: \"a:B\", Resource: \"*\"", "Action: \"a:B\", Resource: \"*\"", "recorded: the console writes it, and IAM keeps it"),
    same("Condition: {}, Action: \"a:B\", Resource: \"*\"", "Action: \"a:B\", Resource: \"*\"", "no condition"),
    same("Condition: {Bool: {\"aws:SecureTransport\": true}}, Action: \"a:B\", Resource: \"*\"", "Condition: {Bool: {\"aws:SecureTransport\": \"true\"}}, Action: \"a:B\", Resource: \"*\"", "documented: quotation marks are optional"),
    same("Condition: {NumericLessThan: {\"aws:MultiFactorAuthAge\": 3600}}, Action: \"a:B\", Resource: \"*\"", "Condition: {NumericLessThan: {\"aws:MultiFactorAuthAge\": [\"3600\"]}}, Action: \"a:B\", Resource: \"*\"", "documented: quotation marks are optional"),
    same("Condition: {StringEquals: {\"AWS:requestedregion\": x}}, Action: \"a:B\", Resource: \"*\"", "Condition: {StringEquals: {\"aws:RequestedRegion\": x}}, Action: \"a:B\", Resource: \"*\"", "documented: names of condition keys have no case"),
    same("Condition: {StringEquals: {\"AWS:ResourceTag/Team\": [z, x]}}, Action: \"a:B\", Resource: \"*\"", "Condition: {StringEquals: {\"aws:resourcetag/Team\": [x, z]}}, Action: \"a:B\", Resource: \"*\"", "values have no order"),
    same("Resource: [\"arn:aws:s3:::b\", \"arn:aws:s3:::a\"], Action: \"a:B\"", "Action: \"a:B\", Resource: [\"arn:aws:s3:::a\", \"arn:aws:s3:::b\"]", "neither elements nor resources have an order"),

    other(AT, "Action: \"a:B\", Resource: \"arn:aws:s3:::A\"", "Action: \"a:B\", Resource: \"arn:aws:s3:::a\"", "resources have a case"),
    other(AT, "Action: \"s3:GetObject\", Resource: \"*\"", "NotAction: \"s3:GetObject\", Resource: \"*\"", "the opposite"),
    other(AT, "Action: \"a:B\", Resource: \"arn:aws:s3:::a\"", "Action: \"a:B\", NotResource: \"arn:aws:s3:::a\"", "the opposite"),
    other(AT, "Action: \"a:B\", Resource: \"*\"", "Action: \"a:B\", Resource: \"arn:aws:s3:::*\"", "another pattern"),
    other(AT, "Action: \"s3:Get*\", Resource: \"*\"", "Action: \"s3:GetObject\", Resource: \"*\"", "another pattern"),
    other(AT, "Sid: One, Action: \"a:B\", Resource: \"*\"", "Sid: one, Action: \"a:B\", Resource: \"*\"", "nothing says that it has no case"),
    other(AT, "Sid: \"1\", Action: \"a:B\", Resource: \"*\"", "Action: \"a:B\", Resource: \"*\"", "a name of digits is a name"),
    other(AT, "Effect: Deny, Action: \"a:B\", Resource: \"*\"", "Action: \"a:B\", Resource: \"*\"", "the opposite"),
    other(AT, "Condition: {stringequals: {\"aws:RequestedRegion\": x}}, Action: \"a:B\", Resource: \"*\"", "Condition: {StringEquals: {\"aws:RequestedRegion\": x}}, Action: \"a:B\", Resource: \"*\"", "of the case of operators nothing is documented"),
    other(AT, "Condition: {StringEquals: {\"aws:RequestedRegion\": X}}, Action: \"a:B\", Resource: \"*\"", "Condition: {StringEquals: {\"aws:RequestedRegion\": x}}, Action: \"a:B\", Resource: \"*\"", "documented: values follow the operator"),
    other(AT, "Condition: {StringEquals: {\"aws:RequestedRegion\": \"x \"}}, Action: \"a:B\", Resource: \"*\"", "Condition: {StringEquals: {\"aws:RequestedRegion\": x}}, Action: \"a:B\", Resource: \"*\"", "a blank is part of the value"),
    other(AT, "Condition: {StringEquals: {\"aws:ResourceTag/team\": x}}, Action: \"a:B\", Resource: \"*\"", "Condition: {StringEquals: {\"aws:ResourceTag/Team\": x}}, Action: \"a:B\", Resource: \"*\"", "behind the / is a tag, and tags have a case"),
    other(AT, "Condition: {StringEqualsIfExists: {\"aws:RequestedRegion\": x}}, Action: \"a:B\", Resource: \"*\"", "Condition: {StringEquals: {\"aws:RequestedRegion\": x}}, Action: \"a:B\", Resource: \"*\"", "documented"),
    other(AT, "Condition: {\"ForAnyValue:StringEquals\": {\"aws:TagKeys\": x}}, Action: \"a:B\", Resource: \"*\"", "Condition: {\"ForAllValues:StringEquals\": {\"aws:TagKeys\": x}}, Action: \"a:B\", Resource: \"*\"", "documented"),
    other(AT, "Condition: {\"Null\": {\"aws:TokenIssueTime\": true}}, Action: \"a:B\", Resource: \"*\"", "Condition: {\"Null\": {\"aws:TokenIssueTime\": \"false\"}}, Action: \"a:B\", Resource: \"*\"", "the opposite"),
];

const INLINE: &[&str] = &["InlinePolicies.inline"];

/// Whole documents in a role.
#[rustfmt::skip]
pub(super) const WHOLE: &[Pair] = &[
    same("Statement: {Effect: Allow, Action: \"a:B\", Resource: \"*\"}", "Statement: [{Effect: Allow, Action: \"a:B\", Resource: \"*\"}]", "documented: one, or a list"),
    same("Statement: [{Effect: Allow, Action: \"a:B\", Resource: \"*\"}, {Effect: Deny, Action: \"c:D\", Resource: \"*\"}]", "Statement: [{Effect: Deny, Action: \"c:D\", Resource: \"*\"}, {Effect: Allow, Action: \"a:B\", Resource: \"*\"}]", "documented: statements have no order"),
    same("Statement: [{Effect: Allow, Action: \"a:B\", Resource: \"*\"}, {Effect: Allow, Action: \"a:B\", Resource: \"*\"}]", "Statement: {Effect: Allow, Action: \"a:B\", Resource: \"*\"}", "said twice is said"),
    same("Statement: {Effect: Allow, Action: \"a:B\", Resource: \"*\"}", "Version: \"2008-10-17\", Statement: {Effect: Allow, Action: \"a:B\", Resource: \"*\"}", "documented: the version of a document that names none"),
    other(INLINE, "Statement: {Effect: Allow, Action: \"a:B\", Resource: \"*\"}", "Version: \"2012-10-17\", Statement: {Effect: Allow, Action: \"a:B\", Resource: \"*\"}", "documented: ${…} is text without it, and a variable with it"),
    other(INLINE, "Id: x, Statement: {Effect: Allow, Action: \"a:B\", Resource: \"*\"}", "Statement: {Effect: Allow, Action: \"a:B\", Resource: \"*\"}", "a name"),
    other(INLINE, "Statement: [{Effect: Allow, Action: \"a:B\", Resource: \"*\"}, {Effect: Allow, Action: \"c:D\", Resource: \"*\"}]", "Statement: {Effect: Allow, Action: [\"a:B\", \"c:D\"], Resource: \"*\"}", "it allows the same, and what IAM keeps is not the same"),
];

const TRUST: &[&str] = &["AssumeRolePolicyDocument"];

/// Who may assume a role.
#[rustfmt::skip]
pub(super) const TRUSTS: &[Pair] = &[
    same("Service: [ecs.amazonaws.com, ec2.amazonaws.com, x.amazonaws.com]", "Service: [x.amazonaws.com, ecs.amazonaws.com, ec2.amazonaws.com]", "recorded: another order at each read"),
    same("Service: [ecs.amazonaws.com]", "Service: ecs.amazonaws.com", "recorded: lists of one come back as one"),
    same("AWS: \"123456789012\"", "AWS: \"arn:aws:iam::123456789012:root\"", "documented: an account and its root are one principal"),
    same("AWS: [\"123456789012\", \"arn:aws:iam::123456789012:root\"]", "AWS: \"123456789012\"", "said twice is said"),
    other(TRUST, "AWS: \"*\"", "AWS: \"123456789012\"", "everybody is not one account"),
    other(TRUST, "AWS: \"arn:aws:iam::111122223333:role/root\"", "AWS: \"arn:aws:iam::111122223333:root\"", "a role called root is not the account"),
    other(TRUST, "AWS: \"arn:aws:iam::111122223333:role/Deploy\"", "AWS: \"arn:aws:iam::111122223333:role/deploy\"", "ARNs have a case"),
    other(TRUST, "AWS: \"arn:aws:iam::123456789012:role/gone\"", "AWS: \"arn:aws:iam::123456789012:role/gone\"", "documented: AWS shows the id of who was deleted, and somebody new of that name may not assume the role"),
    other(TRUST, "Federated: cognito-identity.amazonaws.com", "Service: cognito-identity.amazonaws.com", "another kind of principal"),
];

fn statement(fields: &str) -> String {
    let effect = if fields.contains("Effect:") { "" } else { "Effect: Allow, " };
    format!("PolicyDocument: {{Version: \"2012-10-17\", Statement: [{{{effect}{fields}}}]}}")
}

#[test]
fn policies_are_compared_as_iam_reads_them() {
    try_all("policies", GRANTS, statement, |others, name, fields| {
        let document = parsed(&statement(fields))["PolicyDocument"].to_string();
        others.iam(
            "CreatePolicy",
            &[
                ("PolicyName", name),
                ("PolicyDocument", &document),
                ("Tags.member.1.Key", "tracewright:stack"),
                ("Tags.member.1.Value", "shop@eu-west-1"),
                ("Tags.member.2.Key", "tracewright:digest"),
                ("Tags.member.2.Value", super::DIGEST),
            ],
        );
    });
}

/// A role that trusts ECS's tasks.
pub(super) const TASKS: &str = "AssumeRolePolicyDocument: {Version: \"2012-10-17\", Statement: \
    [{Effect: Allow, Principal: {Service: ecs-tasks.amazonaws.com}, Action: \"sts:AssumeRole\"}]}";

/// Makes a role of the stack.
pub(super) fn make(others: &Others, name: &str, trust: &Value, more: &[(&str, &str)]) {
    let trust = trust.to_string();
    let mut parameters = vec![
        ("RoleName", name),
        ("AssumeRolePolicyDocument", &trust),
        ("Tags.member.1.Key", "tracewright:stack"),
        ("Tags.member.1.Value", "shop@eu-west-1"),
        ("Tags.member.2.Key", "tracewright:digest"),
        ("Tags.member.2.Value", super::DIGEST),
    ];
    parameters.extend(more);
    others.iam("CreateRole", &parameters);
}

#[test]
fn policies_in_roles_are_compared_as_iam_reads_them() {
    let role = |document: &str| format!("{TASKS}, InlinePolicies: {{inline: {{{document}}}}}");
    try_all("roles", WHOLE, role, |others, name, document| {
        make(others, name, &parsed(TASKS)["AssumeRolePolicyDocument"], &[]);
        let document = parsed(document).to_string();
        let parameters =
            [("RoleName", name), ("PolicyName", "inline"), ("PolicyDocument", &document)];
        others.iam("PutRolePolicy", &parameters);
    });
}

/// A role that is deleted and made anew once another one names it.
const GONE: &[(&str, &str)] = &[
    ("RoleName", "gone"),
    (
        "AssumeRolePolicyDocument",
        r#"{"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}}"#,
    ),
];

#[test]
fn trust_is_compared_as_iam_reads_it() {
    let role = |principal: &str| TASKS.replace("Service: ecs-tasks.amazonaws.com", principal);
    try_all("roles", TRUSTS, role, |others, name, principal| {
        let trust = parsed(&role(principal))["AssumeRolePolicyDocument"].clone();
        let names_gone = principal.contains("role/gone");
        if names_gone {
            others.iam("CreateRole", GONE);
        }
        make(others, name, &trust, &[]);
        if names_gone {
            others.iam("DeleteRole", &GONE[..1]);
            others.iam("CreateRole", GONE);
        }
    });
}

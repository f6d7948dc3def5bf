//! Roles: what stands in one beside who may assume it.

use super::policies::{TASKS, make};
use super::{Pair, other, parsed, same, try_all};

#[rustfmt::skip]
pub(super) const PAIRS: &[Pair] = &[
    same("", "MaxSessionDuration: 3600", "documented: one hour, where nothing is said; recorded: always there"),
    same("MaxSessionDuration: 3600.0", "", "JSON: one number"),
    same("Path: /", "", "documented: a slash, where nothing is said"),
    same("Description: \"\"", "", "recorded: absent where there is none"),
    same("ManagedPolicies: [AmazonS3ReadOnlyAccess, AWSXRayDaemonWriteAccess]", "ManagedPolicies: [\"arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess\", \"arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess\"]", "what is attached has no order"),
    same("ManagedPolicies: [AWSXRayDaemonWriteAccess, AWSXRayDaemonWriteAccess]", "ManagedPolicies: [\"arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess\"]", "it is attached once"),
    same("ManagedPolicies: [AmazonECSTaskExecutionRolePolicy]", "ManagedPolicies: [\"arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy\"]", "a policy of AWS's by its name"),
    same("ManagedPolicies: []", "", "nothing attached"),
    same("InlinePolicies: {}", "", "nothing in it"),
    same("PermissionsBoundary: PowerUserAccess", "PermissionsBoundary: \"arn:aws:iam::aws:policy/PowerUserAccess\"", "a policy of AWS's by its name"),
    same("Tags: {a: x, b: z}", "Tags: [{Key: b, Value: z}, {Key: a, Value: x}]", "tags are a mapping"),

    other(&["MaxSessionDuration"], "MaxSessionDuration: 7200", "", "another length"),
    other(&["MaxSessionDuration"], "", "MaxSessionDuration: 7200", "left out it is one hour"),
    other(&["Description"], "Description: x", "Description: \"x \"", "a blank is part of it"),
    other(&["Description"], "", "Description: x", "left out there is none"),
    other(&["ManagedPolicies.AWSXRayDaemonWriteAccess"], "", "ManagedPolicies: [\"arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess\"]", "left out there are none"),
    other(&["PermissionsBoundary"], "PermissionsBoundary: ReadOnlyAccess", "PermissionsBoundary: \"arn:aws:iam::aws:policy/PowerUserAccess\"", "another boundary"),
    other(&["PermissionsBoundary"], "", "PermissionsBoundary: \"arn:aws:iam::aws:policy/PowerUserAccess\"", "left out there is none"),
    other(&["Tags.a"], "Tags: {a: \"\"}", "", "a tag may be empty"),
    other(&["Tags.Team", "Tags.team"], "Tags: {Team: x}", "Tags: [{Key: team, Value: x}]", "documented: keys of a role's tags have no case, and keep it"),
];

#[test]
fn roles_are_compared_as_iam_reads_them() {
    let role = |fields: &str| format!("{TASKS}, {fields}").trim_end_matches(", ").to_owned();
    try_all("roles", PAIRS, role, |others, name, fields| {
        let role = parsed(&role(fields));
        let mut more = Vec::new();
        for field in ["MaxSessionDuration", "Path", "Description", "PermissionsBoundary"] {
            if let Some(value) = role.get(field) {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                more.push((field.to_owned(), text));
            }
        }
        for (at, tag) in role["Tags"].as_array().into_iter().flatten().enumerate() {
            for part in ["Key", "Value"] {
                let name = format!("Tags.member.{}.{part}", at + 3);
                more.push((name, tag[part].as_str().unwrap().to_owned()));
            }
        }
        let more: Vec<_> =
            more.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        make(others, name, &role["AssumeRolePolicyDocument"], &more);
        for arn in role["ManagedPolicies"].as_array().into_iter().flatten() {
            let arn = arn.as_str().unwrap();
            others.iam("AttachRolePolicy", &[("RoleName", name), ("PolicyArn", arn)]);
        }
    });
}

//! Roles, and what belongs to them.

use super::{PERMISSIONS, TRUST, import, settles};
use crate::harness::Scenario;

#[test]
fn the_policies_of_a_role_come_together() {
    let scenario = Scenario::new();
    let role = format!(r#"{{"RoleName": "backend", "AssumeRolePolicyDocument": {TRUST}}}"#);
    let inline = format!(
        r#"{{"RoleName": "backend", "PolicyName": "read", "PolicyDocument": {PERMISSIONS}}}"#
    );
    let arn = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess";
    let attached = format!(r#"{{"RoleName": "backend", "PolicyArn": "{arn}"}}"#);
    scenario.write("role.json", role).write("inline.json", inline).write("x.json", attached);
    let output = scenario.run("import role.json inline.json x.json --name shop");
    insta::assert_snapshot!(output, @r#"
    # Written by `tracewright import`.
    stack: shop
    account: "123456789012"
    region: eu-west-1

    roles:
      backend:
        file: role.json
        InlinePolicies:
          read:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: ssm:GetParameter
                Resource: arn:aws:ssm:eu-west-1:123456789012:parameter/x
        ManagedPolicies: [arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess]
    [exit 0]
    "#);
    scenario.write("stack.yaml", output.stdout);
    settles(&scenario, "stack.yaml", "");
    insta::assert_snapshot!(scenario.run("import inline.json"), @r#"
    ------- stderr -------
    error: this belongs to the role "backend", which is not among the files
     --> inline.json:1:1
      |
    1 | {"RoleName": "backend", "PolicyName": "read", "PolicyDocument": {"Version...
      | ^
      |
      = help: bring the answer of `aws iam get-role --role-name backend`
      = help: or import it whole, with `--live --match backend`
    error: nothing was written
    [exit 1]
    "#);
}

#[test]
fn a_role_whose_policies_are_not_shown_keeps_them() {
    let answer = format!(
        r#"{{"Role": {{"RoleName": "backend", "Arn": "arn:aws:iam::123456789012:role/backend",
        "RoleId": "AROA", "Path": "/", "AssumeRolePolicyDocument": {TRUST}}}}}"#
    );
    let (scenario, output) = import("role.json", &answer);
    insta::assert_snapshot!(output, @r#"
    # Written by `tracewright import`.
    stack: shop
    account: "123456789012"
    region: ${var.region}
    vars:
      region: {}

    roles:
      backend:
        file: role.json
        unmanaged: [ManagedPolicies, InlinePolicies]
    ------- stderr -------
    note: no ARN in here says which region this is: it is a variable
      = help: say `--region` here, or give it with `--var region=VALUE`

    note: AWS sets RoleId, Arn itself; left out here
     --> role.json:1:10
      |
    1 | {"Role": {"RoleName": "backend", "Arn": "arn:aws:iam::123456789012:role/b...
      |          ^
    [exit 0]
    "#);
    scenario.write("stack.yaml", output.stdout);
    settles(&scenario, "stack.yaml", " --var region=eu-west-1");
}

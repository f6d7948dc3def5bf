//! `import` of what AWS answers, and of the AWS CLI's input.

use crate::harness::Scenario;
use crate::import::{PERMISSIONS, RULE, TRUST, import, settles};

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

#[test]
fn all_rules_of_an_answer_are_taken_the_default_rule_too() {
    let record = |name: &str, priority: u32| {
        format!(
            r#"{{"SamplingRule": {{"RuleName": "{name}", "RuleARN": "arn:aws:xray:eu-west-1:123456789012:sampling-rule/{name}",
            "ResourceARN": "*", "Priority": {priority}, "FixedRate": 0.05, "ReservoirSize": 1, "ServiceName": "*",
            "ServiceType": "*", "Host": "*", "HTTPMethod": "*", "URLPath": "*", "Version": 1, "Attributes": {{}}}},
            "CreatedAt": 0, "ModifiedAt": 0}}"#
        )
    };
    let records = [record("one", 1), record("Default", 10_000), record("two", 2)].join(", ");
    let answer = format!(r#"{{"SamplingRuleRecords": [{records}]}}"#);
    let (scenario, output) = import("rules.json", &answer);
    insta::assert_snapshot!(output, @r#"
    # Written by `tracewright import`.
    stack: shop
    account: "123456789012"
    region: eu-west-1

    sampling_rules:
      one: { file: rules.json }
      two: { file: rules.json }

    default_sampling: { file: rules.json }
    ------- stderr -------
    note: AWS sets CreatedAt, ModifiedAt, RuleARN itself; left out here
     --> rules.json:1:43
      |
    1 | {"SamplingRuleRecords": [{"SamplingRule": {"RuleName": "one", "RuleARN": ...
      |                                           ^

    note: of the Default rule only FixedRate and ReservoirSize can be set; the rest is left out here
     --> rules.json:4:64
      |
    4 | ...   "CreatedAt": 0, "ModifiedAt": 0}, {"SamplingRule": {"RuleName": "De...
      |                                                          ^
    [exit 0]
    "#);
    scenario.write("stack.yaml", output.stdout);
    settles(&scenario, "stack.yaml", "");
}

#[test]
fn what_nobody_may_set_is_left_out_of_an_answer() {
    let role = |name: &str, path: &str| {
        format!(
            r#"{{"RoleName": "{name}", "Path": "{path}", "Arn": "arn:aws:iam::123456789012:role{path}{name}",
            "CreateDate": "<datetime>",
            "AssumeRolePolicyDocument": {TRUST}, "RolePolicyList": [], "AttachedManagedPolicies": [],
            "Tags": [{{"Key": "aws:cloudformation:stack-name", "Value": "shop"}},
                {{"Key": "tracewright:stack", "Value": "other"}}, {{"Key": "team", "Value": "shop"}}]}}"#
        )
    };
    let policy = |name: &str, owner: &str| {
        format!(
            r#"{{"PolicyName": "{name}", "Arn": "arn:aws:iam::{owner}:policy/{name}",
            "PolicyVersionList": [{{"IsDefaultVersion": true, "Document": {PERMISSIONS}}}]}}"#
        )
    };
    let roles = [role("backend", "/"), role("AWSServiceRoleForECS", "/aws-service-role/ecs/")];
    let policies = [policy("reads", "123456789012"), policy("ReadOnlyAccess", "aws")];
    let (roles, policies) = (roles.join(", "), policies.join(", "));
    let answer = format!(r#"{{"RoleDetailList": [{roles}], "Policies": [{policies}]}}"#);
    let (scenario, output) = import("account.json", &answer);
    insta::assert_snapshot!(output, @r#"
    # Written by `tracewright import`.
    stack: shop
    account: "123456789012"
    region: eu-west-1

    roles:
      backend:
        Path: /
        AssumeRolePolicyDocument:
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Principal: { Service: ecs-tasks.amazonaws.com }
              Action: sts:AssumeRole
        Tags: { team: shop }
        ManagedPolicies: []
        InlinePolicies: {}

    policies:
      reads:
        PolicyDocument:
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Action: ssm:GetParameter
              Resource: arn:aws:ssm:eu-west-1:123456789012:parameter/x
    ------- stderr -------
    note: this answer does not show `Description` and `MaxSessionDuration` of roles
     --> account.json:1:21
      |
    1 | {"RoleDetailList": [{"RoleName": "backend", "Path": "/", "Arn": "arn:aws:...
      |                     ^
      |
      = help: where a role has any, add them, or import it with `--live --match NAME`

    note: what AWS keeps itself is not taken over: 1 role, 1 policy
     --> account.json:7:101
      |
    7 | ...Key": "team", "Value": "shop"}]}, {"RoleName": "AWSServiceRoleForECS",...
      |                                      ^

    note: AWS sets Arn, CreateDate itself; left out here
     --> account.json:1:21
      |
    1 | {"RoleDetailList": [{"RoleName": "backend", "Path": "/", "Arn": "arn:aws:...
      |                     ^

    note: aws:cloudformation:stack-name, tracewright:stack cannot be set as tags; left out here
     --> account.json:6:30
      |
    6 | ...   "Tags": [{"Key": "aws:cloudformation:stack-name", "Value": "shop"},
      |                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    [exit 0]
    "#);
    scenario.write("stack.yaml", output.stdout);
    settles(&scenario, "stack.yaml", "");
    // What there is nothing else of is an error.
    let own = role("AWSServiceRoleForECS", "/aws-service-role/ecs/");
    let (_, output) = import("role.json", &format!(r#"{{"Role": {own}}}"#));
    output.exits(1).says("error: what AWS keeps itself is not taken over: 1 role");
}

#[test]
fn what_changes_a_rule_is_not_a_rule() {
    let update = r#"{"SamplingRuleUpdate": {"RuleName": "shop", "FixedRate": 0.1}}"#;
    let (_, output) = import("update.json", update);
    insta::assert_snapshot!(output, @r#"
    ------- stderr -------
    error: `shop` is not taken over: this changes a rule and does not say all of it
     --> update.json:1:24
      |
    1 | {"SamplingRuleUpdate": {"RuleName": "shop", "FixedRate": 0.1}}
      |                        ^
      |
      = help: bring the answer of `aws xray get-sampling-rules`
      = help: or import it with `--live --match shop`
    error: nothing was written
    [exit 1]
    "#);
    // Beside a rule, it is named and left out.
    let both = format!(
        "aws xray create-sampling-rule --cli-input-json '{}'\n\
         aws xray update-sampling-rule --cli-input-json '{update}'\n",
        RULE.trim()
    );
    let (scenario, output) = import("rules.sh", &both);
    insta::assert_snapshot!(output, @r#"
    # Written by `tracewright import`.
    stack: shop
    account: ${var.account}
    region: ${var.region}
    vars:
      account: {}
      region: {}

    sampling_rules:
      Cruddur:
        ResourceARN: "*"
        Priority: 9000
        FixedRate: 0.1
        ReservoirSize: 5
        ServiceName: Cruddur
        ServiceType: "*"
        Host: "*"
        HTTPMethod: "*"
        URLPath: "*"
        Version: 1
    ------- stderr -------
    note: a shell command stands before the document, and is left out
     --> rules.sh:1:1
      |
    1 | aws xray create-sampling-rule --cli-input-json '{
      | ^

    note: 2 documents stand in one file; each is read
     --> rules.sh:1:49
      |
    1 | aws xray create-sampling-rule --cli-input-json '{
      |                                                 ^

    note: a shell command stands between two documents, and is left out
     --> rules.sh:8:1
      |
    8 | aws xray update-sampling-rule --cli-input-json '{"SamplingRuleUpdate": {"...
      | ^

    note: no ARN in here says which account this is: it is a variable
      = help: say `--account` here, or give it with `--var account=VALUE`

    note: no ARN in here says which region this is: it is a variable
      = help: say `--region` here, or give it with `--var region=VALUE`

    warning: `shop` is not taken over: this changes a rule and does not say all of it
     --> rules.sh:8:24
      |
    8 | {"SamplingRuleUpdate": {"RuleName": "shop", "FixedRate": 0.1}}]
      |                        ^
      |
      = help: bring the answer of `aws xray get-sampling-rules`
      = help: or import it with `--live --match shop`
    [exit 0]
    "#);
    scenario.write("stack.yaml", output.stdout);
    settles(&scenario, "stack.yaml", " --var account=123456789012 --var region=eu-west-1");
}

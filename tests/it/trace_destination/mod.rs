//! Where X-Ray sends spans: changed once it may write there, waited for, and left.

mod key;

use serde_json::{Value, json};

use crate::harness::{Output, Scenario};
use crate::others::Others;

const TO_LOGS: &str = "trace_destination: { Destination: CloudWatchLogs }\n";

fn to_logs() -> Scenario {
    let scenario = Scenario::new();
    scenario.stack(TO_LOGS);
    scenario
}

fn nothing_to_do(scenario: &Scenario) {
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("Nothing to do");
}

/// A log resource policy that has this effect on X-Ray.
fn policy(effect: &str) -> Value {
    json!({"Version": "2012-10-17", "Statement": {
        "Effect": effect, "Principal": {"Service": "xray.amazonaws.com"},
        "Action": "logs:*", "Resource": "*",
    }})
}

/// A log resource policy that is not about X-Ray.
fn of_another() -> Value {
    let mut policy = policy("Allow");
    policy["Statement"]["Principal"] = json!({"Service": "es.amazonaws.com"});
    policy
}

/// Has the local AWS hold these log resource policies, and no others.
fn with_policies<'a>(scenario: &Scenario, wanted: impl IntoIterator<Item = (&'a str, Value)>) {
    let others = Others::of(scenario);
    for name in policies(scenario) {
        others.logs("DeleteResourcePolicy", &json!({"policyName": name}));
    }
    for (name, document) in wanted {
        let policy = json!({"policyName": name, "policyDocument": document.to_string()});
        others.logs("PutResourcePolicy", &policy);
    }
}

/// The names of the policies that it holds.
fn policies(scenario: &Scenario) -> Vec<String> {
    let answer = Others::of(scenario).logs("DescribeResourcePolicies", &json!({}));
    let listed = answer["resourcePolicies"].as_array().cloned().unwrap_or_default();
    let mut names: Vec<_> =
        listed.iter().map(|one| one["policyName"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

fn with_faults(scenario: &Scenario, delay: &str, rules: &Value) -> Output {
    let faults = json!({"rules": rules}).to_string();
    let env =
        [("TRACEWRIGHT_LOCAL_FAULTS", faults.as_str()), ("TRACEWRIGHT_LOCAL_XRAY_DELAY", delay)];
    scenario.run_in(&["apply", "stack.yaml", "--local", "--yes"], &env)
}

#[test]
fn spans_go_to_the_logs_once_x_ray_may_write_there_and_stay_when_the_stack_goes() {
    let scenario = to_logs();
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    ~ trace_destination.Default  AWS differs from the file  stack.yaml:4
        Destination  XRay -> CloudWatchLogs
        log_policy   missing -> in place
        sends the spans of the whole account in this region to the log group
        aws/spans, for which CloudWatch Logs charges; 1 % of them is indexed as
        traces, unless `indexing` says otherwise
        puts the log resource policy `tracewright-xray-spans` first, which lets
        X-Ray write into aws/spans and /aws/application-signals/data

    Permissions
      + trace_destination.Default: X-Ray may logs:PutLogEvents on aws/spans and
        /aws/application-signals/data of this account and region

    Plan: 1 to change.
    Applied: 1 changed.
    ------- stderr -------
    changed trace_destination.Default
    [exit 0]
    ");
    assert_eq!(policies(&scenario), ["tracewright-xray-spans"]);
    nothing_to_do(&scenario);
    insta::assert_snapshot!(scenario.run("destroy stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    note: trace_destination.Default is left as it is: X-Ray has no call that deletes
    it, and CloudWatch Logs goes on charging for spans; `Destination: XRay` ends
    that

    Nothing to do: nothing in AWS belongs to `shop`.
    [exit 0]
    ");
    scenario.edit("stack.yaml", "CloudWatchLogs", "XRay");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    ~ trace_destination.Default  AWS differs from the file  stack.yaml:4
        Destination  CloudWatchLogs -> XRay
        leaves the log group aws/spans with its spans, and what lets X-Ray write
        there, as they are

    Plan: 1 to change.
    Applied: 1 changed.
    ------- stderr -------
    changed trace_destination.Default
    [exit 0]
    ");
    nothing_to_do(&scenario);
    assert_eq!(policies(&scenario), ["tracewright-xray-spans"]);
}

#[test]
fn a_policy_of_others_is_enough() {
    let scenario = to_logs();
    with_policies(&scenario, [("spans", policy("Allow"))]);
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    ~ trace_destination.Default  AWS differs from the file  stack.yaml:4
        Destination  XRay -> CloudWatchLogs
        sends the spans of the whole account in this region to the log group
        aws/spans, for which CloudWatch Logs charges; 1 % of them is indexed as
        traces, unless `indexing` says otherwise

    Plan: 1 to change.
    Applied: 1 changed.
    ------- stderr -------
    changed trace_destination.Default
    [exit 0]
    ");
    assert_eq!(policies(&scenario), ["spans"]);
    nothing_to_do(&scenario);
}

#[test]
fn a_policy_that_goes_is_drift_and_is_put_back() {
    let scenario = to_logs();
    scenario.run("apply stack.yaml --local --yes").exits(0);
    with_policies(&scenario, []);
    insta::assert_snapshot!(scenario.run("drift stack.yaml --local").exits(3), @"
    shop  account 123456789012  eu-west-1

    ~ trace_destination.Default  AWS differs from the file  stack.yaml:4
        log_policy  file in place, AWS missing  (who moved is not known)
        puts the log resource policy `tracewright-xray-spans` first, which lets
        X-Ray write into aws/spans and /aws/application-signals/data

    drift: 0 clean, 1 drifted
    ------- stderr -------
      = help: `tracewright drift stack.yaml --accept trace_destination.Default --local`
              takes it into the file
    [exit 3]
    ");
    insta::assert_snapshot!(scenario.run("show stack.yaml trace_destination --local"), @"
    trace_destination.Default  stack.yaml:4
      name      Default
      arn       none
      changed   AWS does not say
      owner     the region: it carries no mark

      Destination  CloudWatchLogs
      log_policy   file in place, AWS missing
    [exit 0]
    ");
    let apply = scenario.run("apply stack.yaml --local --yes --stats").exits(0);
    insta::assert_snapshot!(crate::harness::cost(&apply.stderr), @"
    stats: logs  DescribeResourcePolicies 3, PutResourcePolicy 1
    stats: sts  GetCallerIdentity 1
    stats: xray  GetTraceSegmentDestination 3
    stats: longest chain of calls 5
    ");
    nothing_to_do(&scenario);
    // Who changed it leaves its name to it, and it is written anew.
    with_policies(&scenario, [("tracewright-xray-spans", of_another())]);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    nothing_to_do(&scenario);
}

#[test]
fn what_no_policy_could_help_is_said_before_the_first_call() {
    let scenario = to_logs();
    with_policies(&scenario, [("no", policy("Deny")), ("yes", policy("Allow"))]);
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes").exits(6), @"
    shop  account 123456789012  eu-west-1

    ~ trace_destination.Default  AWS differs from the file  stack.yaml:4
        Destination  XRay -> CloudWatchLogs
        log_policy   denied -> in place
        sends the spans of the whole account in this region to the log group
        aws/spans, for which CloudWatch Logs charges; 1 % of them is indexed as
        traces, unless `indexing` says otherwise
        fails: the log resource policy `no` denies X-Ray to write spans; change that
        one, or take it away

    Plan: 1 to change.
    Stopped part-way: nothing finished; 1 failed, 0 not tried.
      failed     trace_destination.Default: xray:UpdateTraceSegmentDestination
                 failed: the log resource policy `no` denies X-Ray to write spans;
                 change that one, or take it away
    Next:
      tracewright apply stack.yaml --local
    ------- stderr -------
    failed  trace_destination.Default: xray:UpdateTraceSegmentDestination failed: the log resource policy `no` denies X-Ray to write spans; change that one, or take it away
      = help: `tracewright show --journal` has all of it, and the way back
    [exit 6]
    ");
    let names: Vec<_> = (0..10).map(|n| format!("policy-{n}")).collect();
    let of_others = names.iter().map(|name| (name.as_str(), of_another()));
    with_policies(&scenario, of_others.clone());
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes").exits(6), @"
    shop  account 123456789012  eu-west-1

    ~ trace_destination.Default  AWS differs from the file  stack.yaml:4
        Destination  XRay -> CloudWatchLogs
        log_policy   missing -> in place
        sends the spans of the whole account in this region to the log group
        aws/spans, for which CloudWatch Logs charges; 1 % of them is indexed as
        traces, unless `indexing` says otherwise
        fails: the region has 10 log resource policies, which is as many as there
        may be, and none lets X-Ray write spans; take one away, or add it to one

    Plan: 1 to change.
    Stopped part-way: nothing finished; 1 failed, 0 not tried.
      failed     trace_destination.Default: xray:UpdateTraceSegmentDestination
                 failed: the region has 10 log resource policies, which is as many
                 as there may be, and none lets X-Ray write spans; take one away, or
                 add it to one
    Next:
      tracewright apply stack.yaml --local
    ------- stderr -------
    failed  trace_destination.Default: xray:UpdateTraceSegmentDestination failed: the region has 10 log resource policies, which is as many as there may be, and none lets X-Ray write spans; take one away, or add it to one
      = help: `tracewright show --journal` has all of it, and the way back
    [exit 6]
    ");
    assert_eq!(policies(&scenario), names);
    // One of them is the step's own.
    let own = [("tracewright-xray-spans", of_another())];
    with_policies(&scenario, of_others.skip(1).chain(own));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    nothing_to_do(&scenario);
}

#[test]
fn x_ray_is_waited_for_and_that_is_said() {
    // The SDK makes some of these tries itself: with a clock that stands still it takes a 403 for a
    // signature that is too old.
    let apply = with_faults(&to_logs(), "20", &json!([])).exits(0);
    insta::assert_snapshot!(apply.stderr, @"
    waiting for X-Ray to see the log resource policy, up to 2 min
    waiting for X-Ray to change the destination over, up to 10 min
    still waiting for X-Ray to change the destination over: 31 s of 10 min
    changed trace_destination.Default
    ");
    let apply = with_faults(&to_logs(), "100000", &json!([])).exits(6);
    insta::assert_snapshot!(apply.stderr, @"
    waiting for X-Ray to see the log resource policy, up to 2 min
    still waiting for X-Ray to see the log resource policy: 31 s of 2 min
    failed  trace_destination.Default: xray:UpdateTraceSegmentDestination failed: AccessDeniedException: XRay does not have permission to call PutLogEvents on the aws/spans Log Group. Please verify that your CloudWatch Logs Resource Policies are configured correctly; waited 2 min for X-Ray to see the log resource policy, in vain
      = help: `tracewright show --journal` has all of it, and the way back
    ");
    let scenario = to_logs();
    with_policies(&scenario, [("spans", policy("Allow"))]);
    // A policy that is there may have come a moment ago, with a run that was cut off.
    let apply = with_faults(&scenario, "20", &json!([])).exits(0);
    insta::assert_snapshot!(apply.stderr, @"
    waiting for X-Ray to see the log resource policy, up to 2 min
    waiting for X-Ray to change the destination over, up to 10 min
    still waiting for X-Ray to change the destination over: 31 s of 10 min
    changed trace_destination.Default
    ");
}

#[test]
fn an_answer_that_is_lost_is_a_change_that_is_done() {
    let call = "xray:UpdateTraceSegmentDestination";
    let lost = json!([{"call": call, "nth": 1, "effect": "answer_lost"}]);
    for delay in ["0", "1"] {
        let scenario = to_logs();
        with_faults(&scenario, delay, &lost).exits(0);
        nothing_to_do(&scenario);
    }
}

#[test]
fn the_documents_of_the_cli_are_taken_as_they_are() {
    let scenario = Scenario::new();
    scenario.stack("trace_destination: { file: destination.json }\n");
    scenario.write("destination.json", r#"{"Destination": "CloudWatchLogs"}"#);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.write("destination.json", r#"{"Destination": "CloudWatchLogs", "Status": "PENDING"}"#);
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @r#"
    shop  account 123456789012  eu-west-1

    Nothing to do: AWS is as stack.yaml says (1 resource).
    ------- stderr -------
    note: AWS sets Status itself; left out here
     --> destination.json:1:1
      |
    1 | {"Destination": "CloudWatchLogs", "Status": "PENDING"}
      | ^
    [exit 0]
    "#);
    let import = scenario
        .run("import destination.json --account 123456789012 --region eu-west-1 --name shop");
    insta::assert_snapshot!(import, @r#"
    # Written by `tracewright import`.
    stack: shop
    account: "123456789012"
    region: eu-west-1

    trace_destination: { file: destination.json }
    ------- stderr -------
    note: AWS sets Status itself; left out here
     --> destination.json:1:1
      |
    1 | {"Destination": "CloudWatchLogs", "Status": "PENDING"}
      | ^
    [exit 0]
    "#);
    let live = "import --live --local --account 123456789012 --region eu-west-1 --name shop";
    insta::assert_snapshot!(scenario.run(live), @r#"
    # Written by `tracewright import`.
    stack: shop
    account: "123456789012"
    region: eu-west-1

    default_sampling: { FixedRate: 0.05, ReservoirSize: 1 }

    trace_destination: { Destination: CloudWatchLogs }
    [exit 0]
    "#);
}

#[test]
fn the_way_back_is_the_journal() {
    let scenario = to_logs();
    scenario.run("apply stack.yaml --local --yes").exits(0);
    insta::assert_snapshot!(crate::undo::undone(&scenario), @"
    shop  account 123456789012  eu-west-1

    ~ trace_destination.Default  as it was before that run
        Destination  CloudWatchLogs -> XRay
        leaves the log group aws/spans with its spans, and what lets X-Ray write
        there, as they are


    Plan: 1 to change.
    ");
}

#[test]
fn only_who_wants_spans_in_the_logs_needs_to_look_there() {
    let scenario = to_logs();
    let only = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Action": ["sts:GetCallerIdentity", "xray:GetTraceSegmentDestination"],
        "Resource": "*",
    }]});
    scenario.write("policy.json", only.to_string());
    let plan = || {
        let env = [("TRACEWRIGHT_LOCAL_POLICY", "policy.json")];
        scenario.run_in(&["plan", "stack.yaml", "--local"], &env)
    };
    insta::assert_snapshot!(plan().exits(7), @"
    shop  account 123456789012  eu-west-1

    ? trace_destination
        not known: AWS denied logs:DescribeResourcePolicies: AccessDeniedException:
        User: arn:aws:iam::123456789012:user/local is not authorized to perform:
        logs:DescribeResourcePolicies on resource: * because no identity-based
        policy allows the logs:DescribeResourcePolicies action; allow
        `logs:DescribeResourcePolicies` for the role or user that runs this;
        `tracewright permissions stack.yaml --for plan` prints what it needs

    Plan: 1 not known.
    [exit 7]
    ");
    scenario.edit("stack.yaml", "CloudWatchLogs", "XRay");
    plan().exits(0).says("Nothing to do");
}

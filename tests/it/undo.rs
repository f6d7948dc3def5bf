//! The way back behind a run.

use serde_json::json;

use crate::between::{Between, Fate};
use crate::harness::{Output, Scenario};
use crate::iam::BACKEND;
use crate::journal::{journals, newest};
use crate::others::Others;
use crate::task_definitions::BACKEND as TASK;

const RULE: &str = "sampling_rules:
  checkout: { Priority: 20, FixedRate: 0.05, ReservoirSize: 1, Tags: { team: web } }
default_sampling: { FixedRate: 0.01, ReservoirSize: 1 }
";

fn whole() -> String {
    format!("{BACKEND}{TASK}{RULE}")
}

fn applied(stack: &str) -> Scenario {
    let scenario = Scenario::new();
    scenario.stack(stack);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario
}

/// Goes back behind the newest run.
fn undo(scenario: &Scenario) -> Output {
    let journal = newest(scenario);
    let plan = scenario.run(&format!("plan --undo {journal} --local")).exits(0);
    let apply = scenario.run(&format!("apply --undo {journal} --local --yes")).exits(0);
    let again = scenario.run(&format!("plan --undo {journal} --local")).exits(0);
    again.says("Nothing to do: AWS is as it was before that run.");
    assert_eq!(apply.stdout.split("Applied").next(), plan.stdout.split("Applied").next());
    plan
}

/// What going back behind the newest run is planned to do, without its moment.
pub(crate) fn undone(scenario: &Scenario) -> String {
    shown(&undo(scenario))
}

/// What the local AWS has, but for numbers that it never gives twice and for moments.
fn nothing_to_do(scenario: &Scenario) {
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("Nothing to do");
}

/// A plan without the line that names the run.
fn shown(plan: &Output) -> String {
    let lines = plan.stdout.lines().filter(|line| !line.contains("goes back behind"));
    let lines = lines.filter(|line| !line.contains(":user/local"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn what_a_run_changed_goes_back() {
    let scenario = applied(&whole());
    let before = scenario.read("stack.yaml");
    scenario.edit("stack.yaml", "FixedRate: 0.05", "FixedRate: 0.5");
    scenario.edit("stack.yaml", "FixedRate: 0.01", "FixedRate: 0.9");
    scenario.edit("stack.yaml", "{ team: web }", "{ owner: ops }");
    scenario.edit("stack.yaml", "[ssm:GetParameter]", "[ssm:GetParameters]");
    scenario.edit("stack.yaml", "Service: ecs-tasks.amazonaws.com", "Service: ec2.amazonaws.com");
    scenario.edit("stack.yaml", "backend:1", "backend:2");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    insta::assert_snapshot!(shown(&undo(&scenario)), @"
    shop  account 123456789012  eu-west-1

    ~ default_sampling.Default  as it was before that run
        FixedRate  0.9 -> 0.01

    ~ policies.read-parameters  as it was before that run
        PolicyDocument
          ~ statement read
            ~ Action ssm:GetParameters -> ssm:GetParameter

    ~ roles.backend  as it was before that run
        AssumeRolePolicyDocument
          ~ statement 1 (allow sts:AssumeRole to ecs-tasks.amazonaws.com)
            ~ Principal Service ec2.amazonaws.com -> ecs-tasks.amazonaws.com

    ~ sampling_rules.checkout  as it was before that run
        FixedRate   0.5 -> 0.05
        Tags.owner  ops -> (none)
        Tags.team   (none) -> web

    ~ task_definitions.backend  as it was before that run
        containerDefinitions.app
          image  shop/backend:2 -> shop/backend:1

    Permissions
      ! roles.backend: may now assume the role: ecs-tasks.amazonaws.com
      + policies.read-parameters: may now: ssm:GetParameter on
        arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*
      - policies.read-parameters: may no longer: ssm:GetParameters on
        arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*
      - roles.backend: may no longer assume the role: ec2.amazonaws.com


    Plan: 5 to change.
    ");
    scenario.write("stack.yaml", before);
    nothing_to_do(&scenario);
}

#[test]
fn what_a_run_made_goes_and_what_it_took_away_comes_back() {
    let scenario = applied(&format!("{RULE}roles: {{}}\npolicies: {{}}\ntask_definitions: {{}}\n"));
    scenario.stack(&format!("{BACKEND}{TASK}default_sampling: {{ FixedRate: 0.01, ReservoirSize: 1 }}\nsampling_rules: {{}}\n"));
    scenario.run("apply stack.yaml --local --yes --allow-deletes 1").exits(0);
    insta::assert_snapshot!(shown(&undo(&scenario)), @r#"
    shop  account 123456789012  eu-west-1

    - policies.read-parameters  that run made it
        PolicyDocument
          - statement read
            - Effect Allow
            - Action ssm:GetParameter
            - Resource arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*
        is taken off the role backend

    - roles.backend  that run made it
        AssumeRolePolicyDocument
          - statement 1 (allow sts:AssumeRole to ecs-tasks.amazonaws.com)
            - Effect Allow
            - Principal Service ecs-tasks.amazonaws.com
            - Action sts:AssumeRole
        InlinePolicies.logs
          - statement 1 (allow logs:PutLogEvents on *)
            - Effect Allow
            - Action logs:PutLogEvents
            - Resource *
        ManagedPolicies.AWSXRayDaemonWriteAccess
          arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess
        ManagedPolicies.read-parameters
          arn:aws:iam::123456789012:policy/read-parameters

    - task_definitions.backend  that run made it
        containerDefinitions.app
          environment.LOG_LEVEL                info
          environment.STAGE                    prod
          image                                shop/backend:1
          portMappings.8080/tcp.containerPort  8080
        containerDefinitions.xray
          image
            public.ecr.aws/xray/aws-xray-daemon:3.3.13
          portMappings.2000/udp.containerPort  2000
        cpu                      256
        memory                   512
        networkMode              awsvpc
        requiresCompatibilities  ["FARGATE"]
        tags.team                shop
        deregisters backend:1

    + sampling_rules.checkout  that run took it away
        FixedRate      0.05
        Priority       20
        ReservoirSize  1
        Tags.team      web

    Permissions
      - policies.read-parameters: may no longer: ssm:GetParameter on
        arn:aws:ssm:eu-west-1:123456789012:parameter/shop/*
      - roles.backend: may no longer assume the role: ecs-tasks.amazonaws.com
      - roles.backend: logs: may no longer: logs:PutLogEvents on *
      - roles.backend: loses the policy AWSXRayDaemonWriteAccess
      - roles.backend: loses the policy
        arn:aws:iam::123456789012:policy/read-parameters


    Plan: 3 to delete, 1 to create.
    "#);
    let others = Others::of(&scenario);
    assert!(others.roles().is_empty() && others.policies().is_empty());
    assert_eq!(scenario.local_rules("eu-west-1"), ["Default", "checkout"]);
    scenario.stack(&format!("{RULE}roles: {{}}\npolicies: {{}}\ntask_definitions: {{}}\n"));
    nothing_to_do(&scenario);
}

#[test]
fn a_destroy_can_be_undone_with_the_secrets_that_no_journal_has() {
    let scenario = Scenario::new();
    let secret = "environment: [{ name: DB_PASSWORD, value: swordfish }]";
    scenario.stack(&format!(
        "{BACKEND}{RULE}task_definitions:
  backend:
    tags: {{ team: web }}
    taskRoleArn: ${{role.backend.arn}}
    containerDefinitions: [{{ name: app, image: \"a:1\", memory: 128, {secret} }}]
"
    ));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.run("destroy stack.yaml --local --yes").exits(0);
    let plan = undo(&scenario);
    assert!(!plan.stdout.contains("swordfish"), "{plan}");
    plan.says("environment.DB_PASSWORD  (sensitive)");
    nothing_to_do(&scenario);
    let task = Others::of(&scenario)
        .ecs("DescribeTaskDefinition", &json!({"taskDefinition": "backend", "include": ["TAGS"]}));
    let container = &task["taskDefinition"]["containerDefinitions"][0];
    assert_eq!(container["environment"][0]["value"], "swordfish");
    assert!(task["tags"].to_string().contains("team"), "{task}");
}

#[test]
fn an_undo_can_be_undone() {
    let scenario = applied(&whole());
    scenario.edit("stack.yaml", "FixedRate: 0.05", "FixedRate: 0.5");
    scenario.edit("stack.yaml", "backend:1", "backend:2");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let first = newest(&scenario);
    undo(&scenario);
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(2);
    let journal = scenario.run("show --journal").exits(0);
    assert!(journal.stdout.contains(&format!("undoes  {first}")), "{journal}");
    undo(&scenario);
    nothing_to_do(&scenario);
}

#[test]
fn a_run_that_stopped_part_way_goes_back_as_far_as_it_came() {
    let between = Between::start(|asked, before, _| match asked {
        // The second one is the undo's.
        "PutRolePolicy" if before == 0 => {
            Fate::Refused(400, "LimitExceeded", "Maximum policy size of 10240 bytes exceeded.")
        }
        _ => Fate::Answered,
    });
    let scenario = between.scenario();
    scenario.stack(&whole());
    scenario.run("apply stack.yaml --yes").exits(6);
    assert_eq!(between.others().roles(), ["backend"]);
    let undo = format!("apply --undo {} --yes --allow-deletes 4", newest(&scenario));
    scenario.run(&undo).exits(0).says("4 deleted");
    let others = between.others();
    assert!(others.roles().is_empty() && others.policies().is_empty());
}

#[test]
fn what_someone_changed_since_is_shown_as_what_it_is() {
    let scenario = applied(RULE);
    scenario.edit("stack.yaml", "FixedRate: 0.05", "FixedRate: 0.5");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let others = Others::of(&scenario);
    let update = |fields: serde_json::Value| {
        let mut rule = json!({"RuleName": "checkout"});
        rule.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        others.xray("UpdateSamplingRule", &json!({"SamplingRuleUpdate": rule}));
    };
    update(json!({"ReservoirSize": 7}));
    let plan = undo(&scenario);
    insta::assert_snapshot!(shown(&plan), @"
    shop  account 123456789012  eu-west-1

    ~ sampling_rules.checkout
        as it was before that run, and it was changed since, too
        FixedRate      0.5 -> 0.05
        ReservoirSize  7 -> 1  (drift)


    Plan: 1 to change.
    ");
}

#[test]
fn limits_and_ownership_judge_an_undo_as_any_plan() {
    let rule = |n| format!("  r{n}: {{ Priority: {n}, FixedRate: 0, ReservoirSize: 0 }}\n");
    let rules = |count| (1..=count).map(rule).collect::<String>();
    let scenario = applied(&format!("sampling_rules:\n{}", rules(3)));
    scenario.stack(&format!("sampling_rules:\n{}", rules(8)));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let journal = newest(&scenario);
    let refused = scenario.run(&format!("apply --undo {journal} --local --yes")).exits(4);
    refused.says("5 of the 8 resources that `shop` owns would go").says("--allow-deletes 5");
    // What is no longer the stack's is not touched.
    let others = Others::of(&scenario);
    let arn = "arn:aws:xray:eu-west-1:123456789012:sampling-rule/r4";
    others.xray("UntagResource", &json!({"ResourceARN": arn, "TagKeys": ["tracewright:stack"]}));
    let apply = format!("apply --undo {journal} --local --yes --allow-deletes 5");
    scenario.run(&apply).exits(0).says("4 deleted");
    assert_eq!(scenario.local_rules("eu-west-1"), ["r1", "r2", "r3", "r4"]);
    // What was changed and is no longer the stack's is blocked.
    scenario
        .stack(&format!("sampling_rules:\n{}", rules(3).replace("FixedRate: 0", "FixedRate: 1")));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let arn = "arn:aws:xray:eu-west-1:123456789012:sampling-rule/r2";
    others.xray("UntagResource", &json!({"ResourceARN": arn, "TagKeys": ["tracewright:stack"]}));
    let apply = format!("apply --undo {} --local --yes", newest(&scenario));
    scenario.run(&apply).exits(4).says("exists without a mark of ours");
}

#[test]
fn protection_holds_in_an_undo_too() {
    let rule = "  kept: { Priority: 1, FixedRate: 0, ReservoirSize: 0, protect: true }\n";
    let scenario = applied(&format!("{RULE}roles: {{}}\n"));
    scenario.edit("stack.yaml", "sampling_rules:\n", &format!("sampling_rules:\n{rule}"));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let undo = format!("apply --undo {} --local --yes", newest(&scenario));
    scenario.run(&undo).exits(0).says("1 kept");
    assert_eq!(scenario.local_rules("eu-west-1"), ["Default", "checkout", "kept"]);
}

#[test]
fn a_secret_that_is_in_no_journal_stays_as_it_is() {
    let scenario = Scenario::new().env("TOKEN", "correct-horse");
    let rule = |rate: &str| {
        format!(
            "sampling_rules:\n  r: {{ Priority: 1, FixedRate: {rate}, ReservoirSize: 0, Attributes: {{ key: \"${{env.TOKEN}}\" }} }}\n  s: {{ Priority: 2, FixedRate: 0, ReservoirSize: 0 }}\n"
        )
    };
    let apply = "apply stack.yaml --local --yes --allow-env TOKEN";
    scenario.stack(&rule("0"));
    scenario.run(apply).exits(0);
    scenario.stack(&rule("1"));
    let scenario = scenario.env("TOKEN", "battery-staple");
    scenario.run(apply).exits(0);
    let plan = undo(&scenario);
    insta::assert_snapshot!(shown(&plan), @"
    shop  account 123456789012  eu-west-1

    ~ sampling_rules.r  as it was before that run
        FixedRate  1 -> 0


    note: `Attributes.key` of sampling_rules.r is secret, and in no journal: it
    stays as it is

    Plan: 1 to change.
    ");
    // Where AWS does not have it any more, nobody has.
    scenario.stack("sampling_rules:\n  s: { Priority: 2, FixedRate: 0, ReservoirSize: 0 }\n");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let journal = newest(&scenario);
    let plan = scenario.run(&format!("plan --undo {journal} --local")).exits(0);
    insta::assert_snapshot!(shown(&plan), @"
    shop  account 123456789012  eu-west-1


    note: sampling_rules.r stays away: a value that it had is secret, and in no
    journal

    Nothing to do: nothing else can go back.
    ");
    assert_eq!(journals(&scenario).len(), 4);
}

/// A revision that AWS does not remember any more, with names where lists are: what is live has them
/// in another order.
#[test]
fn a_secret_of_a_container_stays_as_it_is_where_no_revision_has_it() {
    let task = |image: &str, environment: &str| {
        format!(
            "task_definitions:\n  web:\n    containerDefinitions:\n      - {{ name: side, image: \"side:1\", memory: 64 }}\n      - {{ name: app, image: \"{image}\", memory: 64, environment: [{environment}], command: [serve, --password, Tr0ub4dor] }}\n"
        )
    };
    let (stage, secret) =
        ("{ name: STAGE, value: prod }", "{ name: DB_PASSWORD, value: swordfish }");
    let scenario = applied(&task("web:1", &format!("{stage}, {secret}")));
    scenario.stack(&task("web:2", &format!("{secret}, {stage}")));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let mut state = scenario.local_state();
    let families = &mut state["accounts"]["123456789012"]["eu-west-1"]["ecs"]["families"];
    families["web"].as_object_mut().expect("revisions").remove("1").expect("the first");
    scenario.write(".tracewright/local.json", state.to_string());
    let plan = undo(&scenario);
    insta::assert_snapshot!(shown(&plan), @"
    shop  account 123456789012  eu-west-1

    ~ task_definitions.web  as it was before that run
        containerDefinitions.app
          image  web:2 -> web:1


    note: `containerDefinitions.app.command` of task_definitions.web is secret, and
    in no journal: it stays as it is

    note: `containerDefinitions.app.environment.DB_PASSWORD` of task_definitions.web
    is secret, and in no journal: it stays as it is

    Plan: 1 to change.
    ");
}

#[test]
fn a_journal_is_for_the_aws_that_it_was_written_at() {
    let scenario = applied(RULE);
    let journal = newest(&scenario);
    let refused = scenario.run(&format!("plan --undo {journal}")).exits(4);
    refused.says("the journal is for a local AWS (`--local`), and this is not one");
    let other = scenario.run(&format!("plan --undo {journal} --local=other.json")).exits(4);
    other.says("the journal was made at");
}

//! Many stacks in one run.

use std::fs;

use crate::harness::Scenario;

const ACCOUNT: &str = "account: \"123456789012\"\n";

/// A stack of one rule.
pub(crate) fn one(name: &str, region: &str, priority: u16) -> String {
    format!(
        "stack: {name}\n{ACCOUNT}region: {region}\nsampling_rules:\n  {name}: {{ Priority: {priority}, FixedRate: 0, ReservoirSize: 0 }}\n"
    )
}

/// A folder of three stacks, one of them in two regions, and what is none.
pub(crate) fn fleet() -> Scenario {
    let scenario = Scenario::new();
    scenario.write("stacks/api.yaml", one("api", "eu-west-1", 1));
    scenario.write("stacks/team/web.json", WEB);
    let wide = one("wide", "x", 3).replace("region: x", "regions: [eu-west-1, us-east-1]");
    scenario.write("stacks/wide.yml", wide);
    scenario.write("stacks/values.yaml", "image: nginx\n");
    scenario
}

const WEB: &str = r#"{"stack": "web", "account": "210987654321", "region": "us-east-1",
 "sampling_rules": {"web": {"Priority": 2, "FixedRate": 0, "ReservoirSize": 0}}}"#;

#[test]
fn a_folder_is_planned_stack_by_stack_with_a_table_at_the_end() {
    let scenario = fleet();
    insta::assert_snapshot!(scenario.run("plan stacks --local").exits(0), @"
    api  account 123456789012  eu-west-1

    + sampling_rules.api  not in AWS yet  stacks/api.yaml:5
        FixedRate      0
        Priority       1
        ReservoirSize  0

    Plan: 1 to create.

    web  account 210987654321  us-east-1

    + sampling_rules.web  not in AWS yet  stacks/team/web.json:2
        FixedRate      0
        Priority       2
        ReservoirSize  0

    Plan: 1 to create.

    wide  account 123456789012  eu-west-1

    + sampling_rules.wide  not in AWS yet  stacks/wide.yml:5
        FixedRate      0
        Priority       3
        ReservoirSize  0

    Plan: 1 to create.

    wide  account 123456789012  us-east-1

    + sampling_rules.wide  not in AWS yet  stacks/wide.yml:5
        FixedRate      0
        Priority       3
        ReservoirSize  0

    Plan: 1 to create.

    file                  stack  region     what  result
    stacks/api.yaml       api    eu-west-1  +1    planned
    stacks/team/web.json  web    us-east-1  +1    planned
    stacks/wide.yml       wide   eu-west-1  +1    planned
    stacks/wide.yml       wide   us-east-1  +1    planned

    In all: 4 planned; 4 to create.
    [exit 0]
    ");
    scenario.run("plan stacks --local --detailed-exitcode").exits(2);
    scenario.run("apply stacks --local --yes").exits(0);
    insta::assert_snapshot!(scenario.run("plan stacks --local --detailed-exitcode").exits(0), @"
    file                  stack  region     what  result
    stacks/api.yaml       api    eu-west-1        in step
    stacks/team/web.json  web    us-east-1        in step
    stacks/wide.yml       wide   eu-west-1        in step
    stacks/wide.yml       wide   us-east-1        in step

    In all: 4 in step.
    [exit 0]
    ");
}

#[test]
fn all_are_applied_after_one_question_each_with_a_journal() {
    let scenario = fleet();
    insta::assert_snapshot!(scenario.run("apply stacks --local").exits(4).stderr, @"
    error: nobody is at the terminal to be asked
      = help: say `--yes` to go on without a question
    ");
    let applied = scenario.run("apply stacks --local --yes").exits(0);
    insta::assert_snapshot!(applied, @"
    api  account 123456789012  eu-west-1

    + sampling_rules.api  not in AWS yet  stacks/api.yaml:5
        FixedRate      0
        Priority       1
        ReservoirSize  0

    Plan: 1 to create.

    web  account 210987654321  us-east-1

    + sampling_rules.web  not in AWS yet  stacks/team/web.json:2
        FixedRate      0
        Priority       2
        ReservoirSize  0

    Plan: 1 to create.

    wide  account 123456789012  eu-west-1

    + sampling_rules.wide  not in AWS yet  stacks/wide.yml:5
        FixedRate      0
        Priority       3
        ReservoirSize  0

    Plan: 1 to create.

    wide  account 123456789012  us-east-1

    + sampling_rules.wide  not in AWS yet  stacks/wide.yml:5
        FixedRate      0
        Priority       3
        ReservoirSize  0

    Plan: 1 to create.

    stacks/api.yaml, eu-west-1
    Applied: 1 created.
    stacks/team/web.json, us-east-1
    Applied: 1 created.
    stacks/wide.yml, eu-west-1
    Applied: 1 created.
    stacks/wide.yml, us-east-1
    Applied: 1 created.
    file                  stack  region     what  result
    stacks/api.yaml       api    eu-west-1  +1    applied
    stacks/team/web.json  web    us-east-1  +1    applied
    stacks/wide.yml       wide   eu-west-1  +1    applied
    stacks/wide.yml       wide   us-east-1  +1    applied

    In all: 4 applied; 4 steps done.
    ------- stderr -------
    created sampling_rules.api
    created sampling_rules.web
    created sampling_rules.wide
    created sampling_rules.wide
    [exit 0]
    ");
    assert_eq!(scenario.local_rules("eu-west-1"), ["api", "wide"]);
    assert_eq!(scenario.local_rules("us-east-1"), ["wide"]);
    let journals = fs::read_dir(scenario.path(".tracewright/journal")).unwrap();
    let lines = journals.filter(|entry| {
        entry.as_ref().unwrap().path().extension().is_some_and(|end| end == "jsonl")
    });
    assert_eq!(lines.count(), 4);
}

#[test]
fn drift_is_told_of_each_and_what_to_do_about_it() {
    let scenario = fleet();
    scenario.run("apply stacks --local --yes").exits(0);
    insta::assert_snapshot!(scenario.run("drift stacks --local").exits(0), @"
    file                  stack  region     what  result
    stacks/api.yaml       api    eu-west-1        in step
    stacks/team/web.json  web    us-east-1        in step
    stacks/wide.yml       wide   eu-west-1        in step
    stacks/wide.yml       wide   us-east-1        in step

    In all: 4 in step.
    [exit 0]
    ");
    let state = scenario.read(".tracewright/local.json");
    let moved = state.replacen("\"FixedRate\": 0.0", "\"FixedRate\": 0.5", 9);
    assert_ne!(state, moved);
    scenario.write(".tracewright/local.json", moved);
    let drift = scenario.run("drift stacks --local").exits(3);
    drift.says("--only-drift --region us-east-1 --local`").says("4 drift");
    let report = scenario.run("drift stacks --local --format json").exits(3).json();
    assert_eq!(report["stacks"].as_array().unwrap().len(), 4);
}

#[test]
fn one_that_is_broken_is_told_and_the_others_are_planned() {
    let scenario = fleet();
    scenario.write("stacks/broken.yaml", "stack: broken\naccount: 7\n");
    scenario.write("stacks/worse.yaml", "stack: [\n");
    let plan = scenario.run("plan stacks gone.yaml --local").exits(1);
    insta::assert_snapshot!(plan, @r#"
    api  account 123456789012  eu-west-1

    + sampling_rules.api  not in AWS yet  stacks/api.yaml:5
        FixedRate      0
        Priority       1
        ReservoirSize  0

    Plan: 1 to create.

    web  account 210987654321  us-east-1

    + sampling_rules.web  not in AWS yet  stacks/team/web.json:2
        FixedRate      0
        Priority       2
        ReservoirSize  0

    Plan: 1 to create.

    wide  account 123456789012  eu-west-1

    + sampling_rules.wide  not in AWS yet  stacks/wide.yml:5
        FixedRate      0
        Priority       3
        ReservoirSize  0

    Plan: 1 to create.

    wide  account 123456789012  us-east-1

    + sampling_rules.wide  not in AWS yet  stacks/wide.yml:5
        FixedRate      0
        Priority       3
        ReservoirSize  0

    Plan: 1 to create.

    file                  stack  region     what  result
    stacks/api.yaml       api    eu-west-1  +1    planned
    stacks/broken.yaml                            failed
    stacks/team/web.json  web    us-east-1  +1    planned
    stacks/wide.yml       wide   eu-west-1  +1    planned
    stacks/wide.yml       wide   us-east-1  +1    planned
    stacks/worse.yaml                             failed
    gone.yaml                                     failed

    In all: 4 planned, 3 failed; 4 to create.
    ------- stderr -------
    error: `account` is a string of 12 digits in quotes
     --> stacks/broken.yaml:2:10
      |
    2 | account: 7
      |          ^
      |
      = help: write `account: "123456789012"`, the only account this stack may touch

    error: the stack has no `region`
     --> stacks/broken.yaml:1:1
      |
    1 | stack: broken
      | ^
      |
      = help: write it like `region: us-east-1`, or give `--region`
    error: this is not valid YAML: unclosed bracket '['
     --> stacks/worse.yaml:1:8
      |
    1 | stack: [
      |        ^
      |
      = help: close it, or put a value that begins with it in quotes
    error: gone.yaml is not there
      = help: looked for [FOLDER]/gone.yaml
    [exit 1]
    "#);
    let applied = scenario.run("apply stacks --local --yes").exits(1);
    applied.says("4 applied").says("2 failed");
    assert_eq!(scenario.local_rules("eu-west-1"), ["api", "wide"]);
}

#[test]
fn what_stops_one_stack_keeps_it_from_its_other_regions_and_stops_no_other() {
    let scenario = fleet();
    let rule = serde_json::json!({"call": "xray:CreateSamplingRule", "nth": 2,
        "effect": {"refused": {"code": "InvalidRequestException", "message": "no"}}});
    scenario.write("stacks/zoo.yaml", one("zoo", "eu-west-1", 9));
    scenario.write(
        "stacks/team/web.json",
        WEB.replace("\"web\": {", "\"web\": {\"URLPath\": \"/x\", "),
    );
    // The second creation is that of `web`, which has no other region; the third is the home region
    // of `wide`.
    let script = |nth: u8| {
        let mut rule = rule.clone();
        rule["nth"] = nth.into();
        serde_json::json!({"rules": [rule]}).to_string()
    };
    let words = ["apply", "stacks", "--local", "--yes"];
    let run = scenario.run_in(&words, &[("TRACEWRIGHT_LOCAL_FAULTS", script(3).as_str())]).exits(6);
    insta::assert_snapshot!(run, @"
    api  account 123456789012  eu-west-1

    + sampling_rules.api  not in AWS yet  stacks/api.yaml:5
        FixedRate      0
        Priority       1
        ReservoirSize  0

    Plan: 1 to create.

    web  account 210987654321  us-east-1

    + sampling_rules.web  not in AWS yet  stacks/team/web.json:2
        FixedRate      0
        Priority       2
        ReservoirSize  0
        URLPath        /x

    Plan: 1 to create.

    wide  account 123456789012  eu-west-1

    + sampling_rules.wide  not in AWS yet  stacks/wide.yml:5
        FixedRate      0
        Priority       3
        ReservoirSize  0

    Plan: 1 to create.

    wide  account 123456789012  us-east-1

    + sampling_rules.wide  not in AWS yet  stacks/wide.yml:5
        FixedRate      0
        Priority       3
        ReservoirSize  0

    Plan: 1 to create.

    zoo  account 123456789012  eu-west-1

    + sampling_rules.zoo  not in AWS yet  stacks/zoo.yaml:5
        FixedRate      0
        Priority       9
        ReservoirSize  0

    Plan: 1 to create.

    stacks/api.yaml, eu-west-1
    Applied: 1 created.
    stacks/team/web.json, us-east-1
    Applied: 1 created.
    stacks/wide.yml, eu-west-1
    Stopped part-way: nothing finished; 1 failed, 0 not tried.
      failed     sampling_rules.wide: xray:CreateSamplingRule failed:
                 InvalidRequestException: no
    Next:
      tracewright apply stacks/wide.yml --region eu-west-1 --local
    stacks/zoo.yaml, eu-west-1
    Applied: 1 created.
    file                  stack  region     what  result
    stacks/api.yaml       api    eu-west-1  +1    applied
    stacks/team/web.json  web    us-east-1  +1    applied
    stacks/wide.yml       wide   eu-west-1  +1    stopped part-way
    stacks/wide.yml       wide   us-east-1  +1    not tried
    stacks/zoo.yaml       zoo    eu-west-1  +1    applied

    In all: 3 applied, 1 stopped part-way, 1 not tried; 3 steps done, 1 step failed.
    ------- stderr -------
    created sampling_rules.api
    created sampling_rules.web
    failed  sampling_rules.wide: xray:CreateSamplingRule failed: InvalidRequestException: no
      = help: `tracewright show --journal` has all of it, and the way back
    error: stacks/wide.yml, us-east-1: not tried, since an earlier region of the
           same stack did not go well
    created sampling_rules.zoo
    [exit 6]
    ");
    assert_eq!(scenario.local_rules("eu-west-1"), ["api", "zoo"]);
    assert!(scenario.local_rules("us-east-1").is_empty());
    // It goes on from there.
    scenario.run("apply stacks --local --yes").exits(0);
    assert_eq!(scenario.local_rules("us-east-1"), ["wide"]);
}

#[test]
fn reviewed_plans_are_carried_out_and_others_are_not() {
    let scenario = fleet();
    let digest = |line: &str| {
        let report = scenario.run(line).json();
        report["digest"].as_str().expect("a digest").to_owned()
    };
    let reviewed = digest("plan stacks --local --format json");
    assert_ne!(reviewed, digest("plan stacks/api.yaml stacks/wide.yml --local --format json"));
    scenario.edit("stacks/api.yaml", "Priority: 1", "Priority: 11");
    let apply = format!("apply stacks --local --yes --expect-digest {reviewed}");
    scenario.run(&apply).exits(5).says("nothing was changed");
    assert!(scenario.local_rules("eu-west-1").is_empty());
    scenario.edit("stacks/api.yaml", "Priority: 11", "Priority: 1");
    scenario.run(&apply).exits(0);
    assert_eq!(scenario.local_rules("eu-west-1"), ["api", "wide"]);
}

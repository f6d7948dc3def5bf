//! What is protected stays, whatever becomes of its file, and what it stands on stays with it.

use serde_json::json;

use crate::harness::Scenario;
use crate::iam::{BACKEND, applied, nothing_to_do};
use crate::others::Others;
use crate::ownership::behind_its_back;

const RULES: &str = "sampling_rules:
  checkout: { Priority: 10, FixedRate: 0.5, ReservoirSize: 1, protect: true }
  health: { Priority: 20, FixedRate: 0, ReservoirSize: 0 }
";

const TASK: &str = "task_definitions:
  backend:
    protect: true
    taskRoleArn: ${role.backend.arn}
    containerDefinitions: [{ name: app, image: \"shop/backend:1\", memory: 128 }]
";

fn arn(name: &str) -> String {
    format!("arn:aws:xray:eu-west-1:123456789012:sampling-rule/{name}")
}

fn tags(scenario: &Scenario, resource: &str) -> String {
    Others::of(scenario).xray("ListTagsForResource", &json!({"ResourceARN": resource})).to_string()
}

#[test]
fn what_leaves_the_file_is_kept_and_the_rest_goes_on() {
    let scenario = applied(RULES);
    nothing_to_do(&scenario);
    assert!(tags(&scenario, &arn("checkout")).contains("tracewright:protect"));
    assert!(!tags(&scenario, &arn("health")).contains("tracewright:protect"));
    scenario.stack("sampling_rules:\n  new: { Priority: 30, FixedRate: 0, ReservoirSize: 0 }\n");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes --allow-deletes 1"), @"
    shop  account 123456789012  eu-west-1

    - sampling_rules.health  no longer in the file
        FixedRate      0
        Priority       20
        ReservoirSize  0

    + sampling_rules.new  not in AWS yet  stack.yaml:5
        FixedRate      0
        Priority       30
        ReservoirSize  0

    = sampling_rules.checkout
        protected, and kept: no longer in the file; to delete it, put it back with
        `protect: false`, apply, and take it out again

    Plan: 1 to delete, 1 to create, 1 kept.
    Applied: 1 deleted, 1 created.
    ------- stderr -------
    created sampling_rules.new
    deleted sampling_rules.health
    [exit 0]
    ");
    assert_eq!(scenario.local_rules("eu-west-1"), ["checkout", "new"]);
    // What is kept waits for nothing.
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("Plan: 1 kept.");
    // The way out that the plan tells.
    scenario.stack(&RULES.replace("true", "false"));
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes").exits(0).stdout, @"
    shop  account 123456789012  eu-west-1

    - sampling_rules.new  no longer in the file
        FixedRate      0
        Priority       30
        ReservoirSize  0

    ~ sampling_rules.checkout  as the file's settings ask  stack.yaml:5
        is not protected any more

    + sampling_rules.health  not in AWS yet  stack.yaml:6
        FixedRate      0
        Priority       20
        ReservoirSize  0

    Plan: 1 to delete, 1 to change, 1 to create.
    Applied: 1 deleted, 1 changed, 1 created.
    ");
    nothing_to_do(&scenario);
    assert!(!tags(&scenario, &arn("checkout")).contains("tracewright:protect"));
    scenario.stack("sampling_rules:\n  new: { Priority: 30, FixedRate: 0, ReservoirSize: 0 }\n");
    scenario.run("apply stack.yaml --local --yes --allow-deletes 2").exits(0).says("2 deleted");
}

#[test]
fn protection_is_a_tag_that_is_turned_on_and_off_in_place() {
    let sections = format!("{BACKEND}{RULES}{TASK}").replace("protect: true", "protect: false");
    let scenario = applied(&sections);
    let protected = sections
        .replace("protect: false", "protect: true")
        .replace("roles:\n  backend:\n", "roles:\n  backend:\n    protect: true\n")
        .replace("  read-parameters:\n", "  read-parameters:\n    protect: true\n");
    for (text, told) in
        [(&protected, "is protected from now on"), (&sections, "is not protected any")]
    {
        scenario.stack(text);
        let apply = scenario.run("apply stack.yaml --local --yes").exits(0).says("4 changed");
        assert_eq!(apply.stdout.matches(told).count(), 4, "{apply}");
        nothing_to_do(&scenario);
    }
    assert_eq!(Others::of(&scenario).revisions(), ["backend:1"]);
    // It is no field: another digest would be taken for drift.
    scenario.edit("stack.yaml", "FixedRate: 0.5", "FixedRate: 0.6");
    scenario.run("plan stack.yaml --local").exits(0).says("the file changed");
}

#[test]
fn protection_goes_on_with_the_next_revision() {
    let scenario = applied(&format!("{BACKEND}{TASK}"));
    scenario.edit("stack.yaml", "backend:1", "backend:2");
    scenario.run("apply stack.yaml --local --yes").exits(0).says("1 changed");
    scenario.stack(&format!("{BACKEND}task_definitions: {{}}\n"));
    scenario.run("plan stack.yaml --local").exits(0).says("= task_definitions.backend");
    scenario.stack(
        &format!("{BACKEND}{TASK}    keep_revisions: 1\n").replace("backend:1", "backend:2"),
    );
    // That an old revision goes is no deletion of the family.
    scenario.run("apply stack.yaml --local --yes").exits(0).says("deregisters backend:1");
    assert_eq!(Others::of(&scenario).revisions(), ["backend:2"]);
}

#[test]
fn what_it_stands_on_is_kept_with_it() {
    let scenario = applied(&format!("{BACKEND}{RULES}{TASK}"));
    scenario.stack(&format!("policies: {{}}\nroles: {{}}\ntask_definitions: {{}}\n{RULES}"));
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    = policies.read-parameters
        no longer in the file; kept with roles.backend, which is kept and names it

    = roles.backend
        no longer in the file; kept with task_definitions.backend, which is kept and
        names it

    = task_definitions.backend
        protected, and kept: no longer in the file; to delete it, put it back with
        `protect: false`, apply, and take it out again

    Plan: 3 kept.
    [exit 0]
    ");
    let others = Others::of(&scenario);
    assert_eq!(
        (others.roles(), others.policies()),
        (vec!["backend".into()], vec!["read-parameters".into()])
    );
    assert_eq!(others.revisions(), ["backend:1"]);
}

#[test]
fn destroy_says_what_it_kept() {
    let scenario = applied(&format!(
        "{BACKEND}{RULES}{TASK}default_sampling: {{ FixedRate: 0.01, ReservoirSize: 1, protect: true }}\n"
    ));
    let destroy = scenario.run("destroy stack.yaml --local --yes").exits(0);
    insta::assert_snapshot!(destroy, @"
    shop  account 123456789012  eu-west-1

    - sampling_rules.health  the stack is being destroyed
        FixedRate      0
        Priority       20
        ReservoirSize  0

    = default_sampling.Default  stack.yaml:28
        protected, and kept: the stack is being destroyed; set `protect: false`
        first

    = policies.read-parameters
        the stack is being destroyed; kept with roles.backend, which is kept and
        names it

    = roles.backend
        the stack is being destroyed; kept with task_definitions.backend, which is
        kept and names it

    = sampling_rules.checkout
        protected, and kept: the stack is being destroyed; set `protect: false`
        first, and apply

    = task_definitions.backend
        protected, and kept: the stack is being destroyed; set `protect: false`
        first, and apply

    Plan: 1 to delete, 5 kept.
    Applied: 1 deleted.
    ------- stderr -------
    deleted sampling_rules.health
    Kept, since it is protected or what is names it: default_sampling.Default,
    policies.read-parameters, roles.backend, sampling_rules.checkout,
    task_definitions.backend.
    [exit 0]
    ");
    assert_eq!(scenario.local_rules("eu-west-1"), ["Default", "checkout"]);
    assert_eq!(Others::of(&scenario).roles(), ["backend"]);
    // The file may be gone long since: the mark remembers.
    scenario.stack("");
    insta::assert_snapshot!(scenario.run("destroy stack.yaml --local --yes").exits(0).stderr, @"
    Kept, since it is protected or what is names it: policies.read-parameters,
    roles.backend, sampling_rules.checkout, task_definitions.backend.
    ");
}

#[test]
fn what_would_have_to_be_made_anew_is_kept_as_it_is() {
    let boost = "    SamplingRateBoost: { MaxRate: 1, CooldownWindowMinutes: 1 }\n";
    let rule = format!(
        "sampling_rules:\n  checkout:\n    protect: true\n    Priority: 1\n    FixedRate: 0\n    ReservoirSize: 0\n{boost}  other: {{ Priority: 2, FixedRate: 0, ReservoirSize: 0 }}\n"
    );
    let scenario = applied(&rule);
    scenario.stack(&rule.replace(boost, "").replace("Priority: 2", "Priority: 3"));
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    ~ sampling_rules.other  the file changed  stack.yaml:10
        Priority  2 -> 3

    = sampling_rules.checkout  stack.yaml:5
        protected, and kept as it is: X-Ray has no call that takes a
        SamplingRateBoost away; set `protect: false` first
        SamplingRateBoost.CooldownWindowMinutes  1 -> (none)
        SamplingRateBoost.MaxRate                1 -> (none)

    Plan: 1 to change, 1 kept.
    Applied: 1 changed.
    ------- stderr -------
    changed sampling_rules.other
    [exit 0]
    ");
    // The protection goes first, and the rule the next time.
    scenario.edit("stack.yaml", "protect: true", "protect: false");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    ~ sampling_rules.checkout  as the file's settings ask  stack.yaml:5
        is not protected any more
        is made anew by the next apply: X-Ray has no call that takes a
        SamplingRateBoost away

    Plan: 1 to change.
    Applied: 1 changed.
    ------- stderr -------
    changed sampling_rules.checkout
    [exit 0]
    ");
    scenario.run("apply stack.yaml --local --yes").exits(0).says("1 replaced");
    nothing_to_do(&scenario);
    // And what is to be made anew is protected before.
    scenario.stack(&rule.replace("protect: true", "protect: false"));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.stack(&rule.replace(boost, ""));
    scenario
        .run("apply stack.yaml --local --yes")
        .exits(0)
        .says("1 changed")
        .says("is protected from now on");
    scenario.run("apply stack.yaml --local --yes").exits(0).says("protected, and kept as it is");
}

#[test]
fn what_refers_to_a_role_that_is_not_made_anew_waits() {
    let role = BACKEND.replace("roles:\n  backend:\n", "roles:\n  backend:\n    protect: true\n");
    let task = TASK.replace("    protect: true\n", "");
    let scenario = applied(&format!("{role}{task}"));
    let moved = role.replace("    protect: true\n", "    protect: true\n    Path: /shop/\n");
    let second = task.replace("task_definitions:\n  backend:", "  second:");
    scenario.stack(&format!("{moved}{task}{second}"));
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    = roles.backend  stack.yaml:11
        protected, and kept as it is: IAM has no call that moves a role to another
        path; set `protect: false` first
        Path  / -> /shop/

    = task_definitions.backend  stack.yaml:23
        kept as it is: it refers to roles.backend as the file has it, and that is
        kept
        taskRoleArn
          arn:aws:iam::123456789012:role/backend ->
          arn:aws:iam::123456789012:role/shop/backend

    = task_definitions.second  stack.yaml:26
        not made yet: it refers to roles.backend as the file has it, and that is
        kept

    Plan: 3 kept.
    [exit 0]
    ");
    assert_eq!(Others::of(&scenario).revisions(), ["backend:1"]);
}

#[test]
fn a_protected_resource_keeps_its_name() {
    let scenario = applied(RULES);
    scenario.edit("stack.yaml", "{ Priority: 10", "{ RuleName: check out, Priority: 10");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @r#"
    shop  account 123456789012  eu-west-1

    = sampling_rules.checkout
        protected, and kept: in the file it is called "check out" now; give it its
        name back (`RuleName`), apply `protect: false`, and rename it then

    Plan: 1 kept.
    [exit 0]
    "#);
    assert_eq!(scenario.local_rules("eu-west-1"), ["checkout", "health"]);
}

#[test]
fn a_word_that_somebody_else_wrote_protects_as_well() {
    let scenario = applied(&RULES.replace("true", "false"));
    let tag = json!({"ResourceARN": arn("checkout"), "Tags": [{"Key": "tracewright:protect", "Value": "yes"}]});
    behind_its_back(&scenario, "TagResource", &tag);
    scenario.run("plan stack.yaml --local").exits(0).says("is not protected any more");
    scenario.edit("stack.yaml", "protect: false", "protect: true");
    nothing_to_do(&scenario);
    insta::assert_snapshot!(scenario.run("show stack.yaml sampling_rules.checkout --local").stdout.lines().take(7).collect::<Vec<_>>().join("\n"), @"
    sampling_rules.checkout  stack.yaml:5
      name      checkout
      arn       arn:aws:xray:eu-west-1:123456789012:sampling-rule/checkout
      changed   2026-11-22T08:00:00Z
      owner     this stack
      protected yes
    ");
    let shown =
        scenario.run("show stack.yaml sampling_rules.checkout --local --format json").json();
    assert_eq!(shown["protected"], true);
}

#[test]
fn a_third_tag_of_ours_leaves_room_for_47_where_it_is_needed() {
    let scenario = Scenario::new();
    let tags: Vec<_> = (0..48).map(|n| format!("t{n}: x")).collect();
    let rule = |settings: &str| {
        format!(
            "sampling_rules:\n  r: {{ Priority: 1, FixedRate: 0, ReservoirSize: 0, {settings}Tags: {{ {} }} }}\n",
            tags.join(", ")
        )
    };
    scenario.stack(&rule(""));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.stack(&rule("protect: true, "));
    insta::assert_snapshot!(scenario.run("check stack.yaml").exits(1).stderr, @"
    error: 48 tags; AWS takes 50, and three of them are tracewright's own where a resource is protected
     --> stack.yaml:5:3
      |
    5 |   r: { Priority: 1, FixedRate: 0, ReservoirSize: 0, protect: true, Tags: ...
      |   ^
      |
      = help: take a tag out, or `protect`
    ");
}

#[test]
fn slips_in_settings_are_told() {
    let scenario = Scenario::new();
    for (setting, said) in [
        ("protect: 1", "`protect` is `true` or `false`, not 1"),
        ("protect: \"true\"", "`protect` is `true` or `false`, not \"true\""),
        ("protct: true", "did you mean `protect`?"),
        ("renamed_from: 7", "`renamed_from` is the key that this had in the file, not 7"),
        ("renamed_from: r", "`sampling_rules.r` is said to be renamed from itself"),
        ("renamed_from: s", "renamed from `sampling_rules.s`, which is in the file"),
        ("from_stack: shop", "`from_stack` names `shop`, this stack itself"),
        ("from_stack: \"a b\"", "`from_stack` is a stack's name, not \"a b\""),
    ] {
        let rule = |key: &str, setting: &str| {
            format!("  {key}: {{ Priority: 1, FixedRate: 0, ReservoirSize: 0{setting} }}\n")
        };
        let (r, s) = (rule("r", &format!(", {setting}")), rule("s", ""));
        scenario.stack(&format!("sampling_rules:\n{r}{s}"));
        let check = scenario.run("check stack.yaml").exits(1);
        let text = check.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(said), "{setting}: {check}");
    }
    scenario.stack("default_sampling: { FixedRate: 0.05, ReservoirSize: 1, from_stack: other }\n");
    scenario.run("check stack.yaml").exits(1).says("from_stack");
    // A variable may say it.
    scenario.stack(
        "vars: { live: { default: \"true\" } }\nsampling_rules:\n  r: { Priority: 1, FixedRate: 0, ReservoirSize: 0, protect: \"${var.live}\" }\n",
    );
    scenario.run("apply stack.yaml --local --yes").exits(0).says("is protected from now on");
}

//! What a report tells where there is little room for it, or where it cannot be written.

use std::fmt::Write as _;

use crate::harness::{Output, Scenario};

const TRUST: &str = "{ Version: \"2012-10-17\", Statement: { Effect: Allow, Principal: { Service: ecs-tasks.amazonaws.com }, Action: sts:AssumeRole } }";

const RULE: &str = "sampling_rules:
  a: { Priority: 1, FixedRate: 0, ReservoirSize: 0, URLPath: /a }
";

/// A role, of which one permission has an action for each of many tables.
fn one_long_permission() -> String {
    let tables: Vec<_> = (0..40)
        .map(|at| {
            format!("\"arn:aws:dynamodb:eu-west-1:123456789012:table/shop-of-the-north-{at}\"")
        })
        .collect();
    format!(
        "roles:\n  task:\n    AssumeRolePolicyDocument: {TRUST}\n    InlinePolicies:\n      tables: {{ Version: \"2012-10-17\", Statement: {{ Effect: Allow, Action: dynamodb:GetItem, Resource: [{}] }} }}\n",
        tables.join(", ")
    )
}

#[test]
fn one_long_permission_is_told_as_far_as_it_goes() {
    let scenario = Scenario::new();
    scenario.stack(&format!("{RULE}{}", one_long_permission()));
    let plan = |budget: usize| {
        let line = format!("plan stack.yaml --local --format markdown --budget {budget}");
        let plan = scenario.run(&line).exits(0);
        assert!(plan.stdout.len() <= budget, "{plan}");
        plan.stdout
    };
    let large = plan(60_000);
    assert!(large.contains("north&#45;20, ") && large.contains(" characters more\n"), "{large}");
    let plan = plan(2_000);
    insta::assert_snapshot!(plan, @"
    <!-- tracewright:report v1 verb=plan digest=1aa4edf2cbf0da65983eb47459029ee4 -->
    ## tracewright plan: 2 to create

    <code>shop</code> in account <code>123456789012</code>, <code>eu&#45;west&#45;1</code>, from <code>stack&#46;yaml</code>

    ### Permissions

    - more: <code>roles&#46;task</code>: may now assume the role&#58; ecs&#45;tasks&#46;amazonaws&#46;com
    - more: <code>roles&#46;task</code>: tables&#58; may now&#58; dynamodb&#58;&#8203;GetItem on arn&#58;&#8203;aws&#58;&#8203;dynamodb&#58;&#8203;eu&#45;west&#45;1&#58;&#8203;123456789012&#58;&#8203;table&#47;shop&#45;of&#45;the&#45;north&#45;0, arn&#58;&#8203;aws&#58;&#8203;dynamodb&#58;&#8203;eu&#45;west&#45;1&#58;&#8203;123456789012&#58;&#8203;table&#47;shop&#45;of&#45;the&#45;north&#45;1, arn&#58;&#8203;aws&#58;&#8203;dynamodb&#58;&#8203;eu&#45;west&#45;1&#58;&#8203;123456789012&#58;&#8203;table&#47;shop&#45;of&#45;the&#45;north&#45;2, arn&#58;&#8203;aws&#58;&#8203;dynamodb&#58;&#8203;eu&#45;west&#45;1&#58;&#8203;123456789012&#58;&#8203;table&#47;shop&#45;of&#45;the&#45;north&#45;3, arn&#58;&#8203;aws&#58;&#8203;dynamodb&#58;&#8203;eu&#45;west&#45;1&#58;&#8203;123456789012&#58;&#8203;table&#47;shop&#45;of&#45;the&#45;north&#45;4, arn&#58;&#8203;aws&#58;&#8203;dynamodb&#58;&#8203;eu&#45;west&#45;1&#58;&#8203;123456789012&#58;&#8203;table&#47;shop&#45;of&#45;the&#45;north&#45;5, arn&#58;&#8203;aws&#58;&#8203;dynamodb&#58;&#8203;eu&#45;west&#45;1&#58;&#8203;123456789012&#58;&#8203;table&#47;shop&#45;of&#45;the&#45;north&#45;6, arn&#58;&#8203;aws&#58;&#8203;dynamodb&#58;&#8203;eu&#45;west&#45;1&#58;&#8203;123456789012&#58;&#8203;table&#47;shop&#45;of&#45;the&#45;north&#45;7, arn&#58;&#8203;aws&#58;&#8203;dynamodb&#58;&#8203;eu&#45;west&#45;1&#58;&#8203;123456789012&#58;&#8203;table&#47;sh… and 2124 characters more

    … and 2 more in detail, which the log of the job has; 1 graph is left out: `tracewright graph FILE` prints it.
    ");
}

#[test]
fn graphs_that_are_left_out_are_counted() {
    let scenario = Scenario::new();
    let mut tasks = "task_definitions:\n".to_owned();
    for at in 0..40 {
        writeln!(tasks, "  task-{at}: {{ taskRoleArn: \"arn:aws:iam::123456789012:role/r-{at}\", containerDefinitions: [{{ name: app, image: \"app:1\", memory: 64 }}] }}").unwrap();
    }
    scenario.stack(&tasks);
    let plan = |budget: usize| {
        let line = format!("plan stack.yaml --local --format markdown --budget {budget}");
        let plan = scenario.run(&line).exits(0);
        assert!(plan.stdout.len() <= budget, "{plan}");
        plan.stdout.lines().last().unwrap_or_default().to_owned()
    };
    insta::assert_snapshot!(plan(2_000), @"… and 36 more in detail, which the log of the job has; 1 graph is left out: `tracewright graph FILE` prints it.");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    insta::assert_snapshot!(plan(2_000), @"… 1 graph is left out: `tracewright graph FILE` prints it.");
    assert_eq!(plan(60_000), "</details>", "there is room for it");
}

#[test]
fn errors_have_their_ways_out() {
    let scenario = Scenario::new();
    scenario.stack("sampling_rules: { a: { Priority: 1, FixedRat: 0, ReservoirSize: 0 } }\n");
    let broken = scenario.run("plan stack.yaml --local --format markdown").exits(1);
    insta::assert_snapshot!(broken.stdout, @"
    <!-- tracewright:report v1 verb=plan -->
    ## tracewright plan: failed

    <code>stack&#46;yaml</code>

    ### Errors

    - <code>stack&#46;yaml&#58;4</code>: error: a sampling rule has no <code>FixedRat</code>
      - help: did you mean <code>FixedRate</code>&#63;
    ");
    scenario.stack(RULE);
    let idle = scenario.run("plan stack.yaml --local --only roles.none --format markdown");
    insta::assert_snapshot!(idle.exits(1).stdout, @"
    <!-- tracewright:report v1 verb=plan -->
    ## tracewright plan: failed

    <code>stack&#46;yaml</code>

    ### Errors

    - <code>roles&#46;none</code> is no resource of <code>shop</code>
      - help: write it like <code>sampling&#95;rules&#46;NAME</code> or <code>sampling&#95;rules&#46;&#42;</code>
    ");
}

/// A run as a step of GitHub Actions, whose files these are.
fn step(scenario: &Scenario, line: &str, files: [&str; 2]) -> Output {
    let [summary, output] = files.map(|file| scenario.path(file).display().to_string());
    let env = [("GITHUB_STEP_SUMMARY", summary.as_str()), ("GITHUB_OUTPUT", output.as_str())];
    scenario.run_in(&line.split(' ').collect::<Vec<_>>(), &env)
}

#[test]
fn a_summary_that_is_full_is_said() {
    const LARGEST: usize = 1024 * 1024;
    let scenario = Scenario::new();
    scenario.stack(RULE);
    for (room, has_line) in [(1_500, true), (50, false)] {
        let before = "x".repeat(LARGEST - room);
        scenario.write("summary", &before);
        let plan = "plan stack.yaml --local --format github";
        let run = step(&scenario, plan, ["summary", "output"]).exits(0);
        assert!(run.stdout.contains("\n::notice title=tracewright::the step's summary is full: what plan has to say is in the log alone\n"), "{run}");
        let summary = scenario.read("summary");
        assert!(summary.len() <= LARGEST, "GitHub would show none of it");
        let added = summary.strip_prefix(&before).unwrap();
        assert_eq!(added.contains("tracewright: the step's summary is full"), has_line, "{added}");
    }
}

#[test]
fn what_cannot_be_written_keeps_nothing_else_from_being_written() {
    let scenario = Scenario::new();
    scenario.stack(RULE);
    let line =
        "plan stack.yaml --local --format github --json-into plan.json --markdown-into plan.md";
    scenario.write("folder/file", "");
    for (files, first, written) in [
        (["summary", "folder"], "folder cannot be written", &["summary"][..]),
        (["folder", "output"], "folder cannot be written", &["output"]),
        (["folder", "folder/file/output"], "[FOLDER]/folder cannot be written", &[]),
    ] {
        for file in ["summary", "output", "plan.json", "plan.md"] {
            drop(std::fs::remove_file(scenario.path(file)));
        }
        let run = step(&scenario, line, files).exits(1);
        let out = run.to_string();
        assert!(out.contains(first), "{out}");
        assert_eq!(out.matches("cannot be written").count(), 1, "the first one: {out}");
        assert!(scenario.read("plan.json").contains("\"steps\""), "{out}");
        assert!(scenario.read("plan.md").contains("## tracewright plan: 1 to create"), "{out}");
        for file in written {
            assert!(!scenario.read(file).is_empty(), "{file}: {out}");
        }
    }
    // And a file that cannot be written does not keep the one after it.
    let line = "plan stack.yaml --local --json-into folder/file/a.json --markdown-into plan.md";
    drop(std::fs::remove_file(scenario.path("plan.md")));
    scenario.run(line).exits(1).says("a.json cannot be written");
    assert!(scenario.read("plan.md").contains("1 to create"));
}

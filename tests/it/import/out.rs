//! The stack file that is written, or added to.

use serde_json::json;

use super::{RULE, TASK, settles};
use crate::harness::Scenario;

#[test]
fn a_stack_that_is_there_is_added_to() {
    let scenario = Scenario::new();
    scenario.stack(
        "# Rules of ours.\nsampling_rules:\n  # Nobody wants these.\n  health: { Priority: 1, FixedRate: 0, ReservoirSize: 0 } # ever\n",
    );
    scenario.write("xray.json", RULE).write("backend.json", TASK);
    scenario.run("import xray.json backend.json --out stack.yaml").exits(0);
    insta::assert_snapshot!(scenario.read("stack.yaml"), @r#"
    stack: shop
    account: "123456789012"
    region: eu-west-1
    # Rules of ours.
    sampling_rules:
      # Nobody wants these.
      health: { Priority: 1, FixedRate: 0, ReservoirSize: 0 } # ever
      Cruddur: { file: xray.json }

    task_definitions:
      backend: { file: backend.json }
    "#);
    settles(&scenario, "stack.yaml", "");
    // Once more changes nothing.
    let before = scenario.read("stack.yaml");
    scenario.run("import xray.json --out stack.yaml").exits(0).says("already");
    assert_eq!(scenario.read("stack.yaml"), before);
}

#[test]
fn what_is_there_already_and_differs_is_refused() {
    let scenario = Scenario::new();
    scenario.stack("sampling_rules:\n  Cruddur: { Priority: 1, FixedRate: 0, ReservoirSize: 0 }\n");
    scenario.write("xray.json", RULE);
    let before = scenario.read("stack.yaml");
    insta::assert_snapshot!(scenario.run("import xray.json --out stack.yaml"), @"
    ------- stderr -------
    error: the file has `sampling_rules.Cruddur` already
     --> stack.yaml:5:12
      |
    5 |   Cruddur: { Priority: 1, FixedRate: 0, ReservoirSize: 0 }
      |            ^
      |
      = help: take it out there, or leave it out of what is added
    error: nothing was written
    [exit 1]
    ");
    assert_eq!(scenario.read("stack.yaml"), before);
}

#[test]
fn what_is_written_to_is_a_stack_or_nothing_yet() {
    let scenario = Scenario::new();
    scenario.write("xray.json", RULE).write("blank.yaml", "\n").write("list.yaml", "- a\n");
    let place = "--account 123456789012 --region eu-west-1";
    let import = |out: &str| scenario.run(&format!("import xray.json --out {out} {place}"));
    import("blank.yaml").exits(0);
    settles(&scenario, "blank.yaml", "");
    assert!(import("list.yaml").stderr.contains("a stack file is a mapping, not a list"));
    assert_eq!(scenario.read("list.yaml"), "- a\n");
    #[cfg(unix)]
    {
        // A link is not written over, and what it names is not made.
        std::os::unix::fs::symlink("nowhere.yaml", scenario.path("link.yaml")).unwrap();
        assert!(import("link.yaml").stderr.contains("link.yaml is not there"));
        assert!(scenario.path("link.yaml").is_symlink());
        std::os::unix::fs::symlink("real.yaml", scenario.path("other.yaml")).unwrap();
        scenario.write("real.yaml", "");
        import("other.yaml").exits(0);
        assert!(scenario.path("other.yaml").is_symlink());
        assert!(scenario.read("real.yaml").contains("Cruddur"));
    }
}

#[test]
fn a_stack_keeps_its_name() {
    let scenario = Scenario::new();
    scenario.stack("").write("xray.json", RULE);
    let before = scenario.read("stack.yaml");
    let output = scenario.run("import xray.json --out stack.yaml --name other");
    assert!(output.stderr.contains("the stack is called `shop`, not `other`"), "{output}");
    assert_eq!(scenario.read("stack.yaml"), before);
    scenario.run("import xray.json --out stack.yaml --name shop").exits(0);
    // What is all there is not written again.
    let again = scenario.run("import xray.json --out stack.yaml");
    assert!(again.stdout.contains("stack.yaml has all of it already."), "{again}");
}

#[test]
fn more_than_a_stack_may_hold_is_told() {
    let scenario = Scenario::new();
    let policy = |n: usize| {
        let actions = vec!["\"s3:GetObject\""; 100].join(", ");
        format!(
            r#"{{"PolicyName": "p{n}", "PolicyDocument": {{"Version": "2012-10-17", "Statement": [
            {{"Effect": "Allow", "Action": [{actions}], "Resource": "*"}}]}}}}"#
        )
    };
    let policies: Vec<_> = (0..1000).map(policy).collect();
    scenario.write("policies.json", format!("[{}]", policies.join(",\n")));
    let output = scenario.run("import policies.json --out stack.yaml");
    assert!(output.stderr.contains("beyond what a stack file may hold"), "{output}");
    assert!(output.stderr.contains("import fewer at once"), "{output}");
    assert!(!scenario.path("stack.yaml").exists());
}

/// What a state of a whole account holds may be more than a stack file.
#[test]
fn a_stack_that_could_not_be_read_again_is_not_written() {
    let scenario = Scenario::new();
    let task = |n: usize| {
        let variables: Vec<_> =
            (0..20).map(|v| json!({"name": format!("V{v}"), "value": "x".repeat(2000)})).collect();
        let containers =
            json!([{"name": "a", "image": "a:1", "memory": 64, "environment": variables}]);
        json!({"type": "aws_ecs_task_definition", "address": "a",
            "values": {"family": format!("f{n}"), "container_definitions": containers.to_string()}})
    };
    let resources: Vec<_> = (0..30).map(task).collect();
    let state = json!({"values": {"root_module": {"resources": resources}}});
    scenario.write("state.json", state.to_string());
    let output = scenario.run("import state.json --out stack.yaml").exits(1);
    output.says("the stack would have").says("import fewer at once");
    scenario.run("check stack.yaml").exits(1).says("stack.yaml is not there");
}

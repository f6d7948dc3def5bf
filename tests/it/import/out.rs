//! The stack file that is written, or added to.

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

//! Many stacks: what is refused, what files are called, and how they are dealt out to jobs.

use std::fs;

use crate::harness::Scenario;
use crate::many::{fleet, one};

#[test]
fn two_files_that_are_one_stack_are_refused() {
    let scenario = fleet();
    scenario.write("stacks/copy.yaml", one("wide", "us-east-1", 7));
    for verb in ["plan", "apply --yes", "drift"] {
        scenario.run(&format!("{verb} stacks --local")).exits(4).says("both the stack `wide`");
    }
    insta::assert_snapshot!(scenario.run("plan stacks --local").exits(4).stderr, @"
    error: stacks/copy.yaml and stacks/wide.yml are both the stack `wide` in account
           123456789012, us-east-1: each would delete what the other has
      = help: give one of them another name, or name just one of the files
    ");
    // The same name in another region is another stack, and the same file twice is one.
    scenario.edit("stacks/copy.yaml", "us-east-1", "us-west-2");
    scenario.run("plan stacks stacks/copy.yaml ./stacks/copy.yaml --local").exits(0).says("5 plan");
}

#[test]
fn what_is_given_to_all_has_to_be_about_one() {
    let scenario = fleet();
    scenario.write("stacks/var.yaml", one("var", "eu-west-1", 8) + "vars: { rate: {} }\n");
    scenario.edit("stacks/var.yaml", "FixedRate: 0", "FixedRate: \"${var.rate}\"");
    scenario.run("plan stacks --local").exits(1).says("variable `rate` is not set");
    scenario.run("plan stacks --local --var rate=0.5").exits(0);
    scenario.run("check stacks --var rate=0.5").exits(0).says("stacks/var.yaml is sound");
    let unknown = scenario.run("plan stacks --local --var rate=0.5 --var rat=1").exits(1);
    unknown.says("`rat`, of `--var` or a `--var-file`, is no variable of any of these");
    let only = |glob: &str| format!("plan stacks --local --var rate=0 --only {glob}");
    scenario.run(&only("sampling_rules.wide")).exits(0).says("2 to create");
    scenario.run(&only("sampling_rules.wider")).exits(1).says("is no resource of");
    let adopt = |what: &str| format!("plan stacks --local --var rate=0 --adopt {what}");
    scenario.run(&adopt("sampling_rules.api")).exits(0);
    scenario.run(&adopt("sampling_rules.apy")).exits(1).says("none of these stacks has");
}

#[test]
fn what_stands_for_one_stack_is_refused_for_many() {
    let scenario = fleet();
    scenario.run("plan stacks --local --out p.json").exits(64).says("`--out` is for one stack");
    scenario.run("drift stacks --local --accept sampling_rules.api").exits(64);
    scenario.run("drift stacks/wide.yml --local --accept sampling_rules.wide").exits(1);
    scenario.run("apply stacks/api.yaml stacks/wide.yml --local --plan p.json").exits(64);
    // One region of one stack is one.
    scenario.run("plan stacks/wide.yml --region us-east-1 --local --out p.json").exits(0);
    scenario.run("apply --plan p.json --local --yes").exits(0);
    assert_eq!(scenario.local_rules("us-east-1"), ["wide"]);
    assert!(scenario.local_rules("eu-west-1").is_empty());
}

#[test]
fn a_folder_without_stacks_is_an_error() {
    let scenario = Scenario::new();
    scenario.write("stacks/values.yaml", "image: nginx\n");
    for line in [
        "plan stacks --local",
        "apply stacks --local",
        "drift stacks --local",
        "check stacks",
        "matrix stacks",
    ] {
        scenario.run(line).exits(1).says("stacks has no stack file in it");
    }
}

#[test]
fn names_of_files_are_told_safely() {
    let scenario = Scenario::new();
    scenario.write("s/-rf.yaml", one("a", "eu-west-1", 1));
    scenario.write("s/with space 'and' \"quotes\".yaml", one("b", "eu-west-1", 2));
    scenario.write("s/new\nline\u{1b}[31m.yaml", one("c", "eu-west-1", 3));
    scenario.write("s/broken\nline.yaml", "stack: d\n");
    let plan = scenario.run("plan s --local").exits(1);
    assert!(!plan.stdout.contains('\u{1b}') && !plan.stderr.contains('\u{1b}'), "{plan}");
    plan.says("s/new\\u{a}line\\u{1b}[31m.yaml");
    let matrix = scenario.run("matrix s --shards 2").exits(0).json();
    let of = |shard: usize| {
        let stacks = matrix["include"][shard]["stacks"].as_str().expect("a string");
        serde_json::from_str::<Vec<String>>(stacks).expect("a list in it")
    };
    let mut all = [of(0), of(1)].concat();
    all.sort();
    assert_eq!(all.len(), 4);
    assert!(all.contains(&"s/new\nline\u{1b}[31m.yaml".to_owned()), "{all:?}");
    // One by one, as a shard passes them on.
    let words = ["plan", "--local", "--", "s/-rf.yaml", "s/with space 'and' \"quotes\".yaml"];
    scenario.run_words(&words).exits(0);
}

#[test]
#[cfg(unix)]
fn a_folder_that_cannot_be_read_is_an_error() {
    use std::os::unix::fs::PermissionsExt as _;
    let scenario = fleet();
    let locked = scenario.path("stacks/team");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    // Root reads everything.
    let is_root = fs::read_dir(&locked).is_ok();
    let plan = scenario.run("plan stacks --local");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).unwrap();
    if !is_root {
        plan.exits(1).says("stacks/team cannot be read");
    }
}

#[test]
fn a_matrix_is_dealt_out_by_size() {
    let scenario = fleet();
    insta::assert_snapshot!(scenario.run("matrix stacks --shards 2").exits(0), @r#"
    {"include":[{"of":2,"shard":1,"size":2,"stacks":"[\"stacks/wide.yml\"]"},{"of":2,"shard":2,"size":2,"stacks":"[\"stacks/api.yaml\",\"stacks/team/web.json\"]"}]}
    [exit 0]
    "#);
    insta::assert_snapshot!(scenario.run("matrix stacks --shards 9").exits(0), @r#"
    {"include":[{"of":3,"shard":1,"size":2,"stacks":"[\"stacks/wide.yml\"]"},{"of":3,"shard":2,"size":1,"stacks":"[\"stacks/api.yaml\"]"},{"of":3,"shard":3,"size":1,"stacks":"[\"stacks/team/web.json\"]"}]}
    [exit 0]
    "#);
    scenario.run("matrix stacks --shards 0").exits(64);
    scenario.run("matrix stacks --shards 257").exits(64);
    scenario.run("matrix stacks gone.yaml").exits(1).says("gone.yaml is not there");
}

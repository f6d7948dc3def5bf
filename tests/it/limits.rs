//! How much a plan may delete, and that no broken file ever means "delete everything".

use crate::harness::Scenario;
use crate::iam::{BACKEND, applied};
use crate::others::Others;

fn rules(names: std::ops::Range<u16>) -> String {
    let rule = |n| format!("  r{n}: {{ Priority: {}, FixedRate: 0, ReservoirSize: 0 }}\n", n + 1);
    format!("sampling_rules:\n{}", names.map(rule).collect::<String>())
}

#[test]
fn a_stack_sets_its_limits_and_the_flag_still_wins() {
    let scenario = applied(&rules(0..10));
    let apply = |limits: &str, left: u16, flags: &str| {
        scenario.stack(&format!("limits: {limits}\n{}", rules(0..left)));
        scenario.run(&format!("apply stack.yaml --local --yes{flags}"))
    };
    insta::assert_snapshot!(apply("{ free_deletions: 0, max_deletion_percent: 0 }", 9, "").exits(4).stderr, @"
    refused: 1 of the 10 resources that `shop` owns would go, more than 0 %
      = help: if that is meant, say `--allow-deletes 1`
    ");
    apply("{ free_deletions: 0, max_deletion_percent: 0 }", 9, " --allow-deletes 1").exits(0);
    // Of nine, a third is 33 %.
    apply("{ free_deletions: 2 }", 6, "").exits(4).says("3 of the 9 resources");
    apply("{ free_deletions: 2, max_deletion_percent: 33 }", 6, "").exits(4);
    apply("{ free_deletions: 2, max_deletion_percent: 34 }", 6, "").exits(0).says("3 deleted");
    apply("{ max_deletion_percent: 100 }", 1, "").exits(0).says("5 deleted");
    // What shares nothing with what is there is refused all the same.
    scenario.stack(&format!("limits: {{ max_deletion_percent: 100 }}\n{}", rules(20..22)));
    scenario.run("apply stack.yaml --local --yes").exits(4).says("`--allow-deletes 1`");
}

#[test]
fn what_is_kept_is_no_deletion() {
    let protected = rules(0..6).replace("ReservoirSize: 0", "ReservoirSize: 0, protect: true");
    let scenario = applied(&format!("{protected}{}", rules(6..8).replace("sampling_rules:\n", "")));
    scenario.stack(&rules(7..8));
    scenario.run("apply stack.yaml --local --yes").exits(0).says("1 to delete, 6 kept");
    // Of what would go, all that may go is counted.
    scenario.stack(&rules(20..21));
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local").exits(4).stderr, @"
    refused: all that is not protected of what `shop` owns (1 resource) would go:
             the file shares no resource with it; is this another stack's file, or
             another account or region?
      = help: if that is meant, say `--allow-deletes 1`
    ");
}

#[test]
fn limits_that_make_no_sense_are_told() {
    let scenario = Scenario::new();
    for (limits, said) in [
        ("3", "`limits` is a mapping, not a number"),
        ("{ free_deletion: 3 }", "did you mean `free_deletions`?"),
        ("{ free_deletions: -1 }", "`free_deletions` is a whole number from 0, not -1"),
        ("{ free_deletions: 1.5 }", "`free_deletions` is a whole number from 0, not 1.5"),
        ("{ free_deletions: \"3\" }", "write the number itself, without quotes"),
        ("{ max_deletion_percent: 101 }", "is a whole number from 0 to 100, not 101"),
        ("{ max_deletion_percent: 30 % }", "is a whole number from 0 to 100, not \"30 %\""),
        ("{ max_deletion_percent: \"${var.x}\" }", "is a whole number from 0 to 100"),
    ] {
        scenario.stack(&format!(
            "vars: {{ x: {{ default: 100 }} }}\nlimits: {limits}\n{}",
            rules(0..1)
        ));
        let check = scenario.run("check stack.yaml").exits(1);
        let text = check.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(said), "{limits}: {check}");
    }
    scenario.stack(&format!("limits: {{ free_deletions: null }}\n{}", rules(0..1)));
    scenario.run("check stack.yaml").exits(0);
}

/// A stack file as it is on a good day.
fn good_day() -> String {
    let rules: String = rules(0..4);
    format!(
        "stack: shop\naccount: \"123456789012\"\nregion: eu-west-1\nvars: {{ x: {{ default: r }} }}\n{BACKEND}{rules}"
    )
}

#[test]
fn no_broken_file_means_delete_everything() {
    let scenario = Scenario::new();
    let good = good_day();
    scenario.write("stack.yaml", &good);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let envelope = good.split("policies:").next().unwrap();
    let broken = [
        ("an empty file", String::new(), ""),
        ("a file of blanks", "\n\n# nothing\n".to_owned(), ""),
        ("an empty document", "{}\n".to_owned(), ""),
        ("a file that ends in its envelope", envelope.to_owned(), ""),
        ("empty sections", format!("{envelope}policies:\nroles:\nsampling_rules:\n"), ""),
        (
            "commented out",
            format!("{envelope}policies: {{}}\nroles: {{}}\nsampling_rules:\n  # r0: {{}}\n"),
            "",
        ),
        ("another name", good.replace("stack: shop", "stack: shopp"), ""),
        ("another region", good.clone(), " --region us-east-1"),
        ("another account", good.replace("123456789012", "210987654321"), ""),
        (
            "a name that was never",
            good.replace("stack: shop", "stack: store\nrenamed_from: shpo"),
            "",
        ),
        (
            "a variable that is empty",
            good.replace("stack: shop", "stack: \"${var.x}\""),
            " --var x=",
        ),
        (
            "a section by reference",
            format!("{envelope}sampling_rules: \"${{var.x}}\"\n"),
            " --var x=",
        ),
        ("two documents", good.replace("policies:", "---\npolicies:"), ""),
        ("a key that is one word", good.replace("sampling_rules:", "sampling_rules: r"), ""),
        ("another file's rules", format!("{envelope}{}", rules(10..12)), ""),
    ];
    for (what, text, flags) in broken {
        scenario.write("stack.yaml", &text);
        // As a pipeline would: nobody is asked.
        let apply = scenario.run(&format!("apply stack.yaml --local --yes{flags}"));
        assert!(!apply.stdout.contains("deleted"), "{what}: {apply}");
        assert_eq!(scenario.local_rules("eu-west-1"), ["r0", "r1", "r2", "r3"], "{what}: {apply}");
        assert_eq!(Others::of(&scenario).roles(), ["backend"], "{what}: {apply}");
        assert_eq!(Others::of(&scenario).policies(), ["read-parameters"], "{what}: {apply}");
    }
}

/// Cut at any byte, the file either is no stack, or what is left of it says what it says within the
/// limits: here one deletion is too much.
#[test]
fn a_file_that_lost_its_tail_deletes_no_more_than_its_limits() {
    let scenario = Scenario::new();
    let good = good_day()
        .replace("vars:", "limits: { free_deletions: 0, max_deletion_percent: 0 }\nvars:");
    scenario.write("stack.yaml", &good);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let before = scenario.local_rules("eu-west-1");
    let from = good.find("sampling_rules:").unwrap();
    let mut refused = 0;
    for cut in (1..from).step_by(37).chain(from..good.len()) {
        scenario.write("stack.yaml", &good[..cut]);
        let plan = scenario.run("plan stack.yaml --local --format json");
        if plan.code == 1 {
            continue;
        }
        let deletes = plan.json()["summary"]["delete"].as_u64().unwrap();
        assert!(deletes == 0 || plan.code == 4, "{cut}: {plan}");
        refused += usize::from(deletes > 0);
    }
    assert!(refused > 3, "{refused}");
    assert_eq!(scenario.local_rules("eu-west-1"), before);
}

#[test]
fn a_name_of_another_stack_takes_nothing_from_it() {
    let scenario = applied(&rules(0..2));
    scenario.write(
        "blog.yaml",
        "stack: blog\naccount: \"123456789012\"\nregion: eu-west-1\nrenamed_from: shop\nsampling_rules:\n  own: { Priority: 50, FixedRate: 0, ReservoirSize: 0 }\n",
    );
    let own = scenario.read("blog.yaml");
    scenario.edit("blog.yaml", "renamed_from: shop\n", "");
    scenario.run("apply blog.yaml --local --yes").exits(0);
    scenario.write("blog.yaml", own);
    insta::assert_snapshot!(scenario.run("apply blog.yaml --local --yes").exits(4).stderr, @"
    refused: 2 resources with the mark of `shop` would go, and the file has none
             that carries it: is that a name that `blog` had, or another stack's?
      = help: if that is meant, say `--allow-deletes 2`
    ");
    assert_eq!(scenario.local_rules("eu-west-1"), ["own", "r0", "r1"]);
    scenario.run("apply blog.yaml --local --yes --allow-deletes 2").exits(0).says("2 deleted");
}

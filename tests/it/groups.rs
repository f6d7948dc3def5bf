//! X-Ray's groups, as people meet them.

use serde_json::{Value, json};

use crate::harness::{Output, Scenario, cost};
use crate::others::Others;

const GROUPS: &str = "groups:
  errors:
    FilterExpression: 'service(\"checkout\") {fault OR error}'
    Tags: { team: web }
  slow:
    FilterExpression: responsetime > 2
    InsightsConfiguration: { InsightsEnabled: true, NotificationsEnabled: true }
";

fn applied(stack: &str) -> Scenario {
    let scenario = Scenario::new();
    scenario.stack(stack);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario
}

fn nothing_to_do(scenario: &Scenario) {
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("Nothing to do");
    scenario.run("drift stack.yaml --local").exits(0);
}

/// The groups that AWS has, by their names.
fn live(scenario: &Scenario) -> Vec<Value> {
    let answer = Others::of(scenario).xray("Groups", &json!({}));
    let mut groups = answer["Groups"].as_array().unwrap().clone();
    groups.retain(|group| group["GroupName"] != "Default");
    groups.sort_by_key(|group| group["GroupName"].to_string());
    groups
}

fn arn(scenario: &Scenario, name: &str) -> String {
    let group = live(scenario).into_iter().find(|group| group["GroupName"] == name).unwrap();
    group["GroupARN"].as_str().unwrap().to_owned()
}

/// The ids that AWS makes up are others in each run.
fn without_ids(output: &Output) -> String {
    let text = output.to_string();
    let mut tidy = String::new();
    for (at, part) in text.split(":group/").enumerate() {
        let name = part.split('/').next().unwrap_or_default();
        let is_arn = at > 0 && part.len() > name.len() + 52 && !name.contains(char::is_whitespace);
        if at > 0 {
            tidy += ":group/";
        }
        tidy += &if is_arn {
            format!("{name}/[ID]{}", &part[name.len() + 53..])
        } else {
            part.to_owned()
        };
    }
    tidy
}

#[test]
fn groups_come_and_then_there_is_nothing_to_do() {
    let scenario = Scenario::new();
    scenario.stack(GROUPS);
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @r#"
    shop  account 123456789012  eu-west-1

    + groups.errors  not in AWS yet  stack.yaml:5
        FilterExpression  "service(\"checkout\") {fault OR error}"
        Tags.team         web

    + groups.slow  not in AWS yet  stack.yaml:8
        FilterExpression                          responsetime > 2
        InsightsConfiguration.InsightsEnabled     true
        InsightsConfiguration.NotificationsEnabled  true

    Plan: 2 to create.
    [exit 0]
    "#);
    scenario.run("apply stack.yaml --local --yes").exits(0).says("Applied: 2 created.");
    nothing_to_do(&scenario);
    let groups = live(&scenario);
    assert_eq!(groups[0]["FilterExpression"], "service(\"checkout\") {fault OR error}");
    let told = json!({"InsightsEnabled": true, "NotificationsEnabled": true});
    assert_eq!(groups[1]["InsightsConfiguration"], told);
}

#[test]
fn each_field_changes_alone() {
    let scenario = applied(GROUPS);
    scenario.edit("stack.yaml", "responsetime > 2", "responsetime > 3");
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @"
    shop  account 123456789012  eu-west-1

    ~ groups.slow  the file changed  stack.yaml:8
        FilterExpression  responsetime > 2 -> responsetime > 3
        the filter decides about traces from then on; those that are there stay in
        their groups

    Plan: 1 to change.
    [exit 0]
    ");
    let apply = scenario.run("apply stack.yaml --local --yes --stats").exits(0);
    insta::assert_snapshot!(cost(&apply.stderr), @"
    stats: sts  GetCallerIdentity 1
    stats: xray  GetGroups 3, ListTagsForResource 4, TagResource 1, UntagResource 1, UpdateGroup 1
    stats: longest chain of calls 10
    ");
    nothing_to_do(&scenario);
    assert_eq!(live(&scenario)[1]["FilterExpression"], "responsetime > 3");
    let arn = arn(&scenario, "slow");
    scenario.edit("stack.yaml", ", NotificationsEnabled: true", "");
    insta::assert_snapshot!(scenario.run("apply stack.yaml --local --yes"), @"
    shop  account 123456789012  eu-west-1

    ~ groups.slow  the file changed  stack.yaml:8
        InsightsConfiguration.NotificationsEnabled  true -> false

    Plan: 1 to change.
    Applied: 1 changed.
    ------- stderr -------
    changed groups.slow
    [exit 0]
    ");
    nothing_to_do(&scenario);
    scenario.edit(
        "stack.yaml",
        "    InsightsConfiguration: { InsightsEnabled: true }\n",
        "    InsightsConfiguration: { InsightsEnabled: false }\n",
    );
    scenario.run("apply stack.yaml --local --yes").exits(0).says("true -> false");
    nothing_to_do(&scenario);
    // Off, and not said, is one thing.
    scenario.edit("stack.yaml", "    InsightsConfiguration: { InsightsEnabled: false }\n", "");
    nothing_to_do(&scenario);
    scenario.edit("stack.yaml", "{ team: web }", "{ team: shop, stage: prod }");
    scenario.run("apply stack.yaml --local --yes").exits(0).says("Applied: 1 changed.");
    nothing_to_do(&scenario);
    assert_eq!(self::arn(&scenario, "slow"), arn, "what is changed stays the same group");
}

#[test]
fn a_filter_that_goes_makes_the_group_anew() {
    let scenario = applied(GROUPS);
    let before = arn(&scenario, "slow");
    scenario.edit("stack.yaml", "    FilterExpression: responsetime > 2\n", "");
    let plan = scenario.run("plan stack.yaml --local").exits(0);
    insta::assert_snapshot!(plan, @"
    shop  account 123456789012  eu-west-1

    -/+ groups.slow  stack.yaml:8
        X-Ray has no call that takes a FilterExpression away
        FilterExpression  responsetime > 2 -> (none)

    Plan: 1 to replace.
    [exit 0]
    ");
    scenario.run("apply stack.yaml --local --yes").exits(0).says("1 replaced");
    nothing_to_do(&scenario);
    assert_ne!(arn(&scenario, "slow"), before);
    assert_eq!(live(&scenario)[1].get("FilterExpression"), None);
}

#[test]
fn what_others_change_is_drift_and_put_back() {
    let scenario = applied(GROUPS);
    let others = Others::of(&scenario);
    others.xray("UpdateGroup", &json!({"GroupName": "errors", "FilterExpression": "ok"}));
    others.xray(
        "TagResource",
        &json!({"ResourceARN": arn(&scenario, "errors"), "Tags": [{"Key": "team", "Value": "x"}]}),
    );
    insta::assert_snapshot!(without_ids(&scenario.run("drift stack.yaml --local")), @r#"
    shop  account 123456789012  eu-west-1

    ~ groups.errors  AWS changed since the last apply  stack.yaml:5
        FilterExpression  (drift)
          file "service(\"checkout\") {fault OR error}"
          AWS  ok
        Tags.team         file web, AWS x  (drift)
        the filter decides about traces from then on; those that are there stay in
        their groups

    drift: 1 clean, 1 drifted
    ------- stderr -------
      = help: `tracewright apply stack.yaml --only-drift --local` puts back what
              moved
      = help: `tracewright drift stack.yaml --accept groups.errors --local` takes it
              into the file
    [exit 3]
    "#);
    scenario.run("apply stack.yaml --local --yes --only-drift").exits(0);
    nothing_to_do(&scenario);
    assert_eq!(live(&scenario)[0]["FilterExpression"], "service(\"checkout\") {fault OR error}");
}

#[test]
fn what_leaves_the_file_goes_and_default_stays() {
    let scenario = applied(GROUPS);
    scenario.stack(&GROUPS.replace("errors:", "faults:"));
    insta::assert_snapshot!(scenario.run("plan stack.yaml --local"), @r#"
    shop  account 123456789012  eu-west-1

    - groups.errors  no longer in the file
        FilterExpression  "service(\"checkout\") {fault OR error}"
        Tags.team         web

    + groups.faults  not in AWS yet  stack.yaml:5
        FilterExpression  "service(\"checkout\") {fault OR error}"
        Tags.team         web

    Plan: 1 to delete, 1 to create.
    [exit 0]
    "#);
    scenario.run("apply stack.yaml --local --yes").exits(0);
    nothing_to_do(&scenario);
    let names: Vec<_> = live(&scenario).into_iter().map(|one| one["GroupName"].clone()).collect();
    assert_eq!(names, ["faults", "slow"]);
    scenario.run("destroy stack.yaml --local --yes").exits(0).says("2 deleted");
    assert!(live(&scenario).is_empty());
    let left = Others::of(&scenario).xray("Groups", &json!({}));
    assert_eq!(left["Groups"][0]["GroupName"], "Default");
}

#[test]
fn what_is_there_is_adopted_and_what_is_anothers_is_left() {
    let scenario = Scenario::new();
    let others = Others::of(&scenario);
    others.xray("CreateGroup", &json!({"GroupName": "errors", "FilterExpression": "fault"}));
    scenario.stack(GROUPS);
    scenario
        .run("apply stack.yaml --local --yes")
        .exits(4)
        .says("take it over with `--adopt groups.errors`");
    let before = arn(&scenario, "errors");
    scenario.run("apply stack.yaml --local --yes --adopt groups.errors").exits(0).says("1 adopted");
    nothing_to_do(&scenario);
    assert_eq!(arn(&scenario, "errors"), before);
    scenario
        .write("other.yaml", scenario.read("stack.yaml").replace("stack: shop", "stack: second"));
    scenario.run("plan other.yaml --local").says("belongs to the stack `shop`");
}

#[test]
fn a_denied_read_is_unknown() {
    let denied = |scenario: Scenario, call: &str| {
        let script = json!({"rules": [{"call": call, "effect": {"refused": {"code": "AccessDeniedException"}}}]});
        scenario.write("faults.json", script.to_string());
        scenario.env("TRACEWRIGHT_LOCAL_FAULTS", "faults.json")
    };
    let scenario = denied(applied(GROUPS), "xray:GetGroups");
    let plan = scenario.run("plan stack.yaml --local").exits(7);
    insta::assert_snapshot!(plan, @"
    shop  account 123456789012  eu-west-1

    ? groups
        not known: AWS denied xray:GetGroups: AccessDeniedException; allow
        `xray:GetGroups` for the role or user that runs this;
        `tracewright permissions stack.yaml --for plan` prints what it needs

    Plan: 1 not known.
    [exit 7]
    ");
    let scenario = denied(applied(GROUPS), "xray:ListTagsForResource");
    scenario.run("apply stack.yaml --local --yes").exits(7).says("xray:ListTagsForResource");
}

#[test]
fn a_run_that_is_undone_leaves_the_groups_as_they_were() {
    let scenario = applied(GROUPS);
    scenario.stack(&GROUPS.replace("slow:", "late:").replace("{fault OR error}", "{fault}"));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    crate::undo::undone(&scenario);
    scenario.stack(GROUPS);
    nothing_to_do(&scenario);
}

#[test]
fn a_reference_is_filled_with_the_arn_that_aws_makes_up() {
    let stack = format!(
        "{GROUPS}policies:
  read:
    PolicyDocument:
      Version: \"2012-10-17\"
      Statement: [{{ Effect: Allow, Action: xray:GetGroup, Resource: \"${{group.slow.arn}}\" }}]
"
    );
    let scenario = Scenario::new();
    scenario.stack(&stack);
    scenario.run("plan stack.yaml --local").exits(0).says("${group.slow.arn}");
    scenario.run("apply stack.yaml --local --yes").exits(0).says("3 created");
    nothing_to_do(&scenario);
    let version = Others::of(&scenario).iam(
        "GetPolicyVersion",
        &[("PolicyArn", "arn:aws:iam::123456789012:policy/read"), ("VersionId", "v1")],
    );
    let id = arn(&scenario, "slow").rsplit('/').next().unwrap().to_owned();
    assert!(version.contains(&id), "{version}");
    // A group that is made anew has another one, and the policy follows.
    scenario.edit("stack.yaml", "    FilterExpression: responsetime > 2\n", "");
    scenario.run("plan stack.yaml --local").exits(0).says("follows groups.slow");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    nothing_to_do(&scenario);
}

#[test]
fn at_the_quota_what_goes_goes_first() {
    let all = |from: usize, to: usize| {
        let groups = (from..to).map(|n| format!("  g{n}: {{ FilterExpression: ok }}\n"));
        format!("limits: {{ free_deletions: 25 }}\ngroups:\n{}", groups.collect::<String>())
    };
    let scenario = applied(&all(0, 25));
    scenario.stack(&all(2, 27));
    scenario
        .run("apply stack.yaml --local --yes")
        .exits(0)
        .says("deletions come before creations: the region has 25 groups, and AWS's quota");
    nothing_to_do(&scenario);
    scenario.stack(&all(2, 28));
    scenario
        .run("plan stack.yaml --local")
        .says("the region would have 26 groups, and AWS's quota is 25");
}

#[test]
fn documents_of_aws_are_read() {
    let scenario = Scenario::new();
    let create = json!({
        "GroupName": "errors", "FilterExpression": "fault", "Tags": [{"Key": "team", "Value": "web"}],
        "InsightsConfiguration": {"InsightsEnabled": true},
    });
    scenario.write("create.json", create.to_string());
    scenario.stack("groups:\n  errors: { file: create.json }\n");
    scenario.run("apply stack.yaml --local --yes").exits(0);
    nothing_to_do(&scenario);
    // As AWS answers, one group and all of them, Default among them.
    let others = Others::of(&scenario);
    let one = others.xray("GetGroup", &json!({"GroupName": "errors"}));
    let all = others.xray("Groups", &json!({}));
    for (file, answer) in [("one.json", one), ("all.json", all)] {
        scenario.write(file, answer.to_string());
        scenario.stack(&format!("groups:\n  errors: {{ file: {file}, Tags: {{ team: web }} }}\n"));
        scenario.run("check stack.yaml").says("AWS sets GroupARN itself");
        nothing_to_do(&scenario);
    }
}

#[test]
fn what_aws_would_refuse_is_refused_at_its_place() {
    let scenario = Scenario::new();
    scenario.stack(
        "groups:
  Default: { FilterExpression: ok }
  a b: { FilterExpression: ok }
  far-too-long-for-the-name-of-a-group: { FilterExpression: ok }
  told: { InsightsConfiguration: { NotificationsEnabled: true } }
  yes: { InsightsConfiguration: { InsightsEnabled: \"on\" } }
  slip: { FilterExpresion: ok }
",
    );
    insta::assert_snapshot!(scenario.run("check stack.yaml"), @r#"
    ------- stderr -------
    error: `Default` is X-Ray's own group, which cannot be created
     --> stack.yaml:5:12
      |
    5 |   Default: { FilterExpression: ok }
      |            ^
      |
      = help: give the group another name

    error: a group's name has a character that X-Ray does not take, ' '
     --> stack.yaml:6:8
      |
    6 |   a b: { FilterExpression: ok }
      |        ^
      |
      = help: it takes letters, digits and dashes; give it such a `GroupName`

    error: the group's name has 36 characters; it has from 1 to 32
     --> stack.yaml:7:41
      |
    7 |   far-too-long-for-the-name-of-a-group: { FilterExpression: ok }
      |                                         ^
      |
      = help: give the group a `GroupName` of that length

    error: `NotificationsEnabled` is on and `InsightsEnabled` is not: X-Ray refuses that
     --> stack.yaml:8:58
      |
    8 |   told: { InsightsConfiguration: { NotificationsEnabled: true } }
      |                                                          ^^^^
      |
      = help: add `InsightsEnabled: true`: what is told of are insights

    error: `InsightsEnabled` is `true` or `false`, not a string
     --> stack.yaml:9:52
      |
    9 |   yes: { InsightsConfiguration: { InsightsEnabled: "on" } }
      |                                                    ^^^^

    error: a group has no `FilterExpresion`
      --> stack.yaml:10:11
       |
    10 |   slip: { FilterExpresion: ok }
       |           ^^^^^^^^^^^^^^^ not known here
       |
       = help: did you mean `FilterExpression`?
    [exit 1]
    "#);
}

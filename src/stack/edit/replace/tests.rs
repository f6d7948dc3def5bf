use super::*;
use crate::document::Span;

/// A tree out of JSON, as it stands in no file.
pub(super) fn node(json: &str) -> Node {
    let mut sources = Sources::default();
    let file = sources.add("", json);
    let mut node = read_json(&sources, file, &mut Diagnostics::default()).unwrap();
    forget_places(&mut node, Span::new(file, 0, 0));
    node
}

fn forget_places(node: &mut Node, nowhere: Span) {
    node.span = nowhere;
    match &mut node.value {
        Value::Seq(items) => items.iter_mut().for_each(|item| forget_places(item, nowhere)),
        Value::Map(map) => {
            map.entries.iter_mut().for_each(|one| forget_places(&mut one.value, nowhere));
        }
        _ => {}
    }
}

/// `a.0.b`
fn way(text: &str) -> Vec<Step> {
    let step = |step: &str| match step.parse() {
        Ok(index) => Step::Index(index),
        Err(_) => Step::Key(step.to_owned()),
    };
    text.split('.').filter(|step| !step.is_empty()).map(step).collect()
}

fn set(at: &str, json: &str) -> Edit {
    Edit::Set(way(at), node(json))
}

fn add(at: &str, key: &str, json: &str) -> Edit {
    Edit::Add(way(at), key.to_owned(), node(json))
}

fn insert(at: &str, index: usize, json: &str) -> Edit {
    Edit::Insert(way(at), index, node(json))
}

fn remove(at: &str) -> Edit {
    Edit::Remove(way(at))
}

#[track_caller]
fn yaml(text: &str, edits: &[Edit]) -> String {
    edited(text, Language::Yaml, edits).unwrap_or_else(|| "(refused)".to_owned())
}

#[track_caller]
fn json(text: &str, edits: &[Edit]) -> String {
    edited(text, Language::Json, edits).unwrap_or_else(|| "(refused)".to_owned())
}

const RULES: &str = r#"# Our rules.
sampling_rules:
  checkout:          # the shop
    Priority: 100
    FixedRate: 0.05  # five percent
    ReservoirSize: 1
    URLPath: '/checkout/*'
    Tags:
      team: "shop"
      # stage: prod

  health: { Priority: 10, FixedRate: 0, ReservoirSize: 0, URLPath: "/health" }
"#;

#[test]
fn what_is_set_stands_as_what_stood_there() {
    insta::assert_snapshot!(yaml(RULES, &[
        set("sampling_rules.checkout.FixedRate", "0.1"),
        set("sampling_rules.checkout.URLPath", r#""/it's/*""#),
        set("sampling_rules.checkout.Tags.team", r#""on-call""#),
        set("sampling_rules.health.Priority", "11"),
    ]), @r#"
    # Our rules.
    sampling_rules:
      checkout:          # the shop
        Priority: 100
        FixedRate: 0.1  # five percent
        ReservoirSize: 1
        URLPath: '/it''s/*'
        Tags:
          team: "on-call"
          # stage: prod

      health: { Priority: 11, FixedRate: 0, ReservoirSize: 0, URLPath: "/health" }
    "#);
}

#[test]
fn what_is_added_and_taken_out_leaves_the_rest() {
    insta::assert_snapshot!(yaml(RULES, &[
        add("sampling_rules.checkout", "Host", r#""shop.example.com""#),
        add("sampling_rules.checkout", "Attributes", r#"{"stage": "prod"}"#),
        add("sampling_rules.checkout.Tags", "owner", r#""x""#),
        remove("sampling_rules.checkout.FixedRate"),
        add("sampling_rules.health", "HTTPMethod", r#""GET""#),
        remove("sampling_rules.health.FixedRate"),
    ]), @r#"
    # Our rules.
    sampling_rules:
      checkout:          # the shop
        Priority: 100
        # five percent
        ReservoirSize: 1
        URLPath: '/checkout/*'
        Tags:
          team: "shop"
          owner: "x"
          # stage: prod
        Host: 'shop.example.com'
        Attributes:
          stage: 'prod'

      health: { Priority: 10, ReservoirSize: 0, URLPath: "/health", HTTPMethod: "GET" }
    "#);
}

const TASK: &str = r#"{
    "family": "backend", // the shop's
    "containerDefinitions": [
        {
            "name": "app",
            "image": "shop:1",
            "environment": [
                {"name": "A", "value": "1"},
                {"name": "B", "value": "2"} /* why */
            ],
            "command": ["a", "b"],
            "cpu": 10
        }
    ]
}
"#;

#[test]
fn json_stays_as_it_is_laid_out() {
    let containers = "containerDefinitions.0";
    insta::assert_snapshot!(json(TASK, &[
        set(&format!("{containers}.image"), r#""shop:2""#),
        set(&format!("{containers}.environment.1.value"), r#""é\n""#),
        insert(&format!("{containers}.environment"), 2, r#"{"name": "C", "value": "3"}"#),
        insert(&format!("{containers}.command"), 1, r#""x""#),
        add(containers, "healthCheck", r#"{"command": ["CMD", "true"], "interval": 5}"#),
        remove(&format!("{containers}.environment.0")),
        remove(&format!("{containers}.cpu")),
    ]), @r#"
    {
        "family": "backend", // the shop's
        "containerDefinitions": [
            {
                "name": "app",
                "image": "shop:2",
                "environment": [
                    {"name": "B", "value": "é\n"}, /* why */
                    {"name": "C", "value": "3"}
                ],
                "command": ["a", "x", "b"],
                "healthCheck": {
                    "command": [
                        "CMD",
                        "true"
                    ],
                    "interval": 5
                }
            }
        ]
    }
    "#);
}

#[test]
fn lists_that_stand_no_deeper_than_their_name_stay_so() {
    insta::assert_snapshot!(yaml("a:\n- x # one\n- y\nb: 1\n", &[
        insert("a", 2, r#""z""#),
        remove("a.0"),
        add("", "c", r#"["v", {"w": [1], "x": {"y": 1, "z": 2, "u": 3, "v": 4}}]"#),
    ]), @"");
}

//! Whatever changes is shown where it changed and nowhere else, is carried out, and is gone then.
//!
//! For every leaf of the SDK's schema of task definitions and every field of the other kinds, on
//! documents that are grown. `tests/python/members.py` takes the members of botocore's model away
//! and puts them in, on documents that are written by hand, and reads them with boto3.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use tracewright::document::shape;
use tracewright::plan::{self, plan};

use super::grow::{Dice, at, leaves, places};
use super::shown::{differences, has_twins, is_needed};
use super::{apply, block_on, fields, local, observe, of, stack, tasks, try_read};

/// How often a document is grown until one is taken with either value.
const TRIES: u64 = 400;

/// A resource before and after one of its values changed.
struct Case {
    leaf: String,
    before: Value,
    after: Value,
}

/// Applies all that was, and plans and applies all that is to be.
fn holds(section: &str, cases: &[Case]) {
    let bodies = |of: fn(&Case) -> &Value| {
        let bodies = cases.iter().enumerate().map(|(at, case)| {
            let mut body = of(case).clone();
            // The key is the name.
            body.as_object_mut().unwrap().remove("family");
            (format!("case-{at}"), body)
        });
        stack(section, &bodies.collect::<Map<_, _>>().into())
    };
    let (before, after) = (bodies(|case| &case.before), bodies(|case| &case.after));
    block_on(async {
        let aws = local(&before).await;
        apply(&aws, &before).await;
        assert!(plan(&before, &observe(&aws, &before).await).is_empty());
        let planned = apply(&aws, &after).await;
        let mut shown: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for step in &planned.steps {
            let paths = step.changes.iter().map(|change| change.path.0.clone());
            shown.insert(step.address.key.clone(), paths.collect());
        }
        for (at, Case { leaf, before, after }) in cases.iter().enumerate() {
            let shown = shown.remove(&format!("case-{at}")).unwrap_or_default();
            assert_eq!(shown, differences(before, after), "{leaf}\n{before}\n{after}");
        }
        assert!(shown.is_empty(), "{shown:?}");
        let left = plan(&after, &observe(&aws, &after).await);
        assert!(left.is_empty(), "{:#?}", left.steps);
    });
}

/// A task definition with another value of a leaf, or without an element of a list, that ECS takes
/// both before and after.
fn task_case(leaf: &str, seed: u64, change: impl Fn(&mut Value, &mut Dice) -> bool) -> Case {
    case_of((tasks::task, tasks::is_taken), leaf, seed, change)
}

type Grown = fn(&str, usize, &mut Dice) -> Value;
type Taken = fn(&Value) -> Result<(), String>;

/// The same of what is grown so, and is taken where this says so.
fn case_of(
    (grown, is_taken): (Grown, Taken),
    leaf: &str,
    seed: u64,
    change: impl Fn(&mut Value, &mut Dice) -> bool,
) -> Case {
    let mut why = String::new();
    for at in 0..TRIES {
        let mut dice = Dice::new(seed.wrapping_add(at));
        let before = grown(leaf, 24, &mut dice);
        let mut after = before.clone();
        if !change(&mut after, &mut dice) || after == before || has_twins(&after, "") {
            continue;
        }
        match is_taken(&before).and_then(|()| is_taken(&after)) {
            Ok(()) => return Case { leaf: leaf.to_owned(), before, after },
            Err(refusal) => why = refusal,
        }
    }
    panic!("{leaf}: nothing grown with it is taken: {why}");
}

/// Another value for one of the places of a leaf.
fn another_value(task: &mut Value, leaf: &str, dice: &mut Dice) -> bool {
    another_of(&tasks::SCHEMA, task, leaf, dice)
}

/// The same of what has this schema.
fn another_of(schema: &Value, task: &mut Value, leaf: &str, dice: &mut Dice) -> bool {
    let places = places(task, leaf);
    if places.is_empty() {
        return false;
    }
    let place = dice.pick(&places);
    *at(task, place) = tasks::leaf(leaf, &schema_of(schema, leaf), dice);
    true
}

/// Nothing in one of the places of a leaf.
fn no_value(task: &mut Value, leaf: &str, dice: &mut Dice) -> bool {
    let places = places(task, leaf);
    if places.is_empty() || is_needed(leaf) {
        return false;
    }
    let (last, holder) = dice.pick(&places).split_last().unwrap();
    match at(task, holder) {
        Value::Array(items) => drop(items.remove(last.parse().unwrap())),
        Value::Object(members) => drop(members.remove(last)),
        _ => return false,
    }
    true
}

/// The schema of a leaf.
fn schema_of(schema: &Value, leaf: &str) -> Value {
    let steps = leaf.replace("[]", ".items").replace("{}", ".additionalProperties");
    let inner = steps.split('.').fold(schema, |schema, step| match step {
        "items" | "additionalProperties" => &schema[step],
        member => &schema["properties"][member],
    });
    inner.clone()
}

/// The leaves of the SDK's schema that have more than one value; the family names the whole.
static TASK_LEAVES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let all = shape::TASK_DEFINITION.leaves();
    let mut grown = leaves(&tasks::SCHEMA);
    grown.sort();
    let mut sorted = all.clone();
    sorted.sort();
    assert_eq!(grown, sorted);
    let has_others = |leaf: &String| {
        let schema = schema_of(&tasks::SCHEMA, leaf);
        schema["anyOf"][0]["enum"].as_array().is_none_or(|values| values.len() > 1)
    };
    all.into_iter().filter(|leaf| leaf != "family" && has_others(leaf)).collect()
});

fn task_cases_hold(cases: Vec<Case>) {
    let mut cases = cases.into_iter().peekable();
    while cases.peek().is_some() {
        holds("task_definitions", &cases.by_ref().take(32).collect::<Vec<_>>());
    }
}

#[test]
fn another_value_of_any_leaf_of_a_task_definition_is_a_change_there() {
    let cases = TASK_LEAVES.iter().enumerate().map(|(at, leaf)| {
        task_case(leaf, at as u64 * 1000, |task, dice| another_value(task, leaf, dice))
    });
    task_cases_hold(cases.collect());
}

#[test]
fn another_value_of_any_leaf_of_a_daemon_task_definition_is_a_change_there() {
    let all = shape::DAEMON_TASK_DEFINITION.leaves();
    let has_others = |leaf: &&String| {
        let schema = schema_of(&tasks::DAEMON_SCHEMA, leaf);
        schema["anyOf"][0]["enum"].as_array().is_none_or(|values| values.len() > 1)
    };
    let leaves = all.iter().filter(|leaf| *leaf != "family").filter(has_others);
    let cases = leaves.enumerate().map(|(at, leaf)| {
        let grown: (Grown, Taken) = (tasks::daemon, tasks::daemon_is_taken);
        let schema = &tasks::DAEMON_SCHEMA;
        case_of(grown, leaf, at as u64 * 1000, |task, dice| another_of(schema, task, leaf, dice))
    });
    let mut cases = cases.peekable();
    while cases.peek().is_some() {
        holds("daemon_task_definitions", &cases.by_ref().take(32).collect::<Vec<_>>());
    }
}

#[test]
fn an_element_that_goes_from_any_list_of_a_task_definition_is_a_change_there() {
    let mut lists: Vec<_> = TASK_LEAVES
        .iter()
        .flat_map(|leaf| {
            leaf.match_indices("[]").map(|(at, _)| leaf[..at + 2].to_owned()).collect::<Vec<_>>()
        })
        .collect();
    lists.sort();
    lists.dedup();
    let cases = lists.into_iter().enumerate().map(|(seed, list)| {
        task_case(&list, seed as u64 * 1000, |task, dice| {
            let places = places(task, &list);
            let Some((last, holder)) =
                (!places.is_empty()).then(|| dice.pick(&places).split_last()).flatten()
            else {
                return false;
            };
            at(task, holder).as_array_mut().unwrap().remove(last.parse().unwrap());
            true
        })
    });
    task_cases_hold(cases.collect());
}

#[test]
fn another_value_of_any_field_of_the_other_kinds_is_a_change_there() {
    let many = [
        "sampling_rules",
        "groups",
        "resource_policies",
        "policies",
        "roles",
        "log_groups",
        "parameters",
    ];
    for section in many.into_iter().chain(fields::ONLY) {
        let all = fields::all(section);
        assert!(!all.is_empty(), "{section}");
        let cases: Vec<_> = all
            .into_iter()
            .enumerate()
            .map(|(seed, leaf)| {
                let mut dice = Dice::new(seed as u64);
                loop {
                    let before = fields::body(section, &leaf, 2, &mut dice);
                    let before = fields::sound(section, before, &mut dice);
                    let mut after = before.clone();
                    let places = places(&before, &leaf);
                    if places.is_empty() {
                        continue;
                    }
                    let place: &Vec<_> = dice.pick(&places);
                    *at(&mut after, place) = fields::leaf(section, &leaf, &mut dice);
                    let after = fields::sound(section, after, &mut dice);
                    if before != after {
                        return Case { leaf, before, after };
                    }
                }
            })
            .collect();
        if fields::ONLY.contains(&section) {
            for case in &cases {
                one_holds(section, case);
            }
        } else {
            holds(section, &cases);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: 10_000, ..ProptestConfig::with_cases(400) })]

    /// The same of task definitions with much in them, and of values that go, whether or not ECS
    /// would take them.
    #[test]
    fn another_value_or_none_in_a_large_task_definition_is_a_difference_there(seed: u64) {
        let mut dice = Dice::new(seed);
        let leaf = dice.pick(&TASK_LEAVES).clone();
        let before = tasks::task(&leaf, 4, &mut dice);
        let mut after = before.clone();
        let change = if dice.one_in(2) { another_value } else { no_value };
        prop_assume!(change(&mut after, &leaf, &mut dice) && after != before);
        prop_assume!(!has_twins(&before, "") && !has_twins(&after, ""));
        let read = |body: &Value| try_read(&of("task_definitions", &json!({ "key": body }))).ok();
        let (one, other) = (read(&before), read(&after));
        prop_assume!(one.is_some() && other.is_some());
        let [one, other] = [one, other].map(|stack| stack.unwrap().wanted.remove(0).document);
        let found = plan::differences(Some(&one), Some(&other), &|_| false);
        let found: Vec<_> = found.into_iter().map(|difference| difference.path.0).collect();
        prop_assert_eq!(found, differences(&before, &after), "{}\n{}\n{}", leaf, before, after);
    }
}

/// The sections that have no names in them. What was there once leaves what it needs behind.
fn one_holds(section: &str, case: &Case) {
    let stack = |body| stack(section, body);
    let (before, after) = (stack(&case.before), stack(&case.after));
    block_on(async {
        let aws = local(&before).await;
        apply(&aws, &after).await;
        apply(&aws, &before).await;
        let planned = apply(&aws, &after).await;
        let shown = planned.steps.iter().flat_map(|step| &step.changes);
        let shown: Vec<_> = shown.map(|change| change.path.0.clone()).collect();
        assert_eq!(shown, differences(&case.before, &case.after), "{}", case.leaf);
        assert!(plan(&after, &observe(&aws, &after).await).is_empty());
    });
}

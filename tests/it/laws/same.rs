//! What means the same is no change, however it is written, and whichever of it is in AWS.

use proptest::prelude::*;
use serde_json::{Map, Value};
use tracewright::plan::{differences, plan};
use tracewright::stack::Stack;

use super::grow::Dice;
use super::rewritten;
use super::{apply, block_on, fields, local, observe, read, tasks, try_read};

/// Bodies that can be read, by their keys; and the same in other words.
fn bodies(
    section: &str,
    count: usize,
    dice: &mut Dice,
) -> (Map<String, Value>, Map<String, Value>) {
    let (mut some, mut other) = (Map::new(), Map::new());
    while some.len() < count {
        let key = format!("key-{}", some.len());
        let (mut body, mut same);
        if section == "task_definitions" {
            body = tasks::task("", 6, dice);
            same = rewritten::task(&body, dice);
        } else {
            body = fields::body(section, "", 2, dice);
            body = fields::sound(section, body, dice);
            same = rewritten::fields(&body, dice);
        }
        let taken = section != "task_definitions" || tasks::is_taken(&body).is_ok();
        if taken && try_read(&text_of_one(section, &body, dice)).is_ok() {
            for body in [&mut body, &mut same] {
                // The key is the name.
                body.as_object_mut().unwrap().remove("family");
            }
            some.insert(key.clone(), body);
            other.insert(key, same);
        }
    }
    (some, other)
}

/// The text of a stack with one resource.
fn text_of_one(section: &str, body: &Value, dice: &mut Dice) -> String {
    text(section, &Map::from_iter([("key".to_owned(), body.clone())]), dice)
}

fn text(section: &str, bodies: &Map<String, Value>, dice: &mut Dice) -> String {
    let bodies = rewritten::text(&Value::Object(bodies.clone()), dice);
    format!("stack: laws\naccount: \"123456789012\"\nregion: us-east-1\n{section}: {bodies}\n")
}

fn is_one(section: &str, one: &Stack, other: &Stack) {
    for wanted in &one.wanted {
        let same = other.wanted.iter().find(|same| same.address == wanted.address).unwrap();
        let found = differences(Some(&wanted.document), Some(&same.document), &|_| false);
        assert!(found.is_empty(), "{section}: {found:?}\n{}\n{}", wanted.sent, same.sent);
    }
}

/// A stack with a section that has no names in it, and the same in other words.
fn one(only: &str, dice: &mut Dice) -> [Stack; 2] {
    let some = fields::body(only, "", 1, dice);
    let some = fields::sound(only, some, dice);
    let same = rewritten::fields(&some, dice);
    [some, same].map(|body| read(&text(only, body.as_object().unwrap(), dice)))
}

const SECTIONS: [&str; 8] = [
    "task_definitions",
    "sampling_rules",
    "groups",
    "resource_policies",
    "roles",
    "policies",
    "log_groups",
    "parameters",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn the_canonical_form_of_the_same_is_the_same(seed: u64) {
        let mut dice = Dice::new(seed);
        for section in SECTIONS {
            let (some, same) = bodies(section, 3, &mut dice);
            let (some, same) = (text(section, &some, &mut dice), text(section, &same, &mut dice));
            is_one(section, &read(&some), &read(&same));
        }
        for only in fields::ONLY {
            let [some, same] = one(only, &mut dice);
            is_one(only, &some, &same);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn where_aws_has_the_same_there_is_nothing_to_do(seed: u64) {
        let mut dice = Dice::new(seed);
        for section in SECTIONS.into_iter().chain(fields::ONLY) {
            let [some, same] = if fields::ONLY.contains(&section) {
                one(section, &mut dice)
            } else {
                // X-Ray takes five policies.
                let count = if section == "resource_policies" { 5 } else { 8 };
                let (some, same) = bodies(section, count, &mut dice);
                [some, same].map(|bodies| read(&text(section, &bodies, &mut dice)))
            };
            block_on(async {
                let aws = local(&same).await;
                apply(&aws, &same).await;
                for stack in [&same, &some] {
                    let plan = plan(stack, &observe(&aws, stack).await);
                    let changes: Vec<_> = plan.steps.iter().flat_map(|step| &step.changes).collect();
                    assert!(plan.is_empty(), "{section}: {changes:?}");
                }
            });
        }
    }
}

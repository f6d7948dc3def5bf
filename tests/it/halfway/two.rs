//! Two applies at once, of two versions of one stack.

use std::collections::{BTreeMap, BTreeSet};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use serde_json::Value;

use super::account::{marked, settled};
use super::chance::Chance;
use super::stacks::Picture;
use super::tool::{End, Verb, carry_out, left, read};
use super::tried::{PAIRS, Tried};
use super::{Disturbance, applied, options};

/// A future that is not always polled when it could be: of two, now one gets on faster and now the
/// other.
async fn stuttering<T>(future: impl Future<Output = T>, mut chance: Chance) -> T {
    let mut future = pin!(future);
    let pace = *chance.one(&[10, 50, 90]);
    poll_fn(|context| {
        if chance.percent(pace) {
            future.as_mut().poll(context)
        } else {
            context.waker().wake_by_ref();
            Poll::Pending
        }
    })
    .await
}

/// The leaves of a tree by their paths, digests left out: what was last applied is one of the two.
/// An element of a list of names is a leaf of its own, a task definition is one.
fn leaves(value: &Value) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    collect(String::new(), value, &mut found);
    found
}

fn collect(path: String, value: &Value, found: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map.iter().filter(|(name, _)| *name != "tracewright:digest") {
                collect(format!("{path}/{name}"), value, found);
            }
        }
        Value::Array(items) if items.iter().all(Value::is_string) => {
            for item in items {
                found.insert(format!("{path}/{item}"), item.to_string());
            }
        }
        Value::Array(items) if path.starts_with("/families") && items.len() == 2 => {
            found.insert(format!("{path}/definition"), items[0].to_string());
            collect(format!("{path}/tags"), &items[1], found);
        }
        other => drop(found.insert(path, other.to_string())),
    }
}

/// Where those resources are that a run failed to make as it wants them.
fn failed(end: &End) -> Vec<String> {
    let End::PartWay(failed) = end else { return Vec::new() };
    let addresses = failed.iter().filter_map(|why| why.split_once(": ")?.0.split_once('.'));
    addresses
        .map(|(section, name)| match section {
            "sampling_rules" => format!("/rules/{name}/"),
            "task_definitions" => format!("/families/{name}/"),
            section => format!("/{section}/{name}/"),
        })
        .collect()
}

/// What is in just one of two trees, or not the same in both.
fn differing(is: &BTreeMap<String, String>, wanted: &BTreeMap<String, String>) -> Vec<String> {
    let paths: BTreeSet<_> = is.keys().chain(wanted.keys()).collect();
    let differs = paths.into_iter().filter(|path| is.get(*path) != wanted.get(*path));
    differs.map(|path| format!("{path}: {:?}, {:?}", is.get(path), wanted.get(path))).collect()
}

/// Both may finish, or one may be refused or stop part-way. Every field is as one of the two wants
/// it, and the next plan of each says what is left.
#[test]
fn of_two_applies_at_once_every_field_is_as_one_of_them_wants_it() {
    Tried::pairs(PAIRS / 10).each("two at once", async |chance, figures| {
        let options = &options(chance);
        let before = Picture::random(chance).with_default();
        let (one, other) = (before.changed(chance), before.changed(chance));
        let (a, b, c) = (read(&before.file()), &read(&one.file()), &read(&other.file()));
        let local = &applied(options, &a).await;
        let was = leaves(&settled(&local.state()));

        let first = stuttering(carry_out(local, b, Verb::Apply), Chance::of(chance.next(), 0));
        let second = stuttering(carry_out(local, c, Verb::Apply), Chance::of(chance.next(), 0));
        let (first, second) = futures::join!(first, second);
        figures.runs += 2;
        for end in [&first, &second] {
            figures.part_way += u64::from(matches!(end, End::PartWay(_)));
            figures.refused += u64::from(matches!(end, End::Refused(_)));
        }

        // What was under way in a resource of which a step failed, the next plan shows.
        let failed: Vec<_> = [&first, &second].into_iter().flat_map(failed).collect();
        let wanted = [applied(options, b).await, applied(options, c).await];
        let wanted = wanted.map(|fresh| leaves(&settled(&fresh.state())));
        let is = leaves(&settled(&local.state()));
        // Where neither got through, some of it may be as it was.
        let may_be_old = first != End::Done && second != End::Done;
        let paths: BTreeSet<_> = is.keys().chain(wanted.iter().flat_map(BTreeMap::keys)).collect();
        for path in paths {
            let as_wanted = wanted.iter().any(|wanted| wanted.get(path) == is.get(path));
            let old = may_be_old && was.get(path) == is.get(path);
            assert!(
                as_wanted || old || failed.iter().any(|failed| path.starts_with(failed)),
                "{path} is {:?}, and is to be {:?}; {first:?}, {second:?}",
                is.get(path),
                wanted.each_ref().map(|wanted| wanted.get(path)),
            );
        }
        for (stack, wanted) in [(b, &wanted[0]), (c, &wanted[1])] {
            let left = left(local, stack, Verb::Apply).await;
            let differs = differing(&is, wanted);
            assert_eq!(left.is_empty(), differs.is_empty(), "{left:#?} {differs:#?}");
        }

        Disturbance { local, stack: b, verb: Verb::Apply, options, figures }.settle().await;
        assert_eq!(differing(&leaves(&settled(&local.state())), &wanted[0]), Vec::<String>::new());
        assert_eq!(marked(&local.state()), marked(&applied(options, b).await.state()));
    });
}

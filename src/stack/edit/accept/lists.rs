//! Lists made to say what other lists do.

use super::agree;
use crate::document::{Node, Value};

/// Makes a list say what another one does. Elements that are equal stay; one in the place of another
/// takes its place. In a set the order is that which is there.
pub(super) fn blend(node: &mut Node, target: &[Node], is_set: bool) {
    let Value::Seq(own) = &mut node.value else { return };
    let target = if is_set { in_order_of(own, target) } else { target.to_vec() };
    let pairs = aligned(own, &target);
    let mut old: Vec<_> = std::mem::take(own).into_iter().map(Some).collect();
    for (at, new) in target.into_iter().enumerate() {
        let pair = pairs.iter().find(|(_, other)| *other == at).map(|(one, _)| *one);
        let kept = pair.and_then(|one| old[one].take());
        own.push(match kept {
            Some(mut kept) => {
                agree::blend(&mut kept, &new);
                kept
            }
            None => new,
        });
    }
}

/// The elements of a set in the order that they have there, and the new ones in the place of those
/// that go, or at the end.
fn in_order_of(own: &[Node], target: &[Node]) -> Vec<Node> {
    let mut new: Vec<_> = target.to_vec();
    let mut ordered: Vec<Option<Node>> = Vec::new();
    for node in own {
        let same = new.iter().position(|one| same(one, node));
        ordered.push(same.map(|at| new.remove(at)));
    }
    let mut new = new.into_iter();
    for place in ordered.iter_mut().filter(|place| place.is_none()) {
        *place = new.next();
    }
    ordered.into_iter().flatten().chain(new).collect()
}

/// Which elements of two lists belong together, in the order of both: as many as can be that are
/// equal, then those that are of one sort.
fn aligned(own: &[Node], target: &[Node]) -> Vec<(usize, usize)> {
    let mut best = vec![vec![0_usize; target.len() + 1]; own.len() + 1];
    for one in (0..own.len()).rev() {
        for other in (0..target.len()).rev() {
            let pair = match likeness(&own[one], &target[other]) {
                0 => 0,
                likeness => likeness + best[one + 1][other + 1],
            };
            best[one][other] = pair.max(best[one + 1][other]).max(best[one][other + 1]);
        }
    }
    let (mut one, mut other, mut pairs) = (0, 0, Vec::new());
    while one < own.len() && other < target.len() {
        let likeness = likeness(&own[one], &target[other]);
        if likeness > 0 && best[one][other] == likeness + best[one + 1][other + 1] {
            pairs.push((one, other));
            (one, other) = (one + 1, other + 1);
        } else if best[one][other] == best[one + 1][other] {
            one += 1;
        } else {
            other += 1;
        }
    }
    pairs
}

/// How much two elements are alike.
fn likeness(one: &Node, other: &Node) -> usize {
    const EQUAL: usize = 1000;
    if same(one, other) {
        return EQUAL;
    }
    match (&one.value, &other.value) {
        (Value::Map(one), Value::Map(other)) => {
            let shared = one.entries.iter().filter(|entry| {
                other.get(&entry.key).is_some_and(|value| same(value, &entry.value))
            });
            let all = one.entries.len().max(other.entries.len()).max(1);
            1 + shared.count() * (EQUAL / 2) / all
        }
        (Value::Seq(_), Value::Seq(_)) => 1,
        (Value::Seq(_) | Value::Map(_), _) | (_, Value::Seq(_) | Value::Map(_)) => 0,
        _ => 1,
    }
}

/// Whether both say the same, whatever they are made of.
fn same(one: &Node, other: &Node) -> bool {
    one.to_json() == other.to_json()
}

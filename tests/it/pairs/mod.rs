//! Pairs of documents: what a file says, what AWS has, and whether that is the same.
//!
//! Each pair goes the whole way. Somebody else gives AWS the one document, call by call; the other
//! stands in a stack file; and the plan is empty, or shows just what differs. Documents are written
//! in the short form of YAML, on either side.

mod containers;
mod policies;
mod roles;
mod rules;
mod tasks;

use serde_json::{Map, Value, json};

use crate::harness::{Output, Scenario};
use crate::others::Others;

/// Two documents and what there is to say about them.
pub(crate) struct Pair {
    file: &'static str,
    aws: &'static str,
    /// Where the plan shows a difference; nowhere, where the two are the same.
    differs: &'static [&'static str],
    /// Why, and from where that is known.
    why: &'static str,
}

/// The two say the same.
const fn same(file: &'static str, aws: &'static str, why: &'static str) -> Pair {
    Pair { file, aws, differs: &[], why }
}

/// The two do not say the same, which shows here.
const fn other(
    differs: &'static [&'static str],
    file: &'static str,
    aws: &'static str,
    why: &'static str,
) -> Pair {
    Pair { file, aws, differs, why }
}

/// A fragment of YAML's short form as JSON.
fn parsed(fragment: &str) -> Value {
    serde_saphyr::from_str(&format!("{{{fragment}}}"))
        .unwrap_or_else(|error| panic!("{error}: {fragment}"))
}

/// A digest that says nothing: its version is not known. Without one the resource would have to be
/// finished.
const DIGEST: &str = "9:of-a-later-version";

/// What AWS says a resource is marked with, beside the tags of the pair's document.
fn marked(
    document: &Map<String, Value>,
    (field, key, value): (&str, &str, &str),
    owner: &str,
) -> Value {
    let mut tags = vec![
        json!({key: "tracewright:stack", value: owner}),
        json!({key: "tracewright:digest", value: DIGEST}),
    ];
    tags.extend(document.get(field).and_then(Value::as_array).into_iter().flatten().cloned());
    json!(tags)
}

/// Gives AWS one side of each pair, and holds the plan of the other side against the table.
/// `section` is where the bodies stand, `body` makes one of a fragment, and `give` makes the calls.
#[track_caller]
fn try_all(
    section: &str,
    pairs: &[Pair],
    body: impl Fn(&str) -> String,
    give: impl Fn(&Others, &str, &str),
) {
    let scenario = Scenario::new();
    let mut stack = format!("{section}:\n");
    let others = Others::of(&scenario);
    for (at, pair) in pairs.iter().enumerate() {
        stack += &format!("  pair-{at}: {{{}}}\n", body(pair.file));
        give(&others, &format!("pair-{at}"), pair.aws);
    }
    let plan = scenario.stack(&stack).run("plan stack.yaml --local --format json").exits(0);
    let mut lies = Vec::new();
    for (at, pair) in pairs.iter().enumerate() {
        let shown = shown(&plan, &format!("{section}.pair-{at}"));
        if shown != pair.differs {
            let Pair { file, aws, why, differs } = pair;
            lies.push(format!(
                "{section}.pair-{at}: the file has {{{file}}}, AWS has {{{aws}}}\n  ({why})\n  \
                 should differ at {differs:?}, and the plan shows {shown:?}"
            ));
        }
    }
    assert!(lies.is_empty(), "{}", lies.join("\n"));
    let (equal, unequal) = count(pairs);
    let summary = plan.json();
    assert_eq!(summary["unchanged"], equal, "{summary}");
    assert_eq!(summary["summary"]["update"], unequal, "{summary}");
}

/// Where a plan says that a resource changes.
fn shown(plan: &Output, address: &str) -> Vec<String> {
    let plan = plan.json();
    let steps = plan["steps"].as_array().unwrap().iter();
    let steps = steps.filter(|step| step["address"] == address);
    let changes = steps.flat_map(|step| step["changes"].as_array().unwrap());
    changes.map(|change| change["path"].as_str().unwrap().to_owned()).collect()
}

fn count(pairs: &[Pair]) -> (usize, usize) {
    let equal = pairs.iter().filter(|pair| pair.differs.is_empty()).count();
    (equal, pairs.len() - equal)
}

#[test]
fn half_of_all_pairs_are_the_same_and_half_are_not() {
    let tables = [
        containers::PAIRS,
        tasks::PAIRS,
        policies::GRANTS,
        policies::WHOLE,
        policies::TRUSTS,
        roles::PAIRS,
        rules::PAIRS,
    ];
    let counts = tables.map(count);
    let equal: usize = counts.iter().map(|(equal, _)| equal).sum();
    let unequal: usize = counts.iter().map(|(_, unequal)| unequal).sum();
    assert!(equal >= 60 && unequal >= 60, "{equal} are the same and {unequal} are not");
}

//! `drift --accept`: what AWS has goes into the files, and nothing else changes there.

mod corpus;
mod files;
mod refused;

use std::collections::BTreeMap;

use crate::harness::{Output, Scenario};

/// Makes AWS what the stack file would with its files as `changed` leaves them, as if somebody had
/// done it by hand: the files are as before then, and what was last applied is what they say.
pub(crate) fn moved(scenario: &Scenario, changed: &[(&str, &str)]) {
    let digests = || -> BTreeMap<String, String> {
        let plan = scenario.run("plan stack.yaml --local --format json").json();
        let steps = plan["steps"].as_array().unwrap().iter();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        steps.map(|step| (text(&step["address"]), text(&step["digest"]))).collect()
    };
    let applied = digests();
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let before: Vec<_> = changed.iter().map(|(file, _)| (*file, scenario.read(file))).collect();
    for (file, text) in changed {
        scenario.write(file, text);
    }
    let moved = digests();
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let mut state = scenario.read(".tracewright/local.json");
    for (address, digest) in &moved {
        state = state.replace(digest, &applied[address]);
    }
    scenario.write(".tracewright/local.json", state);
    for (file, text) in before {
        scenario.write(file, text);
    }
}

/// Accepts, after which there is nothing to do.
#[track_caller]
pub(crate) fn accepted(scenario: &Scenario, addresses: &str) -> Output {
    let line = addresses.split(' ').map(|address| format!(" --accept {address}"));
    let output = scenario.run(&format!("drift stack.yaml --local{}", line.collect::<String>()));
    assert_eq!(output.code, 0, "{output}");
    let plan = scenario.run("plan stack.yaml --local");
    assert!(plan.stdout.contains("Nothing to do"), "{output}\n{plan}");
    output
}

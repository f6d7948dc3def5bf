//! Bad input: one clear error that names the place and the way out, the documented exit code, and
//! nothing written.

mod aws;
mod command_line;
mod documents;
mod fields;
mod files;
mod hostile;
mod local;
mod references;
mod secrets;
mod stack;
mod task_definitions;
mod yaml;

use crate::harness::{Output, Scenario};

/// The envelope of `stack.yaml`.
const HEAD: &str = "stack: shop\naccount: \"123456789012\"\nregion: eu-west-1\n";

/// The fields that a rule has to have.
const RULE: &str = "Priority: 1, FixedRate: 0.1, ReservoirSize: 1";

/// What applying a bad `stack.yaml` says: the same as checking it does, before anything happens.
#[track_caller]
fn refused(scenario: &Scenario) -> Output {
    let check = scenario.run("check stack.yaml").exits(1);
    let apply = scenario.run("apply stack.yaml --local --yes").exits(1);
    assert_eq!(check.stderr, apply.stderr);
    assert_eq!((check.stdout.as_str(), apply.stdout.as_str()), ("", ""));
    assert!(!scenario.path(".tracewright").exists(), "something was written");
    calm(apply)
}

/// Neither a panic nor a trace of one.
#[track_caller]
fn calm(output: Output) -> Output {
    for word in ["panicked", "RUST_BACKTRACE", "stack overflow", "unwrap"] {
        assert!(!output.stderr.contains(word), "{output}");
    }
    output
}

/// Applies a stack with this below its envelope.
#[track_caller]
fn stack(sections: &str) -> Output {
    let scenario = Scenario::new();
    scenario.stack(sections);
    refused(&scenario)
}

/// Applies exactly this.
#[track_caller]
fn whole(text: impl AsRef<[u8]>) -> Output {
    let scenario = Scenario::new();
    scenario.write("stack.yaml", text);
    refused(&scenario)
}

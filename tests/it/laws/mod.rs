//! What holds for every stack, tried on many that are made up.

mod daemons;
mod different;
mod fields;
mod grow;
mod policies;
mod rewritten;
mod rules;
mod same;
mod services;
mod shown;
mod tasks;

use serde_json::{Value, json};
use tracewright::aws::local::LocalAws;
use tracewright::aws::{Aws, Options, Reads};
use tracewright::kinds::{self, Look, Observation};
use tracewright::plan::{Plan, plan};
use tracewright::render::plan_text;
use tracewright::stack::{self, Files, Inputs, Loaded, Stack, Unreadable};

use crate::harness::{NOW, local_options};

pub(crate) struct NoFiles;

impl Files for NoFiles {
    fn read(&mut self, _: &str, _: &str) -> Result<Loaded, Unreadable> {
        Err(Unreadable { message: "is not there".to_owned(), hint: String::new() })
    }
}

fn read(text: &str) -> Stack {
    try_read(text).unwrap_or_else(|said| panic!("{said}\n{text}"))
}

/// The stack, or what is wrong with it.
fn try_read(text: &str) -> Result<Stack, String> {
    let file = Loaded { shown: "stack.yaml".to_owned(), text: text.to_owned() };
    let reading = stack::read(file, &mut NoFiles, &Inputs::default());
    reading.stack.ok_or_else(|| reading.found.render(&reading.sources, 80))
}

/// A stack with one section.
fn stack(section: &str, bodies: &Value) -> Stack {
    read(&of(section, bodies))
}

/// Its text. JSON is YAML.
fn of(section: &str, bodies: &Value) -> String {
    let region = "us-east-1";
    let stack =
        json!({"stack": "laws", "account": "123456789012", "region": region, section: bodies});
    stack.to_string()
}

async fn observe(aws: &Aws, stack: &Stack) -> Observation {
    let reads = Reads::new(aws);
    let mut all = Observation::default();
    for kind in kinds::ALL {
        all.extend(kind.observe(&reads, &Look::of(kind, stack)).await);
    }
    all
}

async fn apply(aws: &Aws, stack: &Stack) -> Plan {
    let plan = plan(stack, &observe(aws, stack).await);
    let stop = tracewright::apply::Stop::default();
    let report = tracewright::apply::run(aws, &plan, &stop, &()).await;
    assert!(report.is_whole(), "{:?}", report.steps.iter().map(|(_, o)| o).collect::<Vec<_>>());
    plan
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

async fn local(stack: &Stack) -> Aws {
    let options =
        Options { local: Some(LocalAws::in_memory(local_options(NOW))), ..Options::default() };
    Aws::connect(&stack.place, options).await
}

/// IAM lists those whom a role trusts in another order at each read (recordings).
#[test]
fn what_a_plan_says_is_the_same_each_time() {
    let role = |principals: &str| {
        let statement =
            format!("{{ Effect: Allow, Action: \"sts:AssumeRole\", Principal: {principals} }}");
        read(&format!(
            "stack: laws\naccount: \"123456789012\"\nregion: us-east-1\nroles:\n  a:\n    \
             AssumeRolePolicyDocument: {{ Version: \"2012-10-17\", Statement: [{statement}] }}\n"
        ))
    };
    let before =
        role("{ Service: [a.amazonaws.com, b.amazonaws.com, c.amazonaws.com, d.amazonaws.com] }");
    let after = role("{ Service: d.amazonaws.com }");
    block_on(async {
        let aws = local(&before).await;
        apply(&aws, &before).await;
        let mut said = std::collections::BTreeSet::new();
        for _ in 0..8 {
            said.insert(plan_text(&plan(&after, &observe(&aws, &after).await), ""));
        }
        assert_eq!(said.len(), 1, "{said:#?}");
    });
}

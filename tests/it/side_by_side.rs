//! How steps go side by side, and what waits for what.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use futures::future::join_all;
use tracewright::apply::{Because, Outcome, Stop, run};
use tracewright::aws::local::LocalAws;
use tracewright::aws::{Aws, Options, Reads};
use tracewright::kinds::{self, Look, Observation};
use tracewright::plan::{Address, plan};
use tracewright::stack::{self, Files, Inputs, Loaded, Unreadable};

use crate::between::{Between, Fate};
use crate::harness::{NOW, Scenario, local_options};
use crate::others::Others;

/// Takes its time for each call of one name, and returns how many there were at once.
fn crowded(operation: &'static str, stack: &str) -> usize {
    let (now, most) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&most);
    let between = Between::start(move |asked, _, _| {
        if asked == operation {
            seen.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            thread::sleep(Duration::from_millis(60));
            now.fetch_sub(1, Ordering::SeqCst);
        }
        Fate::Answered
    });
    let scenario = between.scenario();
    scenario.stack(stack);
    scenario.run("apply stack.yaml --yes").exits(0);
    most.load(Ordering::SeqCst)
}

#[test]
fn each_service_has_a_bound_of_its_own() {
    let task =
        |n| format!("  t{n}: {{ containerDefinitions: [{{ name: a, image: a, memory: 128 }}] }}\n");
    let tasks: String = (1..=7).map(task).collect();
    let rule = |n| format!("  r{n}: {{ Priority: {n}, FixedRate: 0, ReservoirSize: 0 }}\n");
    let rules: String = (1..=9).map(rule).collect();
    let stack = format!("task_definitions:\n{tasks}sampling_rules:\n{rules}");
    assert_eq!(crowded("RegisterTaskDefinition", &stack), 2);
    assert_eq!(crowded("CreateSamplingRule", &stack), 4);
}

struct NoFiles;

impl Files for NoFiles {
    fn read(&mut self, _: &str, _: &str) -> Result<Loaded, Unreadable> {
        Err(Unreadable { message: "is not there".to_owned(), hint: String::new() })
    }
}

/// `apply` refuses a plan with something blocked; whoever carries one out all the same keeps away
/// from what depends on it.
#[tokio::test]
async fn what_depends_on_what_is_not_ours_is_not_tried() {
    let trust = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]}"#;
    let local = LocalAws::in_memory(local_options(NOW));
    let others = Others::at(&local);
    others.iam("CreateRole", &[("RoleName", "backend"), ("AssumeRolePolicyDocument", trust)]);
    let text = format!(
        "stack: shop\naccount: \"123456789012\"\nregion: eu-west-1
roles: {{ backend: {{ AssumeRolePolicyDocument: {trust} }} }}
sampling_rules: {{ r: {{ Priority: 1, FixedRate: 0, ReservoirSize: 0 }} }}
task_definitions:
  backend:
    taskRoleArn: ${{role.backend.arn}}
    containerDefinitions: [{{ name: a, image: a, memory: 128 }}]
"
    );
    let file = Loaded { shown: "stack.yaml".to_owned(), text };
    let stack = stack::read(file, &mut NoFiles, &Inputs::default()).stack.unwrap();
    let options = Options { local: Some(local.clone()), ..Options::default() };
    let aws = Aws::connect(&stack.place, options).await;
    let reads = Reads::new(&aws);
    let looks: Vec<_> = kinds::ALL.iter().map(|kind| Look::of(*kind, &stack)).collect();
    let looked = kinds::ALL.iter().zip(&looks).map(|(kind, look)| kind.observe(&reads, look));
    let mut seen = Observation::default();
    join_all(looked).await.into_iter().for_each(|look| seen.extend(look));
    let plan = plan(&stack, &seen);
    let report = run(&aws, &plan, &Stop::default(), &()).await;
    let outcome = |section: &str| {
        let is_it = |(step, _): &&(&_, _)| -> bool {
            let step: &tracewright::plan::Step = step;
            step.address.section == section
        };
        report.steps.iter().find(is_it).map(|(_, outcome)| outcome.clone())
    };
    assert!(outcome("sampling_rules").unwrap().is_done());
    let because = Because::Blocked(Address::new("roles", "backend"));
    assert_eq!(outcome("task_definitions"), Some(Outcome::NotTried(because)));
    assert_eq!(outcome("roles"), None);
    assert!(others.revisions().is_empty());
}

/// `script` gives the tool a terminal.
#[test]
#[cfg(target_os = "linux")]
fn a_terminal_is_told_how_far_a_run_is() {
    let scenario = Scenario::new();
    let rule = |n| format!("  r{n}: {{ Priority: {n}, FixedRate: 0, ReservoirSize: 0 }}\n");
    scenario.stack(&format!("sampling_rules:\n{}", (1..=6).map(rule).collect::<String>()));
    let tool = scenario.command(&[]);
    let line = format!("{} apply stack.yaml --local --yes", tool.get_program().display());
    let output = std::process::Command::new("script")
        .args(["--quiet", "--return", "--command", &line, "/dev/null"])
        .current_dir(scenario.path("."))
        .env("TRACEWRIGHT_LOCAL_LATENCY_MS", "30")
        .stdin(std::process::Stdio::null())
        .output()
        .expect("script, of util-linux, starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("0 of 6 done, 4 under way"), "{said:?}");
    assert!(said.contains("5 of 6 done, 1 under way"), "{said:?}");
    // It is gone in the end, and in between from in front of every line.
    let last = said.trim_end().lines().last().unwrap_or_default();
    assert_eq!(last.rsplit('\r').next(), Some("Applied: 6 created."), "{said:?}");
}

//! Interrupts, kills, and a world that moves while a plan is looked at.

use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::harness::Scenario;

fn rules(count: u16, rate: &str) -> String {
    let rule = |n| format!("  r{n}: {{ Priority: {n}, FixedRate: {rate}, ReservoirSize: 0 }}\n");
    format!("sampling_rules:\n{}", (1..=count).map(rule).collect::<String>())
}

pub(crate) fn spawn(scenario: &Scenario, line: &str) -> Child {
    let words: Vec<_> = line.split(' ').collect();
    let mut command = scenario.command(&words);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("the binary starts")
}

pub(crate) fn send(signal: &str, child: &Child) {
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status();
    assert!(sent.expect("kill starts").success());
}

/// Waits until a line with this text came on the child's stderr, and returns what came so far.
pub(crate) fn wait_for(child: &mut Child, text: &str) -> String {
    let pipe = child.stderr.as_mut().expect("its stderr");
    let mut said = Vec::new();
    let mut byte = [0];
    while !String::from_utf8_lossy(&said).contains(text) {
        assert_eq!(pipe.read(&mut byte).expect("stderr is read"), 1, "it ended early");
        said.push(byte[0]);
    }
    String::from_utf8_lossy(&said).into_owned()
}

#[test]
#[cfg(unix)]
fn an_interrupt_finishes_the_calls_under_way_and_starts_no_more() {
    let scenario = Scenario::new().env("TRACEWRIGHT_LOCAL_LATENCY_MS", "150");
    scenario.stack(&rules(20, "0"));
    let mut child = spawn(&scenario, "apply stack.yaml --local --yes");
    wait_for(&mut child, "created sampling_rules.r1\n");
    send("-INT", &child);
    let output = child.wait_with_output().unwrap();
    let (stdout, stderr) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(130), "{stdout}{stderr}");
    assert!(stderr.contains("Interrupted: finishing the calls under way"), "{stderr}");
    assert!(stdout.contains("not tried"), "{stdout}");
    let landed = scenario.local_rules("eu-west-1").len();
    assert!((1..20).contains(&landed), "{landed} landed");
    assert!(stdout.contains(&format!("{landed} created")), "{landed} landed\n{stdout}");

    let rest = Scenario::run(&scenario, "apply stack.yaml --local --yes").exits(0);
    rest.says(&format!("{} created", 20 - landed));
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
}

#[test]
#[cfg(unix)]
fn a_kill_at_any_moment_leaves_what_the_next_apply_completes() {
    for moment in (0..12).map(|n| n * 40) {
        let scenario = Scenario::new().env("TRACEWRIGHT_LOCAL_LATENCY_MS", "10");
        scenario.stack(&rules(12, "0"));
        scenario.run("apply stack.yaml --local --yes").exits(0);
        // Some change, some go, some come; tags change with them.
        let (kept, _) = rules(24, "0.5")
            .split_once("  r10:")
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .unwrap();
        scenario.stack(&format!(
            "tags: {{ a: b }}\n{kept}  new: {{ Priority: 1, FixedRate: 0, ReservoirSize: 0 }}\n"
        ));
        let mut child = spawn(&scenario, "apply stack.yaml --local --yes");
        std::thread::sleep(Duration::from_millis(moment));
        send("-KILL", &child);
        child.wait().unwrap();
        scenario.run("apply stack.yaml --local --yes").exits(0);
        scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("(10 resources)");
        assert_eq!(scenario.local_rules("eu-west-1").len(), 10);
        scenario.run("destroy stack.yaml --local --yes").exits(0);
        assert!(scenario.local_rules("eu-west-1").is_empty());
    }
}

/// `script` gives the tool a terminal to ask on.
#[test]
#[cfg(target_os = "linux")]
fn a_world_that_moves_while_the_question_stands_is_not_overwritten() {
    let scenario = Scenario::new();
    scenario.stack(&rules(2, "0"));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.stack(&rules(2, "0.5"));

    let answer = |meanwhile: &dyn Fn(), word: &str| {
        let tool = scenario.command(&["apply", "stack.yaml", "--local"]);
        let mut command = Command::new("script");
        command
            .args(["--quiet", "--return", "--command"])
            .arg(format!("{} apply stack.yaml --local", tool.get_program().display()))
            .arg("/dev/null")
            .current_dir(scenario.path("."))
            .env("TRACEWRIGHT_LOCAL_CLOCK", crate::harness::NOW.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.spawn().expect("script, of util-linux, starts");
        let pipe = child.stdout.as_mut().expect("its stdout");
        let mut said = Vec::new();
        let mut byte = [0];
        while !String::from_utf8_lossy(&said).contains("goes on: ") {
            assert_eq!(pipe.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&said));
            said.push(byte[0]);
        }
        meanwhile();
        writeln!(child.stdin.take().unwrap(), "{word}").unwrap();
        let output = child.wait_with_output().unwrap();
        said.extend(output.stdout);
        (output.status.code(), String::from_utf8_lossy(&said).into_owned())
    };

    let (code, said) = answer(&|| {}, "no");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("Nothing was changed."), "{said}");

    let change = || {
        let update =
            serde_json::json!({"SamplingRuleUpdate": {"RuleName": "r2", "FixedRate": 0.9}});
        crate::ownership::behind_its_back(&scenario, "UpdateSamplingRule", &update);
    };
    let (code, said) = answer(&change, "yes");
    assert_eq!(code, Some(5), "{said}");
    assert!(said.contains("sampling_rules.r2 was changed: `FixedRate`"), "{said}");
    assert!(said.contains("2026-11-22T08:01:00Z"), "{said}");
    let r1 =
        scenario.run("show stack.yaml sampling_rules.r1 --local --format json").exits(0).json();
    assert_eq!(r1["live"]["FixedRate"], 0.0, "nothing was changed");

    let (code, said) = answer(&|| {}, "yes");
    assert_eq!(code, Some(0), "{said}");
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
}

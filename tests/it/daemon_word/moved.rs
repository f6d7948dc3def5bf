//! From one daemon to another is a word, and the plan says what it means.

use serde_json::{Value, json};

use super::{SORTS, stack, task};
use crate::harness::Scenario;

fn details(scenario: &Scenario) -> Vec<String> {
    let plan = scenario.run("plan stack.yaml --local --format json").exits(0).json();
    let steps = plan["steps"].as_array().unwrap().clone();
    let step = steps.into_iter().find(|step| step["address"] == "task_definitions.backend");
    let told = step.map(|step| step["detail"]["told"].clone()).unwrap_or_default();
    let told = told.as_array().cloned().unwrap_or_default();
    told.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[test]
fn every_move_is_explained_and_carried_out() {
    for before in SORTS {
        for after in SORTS.into_iter().filter(|after| *after != before) {
            let scenario = Scenario::new();
            scenario.stack(&stack(&json!({"backend": task("awsvpc", true, &json!(before))})));
            scenario.run("apply stack.yaml --local --yes").exits(0);
            scenario.stack(&stack(&json!({"backend": task("awsvpc", true, &json!(after))})));
            let told = details(&scenario).join("; ");
            assert!(told.contains("in place of"), "{before} {after}: {told}");
            assert!(told.contains("sampling rules"), "{before} {after}: {told}");
            let loses = after == "xray-daemon";
            assert_eq!(told.contains("loses its traces"), loses, "{before} {after}: {told}");
            scenario.run("apply stack.yaml --local --yes").exits(0);
            scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
        }
    }
}

#[test]
fn from_a_daemon_that_was_written_out_too() {
    let scenario = Scenario::new();
    let mut body = task("awsvpc", true, &Value::Null);
    let sidecar = json!({"name": "xray", "image": "amazon/aws-xray-daemon", "memory": 64});
    body["containerDefinitions"].as_array_mut().unwrap().push(sidecar);
    scenario.stack(&stack(&json!({"backend": body})));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    scenario.stack(&stack(&json!({"backend": task("awsvpc", true, &json!("adot"))})));
    assert_eq!(
        details(&scenario).first().map(String::as_str),
        Some("traces go through the ADOT collector in place of the X-Ray daemon")
    );
    insta::assert_snapshot!(details(&scenario).join("\n"), @"
    traces go through the ADOT collector in place of the X-Ray daemon
    X-Ray SDKs go on as they are: their segments are taken on 2000/udp as before
    sampling rules go on deciding: SDKs ask for them on 2000/tcp as before
    OpenTelemetry is taken on 4317 and 4318, and asks for the rules too
    nothing has to change at once; X-Ray SDKs get security fixes only, so instrument with OpenTelemetry by and by
    ");
}

#[test]
fn the_x_ray_daemon_comes_with_a_warning_and_the_way_out() {
    let scenario = Scenario::new();
    scenario.stack(&stack(&json!({"backend": task("awsvpc", true, &json!("xray-daemon"))})));
    let check = scenario.run("check stack.yaml").exits(0);
    assert!(check.stderr.contains("maintenance mode since 2026-02-25"), "{check}");
    assert!(check.stderr.contains("`daemon: adot`"), "{check}");
}

#[test]
fn what_somebody_changed_in_a_generated_container_is_drift_and_is_put_back() {
    use crate::others::Others;
    let scenario = Scenario::new();
    scenario.stack(&stack(&json!({"backend": task("awsvpc", true, &json!("adot"))})));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let others = Others::of(&scenario);
    let mut task = others.ecs("DescribeTaskDefinition", &json!({"taskDefinition": "backend"}));
    let mut task = task["taskDefinition"].take();
    let known =
        ["family", "containerDefinitions", "networkMode", "taskRoleArn", "executionRoleArn"];
    task.as_object_mut().unwrap().retain(|key, _| known.contains(&key.as_str()));
    for container in task["containerDefinitions"].as_array_mut().unwrap() {
        if container["name"] == "adot" {
            container["image"] =
                json!("public.ecr.aws/aws-observability/aws-otel-collector:latest");
        }
    }
    others.ecs("RegisterTaskDefinition", &task);
    scenario.run("drift stack.yaml --local").exits(3).says("aws-otel-collector:latest");
    let before = scenario.read("stack.yaml");
    let accept = scenario.run("drift stack.yaml --accept task_definitions.backend --local");
    // Either it is taken over rightly, or the file stays as it is.
    if accept.code == 0 {
        scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
    } else {
        assert_eq!(scenario.read("stack.yaml"), before, "{accept}");
    }
    scenario.write("stack.yaml", before);
    scenario.run("apply stack.yaml --local --yes --only-drift").exits(0);
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0);
}

#[test]
fn what_moved_beside_a_generated_daemon_is_taken_into_the_file() {
    let scenario = Scenario::new();
    scenario.stack(&stack(&json!({"web": task("awsvpc", true, &json!("adot"))})));
    scenario.run("apply stack.yaml --local --yes").exits(0);
    let mut state = scenario.local_state();
    let account = &mut state["accounts"]["123456789012"]["eu-west-1"];
    let revision = &mut account["ecs"]["families"]["web"]["1"]["definition"];
    revision["containerDefinitions"][0]["image"] = json!("shop/backend:2");
    state["global"]["123456789012"]["iam"]["roles"]["task"]["max_session_duration"] = json!(7200);
    scenario.write(".tracewright/local.json", state.to_string());
    scenario
        .run("drift stack.yaml --local --accept task_definitions.web")
        .exits(0)
        .says("hop/backend:2");
    scenario
        .run("drift stack.yaml --local --accept roles.task")
        .exits(0)
        .says("MaxSessionDuration");
    scenario.run("plan stack.yaml --local --detailed-exitcode").exits(0).says("Nothing to do");
}

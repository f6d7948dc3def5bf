//! What is wrong with the word is said at its place.

use serde_json::{Value, json};

use super::{stack, task};
use crate::harness::Scenario;

#[track_caller]
fn refused(body: &Value, says: &str, help: &str) {
    let scenario = Scenario::new();
    scenario.stack(&stack(&json!({"backend": body})));
    let check = scenario.run("check stack.yaml").exits(1);
    // Lines are folded and marked; words are not.
    let said = check.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains(says), "{says}: {said}");
    assert!(said.contains(help), "{help}: {said}");
    assert!(said.contains("--> stack.yaml:"), "{said}");
}

#[track_caller]
fn word(daemon: &Value, says: &str, help: &str) {
    refused(&task("awsvpc", true, daemon), says, help);
}

#[test]
fn slips_are_told_with_what_was_meant() {
    word(&json!("adto"), "there is no daemon \"adto\"", "did you mean `adot`?");
    word(
        &json!({"apps": ["app"]}),
        "which daemon it is stands in `kind`",
        "adot, cloudwatch-agent",
    );
    word(&json!({"kind": "adot", "honycomb": {}}), "`daemon` has no `honycomb`", "`honeycomb`");
    word(&json!({"kind": "adot", "where": "sidecars"}), "`where` is \"sidecars\"", "`sidecar`");
    word(&json!({"kind": "adot", "apps": ["ap"]}), "the task has no container \"ap\"", "`app`");
    word(&json!({"kind": "adot", "apps": "app"}), "`apps` is a list of names", "[backend]");
    word(&json!({"kind": "adot", "xray": "no"}), "`xray` is `true` or `false`", "leave it out");
    word(&json!({"kind": "adot", "config": "file"}), "`config` is \"file\"", "`environment`");
    word(&json!({"kind": "adot", "container": {"imgae": "x"}}), "has no `imgae`", "`image`");
    let named = json!({"honeycomb": {"endpoint": "x:1"}});
    word(&json!({"kind": "adot", "otlp": named}), "is no name for an exporter", "word of its own");
    word(&json!({"kind": "adot", "otlp": {"a": {}}}), "`otlp.a` needs `endpoint`", "for example");
    word(&json!({"kind": "adot", "honeycomb": {}}), "`honeycomb` needs `key`", "key: ARN");
    word(&json!({"kind": "adot", "xray": false}), "its traces go nowhere", "name one of them");
}

#[test]
fn what_a_daemon_does_not_have_it_is_not_asked_for() {
    word(&json!({"kind": "xray-daemon", "collector": {}}), "takes no configuration", "`adot`");
    word(
        &json!({"kind": "cloudwatch-agent", "honeycomb": {"key": "/k"}}),
        "the CloudWatch agent sends to X-Ray only",
        "`otel-collector`",
    );
    word(
        &json!({"kind": "adot", "where": "managed", "honeycomb": {"key": "/k"}}),
        "`honeycomb` is about a daemon in this task, and it is elsewhere",
        "the daemon's own task definition",
    );
    word(&json!({"kind": "adot", "address": "x"}), "this one is in the task", "`where: host`");
    word(&json!({"kind": "adot", "where": "host"}), "does not see its instance", "`address: NAME`");
}

#[test]
fn a_key_in_the_place_of_where_it_is_kept_is_refused_and_not_shown() {
    for key in [
        "hcaik_01abcdefghijklmnopqrstuvwxyz0123456789",
        "0123456789abcdef0123456789abcdef",
        "AbCdEfGhIjKlMnOpQrStUv",
        "hcbik_01hqk4k20cjeh63wca8vva5stw70nft6m5n8wr8f5mjx3762s8269j50wc",
        "hcaic_1234567890123456789012345678901234567890123456789012345678",
        "1234567890abcdef1234567890abcdef1234NRAL",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
        "arn:aws:secretsmanager:eu-west-1",
        "arn:aws:s3:::secretsmanager:x",
        "arn:aws:ssm:eu-west-1:123456789012:document/x",
    ] {
        let scenario = Scenario::new();
        // As a person writes it, so that the line could be quoted.
        scenario.stack(&format!(
            "task_definitions:
  backend:
    networkMode: awsvpc
    taskRoleArn: task
    executionRoleArn: exec
    containerDefinitions: [{{ name: app, image: \"a:1\", memory: 64 }}]
    daemon:
      kind: adot
      honeycomb:
        key: {key}
"
        ));
        let check = scenario.run("check stack.yaml").exits(1);
        assert!(check.stderr.contains("no place where a secret is kept"), "{check}");
        assert!(!check.stderr.contains(key) && !check.stdout.contains(key), "{check}");
    }
    word(
        &json!({"kind": "adot", "otlp": {"a": {"endpoint": "x:1", "headers": {"authorization": "Bearer abcdefghijklmnop"}}}}),
        "the header `authorization` looks like a secret",
        "{ secret: ARN }",
    );
}

#[test]
fn a_daemon_that_stands_there_already_is_not_doubled() {
    let mut body = task("awsvpc", true, &json!("adot"));
    let sidecar = json!({"name": "xray", "image": "amazon/aws-xray-daemon", "memory": 64});
    body["containerDefinitions"].as_array_mut().unwrap().push(sidecar);
    refused(&body, "the container `xray` is the X-Ray daemon already", "take it out");
    body["containerDefinitions"][1] = json!({"name": "adot", "image": "shop/adot", "memory": 64});
    refused(&body, "there is a container `adot` already", "container: { name: … }");
}

#[test]
fn a_task_that_no_daemon_can_be_in_is_told() {
    refused(
        &task("none", true, &json!("adot")),
        "the network mode `none`",
        "give the task a network",
    );
    let mut windows = task("awsvpc", true, &json!("adot"));
    windows["runtimePlatform"] = json!({"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"});
    refused(&windows, "this task is for Windows", "write the daemon's container out");
    let mut elsewhere = task("host", false, &json!({"kind": "adot", "where": "host"}));
    refused(&elsewhere, "nothing runs in this task", "leave `where` out");
    elsewhere = task("awsvpc", true, &json!({"kind": "adot", "honeycomb": {"key": "/k"}}));
    elsewhere.as_object_mut().unwrap().remove("executionRoleArn");
    refused(
        &elsewhere,
        "ECS reads the daemon's secrets with `executionRoleArn`",
        "${role.KEY.arn}",
    );
}

#[test]
fn an_endpoint_is_told_where_it_stands() {
    let otlp = |exporter: Value| json!({"kind": "adot", "otlp": {"x": exporter}});
    word(&otlp(json!({"endpoint": "a b"})), "`otlp.x.endpoint` has a blank", "https://");
    let twice = otlp(json!({"endpoint": "https://h/v1/traces", "protocol": "http",
                            "headers": {"z": null}}));
    let scenario = Scenario::new();
    scenario.stack(&stack(&json!({"backend": task("awsvpc", true, &twice)})));
    let check = scenario.run("check stack.yaml").exits(0);
    check.says("puts `/v1/traces` behind `otlp.x.endpoint` itself");
    // Two secrets whose exporters and headers make one name are two.
    let header = |name: &str| json!({"endpoint": "h:1", "headers": {name: {"secret": "/s"}}});
    let both = json!({"kind": "adot", "otlp": {"a": header("b-c"), "a-b": header("c")}});
    scenario.stack(&stack(&json!({"backend": task("awsvpc", true, &both)})));
    scenario.run("check stack.yaml").exits(0);
}

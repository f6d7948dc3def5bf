//! A compose file of a task definition, held against what people have: `corpus/compose`.

use std::fs;

use serde_json::{Value, json};

use super::yaml;
use crate::harness::{Scenario, beside, files};

/// The compose file of a container, and what is said of it.
fn composed(container: &Value) -> (Value, String) {
    let scenario = Scenario::new();
    let task = json!({"app": {"executionRoleArn": "exec", "containerDefinitions": [container]}});
    scenario.stack(&format!("task_definitions: {task}\n"));
    let run = scenario.run("render compose stack.yaml").exits(0);
    (yaml(&run.stdout), run.stderr.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[test]
fn the_snippet_that_most_people_have() {
    // As an ECS container, with the one argument that is no option.
    let (file, said) = composed(&json!({
        "name": "xray-daemon",
        "image": "amazon/aws-xray-daemon",
        "memory": 256,
        "command": ["xray -o -b xray-daemon:2000"],
        "environment": [
            {"name": "AWS_ACCESS_KEY_ID", "value": "AKIAIOSFODNN7EXAMPLE"},
            {"name": "AWS_SECRET_ACCESS_KEY", "value": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"},
            {"name": "AWS_REGION", "value": "us-east-1"},
        ],
        "portMappings": [{"containerPort": 2000, "protocol": "udp"}],
    }));
    assert_eq!(
        file,
        json!({
            "services": {"xray-daemon": {
                "image": "amazon/aws-xray-daemon",
                "command": ["-o", "-b", "0.0.0.0:2000"],
                "environment": {
                    "AWS_ACCESS_KEY_ID": "${AWS_ACCESS_KEY_ID:-}",
                    "AWS_SECRET_ACCESS_KEY": "${AWS_SECRET_ACCESS_KEY:-}",
                    "AWS_SESSION_TOKEN": "${AWS_SESSION_TOKEN:-}",
                    "AWS_REGION": "us-east-1",
                },
                "ports": ["127.0.0.1:2000:2000/udp", "127.0.0.1:2000:2000/tcp"],
                "restart": "unless-stopped",
                "mem_limit": "256m",
            }},
            "x-traced": {"AWS_XRAY_DAEMON_ADDRESS": "xray-daemon:2000"},
        })
    );
    assert!(
        said.contains(
            r#"its command ["xray -o -b xray-daemon:2000"] is ["-o","-b","0.0.0.0:2000"] here"#
        ),
        "{said}"
    );
}

#[test]
fn a_collector_with_all_that_a_container_may_say() {
    let (file, said) = composed(&json!({
        "name": "Otel_Collector",
        "image": "public.ecr.aws/aws-observability/aws-otel-collector:v0.49.0",
        "memory": 512,
        "memoryReservation": 128,
        "user": "1000:1000",
        "readonlyRootFilesystem": true,
        "privileged": true,
        "portMappings": [
            {"containerPort": 4317, "hostPort": 0}, {"containerPort": 4317, "protocol": "tcp", "name": "again"},
            {"containerPortRange": "8000-8010", "protocol": "udp"}, {"containerPort": 8888},
        ],
        "environment": [
            {"name": "AOT_CONFIG_CONTENT", "value": "receivers:\n  otlp:\n    protocols:\n      grpc:\n        endpoint: localhost:4317\nx: ${env:KEY} $$y\n"},
            {"name": "AWS_DEFAULT_REGION", "value": "us-west-2"},
            {"name": "API_TOKEN", "value": "hunter22"},
        ],
        "secrets": [{"name": "KEY", "valueFrom": "arn:aws:ssm:eu-west-1:123456789012:parameter/key"}],
        "healthCheck": {"command": ["/healthcheck"], "interval": 10, "timeout": 5, "retries": 3, "startPeriod": 15},
    }));
    let service = &file["services"]["otel-collector"];
    let mut expected = json!({
        "image": "public.ecr.aws/aws-observability/aws-otel-collector:v0.49.0",
        "user": "1000:1000",
        "read_only": true,
        "mem_limit": "512m",
        "mem_reservation": "128m",
        "restart": "unless-stopped",
        "ports": ["127.0.0.1:4317:4317/tcp", "127.0.0.1:8000-8010:8000-8010/udp", "127.0.0.1:8888:8888/tcp"],
        "healthcheck": {"test": ["CMD", "/healthcheck"], "interval": "10s", "timeout": "5s", "retries": 3, "start_period": "15s"},
        "environment": {
            "AOT_CONFIG_CONTENT": "receivers:\n  otlp:\n    protocols:\n      grpc:\n        endpoint: localhost:4317\nx: $${env:KEY} $$$$y\n",
            "AWS_DEFAULT_REGION": "us-west-2",
            "API_TOKEN": "${API_TOKEN:?set API_TOKEN: it is a secret}",
            "KEY": "${KEY:?set KEY: on ECS it is arn:aws:ssm:eu-west-1:123456789012:parameter/key}",
        },
    });
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] {
        expected["environment"][name] = json!(format!("${{{name}:-}}"));
    }
    assert_eq!(*service, expected);
    assert_eq!(file["x-traced"]["OTEL_EXPORTER_OTLP_ENDPOINT"], "http://otel-collector:4318");
    assert!(said.contains("left out: privileged"), "{said}");
    assert!(said.contains("listens on its own loopback"), "{said}");
}

#[test]
fn a_check_that_the_image_cannot_do_is_left_out() {
    let check = json!({"command": ["CMD-SHELL", "curl -f http://localhost:13133"]});
    let of = |image: &str| {
        composed(&json!({"name": "c", "image": image, "memory": 128, "healthCheck": check}))
    };
    let (file, said) = of("otel/opentelemetry-collector-contrib:0.156.0");
    assert_eq!(file["services"]["c"]["healthcheck"], Value::Null);
    assert!(
        said.contains(
            "asks for a shell, which otel/opentelemetry-collector-contrib:0.156.0 does not have"
        ),
        "{said}"
    );
    // Where nobody mapped ports all were open.
    assert_eq!(file["services"]["c"]["ports"].as_array().unwrap().len(), 4);
    let (file, _) = of("registry.example.com:5000/otel-collector:1");
    assert_eq!(file["services"]["c"]["healthcheck"]["test"][0], "CMD-SHELL");
}

#[test]
fn a_secret_in_a_command_is_not_printed() {
    let (file, said) = composed(&json!({
        "name": "c", "image": "otel/opentelemetry-collector", "memory": 128,
        "command": ["--set", "password=hunter22-hunter22"],
    }));
    assert_eq!(file["services"]["c"]["command"], Value::Null);
    assert!(said.contains("its `command` has a secret in it"), "{said}");
}

/// Each daemon of a stranger's compose file, as the container that it would be on ECS, comes out with
/// the same image, ports and options.
#[test]
fn what_people_have_is_meant_alike() {
    let Some(folder) = beside("corpus/compose", "render compose") else { return };
    let (mut tried, mut one_argument) = (0, 0);
    let scenario = Scenario::new();
    let mut tasks = json!({});
    let mut services = Vec::new();
    for path in files(&folder) {
        let text = fs::read_to_string(&path).unwrap();
        let Some(all) = read(&text) else { continue };
        for (name, service) in all["services"].as_object().into_iter().flatten() {
            let image = service["image"].as_str().unwrap_or_default();
            if !image.contains("xray-daemon") || image.contains("${") {
                continue;
            }
            let key = format!("t{}", services.len());
            tasks[&key] = json!({"executionRoleArn": "exec", "containerDefinitions": [container(name, service)]});
            services.push((key, service.clone()));
        }
    }
    scenario.stack(&format!("task_definitions: {tasks}\n"));
    for (key, theirs) in services {
        let line = format!("render compose stack.yaml task_definitions.{key}");
        let file = yaml(&scenario.run(&line).exits(0).stdout);
        let (_, ours) = file["services"].as_object().unwrap().iter().next().unwrap();
        assert_eq!(ours["image"], theirs["image"]);
        for (port, protocol) in
            theirs["ports"].as_array().into_iter().flatten().filter_map(published)
        {
            let published = json!(format!("127.0.0.1:{port}:{port}/{protocol}"));
            assert!(ours["ports"].as_array().unwrap().contains(&published), "{ours}");
        }
        let words = |service: &Value| -> Vec<String> {
            let listed = service["command"]
                .as_array()
                .map(|words| words.iter().filter_map(Value::as_str).collect());
            let text = listed
                .unwrap_or_else(|| vec![service["command"].as_str().unwrap_or_default()])
                .join(" ");
            let words = text.split_whitespace().filter(|word| !word.contains("xray"));
            words.filter(|word| !word.contains(":2000")).map(str::to_owned).collect()
        };
        assert_eq!(words(ours), words(&theirs), "{theirs}");
        let ours = ours["command"].as_array();
        assert!(
            ours.is_none_or(|all| all.iter().all(|word| !word.as_str().unwrap().contains(' ')))
        );
        one_argument +=
            usize::from(theirs["command"][0].as_str().is_some_and(|word| word.contains(' ')));
        tried += 1;
    }
    assert!(tried > 80 && one_argument > 70, "{tried} daemons, {one_argument} of one argument");
}

/// Some of them are not YAML.
fn read(text: &str) -> Option<Value> {
    use tracewright::document::{Diagnostics, Sources, read_yaml};
    let mut sources = Sources::default();
    let file = sources.add("compose.yaml", text);
    read_yaml(&sources, file, &mut Diagnostics::default()).map(|node| node.to_json())
}

/// The port inside, and its protocol; one writes `2000/`.
fn published(port: &Value) -> Option<(String, String)> {
    let port = port.as_str()?.rsplit(':').next()?;
    let (port, protocol) = port.split_once('/').unwrap_or((port, "tcp"));
    let protocol = if protocol.is_empty() { "tcp" } else { protocol };
    Some((port.to_owned(), protocol.to_owned()))
}

fn container(name: &str, service: &Value) -> Value {
    let listed = |value: &Value| match value {
        Value::Array(items) => items.clone(),
        Value::String(text) => text.split_whitespace().map(Into::into).collect(),
        _ => Vec::new(),
    };
    let mappings = listed(&service["ports"]).into_iter().filter_map(|port| {
        let (port, protocol) = published(&port)?;
        Some(json!({"containerPort": port.parse::<u16>().ok()?, "protocol": protocol}))
    });
    json!({
        "name": name,
        "image": service["image"],
        "memory": 128,
        "command": listed(&service["command"]),
        "portMappings": mappings.collect::<Vec<_>>(),
    })
}

#[test]
fn what_an_application_needs_stands_before_who_refers_to_it() {
    let scenario = Scenario::new();
    let container = json!({"name": "x", "image": "amazon/aws-xray-daemon", "memory": 64});
    scenario.stack(&format!(
        "task_definitions: {}\n",
        json!({"a": {"containerDefinitions": [container]}})
    ));
    let run = scenario.run("render compose stack.yaml").exits(0);
    let more = "  app:\n    image: app\n    environment: { <<: *traced }\n    depends_on: [x]\n";
    let file: Value = serde_saphyr::from_str(&format!("{}{more}", run.stdout)).unwrap();
    assert_eq!(file["services"]["app"]["environment"]["AWS_XRAY_DAEMON_ADDRESS"], "x:2000");
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 80), "{run}");
}

#[test]
fn where_the_x_ray_daemon_listens_is_where_it_is_reached() {
    let daemon = |more: Value| {
        let mut container = json!({"name": "x", "image": "amazon/aws-xray-daemon", "memory": 64});
        container.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        composed(&container)
    };
    let (file, _) = daemon(json!({"command": ["-b", "0.0.0.0:3000", "-t", "0.0.0.0:3001"]}));
    assert_eq!(
        file["services"]["x"]["ports"],
        json!(["127.0.0.1:3000:3000/udp", "127.0.0.1:3001:3001/tcp"])
    );
    assert_eq!(file["x-traced"]["AWS_XRAY_DAEMON_ADDRESS"], "tcp:x:3001 udp:x:3000");
    let shell = json!({"entryPoint": ["sh", "-c"], "command": ["/xray -o -b 0.0.0.0:2000"]});
    let (file, _) = daemon(shell.clone());
    assert_eq!(file["services"]["x"]["command"], shell["command"]);
    let loopback = json!({"entryPoint": ["/xray", "-t", "127.0.0.1:2000", "-b", "127.0.0.1:2000"]});
    let (file, said) = daemon(loopback);
    let bound = json!(["/xray", "-t", "0.0.0.0:2000", "-b", "0.0.0.0:2000"]);
    assert_eq!(file["services"]["x"]["entrypoint"], bound, "{said}");
    let (_, said) = daemon(json!({"dnsServers": ["10.0.0.2"], "stopTimeout": 5}));
    assert!(said.contains("left out: dnsServers, stopTimeout"), "{said}");
}

#[test]
fn a_daemon_of_the_word_is_known_whatever_its_image_is() {
    let scenario = Scenario::new();
    let daemon = json!({"kind": "cloudwatch-agent", "container": {"image": "mirror/cwa:1"}});
    let task = json!({"networkMode": "awsvpc", "taskRoleArn": "t", "executionRoleArn": "x",
                      "daemon": daemon});
    scenario.stack(&format!("task_definitions: {}\n", json!({"a": task})));
    scenario.run("render compose stack.yaml").exits(0).says("mirror/cwa:1");
}

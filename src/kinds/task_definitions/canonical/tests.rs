use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::plan::differences;

/// A task definition with one container that has this in it.
fn container(fields: &Value) -> Value {
    let mut container = json!({"name": "app"});
    container.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    json!({"family": "f", "containerDefinitions": [container]})
}

fn folds_alike(one: &Value, other: &Value) {
    assert_eq!(fold(one), fold(other), "\n{one:#}\n{other:#}");
}

fn folds_apart(one: &Value, other: &Value) {
    assert_ne!(fold(one), fold(other), "\n{one:#}");
}

/// The paths at which two folded trees differ.
fn differ_at(one: &Value, other: &Value) -> Vec<String> {
    let differences = differences(Some(&fold(one)), Some(&fold(other)), &|_| false);
    differences.iter().map(|difference| difference.path.to_string()).collect()
}

#[test]
fn a_difference_is_at_the_name_of_what_differs() {
    let one = container(&json!({
        "environment": [{"name": "A", "value": "1"}, {"name": "LOG_LEVEL", "value": "debug"}],
        "portMappings": [{"containerPort": 80}, {"containerPort": 2000, "protocol": "udp"}],
        "mountPoints": [{"containerPath": "/a", "sourceVolume": "v"}],
        "dependsOn": [{"containerName": "b", "condition": "START"}],
    }));
    let mut other = one.clone();
    let app = &mut other["containerDefinitions"][0];
    app["environment"] =
        json!([{"name": "LOG_LEVEL", "value": "info"}, {"name": "A", "value": "1"}]);
    app["portMappings"][1]["hostPort"] = json!(2001);
    app["mountPoints"][0]["readOnly"] = json!(true);
    app["dependsOn"][0]["condition"] = json!("HEALTHY");
    assert_eq!(
        differ_at(&one, &other),
        [
            "containerDefinitions.app.dependsOn.b",
            "containerDefinitions.app.environment.LOG_LEVEL",
            "containerDefinitions.app.mountPoints./a.readOnly",
            "containerDefinitions.app.portMappings.2000/udp.hostPort",
        ]
    );
}

#[test]
fn what_aws_fills_in_is_folded_away() {
    let written = json!({
        "family": "f",
        "networkMode": "awsvpc",
        "cpu": 256,
        "memory": "0.5 GB",
        "containerDefinitions": [{
            "name": "app",
            "portMappings": [{"containerPort": 80}],
            "healthCheck": {"command": ["CMD", "x"]},
        }],
        "volumes": [{"name": "v"}],
    });
    let described = json!({
        "taskDefinitionArn": "arn:aws:ecs:eu-west-1:123456789012:task-definition/f:1",
        "family": "f",
        "revision": 1,
        "status": "ACTIVE",
        "requiresAttributes": [{"name": "com.amazonaws.ecs.capability.task-eni"}],
        "compatibilities": ["EC2", "FARGATE"],
        "registeredAt": "2026-11-22T08:00:00Z",
        "registeredBy": "arn:aws:iam::123456789012:root",
        "networkMode": "awsvpc",
        "cpu": "256",
        "memory": "512",
        "containerDefinitions": [{
            "name": "app",
            "cpu": 0,
            "essential": true,
            "portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}],
            "healthCheck": {"command": ["CMD", "x"], "interval": 30, "timeout": 5, "retries": 3},
            "environment": [],
            "mountPoints": [],
            "volumesFrom": [],
            "systemControls": [],
            "linuxParameters": {"capabilities": {}, "devices": []},
        }],
        "volumes": [{"name": "v", "host": {}}],
        "placementConstraints": [],
    });
    folds_alike(&written, &described);
}

#[test]
fn sizes_are_compared_by_their_unit() {
    for (one, other) in [
        (json!({"cpu": "256"}), json!({"cpu": 256})),
        (json!({"cpu": ".25 vcpu"}), json!({"cpu": "256"})),
        (json!({"cpu": "0.25 vCPU"}), json!({"cpu": "256"})),
        (json!({"cpu": "1vCPU"}), json!({"cpu": 1024.0})),
        (json!({"memory": "1 GB"}), json!({"memory": "1024"})),
        (json!({"memory": "1GB"}), json!({"memory": 1024})),
        (json!({"memory": "0.5GB"}), json!({"memory": "512"})),
        (json!({"memory": "512.0"}), json!({"memory": "512"})),
    ] {
        folds_alike(&one, &other);
    }
    for (one, other) in [
        (json!({"cpu": "256"}), json!({"cpu": "256 vCPU"})),
        (json!({"cpu": "1 GB"}), json!({"cpu": "1024"})),
        (json!({"memory": "1.0001 GB"}), json!({"memory": "1024"})),
        (json!({"memory": "lots GB"}), json!({"memory": "1024"})),
        (json!({"memory": "inf"}), json!({"memory": "NaN"})),
    ] {
        folds_apart(&one, &other);
    }
}

#[test]
fn other_words_for_the_same_are_folded() {
    for (one, other) in [
        (json!({"essential": true}), json!({})),
        (json!({"memory": 128.0}), json!({"memory": 128})),
        (json!({"command": []}), json!({"command": null})),
        (json!({"versionConsistency": "enabled"}), json!({})),
        (json!({"links": ["b", "a:x"]}), json!({"links": ["a:x", "b"]})),
        (
            json!({"portMappings": [{"containerPort": 80, "hostPort": 0}]}),
            json!({"portMappings": [{"containerPort": 80}]}),
        ),
        (
            json!({"mountPoints": [{"containerPath": "/a", "readOnly": false}]}),
            json!({"mountPoints": [{"containerPath": "/a"}]}),
        ),
        (
            json!({"linuxParameters": {"capabilities": {"drop": ["ALL", "KILL"]}}}),
            json!({"linuxParameters": {"capabilities": {"drop": ["KILL", "ALL"], "add": []}}}),
        ),
        (
            json!({"ulimits": [{"name": "core", "softLimit": 0, "hardLimit": 0}, {"name": "cpu", "softLimit": 1, "hardLimit": 2}]}),
            json!({"ulimits": [{"name": "cpu", "softLimit": 1, "hardLimit": 2}, {"name": "core", "softLimit": 0, "hardLimit": 0}]}),
        ),
    ] {
        folds_alike(&container(&one), &container(&other));
    }
    let efs = |with: Value| json!({"volumes": [{"name": "v", "efsVolumeConfiguration": with}]});
    folds_alike(
        &efs(json!({
            "fileSystemId": "fs-1", "rootDirectory": "/", "transitEncryption": "DISABLED",
            "authorizationConfig": {"iam": "DISABLED"},
        })),
        &efs(json!({"fileSystemId": "fs-1"})),
    );
}

#[test]
fn what_is_not_the_same_stays_apart() {
    for (one, other) in [
        (json!({"essential": false}), json!({})),
        (json!({"command": ["a", "b"]}), json!({"command": ["b", "a"]})),
        (json!({"entryPoint": ["a", "b"]}), json!({"entryPoint": ["b", "a"]})),
        (
            json!({"dnsServers": ["1.1.1.1", "8.8.8.8"]}),
            json!({"dnsServers": ["8.8.8.8", "1.1.1.1"]}),
        ),
        (json!({"environment": [{"name": "A", "value": ""}]}), json!({})),
        (json!({"readonlyRootFilesystem": false}), json!({})),
        (json!({"user": "0"}), json!({})),
        (
            json!({"healthCheck": {"command": ["x"], "startPeriod": 0}}),
            json!({"healthCheck": {"command": ["x"]}}),
        ),
        (json!({"dockerLabels": {"a": ""}}), json!({})),
        // Files are read from the top down.
        (
            json!({"environmentFiles": [{"value": "a", "type": "s3"}, {"value": "b", "type": "s3"}]}),
            json!({"environmentFiles": [{"value": "b", "type": "s3"}, {"value": "a", "type": "s3"}]}),
        ),
        // What AWS makes of a name that is given twice is not known.
        (
            json!({"environment": [{"name": "A", "value": "1"}, {"name": "A", "value": "2"}]}),
            json!({"environment": [{"name": "A", "value": "2"}, {"name": "A", "value": "1"}]}),
        ),
        // Without the network of the host, a port may be mapped to itself or to any.
        (
            json!({"portMappings": [{"containerPort": 80, "hostPort": 80}]}),
            json!({"portMappings": [{"containerPort": 80}]}),
        ),
    ] {
        folds_apart(&container(&one), &container(&other));
    }
    folds_apart(&json!({"networkMode": "bridge"}), &json!({}));
    // One is a volume of Docker's, the other a folder of the host.
    folds_apart(
        &json!({"volumes": [{"name": "v", "dockerVolumeConfiguration": {}}]}),
        &json!({"volumes": [{"name": "v"}]}),
    );
}

#[test]
fn what_cannot_be_told_apart_is_kept() {
    for fields in [
        json!({"environment": [{"name": "A", "value": "1"}, {"name": "A", "value": "1"}]}),
        json!({"environment": [{"name": "A"}, {"value": "1"}, {}]}),
        json!({"portMappings": [{"containerPort": 80}, {"containerPort": 80}]}),
        json!({"portMappings": [{"containerPortRange": "80-90"}, {"hostPort": 1}]}),
        json!({"mountPoints": [{"sourceVolume": "a"}, {"sourceVolume": "b"}]}),
    ] {
        let tree = container(&fields);
        assert_eq!(unfold(&fold(&tree)), tree);
    }
    let twins =
        json!({"containerDefinitions": [{"name": "a", "image": "x"}, {"name": "a", "image": "y"}]});
    assert_eq!(unfold(&fold(&twins)), twins);
    let ports = json!([
        {"containerPort": 53, "hostPort": 53, "protocol": "udp"},
        {"containerPort": 80, "hostPort": 8080},
        {"containerPort": 80, "hostPort": 8081, "name": "b"},
    ]);
    let folded = fold(&container(&json!({"portMappings": ports})));
    let keys: Vec<_> =
        folded["containerDefinitions"]["app"]["portMappings"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["53/udp", "80/tcp/8080/", "80/tcp/8081/b"]);
}

#[test]
fn a_place_in_a_tree_is_found_in_its_canonical_form() {
    let mut tree = container(&json!({
        "command": ["-c", "secret"],
        "environment": [{"name": "A", "value": "1"}, {"name": "B.C", "value": "2"}],
        "logConfiguration": {"logDriver": "splunk", "options": {"splunk-token": "t"}},
        "portMappings": [{"containerPort": 80, "protocol": "tcp", "appProtocol": "http"}],
    }));
    tree["tags"] = json!([{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]);
    for (path, located) in [
        ("cpu", "cpu"),
        (
            "containerDefinitions.0.environment.1.value",
            "containerDefinitions.app.environment.\"B.C\"",
        ),
        ("containerDefinitions.0.command.1", "containerDefinitions.app.command"),
        (
            "containerDefinitions.0.logConfiguration.options.splunk-token",
            "containerDefinitions.app.logConfiguration.options.splunk-token",
        ),
        (
            "containerDefinitions.0.portMappings.0.appProtocol",
            "containerDefinitions.app.portMappings.80/tcp.appProtocol",
        ),
        ("tags.1.value", "tags"),
    ] {
        let path = Path(path.split('.').map(str::to_owned).collect());
        assert_eq!(locate(&tree, &path).to_string(), located);
    }
}

/// Names that are few enough to be met twice, and `null`.
fn name() -> impl Strategy<Value = Value> {
    prop_oneof![Just(json!("a")), Just(json!("b")), Just(json!("c.d")), Just(Value::Null)]
}

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![(0..3).prop_map(|n| json!(n)), Just(json!(30)), Just(json!(1.0)), Just(Value::Null)]
}

fn list(item: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    prop::collection::vec(item, 0..4).prop_map(Value::from)
}

fn pairs(one: &'static str, other: &'static str) -> impl Strategy<Value = Value> {
    list((name(), name()).prop_map(move |(name, value)| json!({one: name, other: value})))
}

fn port() -> impl Strategy<Value = Value> {
    let protocol = prop_oneof![Just(json!("tcp")), Just(json!("udp")), Just(Value::Null)];
    (number(), number(), protocol, name()).prop_map(|(port, host, protocol, name)| {
        json!({"containerPort": port, "hostPort": host, "protocol": protocol, "name": name})
    })
}

fn any_container() -> impl Strategy<Value = Value> {
    let text = (name(), list(name()), list(name()));
    let numbers = (number(), number(), any::<Option<bool>>());
    let lists = (
        pairs("name", "value"),
        pairs("name", "valueFrom"),
        pairs("containerName", "condition"),
        pairs("containerPath", "sourceVolume"),
        pairs("name", "softLimit"),
        list(port()),
    );
    (text, numbers, lists).prop_map(|((name, links, command), (cpu, interval, essential), lists)| {
        let (environment, secrets, depends_on, mount_points, ulimits, ports) = lists;
        json!({
            "name": name, "links": links, "command": command, "cpu": cpu, "essential": essential,
            "healthCheck": {"interval": interval}, "environment": environment, "secrets": secrets,
            "dependsOn": depends_on, "mountPoints": mount_points, "ulimits": ulimits,
            "portMappings": ports,
        })
    })
}

fn any_task() -> impl Strategy<Value = Value> {
    let mode = prop_oneof![Just(json!("awsvpc")), Just(json!("bridge")), Just(Value::Null)];
    let volumes = (pairs("name", "dockerVolumeConfiguration"), pairs("key", "value"), list(name()));
    (prop::collection::vec(any_container(), 0..4), mode, volumes, number()).prop_map(
        |(containers, mode, (volumes, tags, compatibilities), cpu)| {
            json!({
                "containerDefinitions": containers, "networkMode": mode, "volumes": volumes,
                "tags": tags, "requiresCompatibilities": compatibilities, "cpu": cpu, "revision": 1,
            })
        },
    )
}

/// With every list in one order.
fn sorted(mut value: Value) -> Value {
    match &mut value {
        Value::Array(items) => {
            *items = std::mem::take(items).into_iter().map(sorted).collect();
            items.sort_by_cached_key(Value::to_string);
        }
        Value::Object(members) => {
            *members = std::mem::take(members).into_iter().map(|(k, v)| (k, sorted(v))).collect();
        }
        _ => {}
    }
    value
}

/// Calls with each list that has keys, and the members that make one.
fn each_keyed(tree: &mut Value, call: &mut dyn FnMut(&mut Vec<Value>, &[&str])) {
    let lists: [(&str, &[&str]); 9] = [
        ("containerDefinitions.*.environment", &["name"]),
        ("containerDefinitions.*.secrets", &["name"]),
        ("containerDefinitions.*.ulimits", &["name"]),
        ("containerDefinitions.*.dependsOn", &["containerName"]),
        ("containerDefinitions.*.mountPoints", &["containerPath"]),
        ("containerDefinitions.*.portMappings", &["containerPort", "protocol"]),
        ("containerDefinitions", &["name"]),
        ("volumes", &["name"]),
        ("tags", &["key"]),
    ];
    for (path, key) in lists {
        settle::each(tree, path, &mut |list| call(list.as_array_mut().unwrap(), key));
    }
}

/// With the first of those in a list that have one name, and none without.
fn distinct(tree: &Value) -> Value {
    let mut tree = settle::settled(tree, Of::Task);
    each_keyed(&mut tree, &mut |list, key| {
        let mut seen = Vec::new();
        list.retain(|item| {
            let name: Vec<_> = key.iter().map(|member| item.get(member).cloned()).collect();
            let is_new = name[0].is_some() && !seen.contains(&name);
            seen.push(name);
            is_new
        });
    });
    tree
}

/// With every list that has keys the other way round.
fn reversed(mut tree: Value) -> Value {
    each_keyed(&mut tree, &mut |list, _| list.reverse());
    tree
}

proptest! {
    #[test]
    fn what_is_folded_stays_folded_and_nothing_is_lost(tree in any_task()) {
        let folded = fold(&tree);
        let unfolded = unfold(&folded);
        prop_assert_eq!(&fold(&unfolded), &folded);
        prop_assert_eq!(sorted(unfolded), sorted(settle::settled(&tree, Of::Task)));
    }

    #[test]
    fn where_names_are_unique_order_says_nothing(tree in any_task()) {
        let tree = distinct(&tree);
        prop_assert_eq!(fold(&tree), fold(&reversed(tree)));
    }
}

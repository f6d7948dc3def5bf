use super::*;

#[test]
fn the_smallest_definition_comes_back_with_what_aws_adds() {
    let ecs = Ecs::new();
    let shown = ecs.register(&small("web"));
    assert_eq!(
        shown,
        json!({
            "taskDefinitionArn": arn("web:1"), "family": "web", "revision": 1, "status": "ACTIVE",
            "containerDefinitions": [{
                "name": "app", "image": "nginx", "memory": 128, "cpu": 0, "essential": true,
                "environment": [], "mountPoints": [], "portMappings": [], "systemControls": [],
                "volumesFrom": [],
            }],
            "volumes": [], "placementConstraints": [], "compatibilities": ["EXTERNAL", "EC2"],
            "requiresAttributes": [{ "name": "com.amazonaws.ecs.capability.docker-remote-api.1.18" }],
            "registeredAt": 1_700_000_000.0,
            "registeredBy": "arn:aws:iam::123456789012:user/local",
        })
    );
    assert_eq!(ecs.describe("web"), shown);
}

#[test]
fn what_is_sent_empty_stays_and_what_is_left_out_is_filled_where_aws_fills_it() {
    let mut sent = fargate();
    sent["volumes"] = json!([
        { "name": "bare" },
        { "name": "efs", "efsVolumeConfiguration": { "fileSystemId": "fs-1" } },
    ]);
    sent["containerDefinitions"][0] = json!({
        "name": "app", "image": "nginx", "links": [], "command": [], "dockerLabels": {},
        "secrets": [], "linuxParameters": { "capabilities": {}, "devices": [] },
        "portMappings": [{ "containerPort": 80 }, { "containerPort": 53, "protocol": "udp" }],
        "healthCheck": { "command": ["CMD", "true"], "timeout": 9 },
        "mountPoints": [{ "sourceVolume": "bare", "containerPath": "/x" }],
        "unknown": 1, "memory": null,
    });
    let shown = Ecs::new().register(&sent);
    let container = &shown["containerDefinitions"][0];
    for member in ["links", "command", "dockerLabels", "secrets", "linuxParameters", "mountPoints"]
    {
        assert_eq!(container[member], sent["containerDefinitions"][0][member], "{member}");
    }
    assert_eq!(
        container["portMappings"],
        json!([
            { "containerPort": 80, "hostPort": 80, "protocol": "tcp" },
            { "containerPort": 53, "hostPort": 53, "protocol": "udp" },
        ])
    );
    let check = json!({ "command": ["CMD", "true"], "interval": 30, "retries": 3, "timeout": 9 });
    assert_eq!(container["healthCheck"], check);
    assert_eq!(shown["volumes"][0], json!({ "name": "bare", "host": {} }));
    assert_eq!(shown["volumes"][1], sent["volumes"][1]);
    for absent in ["unknown", "memory", "user", "dependsOn", "ulimits", "versionConsistency"] {
        assert_eq!(container.get(absent), None, "{absent}");
    }
    for absent in ["tags", "runtimePlatform", "enableFaultInjection", "pidMode"] {
        assert_eq!(shown.get(absent), None, "{absent}");
    }
}

#[test]
fn in_bridge_mode_docker_chooses_the_host_port() {
    let ports = json!([{ "containerPort": 80 }, { "containerPortRange": "90-95" }]);
    let sent = put(small("web"), "/containerDefinitions/0/portMappings", ports);
    let shown = Ecs::new().register(&sent);
    assert_eq!(
        shown["containerDefinitions"][0]["portMappings"],
        json!([
            { "containerPort": 80, "hostPort": 0, "protocol": "tcp" },
            { "containerPortRange": "90-95", "protocol": "tcp" },
        ])
    );
}

#[test]
fn sizes_with_units_become_numbers() {
    let mut sent = fargate();
    sent["cpu"] = json!(".25 vCPU");
    sent["memory"] = json!("0.5 GB");
    let shown = Ecs::new().register(&sent);
    assert_eq!((&shown["cpu"], &shown["memory"]), (&json!("256"), &json!("512")));
    assert_eq!(shown["compatibilities"], json!(["EC2", "FARGATE", "MANAGED_INSTANCES"]));
}

#[test]
fn a_family_means_its_latest_active_revision_and_numbers_never_go_back() {
    let ecs = Ecs::new();
    for number in 1..=3 {
        assert_eq!(ecs.register(&small("web"))["revision"], number);
    }
    let deregister = |name: &str| {
        let body = json!({ "taskDefinition": name });
        ecs.ok("DeregisterTaskDefinition", &body)["taskDefinition"].clone()
    };
    let gone = deregister("web:3");
    assert_eq!(gone["status"], "INACTIVE");
    assert_eq!(gone["deregisteredAt"], json!(1_700_000_000.0));
    assert_eq!(ecs.describe("web")["revision"], 2);
    assert_eq!(ecs.describe(&arn("web"))["revision"], 2);
    assert_eq!(ecs.describe(&arn("web:3")), gone, "an inactive one can still be read");
    assert_eq!(deregister(&arn("web:3")), gone, "again is no error");
    deregister("web:1");
    deregister("web:2");

    let missing = "ClientException: Unable to describe task definition.";
    for name in ["web", "other", "web:4", "other:1", &arn("web:4")] {
        let body = json!({ "taskDefinition": name });
        assert_eq!(ecs.err("DescribeTaskDefinition", &body), missing, "{name}");
    }
    let elsewhere = arn("web:1").replace("us-east-1", "us-east-2");
    let body = json!({ "taskDefinition": elsewhere });
    assert_eq!(ecs.err("DescribeTaskDefinition", &body), missing);

    let names = json!({ "taskDefinitions": ["web:1", "web:2", "web:3"] });
    ecs.ok("DeleteTaskDefinitions", &names);
    assert_eq!(ecs.register(&small("web"))["revision"], 4);
    assert_eq!(ecs.describe("web")["revision"], 4);
}

#[test]
fn deregistering_needs_a_revision_that_is_there() {
    let ecs = Ecs::new();
    ecs.register(&small("web"));
    for (name, says) in [
        ("web", "ClientException: Revision is missing."),
        ("web:x", "InvalidParameterException: Invalid revision number. Number: x"),
        ("web:0", "InvalidParameterException: Invalid revision number. Number: 0"),
        ("web:2", "ClientException: Unable to describe task definition."),
        ("other:1", "ClientException: Unable to describe task definition."),
    ] {
        let body = json!({ "taskDefinition": name });
        assert_eq!(ecs.err("DeregisterTaskDefinition", &body), says);
    }
    assert_eq!(ecs.describe("web")["status"], "ACTIVE");
}

#[test]
fn only_deregistered_revisions_can_be_deleted() {
    let ecs = Ecs::new();
    for _ in 0..2 {
        ecs.register(&small("web"));
    }
    ecs.ok("DeregisterTaskDefinition", &json!({ "taskDefinition": "web:1" }));
    let names = json!({ "taskDefinitions": ["web:1", arn("web:2"), "web:3"] });
    let answer = ecs.ok("DeleteTaskDefinitions", &names);
    let deleted = answer["taskDefinitions"].as_array().unwrap();
    assert_eq!(deleted.len(), 1);
    assert_eq!(deleted[0]["status"], "DELETE_IN_PROGRESS");
    assert_eq!(deleted[0]["deleteRequestedAt"], json!(1_700_000_000.0));
    assert_eq!(ecs.describe("web:1"), deleted[0]);
    let failures = answer["failures"].as_array().unwrap();
    assert_eq!(failures[0]["arn"], arn("web:2"));
    assert!(failures[0]["reason"].as_str().unwrap().contains("still in ACTIVE status"));
    assert_eq!(failures[1], json!({ "arn": "web:3", "reason": "MISSING" }));
    let body = json!({ "taskDefinition": "web:1" });
    let refusal = ecs.err("DeregisterTaskDefinition", &body);
    assert!(refusal.contains("in the process of being deleted"), "{refusal}");

    let many = vec!["web:1"; 11];
    for names in [json!([]), json!(many)] {
        let refusal = ecs.err("DeleteTaskDefinitions", &json!({ "taskDefinitions": names }));
        assert!(refusal.starts_with("InvalidParameterException: Specify between"), "{refusal}");
    }
    assert_eq!(
        ecs.err("DeleteTaskDefinitions", &json!({ "taskDefinitions": ["web"] })),
        "ClientException: Revision is missing."
    );
}

#[test]
fn regions_are_apart_and_name_themselves() {
    let ecs = Ecs::new();
    ecs.register(&small("web"));
    let there = Ecs { local: ecs.local.clone(), region: "cn-north-1" };
    assert_eq!(there.ok("ListTaskDefinitions", &json!({})), json!({ "taskDefinitionArns": [] }));
    let shown = there.register(&small("web"));
    assert_eq!(
        shown["taskDefinitionArn"],
        "arn:aws-cn:ecs:cn-north-1:123456789012:task-definition/web:1"
    );
}

#[test]
fn the_state_outlives_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let open = || LocalAws::open(path.clone(), Options::default()).unwrap();
    let shown = Ecs { local: open(), region: "us-east-1" }.register(&fargate());
    assert_eq!(Ecs { local: open(), region: "us-east-1" }.describe("web"), shown);
}

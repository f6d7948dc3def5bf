use super::*;

/// The text with which a changed definition is refused.
#[track_caller]
pub(super) fn refusal(definition: Value, changes: &[(&str, Value)]) -> String {
    let changed = changes
        .iter()
        .fold(definition, |definition, (pointer, value)| put(definition, pointer, value.clone()));
    let refusal = Ecs::new().err("RegisterTaskDefinition", &changed);
    refusal.strip_prefix("ClientException: ").unwrap_or(&refusal).to_owned()
}

#[track_caller]
pub(super) fn refused(definition: &Value, cases: &[(&str, Value, &str)]) {
    for (pointer, value, says) in cases {
        assert_eq!(refusal(definition.clone(), &[(pointer, value.clone())]), *says, "{pointer}");
    }
}

#[track_caller]
pub(super) fn taken(definition: &Value, cases: &[(&str, Value)]) {
    for (pointer, value) in cases {
        Ecs::new().register(&put(definition.clone(), pointer, value.clone()));
    }
}

const APP: &str = "/containerDefinitions/0";

pub(super) fn app(member: &str) -> String {
    format!("{APP}/{member}")
}

#[test]
fn families_roles_and_numbers_of_containers() {
    let many = (0..11).map(|n| json!({ "name": format!("c{n}"), "image": "i", "memory": 4 }));
    refused(
        &small("web"),
        &[
            ("/family", json!(null), "TaskDefinition.family should not be null or empty."),
            ("/family", json!(""), "TaskDefinition.family should not be null or empty."),
            ("/family", json!("a b"), "TaskDefinition.family contains invalid characters."),
            (
                "/family",
                json!("f".repeat(256)),
                "TaskDefinition.family contains invalid characters.",
            ),
            ("/taskRoleArn", json!(""), "Role is not valid"),
            ("/executionRoleArn", json!("{{role}}"), "Role is not valid"),
            (
                "/containerDefinitions",
                json!([]),
                "TaskDefinition.containerDefinitions should not be null or empty.",
            ),
            ("/containerDefinitions", many.clone().collect(), "Too many containers."),
        ],
    );
    taken(
        &small("web"),
        &[
            ("/family", json!("f".repeat(255))),
            ("/taskRoleArn", json!("ecsTaskRole")),
            ("/containerDefinitions", many.take(10).collect()),
        ],
    );
}

#[test]
fn a_definition_has_at_most_65536_bytes() {
    let sized = |length: usize| put(small("web"), &app("command"), json!(["x".repeat(length)]));
    let frame = sized(0).to_string().len();
    Ecs::new().register(&sized(65_536 - frame));
    assert_eq!(
        Ecs::new().err("RegisterTaskDefinition", &sized(65_537 - frame)),
        "ClientException: Actual length: '65537'. Max allowed length is '65536' bytes."
    );
}

#[test]
fn names_images_and_essential_containers() {
    let again = json!({ "name": "app", "image": "i", "memory": 4 });
    refused(
        &small("web"),
        &[
            (&app("name"), json!(null), "Container.name should not be null or empty."),
            (&app("name"), json!("a.b"), "Container.name contains invalid characters."),
            (&app("image"), json!(""), "Container.image should not be null or empty."),
            (
                "/containerDefinitions/-",
                again,
                "Container names must be unique within a Task Definition.",
            ),
            (
                &app("essential"),
                json!(false),
                "At least one container of a Task Definition must be essential.",
            ),
        ],
    );
}

#[test]
fn memory_and_cpu() {
    let named = "Invalid setting for container 'app'. ";
    let none = format!("{named}At least one of 'memory' or 'memoryReservation' must be specified.");
    let less = format!("{named}'memory' must not be less than 'memoryReservation'.");
    refused(
        &small("web"),
        &[
            (&app("memory"), json!(null), &none),
            (&app("memory"), json!(0), "Invalid 'memory' setting for container 'app'."),
            (&app("memoryReservation"), json!(129), &less),
            (&app("cpu"), json!(-1), "Invalid 'cpu' setting for container 'app'."),
            ("/cpu", json!(""), "InvalidParameterException: Invalid 'cpu' setting for task."),
            ("/cpu", json!("100"), "InvalidParameterException: Invalid 'cpu' setting for task."),
            (
                "/memory",
                json!("x"),
                "InvalidParameterException: Invalid 'memory' setting for task.",
            ),
            (
                "/memory",
                json!("127"),
                "The 'memory' setting for container 'app' is greater than for the task.",
            ),
        ],
    );
    let sum =
        "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.";
    let cpu = [("/cpu", json!("256")), ("/containerDefinitions/0/cpu", json!(257))];
    assert_eq!(refusal(small("web"), &cpu), sum);
    let bare = put(small("web"), &app("memory"), json!(null));
    taken(&bare, &[("/memory", json!("1 GB")), (&app("memoryReservation"), json!(1))]);
    taken(&small("web"), &[(&app("memoryReservation"), json!(128)), ("/cpu", json!("128"))]);
}

#[test]
fn ports() {
    let none = "Port mappings are not supported when networkMode=none.";
    for (network, ports, says) in [
        ("awsvpc", json!([{ "containerPort": 80, "hostPort": 8080 }]), "must match."),
        ("host", json!([{ "containerPort": 80, "hostPort": 8080 }]), "When networkMode=host, the"),
        ("none", json!([{ "containerPort": 80 }]), none),
        ("bridge", json!([{}]), "Invalid 'containerPort' setting for container 'app'."),
        ("bridge", json!([{ "containerPort": 65_536 }]), "Invalid 'containerPort' setting"),
        ("bridge", json!([{ "containerPort": 1, "hostPort": -1 }]), "Invalid 'hostPort' setting"),
        (
            "bridge",
            json!([{ "containerPort": 1, "hostPort": 9 }, { "containerPort": 2, "hostPort": 9 }]),
            "The host port 9/tcp is mapped more than once.",
        ),
        ("awsvpc", json!([{ "containerPort": 1 }, { "containerPort": 1 }]), "The host port 1/tcp"),
        (
            "awsvpc",
            json!([{ "containerPort": 1, "name": "a" }, { "containerPort": 2, "name": "a" }]),
            "The port mapping name 'a' must be unique.",
        ),
        ("bridge", json!([{ "containerPortRange": "9-8" }]), "Invalid 'containerPortRange'"),
        ("host", json!([{ "containerPortRange": "8-9" }]), "Invalid 'containerPortRange'"),
    ] {
        let changes = [("/networkMode", json!(network)), (&app("portMappings"), ports)];
        let refusal = refusal(small("web"), &changes);
        assert!(refusal.contains(says), "{refusal}");
    }
    let udp = json!([
        { "containerPort": 2000, "protocol": "udp" }, { "containerPort": 2000, "protocol": "tcp" },
    ]);
    let dynamic = json!([{ "containerPort": 1, "hostPort": 0 }, { "containerPort": 1 }]);
    taken(&put(small("web"), "/networkMode", json!("awsvpc")), &[(&app("portMappings"), udp)]);
    taken(&small("web"), &[(&app("portMappings"), dynamic)]);
}

#[test]
fn containers_that_name_each_other() {
    let two = put(
        small("web"),
        "/containerDefinitions/-",
        json!({ "name": "init", "image": "i", "memory": 4, "essential": false }),
    );
    let waits =
        |name: &str, condition: &str| json!([{ "containerName": name, "condition": condition }]);
    refused(
        &two,
        &[
            (&app("links"), json!(["db:database"]), "Unknown container 'db' in links."),
            (
                &app("volumesFrom"),
                json!([{ "sourceContainer": "db" }]),
                "Unknown container 'db' in volumesFrom.",
            ),
            (
                &app("dependsOn"),
                waits("db", "START"),
                "Cannot depend on container + 'db' because it does not exist",
            ),
            (
                &app("dependsOn"),
                waits("app", "START"),
                "Container dependencies must not be circular.",
            ),
            (
                "/containerDefinitions/1/dependsOn",
                waits("app", "COMPLETE"),
                "A dependency container with SUCCESS or COMPLETE condition cannot be an essential \
                 container",
            ),
        ],
    );
    let circle = put(two.clone(), &app("dependsOn"), waits("init", "SUCCESS"));
    let back = ("/containerDefinitions/1/dependsOn", waits("app", "START"));
    assert_eq!(refusal(circle, &[back]), "Container dependencies must not be circular.");
    taken(
        &two,
        &[
            (&app("dependsOn"), waits("init", "SUCCESS")),
            (&app("dependsOn"), waits("init", "HEALTHY")),
            (&app("links"), json!(["init", "init:alias"])),
            (&app("volumesFrom"), json!([{ "sourceContainer": "init" }])),
        ],
    );
    let vpc = [("/networkMode", json!("awsvpc")), (&app("links"), json!(["init"]))];
    assert_eq!(refusal(two, &vpc), "Links are not supported when networkMode=awsvpc.");
}

#[test]
fn volumes_and_mounts() {
    refused(
        &small("web"),
        &[
            (&app("mountPoints"), json!([{ "sourceVolume": "x" }]), "Unknown volume 'x'."),
            (&app("mountPoints"), json!([{}]), "Unknown volume 'null'."),
            ("/volumes", json!([{ "name": "a b" }]), "Volume.name contains invalid characters."),
            (
                "/volumes",
                json!([{ "name": "a" }, { "name": "a" }]),
                "Volume names must be unique within a Task Definition.",
            ),
            (
                "/volumes",
                json!([{ "name": "a", "host": { "sourcePath": "" } }]),
                "host.sourcePath should not be blank.",
            ),
            (
                "/volumes",
                json!([{
                    "name": "a", "host": { "sourcePath": "/x" },
                    "efsVolumeConfiguration": { "fileSystemId": "fs-1" },
                }]),
                "Only one volume configuration can be specified for a volume.",
            ),
            (
                "/volumes",
                json!([{ "name": "a", "efsVolumeConfiguration": {} }]),
                "EFSVolumeConfiguration.fileSystemId should not be null or empty.",
            ),
        ],
    );
    taken(
        &small("web"),
        &[(
            "/volumes",
            json!([
                { "name": "a", "host": { "sourcePath": "/x" } },
                { "name": "b", "dockerVolumeConfiguration": { "scope": "shared" } },
                { "name": "c", "configuredAtLaunch": true },
            ]),
        )],
    );
}

#[test]
fn secrets_and_variables() {
    let secret = json!([{ "name": "S", "valueFrom": "arn:aws:ssm:r:1:parameter/x" }]);
    let needs_role = "When you are specifying container secrets, you must also specify a value for \
                      'executionRoleArn'.";
    let log = json!({ "logDriver": "splunk", "secretOptions": secret });
    refused(
        &small("web"),
        &[
            (&app("secrets"), secret.clone(), needs_role),
            (&app("logConfiguration"), log, needs_role),
            (
                &app("environment"),
                json!([{ "value": "x" }]),
                "KeyValuePair.name should not be null or empty.",
            ),
        ],
    );
    let with_role = put(small("web"), "/executionRoleArn", json!("role"));
    taken(&with_role, &[(&app("secrets"), secret.clone())]);
    let blank = json!([{ "name": "S", "valueFrom": "" }]);
    let says = "Secret.valueFrom should not be null or empty.";
    refused(&with_role, &[(&app("secrets"), blank, says)]);
    let both = [(&*app("secrets"), secret), (&*app("environment"), json!([{ "name": "S" }]))];
    assert!(refusal(with_role, &both).ends_with("such as 'S'."));
}

#[test]
fn health_checks_log_drivers_and_other_bounds() {
    let check = |member: &str, number: i64| {
        let mut check = json!({ "command": ["CMD", "true"] });
        check[member] = json!(number);
        check
    };
    for (member, least, most) in
        [("interval", 5, 300), ("timeout", 2, 60), ("retries", 1, 10), ("startPeriod", 0, 300)]
    {
        for number in [least - 1, most + 1] {
            let change = [(&*app("healthCheck"), check(member, number))];
            let says = format!("It should be between {least} and {most}.");
            assert!(refusal(small("web"), &change).ends_with(&says), "{member} {number}");
        }
        let ends = [least, most].map(|number| check(member, number));
        taken(&small("web"), &ends.map(|check| ("/containerDefinitions/0/healthCheck", check)));
    }
    let limit = |name: &str| json!([{ "name": name, "softLimit": 1, "hardLimit": 2 }]);
    let ulimits = refusal(small("web"), &[(&app("ulimits"), limit("files"))]);
    assert!(ulimits.starts_with("InvalidParameterException: containerDefinitions.ulimits.name"));
    taken(&small("web"), &[(&app("ulimits"), limit("nofile"))]);
    refused(
        &small("web"),
        &[
            (
                &app("healthCheck"),
                json!({ "command": [] }),
                "HealthCheck.command should not be null or empty.",
            ),
            (
                &app("logConfiguration"),
                json!({ "logDriver": "awslogs" }),
                "Log driver awslogs requires options: awslogs-region, awslogs-group",
            ),
            (&app("stopTimeout"), json!(-1), "Invalid 'stopTimeout' setting for container 'app'."),
            (
                &app("credentialSpecs"),
                json!(["a", "b"]),
                "Too many credentialSpecs for container 'app'.",
            ),
            (
                "/ephemeralStorage",
                json!({ "sizeInGiB": 201 }),
                "Invalid 'sizeInGiB' setting for ephemeralStorage. It should be between 21 and 200.",
            ),
            (
                "/proxyConfiguration",
                json!({ "containerName": "app" }),
                "APPMESH proxy configuration is only supported in networkMode=awsvpc",
            ),
        ],
    );
    let awsvpc = put(small("web"), "/networkMode", json!("awsvpc"));
    refused(
        &awsvpc,
        &[
            (
                &app("hostname"),
                json!("h"),
                "hostname is not supported on container when networkMode=awsvpc.",
            ),
            (
                "/proxyConfiguration",
                json!({ "containerName": "envoy" }),
                "Unknown container 'envoy' in proxyConfiguration.",
            ),
        ],
    );
    taken(&small("web"), &[(&app("stopTimeout"), json!(600)), (&app("hostname"), json!("h"))]);
}

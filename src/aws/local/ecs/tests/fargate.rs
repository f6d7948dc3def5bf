use super::checks::{app, refusal, refused, taken};
use super::*;

fn awslogs() -> Value {
    let options = json!({
        "awslogs-group": "g", "awslogs-region": "r", "awslogs-stream-prefix": "p",
    });
    json!({ "logDriver": "awslogs", "options": options })
}

#[test]
fn what_fargate_asks_for() {
    let sizes = "No Fargate configuration exists for given values: 256 CPU, 4096 memory. See the \
                 Amazon ECS documentation for the valid values.";
    let unsupported =
        |what: &str| format!("Fargate compatible task definitions do not support {what}");
    let role = "Fargate requires task definition to have execution role ARN to support";
    let ecr = "123456789012.dkr.ecr.us-east-1.amazonaws.com/app";
    refused(
        &fargate(),
        &[
            ("/networkMode", json!(null), "Fargate only supports network mode ‘awsvpc’."),
            ("/networkMode", json!("host"), "Fargate only supports network mode ‘awsvpc’."),
            ("/cpu", json!(null), "Fargate requires that 'cpu' be defined at the task level."),
            (
                "/memory",
                json!(null),
                "Fargate requires that 'memory' be defined at the task level.",
            ),
            ("/memory", json!("4096"), sizes),
            (
                "/ipcMode",
                json!("task"),
                "Tasks using the Fargate launch type do not support ipcMode.",
            ),
            (&app("image"), json!(ecr), &format!("{role} ECR images.")),
            (&app("logConfiguration"), awslogs(), &format!("{role} log driver awslogs.")),
            (
                &app("logConfiguration"),
                json!({ "logDriver": "syslog" }),
                &unsupported("log driver syslog"),
            ),
            (&app("privileged"), json!(true), &unsupported("privileged")),
            (
                &app("linuxParameters"),
                json!({ "sharedMemorySize": 1 }),
                &unsupported("sharedMemorySize"),
            ),
            (
                &app("linuxParameters"),
                json!({ "devices": [{ "hostPath": "/dev/x" }] }),
                &unsupported("devices"),
            ),
            (
                &app("linuxParameters"),
                json!({ "capabilities": { "add": ["NET_ADMIN"] } }),
                &unsupported("adding the capability NET_ADMIN"),
            ),
            (
                "/volumes",
                json!([{ "name": "v", "host": { "sourcePath": "/x" } }]),
                &unsupported("sourcePath"),
            ),
            (
                &app("stopTimeout"),
                json!(121),
                "Invalid 'stopTimeout' setting for container 'app'. On Fargate it should be at \
                 most 120.",
            ),
        ],
    );
    let with_role = put(fargate(), "/executionRoleArn", json!("role"));
    let short = json!({
        "logDriver": "awslogs", "options": { "awslogs-group": "g", "awslogs-region": "r" },
    });
    let prefix = "Fargate requires the option awslogs-stream-prefix of log driver awslogs.";
    refused(&with_role, &[(&app("logConfiguration"), short, prefix)]);
    taken(
        &with_role,
        &[
            (&app("image"), json!(ecr)),
            (&app("logConfiguration"), awslogs()),
            (&app("logConfiguration"), json!({ "logDriver": "awsfirelens" })),
            (&app("linuxParameters"), json!({ "capabilities": { "add": ["SYS_PTRACE"] } })),
            (&app("stopTimeout"), json!(120)),
            ("/ephemeralStorage", json!({ "sizeInGiB": 21 })),
            ("/pidMode", json!("task")),
            ("/requiresCompatibilities", json!(["EC2", "FARGATE"])),
        ],
    );
    let pid = refusal(fargate(), &[("/pidMode", json!("host"))]);
    assert!(pid.ends_with("The supported value for pidMode is 'task'."), "{pid}");
    taken(
        &put(fargate(), "/requiresCompatibilities", json!(["EC2"])),
        &[(&app("privileged"), json!(true)), ("/networkMode", json!("host"))],
    );
}

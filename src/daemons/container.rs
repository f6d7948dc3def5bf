//! The container of a daemon, as ECS takes it.

use serde_json::{Value as Json, json};

use super::agent::{self, Agent};
use super::beside::{LOG_GROUPS, PARAMETERS, log_group, parameter};
use super::collector::{self, Distribution, Problem, Telemetry, port};
use super::wiring::{Network, on_fargate};
use super::word::{Config, Daemon, Reference};
use super::{Sort, containers, name_of};
use crate::document::{Diagnostic, Diagnostics, Map, Node, Value};
use crate::kinds;
use crate::stack::{Given, Place, merge_over};

/// A container that was made.
pub(super) struct Generated {
    pub name: String,
    pub container: Node,
    /// What the task's roles have to allow for it, statements of policies by the fields that name the
    /// roles.
    pub needs: Json,
    /// What stands beside the task, bodies by sections and names.
    pub beside: Json,
}

/// The images, by versions that somebody looked at: what moves under a name that stays is found when it
/// breaks.
///
/// Sources: the releases of `aws/aws-xray-daemon` (2026-07-14), of `aws-observability/aws-otel-collector`
/// (2026-07-10, which is OpenTelemetry 0.156.0), and the tags of the CloudWatch agent at its public
/// registry.
fn image(sort: Sort) -> &'static str {
    match sort {
        Sort::Xray => "public.ecr.aws/xray/aws-xray-daemon:3.6.6",
        Sort::Adot => "public.ecr.aws/aws-observability/aws-otel-collector:v0.49.0",
        Sort::Agent => "public.ecr.aws/cloudwatch-agent/cloudwatch-agent:1.300064.1b1344",
        Sort::Contrib => "otel/opentelemetry-collector-contrib:0.156.0",
    }
}

/// The variable that the image takes its configuration from.
///
/// Sources: README of `aws-observability/aws-otel-collector`; CloudWatch user guide, "Deploy the CloudWatch
/// agent to Amazon ECS". OpenTelemetry's own has the name in its command.
fn variable(sort: Sort) -> &'static str {
    match sort {
        Sort::Xray => "",
        Sort::Adot => "AOT_CONFIG_CONTENT",
        Sort::Agent => "CW_CONFIG_CONTENT",
        Sort::Contrib => "OTEL_CONFIG",
    }
}

/// What it takes in CPU units and MiB. For the X-Ray daemon these are the developer guide's.
fn size(sort: Sort) -> (u64, u64) {
    if sort == Sort::Xray { (32, 256) } else { (64, 256) }
}

/// Makes the container; `alone` is one that no other stands beside.
pub(super) fn generated(
    daemon: &Daemon,
    task: &Map,
    given: &Given<'_>,
    network: Network,
    alone: bool,
    found: &mut Diagnostics,
) -> Option<Generated> {
    let Daemon { sort, span, .. } = daemon;
    let place = given.place;
    let group = format!("/ecs/{}/{}", given.name, sort.word());
    let mut container = json!({
        "name": sort.word(),
        "image": image(*sort),
        // Where it fails, the application goes on without traces.
        "essential": alone,
        "environment": [{"name": "AWS_REGION", "value": place.region}],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": group,
                "awslogs-region": place.region,
                "awslogs-stream-prefix": sort.word(),
            },
        },
    });
    // Managed daemons map no ports: whatever listens is reached.
    if network != Network::Daemons {
        container["portMappings"] = ports(*sort, network, alone);
    }
    let keeps_logs = given.sections.contains(LOG_GROUPS);
    if !keeps_logs {
        container["logConfiguration"]["options"]["awslogs-create-group"] = json!("true");
    }
    if let (Json::Object(container), Json::Object(fitting)) =
        (&mut container, fitting(task, daemon, found))
    {
        container.extend(fitting);
    }
    match sort {
        // Outside of EC2 it would ask for an instance in vain.
        Sort::Xray => container["command"] = json!(["-o"]),
        // The image has no shell. ECS: "The string array must start with CMD" (service model,
        // `HealthCheck.command`); nothing waits for it and the container is not essential, so that
        // a check that fails stops nothing.
        Sort::Adot => container["healthCheck"] = json!({"command": ["CMD", "/healthcheck"]}),
        Sort::Contrib => {
            container["command"] = json!([format!("--config=env:{}", variable(*sort))]);
        }
        Sort::Agent => {}
    }
    let mut secrets = references(daemon);
    if let Config::Parameter(from) = &daemon.config {
        let variable = variable(*sort).to_owned();
        secrets.push(Reference { variable, from: from.clone() });
    }
    if !secrets.is_empty() {
        let listed = secrets.iter().map(|one| json!({"name": one.variable, "valueFrom": one.from}));
        container["secrets"] = listed.collect();
    }
    let mut container = Node::planted(*span, &container);
    if let Some(own) = &daemon.container {
        merge_over(kinds::of("task_definitions"), &mut container, own.clone());
    }
    let mut beside = json!({});
    match &daemon.config {
        _ if *sort == Sort::Xray => {}
        Config::Environment => {
            let text = configuration(&container, daemon, place, found);
            configure(&mut container, daemon, &text);
        }
        Config::Parameter(from) if given.sections.contains(PARAMETERS) => {
            if let Some(name) = parameter_name(from, place) {
                let text = configuration(&container, daemon, place, found);
                beside[PARAMETERS] = json!({ name: parameter(&text) });
            }
        }
        Config::Parameter(_) => {}
    }
    let name = name_of(&container).to_owned();
    if containers(task).iter().any(|other| name_of(other) == name) {
        let message =
            format!("there is a container `{name}` already, and the daemon's is called so too");
        let help = "say `container: { name: … }` for the daemon's";
        found.push(Diagnostic::error(message).at(*span).help(help));
        return None;
    }
    let logs = own_logs(&container);
    if keeps_logs && logs.as_ref() == Some(&group) {
        beside[LOG_GROUPS] = json!({ group: log_group() });
    }
    check_roles(task, daemon, logs.is_some(), !secrets.is_empty(), network, found);
    let needs = json!({
        "taskRoleArn": [{
            "Effect": "Allow", "Action": task_actions(daemon), "Resource": "*",
        }],
        "executionRoleArn": execution(&secrets, (logs.as_deref(), keeps_logs), place),
    });
    Some(Generated { name, container, needs, beside })
}

/// The configuration; what the daemon would not take of it is told.
fn configuration(
    container: &Node,
    daemon: &Daemon,
    place: &Place,
    found: &mut Diagnostics,
) -> String {
    let (text, problems) = generated_config(daemon, place, memory(container));
    for Problem { path, message } in problems {
        let message =
            format!("{} would not take `collector`: {path}: {message}", daemon.sort.told());
        // What another image takes is not known.
        let runs = container.as_map().and_then(|map| map.get("image")).and_then(Node::as_str);
        let is_known = runs == Some(image(daemon.sort));
        let make = if is_known { Diagnostic::error } else { Diagnostic::warning };
        found.push(make(message).at(daemon.span));
    }
    text
}

/// The name of the parameter that ECS is to read, where it is one of the stack's own account and region.
fn parameter_name(from: &str, place: &Place) -> Option<String> {
    if !from.starts_with("arn:") {
        return Some(from.to_owned());
    }
    let Place { account, region } = place;
    let own = format!("arn:{}:ssm:{region}:{account}:parameter/", place.partition());
    let name = from.strip_prefix(own.as_str())?;
    Some(if name.contains('/') { format!("/{name}") } else { name.to_owned() })
}

/// Puts the configuration into the environment, unless the author has one of their own there.
fn configure(container: &mut Node, daemon: &Daemon, text: &str) {
    let Value::Map(map) = &mut container.value else { return };
    let entry = map.entries.iter_mut().find(|entry| entry.key == "environment");
    if let Some(Value::Seq(items)) = entry.map(|entry| &mut entry.value.value) {
        let variable = variable(daemon.sort);
        if !items.iter().any(|item| name_of(item) == variable) {
            items.push(Node::planted(daemon.span, &json!({"name": variable, "value": text})));
        }
    }
}

/// The configuration, and what the daemon would not take of it.
fn generated_config(daemon: &Daemon, place: &Place, memory: u64) -> (String, Vec<Problem>) {
    let bind = "0.0.0.0".to_owned();
    let (region, overrides) = (Some(place.region.clone()), daemon.collector.clone());
    let distribution = match daemon.sort {
        Sort::Adot => Distribution::Adot,
        Sort::Contrib => Distribution::Contrib,
        Sort::Agent | Sort::Xray => {
            let config = agent::config(&Agent { bind, region, overrides });
            return (config.to_string(), agent::check(&config));
        }
    };
    let config = collector::config(&Telemetry {
        distribution,
        bind,
        region,
        xray: daemon.xray,
        honeycomb: daemon.honeycomb.as_ref().map(|(honeycomb, _)| honeycomb.clone()),
        otlp: daemon.otlp.iter().map(|(otlp, _)| otlp.clone()).collect(),
        memory_mib: Some(memory),
        overrides,
    });
    (collector::yaml(&config), collector::check(&config, distribution))
}

fn number(container: &Node, field: &str) -> Option<u64> {
    container.as_map()?.get(field)?.spelled()?.trim().parse().ok()
}

/// The memory that it may use, or can count on, in MiB.
fn memory(container: &Node) -> u64 {
    let given = number(container, "memory").or_else(|| number(container, "memoryReservation"));
    given.unwrap_or(size(Sort::Adot).1)
}

/// The ports. Of a daemon alone on an instance others have to find them, so that they are the same
/// outside; beside an application in a bridge they are anywhere, and links find them.
fn ports(sort: Sort, network: Network, alone: bool) -> Json {
    const XRAY: [(u16, &str); 2] = [(port::XRAY, "udp"), (port::XRAY, "tcp")];
    const OTLP: [(u16, &str); 2] = [(port::OTLP_GRPC, "tcp"), (port::OTLP_HTTP, "tcp")];
    let otlp = if sort.takes_otlp() { &OTLP[..] } else { &[] };
    let fixed = alone && network == Network::Bridge;
    let mapping = |(port, protocol): &(u16, &str)| {
        let mut mapping = json!({"containerPort": port, "protocol": protocol});
        if fixed {
            mapping["hostPort"] = json!(port);
        }
        mapping
    };
    XRAY.iter().chain(otlp).map(mapping).collect()
}

/// The secrets of the exporters.
fn references(daemon: &Daemon) -> Vec<Reference> {
    let honeycomb = daemon.honeycomb.iter().map(|(_, key)| key.clone());
    let otlp = daemon.otlp.iter().flat_map(|(_, references)| references.clone());
    honeycomb.chain(otlp).collect()
}

/// What it calls X-Ray for: to send, and to ask about sampling in the name of others.
///
/// Source: AWS managed policy reference, `AWSXRayDaemonWriteAccess`.
fn task_actions(daemon: &Daemon) -> Vec<&'static str> {
    const SENDS: [&str; 2] = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"];
    const ASKS: [&str; 3] =
        ["xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:GetSamplingStatisticSummaries"];
    let sends = if daemon.xray { &SENDS[..] } else { &[] };
    sends.iter().chain(&ASKS).copied().collect()
}

/// The log group, where it is still the one that was made up for it.
fn own_logs(container: &Node) -> Option<String> {
    let logs = container.as_map()?.get("logConfiguration")?.as_map()?;
    let driver = logs.get("logDriver")?.as_str()?;
    let options = logs.get("options")?.as_map()?;
    let group = options.get("awslogs-group")?.as_str()?;
    (driver == "awslogs").then(|| group.to_owned())
}

/// What ECS does in the name of the execution role before the container starts: it writes the log, and
/// reads the secrets.
///
/// Source: ECS developer guide, "Amazon ECS task execution IAM role" and "Send Amazon ECS logs to CloudWatch".
fn execution(secrets: &[Reference], (logs, are_kept): (Option<&str>, bool), place: &Place) -> Json {
    let (partition, Place { account, region }) = (place.partition(), place);
    let mut statements = Vec::new();
    if let Some(group) = logs {
        let group = format!("arn:{partition}:logs:{region}:{account}:log-group:{group}");
        let actions = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];
        let actions = if are_kept { &actions[1..] } else { &actions };
        let resources = [group.clone(), format!("{group}:*")];
        statements.push(json!({"Effect": "Allow", "Action": actions, "Resource": resources}));
    }
    let mut read = |action: &str, resources: Vec<String>| {
        if !resources.is_empty() {
            statements.push(json!({"Effect": "Allow", "Action": action, "Resource": resources}));
        }
    };
    let is_secret = |from: &&str| from.contains(":secretsmanager:");
    let all = || secrets.iter().map(|one| one.from.as_str());
    // Behind the name of a secret may stand which part of it is meant.
    let whole = |arn: &str| arn.splitn(8, ':').take(7).collect::<Vec<_>>().join(":");
    read("secretsmanager:GetSecretValue", all().filter(is_secret).map(whole).collect());
    let parameter = |from: &str| {
        if from.starts_with("arn:") {
            return from.to_owned();
        }
        let name = from.trim_start_matches('/');
        format!("arn:{partition}:ssm:{region}:{account}:parameter/{name}")
    };
    let parameters = all().filter(|from| !is_secret(from)).map(parameter).collect();
    read("ssm:GetParameters", parameters);
    statements.into()
}

/// Without roles a daemon starts and sends nothing, or does not start at all.
///
/// Source: ECS answers "Fargate requires task definition to have execution role ARN to support log driver
/// awslogs" and "When you are specifying container secrets, you must also specify a value for
/// 'executionRoleArn'" (reports of users).
fn check_roles(
    task: &Map,
    daemon: &Daemon,
    logs: bool,
    secrets: bool,
    network: Network,
    found: &mut Diagnostics,
) {
    let lacks = |field: &str| task.get(field).is_none_or(Node::is_null);
    if lacks("taskRoleArn") {
        let message = "the task has no `taskRoleArn`, whose credentials the daemon would send with";
        let mut problem = Diagnostic::warning(message).at(daemon.span);
        if network != Network::Awsvpc {
            problem = problem.help("it falls back to the role of its instance, if that has one");
        }
        found.push(problem.help(
            "`taskRoleArn: ${role.KEY.arn}` names a role of the stack; what it needs is added",
        ));
    }
    let why = if secrets {
        "ECS reads the daemon's secrets"
    } else if logs && network == Network::Awsvpc && on_fargate(task) {
        "Fargate writes the daemon's log"
    } else {
        return;
    };
    if lacks("executionRoleArn") {
        let message = format!("{why} with `executionRoleArn`, which the task does not have");
        let help =
            "`executionRoleArn: ${role.KEY.arn}` names a role of the stack; what it needs is added";
        found.push(Diagnostic::error(message).at(daemon.span).help(help));
    }
}

/// What of its size fits into what the task has left. Where a field does not, the daemon gets no share of
/// its own and takes what the others do not use; a task is not registered whose containers have more CPU
/// than it.
///
/// Source: ECS answers "The sum of all container 'cpu' values cannot be greater than the value of the task
/// 'cpu'" (recording); ECS developer guide,
/// "Task definition parameters", on `memory`.
fn fitting(task: &Map, daemon: &Daemon, found: &mut Diagnostics) -> Json {
    let of_task = |field: &str| task.get(field)?.spelled()?.trim().parse::<u64>().ok();
    let (cpu, reservation) = size(daemon.sort);
    let is_own = |field: &str| {
        let own = daemon.container.as_ref().and_then(Node::as_map);
        own.is_some_and(|own| own.get(field).is_some())
    };
    let mut fitting = json!({});
    for (field, of_app, own, unit, is_given) in [
        ("cpu", ["cpu", "cpu"], cpu, "CPU units", is_own("cpu")),
        (
            "memory",
            ["memory", "memoryReservation"],
            reservation,
            "MiB",
            is_own("memory") || is_own("memoryReservation"),
        ),
    ] {
        let taken = |one: &Node| number(one, of_app[0]).or_else(|| number(one, of_app[1]));
        let all: u64 = containers(task).iter().filter_map(taken).sum();
        match of_task(field).filter(|most| all + own > *most && !is_given) {
            None => fitting[of_app[1]] = json!(own),
            Some(most) => {
                let message = format!(
                    "of the task's {most} {unit} its containers have {all}, so that none are the \
                     daemon's own: it takes what they do not use"
                );
                let help = format!("give the task more than {}", all + own - 1);
                found.push(Diagnostic::warning(message).at(daemon.span).help(help));
            }
        }
    }
    fitting
}

//! Containers: what stands in one beside its name, image and memory. Two more stand beside it, and
//! two volumes.
//!
//! "Documented" is the text of the service model, "recorded" is what AWS was seen to answer.

use serde_json::json;

use super::{Pair, marked, other, parsed, same, try_all};

#[rustfmt::skip]
pub(super) const PAIRS: &[Pair] = &[
    // What AWS fills in.
    same("", "cpu: 0", "recorded: absent comes back as 0, 12 of 12"),
    same("cpu: 0", "", "the same the other way round"),
    same("", "essential: true", "documented: omitted, a container is assumed to be essential"),
    same("healthCheck: {command: [CMD, x]}", "healthCheck: {command: [CMD, x], interval: 30, timeout: 5, retries: 3}", "documented defaults; recorded: filled in"),
    same("portMappings: [{containerPort: 80}]", "portMappings: [{containerPort: 80, protocol: tcp}]", "documented: the default is tcp; recorded: filled in"),
    same("portMappings: [{containerPort: 80, hostPort: 0}]", "portMappings: [{containerPort: 80}]", "documented, of bridge: omit it or set it to 0"),
    same("versionConsistency: enabled", "", "documented: by default, the value is enabled"),
    same("mountPoints: [{sourceVolume: v, containerPath: /a}]", "mountPoints: [{sourceVolume: v, containerPath: /a, readOnly: false}]", "documented: the default value is false"),
    same("volumesFrom: [{sourceContainer: b, readOnly: false}]", "volumesFrom: [{sourceContainer: b}]", "documented: the default value is false"),
    same("restartPolicy: {enabled: true, restartAttemptPeriod: 300}", "restartPolicy: {enabled: true}", "documented: by default, 300 seconds"),
    same("restartPolicy: {enabled: true, ignoredExitCodes: []}", "restartPolicy: {enabled: true}", "documented: by default, no exit codes are ignored"),
    // Nothing, in all the ways to write it.
    same("environment: []", "", "recorded: absent comes back as []"),
    same("command: null", "command: []", "recorded: what is sent empty comes back empty"),
    same("linuxParameters: {capabilities: {add: [], drop: null}, devices: []}", "", "recorded: consoles send it so, and it comes back so"),
    same("logConfiguration: {logDriver: json-file, options: {}, secretOptions: []}", "logConfiguration: {logDriver: json-file}", "recorded: secretOptions: [] comes back as it was sent"),
    same("dockerLabels: {}", "", "recorded: comes back as it was sent"),
    // Orders that say nothing.
    same("environment: [{name: A, value: x}, {name: B, value: z}]", "environment: [{name: B, value: z}, {name: A, value: x}]", "recorded: AWS has an order of its own"),
    same("secrets: [{name: A, valueFrom: x}, {name: B, valueFrom: z}]", "secrets: [{name: B, valueFrom: z}, {name: A, valueFrom: x}]", "names are unique (recorded refusal)"),
    same("portMappings: [{containerPort: 80}, {containerPort: 81}]", "portMappings: [{containerPort: 81}, {containerPort: 80}]", "recorded, through CloudFormation"),
    same("portMappings: [{containerPort: 80, hostPort: 1}, {containerPort: 80, hostPort: 2}]", "portMappings: [{containerPort: 80, hostPort: 2}, {containerPort: 80, hostPort: 1}]", "the same port mapped twice"),
    same("links: [b, \"c:x\"]", "links: [\"c:x\", b]", "recorded, through CloudFormation"),
    same("dependsOn: [{containerName: b, condition: START}, {containerName: c, condition: HEALTHY}]", "dependsOn: [{containerName: c, condition: HEALTHY}, {containerName: b, condition: START}]", "documented: all of them are waited for"),
    same("mountPoints: [{sourceVolume: v, containerPath: /a}, {sourceVolume: w, containerPath: /b}]", "mountPoints: [{sourceVolume: w, containerPath: /b}, {sourceVolume: v, containerPath: /a}]", "a path in the container is there once"),
    same("volumesFrom: [{sourceContainer: b}, {sourceContainer: c}]", "volumesFrom: [{sourceContainer: c}, {sourceContainer: b}]", "recorded, through CloudFormation"),
    same("ulimits: [{name: core, softLimit: 0, hardLimit: 1}, {name: nofile, softLimit: 2, hardLimit: 3}]", "ulimits: [{name: nofile, softLimit: 2, hardLimit: 3}, {name: core, softLimit: 0, hardLimit: 1}]", "a limit is set once"),
    same("systemControls: [{namespace: net.core.somaxconn, value: \"1\"}, {namespace: net.ipv4.ip_forward, value: \"1\"}]", "systemControls: [{namespace: net.ipv4.ip_forward, value: \"1\"}, {namespace: net.core.somaxconn, value: \"1\"}]", "a kernel parameter is set once"),
    same("linuxParameters: {capabilities: {drop: [ALL, KILL]}}", "linuxParameters: {capabilities: {drop: [KILL, ALL]}}", "a capability is there or is not"),
    same("dockerLabels: {a: \"1\", b: \"2\"}", "dockerLabels: {b: \"2\", a: \"1\"}", "a mapping"),
    // Another spelling of one value.
    same("stopTimeout: 30.0", "stopTimeout: 30", "JSON: one number"),
    same("environment: [{name: A, value: 1}]", "environment: [{name: A, value: \"1\"}]", "documented: AWS has text only"),

    // Orders that say something, or of which nothing is known.
    other(&["containerDefinitions.app.command"], "command: [a, b]", "command: [b, a]", "documented: arguments"),
    other(&["containerDefinitions.app.entryPoint"], "entryPoint: [a, b]", "entryPoint: [b, a]", "documented: arguments"),
    other(&["containerDefinitions.app.healthCheck.command"], "healthCheck: {command: [CMD, a, b]}", "healthCheck: {command: [CMD, b, a]}", "documented: arguments"),
    other(&["containerDefinitions.app.dnsServers"], "dnsServers: [1.1.1.1, 8.8.8.8]", "dnsServers: [8.8.8.8, 1.1.1.1]", "resolvers ask the first one first"),
    other(&["containerDefinitions.app.dnsSearchDomains"], "dnsSearchDomains: [a.b, c.d]", "dnsSearchDomains: [c.d, a.b]", "resolvers try the first one first"),
    other(&["containerDefinitions.app.extraHosts"], "extraHosts: [{hostname: a, ipAddress: 10.0.0.1}, {hostname: a, ipAddress: 10.0.0.2}]", "extraHosts: [{hostname: a, ipAddress: 10.0.0.2}, {hostname: a, ipAddress: 10.0.0.1}]", "lines of /etc/hosts: the first of a name counts"),
    other(&["containerDefinitions.app.environmentFiles"], "environmentFiles: [{type: s3, value: \"arn:aws:s3:::b/1.env\"}, {type: s3, value: \"arn:aws:s3:::b/2.env\"}]", "environmentFiles: [{type: s3, value: \"arn:aws:s3:::b/2.env\"}, {type: s3, value: \"arn:aws:s3:::b/1.env\"}]", "documented: processed from the top down"),
    other(&["containerDefinitions.app.dockerSecurityOptions"], "dockerSecurityOptions: [no-new-privileges, \"label:user:x\"]", "dockerSecurityOptions: [\"label:user:x\", no-new-privileges]", "nothing is documented of their order; recorded: kept"),
    // What is not said and what is.
    other(&["containerDefinitions.app.readonlyRootFilesystem"], "readonlyRootFilesystem: false", "", "the model names no default; recorded: neither added nor taken away"),
    other(&["containerDefinitions.app.privileged"], "privileged: false", "", "the model names no default"),
    other(&["containerDefinitions.app.stopTimeout"], "stopTimeout: 30", "", "documented: on EC2 the agent's own setting decides where it is left out"),
    other(&["containerDefinitions.app.healthCheck.startPeriod"], "healthCheck: {command: [CMD, x], startPeriod: 0}", "healthCheck: {command: [CMD, x]}", "documented: off by default, and 0 is a value; recorded: not filled in"),
    other(&["containerDefinitions.app.linuxParameters.swappiness"], "linuxParameters: {maxSwap: 1, swappiness: 60}", "linuxParameters: {maxSwap: 1}", "documented: 60 by default, and not supported at all on Amazon Linux 2023"),
    other(&["containerDefinitions.app.user"], "user: \"0\"", "", "the image says who where it is left out"),
    other(&["containerDefinitions.app.environment.A"], "environment: [{name: A, value: \"\"}]", "", "set and empty is not unset"),
    other(&["containerDefinitions.app.dockerLabels.a"], "dockerLabels: {a: \"\"}", "", "a label may be empty"),
    other(&["containerDefinitions.app.essential"], "essential: false", "", "documented: the task lives on without it"),
    // Ports of the host, where the network is a bridge.
    other(&["containerDefinitions.app.portMappings.80/tcp.hostPort"], "portMappings: [{containerPort: 80, hostPort: 80}]", "portMappings: [{containerPort: 80}]", "documented, of bridge: omitted, Docker chooses one"),
    other(&["containerDefinitions.app.portMappings.80/tcp.hostPort"], "portMappings: [{containerPort: 80, hostPort: 0}]", "portMappings: [{containerPort: 80, hostPort: 8080}]", "one is chosen, the other is fixed"),
    other(&["containerDefinitions.app.portMappings.80/tcp.containerPort", "containerDefinitions.app.portMappings.80/udp.containerPort", "containerDefinitions.app.portMappings.80/udp.protocol"], "portMappings: [{containerPort: 80, protocol: udp}]", "portMappings: [{containerPort: 80}]", "another port altogether"),
    // Values are compared to the letter.
    other(&["containerDefinitions.app.environment.A"], "environment: [{name: A, value: \"x \"}]", "environment: [{name: A, value: x}]", "a blank is part of the value"),
    other(&["containerDefinitions.app.environment.A"], "environment: [{name: A, value: \"1.0\"}]", "environment: [{name: A, value: \"1\"}]", "text, not a number"),
    other(&["containerDefinitions.app.secrets.DB", "containerDefinitions.app.secrets.db"], "secrets: [{name: DB, valueFrom: x}]", "secrets: [{name: db, valueFrom: x}]", "names of variables have a case"),
    other(&["containerDefinitions.app.command"], "command: [\"a b\"]", "command: [a, b]", "one argument is not two"),
    other(&["containerDefinitions.app.dependsOn.b"], "dependsOn: [{containerName: b, condition: START}]", "dependsOn: [{containerName: b, condition: HEALTHY}]", "documented"),
    other(&["containerDefinitions.app.linuxParameters.capabilities.add", "containerDefinitions.app.linuxParameters.capabilities.drop"], "linuxParameters: {capabilities: {add: [KILL]}}", "linuxParameters: {capabilities: {drop: [KILL]}}", "the opposite"),
    other(&["containerDefinitions.app.links"], "links: [\"b:x\"]", "links: [b]", "documented: name:alias"),
];

fn task(fields: &str) -> String {
    let more = "essential: false, memory: 64, image: i, healthCheck: {command: [CMD, x]}";
    format!(
        "executionRoleArn: \"arn:aws:iam::123456789012:role/x\", volumes: [{{name: v}}, {{name: w}}], \
         containerDefinitions: [{{name: app, image: i, memory: 128, {fields}}}, {{name: b, {more}}}, \
         {{name: c, {more}}}, {{name: last, memory: 4, image: i}}]"
    )
}

#[test]
fn containers_are_compared_as_aws_reads_them() {
    try_all("task_definitions", PAIRS, task, |others, family, fields| {
        let mut input = parsed(&task(fields));
        input["family"] = json!(family);
        input["tags"] = marked(input.as_object().unwrap(), ("tags", "key", "value"), "shop");
        others.ecs("RegisterTaskDefinition", &input);
    });
}

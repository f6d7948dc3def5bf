//! Task definitions: what stands around the containers. Where a pair does not say which they are,
//! there is one.

use serde_json::json;

use super::{Pair, marked, other, parsed, same, try_all};

#[rustfmt::skip]
pub(super) const PAIRS: &[Pair] = &[
    // Sizes.
    same("cpu: 256", "cpu: \"256\"", "documented: text, of a number"),
    same("cpu: .25 vcpu", "cpu: \"256\"", "documented: converted when registered"),
    same("cpu: 0.25 vCPU", "cpu: \"256\"", "documented: 1 vCPU or 1 vcpu"),
    same("cpu: \"1024\"", "cpu: 1vCPU", "documented: converted when registered"),
    same("memory: 0.5GB", "memory: \"512\"", "documented: 1GB or 1 GB"),
    same("memory: 512.0", "memory: \"512\"", "JSON: one number"),
    // Networks of which the host's ports follow.
    same("networkMode: awsvpc, containerDefinitions: [{name: a, image: i, memory: 4, portMappings: [{containerPort: 80}]}]", "networkMode: awsvpc, containerDefinitions: [{name: a, image: i, memory: 4, portMappings: [{containerPort: 80, hostPort: 80}]}]", "documented; recorded: filled in, 8 of 8"),
    same("networkMode: host, containerDefinitions: [{name: a, image: i, memory: 4, portMappings: [{containerPort: 80, hostPort: 80}]}]", "networkMode: host, containerDefinitions: [{name: a, image: i, memory: 4, portMappings: [{containerPort: 80}]}]", "documented: blank, or the same"),
    // Orders that say nothing.
    same("containerDefinitions: [{name: a, image: i, memory: 4}, {name: b, image: i, memory: 4}]", "containerDefinitions: [{name: b, image: i, memory: 4}, {name: a, image: i, memory: 4}]", "recorded, through CloudFormation"),
    same("requiresCompatibilities: [EC2, EXTERNAL]", "requiresCompatibilities: [EXTERNAL, EC2]", "recorded, through CloudFormation"),
    same("placementConstraints: [{type: memberOf, expression: x}, {type: memberOf, expression: z}]", "placementConstraints: [{type: memberOf, expression: z}, {type: memberOf, expression: x}]", "all of them have to hold"),
    same("volumes: [{name: v}, {name: w}]", "volumes: [{name: w}, {name: v}]", "recorded, through CloudFormation"),
    same("tags: [{key: a, value: x}, {key: b, value: z}]", "tags: [{key: b, value: z}, {key: a, value: x}]", "tags are a mapping"),
    same("tags: {a: x}", "tags: [{key: a, value: x}]", "tags are a mapping"),
    // Defaults.
    same("volumes: [{name: v}]", "volumes: [{name: v, host: {}}]", "recorded: filled in"),
    same("volumes: [{name: v, host: null}]", "volumes: [{name: v}]", "documented: empty, Docker chooses the folder"),
    same("enableFaultInjection: false", "", "documented: the default value is false"),
    same("volumes: [{name: v, efsVolumeConfiguration: {fileSystemId: fs-1, rootDirectory: /}}]", "volumes: [{name: v, efsVolumeConfiguration: {fileSystemId: fs-1}}]", "documented: the same effect as omitting it"),
    same("volumes: [{name: v, efsVolumeConfiguration: {fileSystemId: fs-1}}]", "volumes: [{name: v, efsVolumeConfiguration: {fileSystemId: fs-1, transitEncryption: DISABLED, authorizationConfig: {iam: DISABLED}}}]", "documented: the default value of DISABLED is used"),
    same("volumes: [{name: v, efsVolumeConfiguration: {fileSystemId: fs-1, authorizationConfig: {}}}]", "volumes: [{name: v, efsVolumeConfiguration: {fileSystemId: fs-1}}]", "nothing in it"),
    same("placementConstraints: null, volumes: []", "placementConstraints: []", "recorded: absent comes back as []"),
    same("taskRoleArn: app", "taskRoleArn: \"arn:aws:iam::123456789012:role/app\"", "documented: the short name or the full ARN"),
    same("taskRoleArn: \"arn:aws:iam::123456789012:role/app\"", "taskRoleArn: app", "the same the other way round"),

    other(&["cpu"], "cpu: 256", "cpu: \"257\"", "another size"),
    other(&["cpu"], "cpu: 1 vCPU", "cpu: \"1000\"", "documented: 1024 to a vCPU"),
    other(&["memory"], "memory: 1 GB", "memory: \"1000\"", "documented: 1024 to a GB"),
    other(&["networkMode"], "networkMode: bridge", "", "documented: bridge is the default, but for Windows, which has another; AWS's own examples come back without it"),
    other(&["pidMode"], "pidMode: task", "", "documented: a namespace for each container where it is left out"),
    other(&["ipcMode"], "ipcMode: none", "", "documented: left out, the Docker daemon's setting decides"),
    other(&["runtimePlatform.operatingSystemFamily"], "runtimePlatform: {operatingSystemFamily: LINUX}", "", "recorded: not filled in"),
    other(&["requiresCompatibilities"], "requiresCompatibilities: [EC2]", "", "documented: what AWS holds the definition to"),
    other(&["enableFaultInjection"], "enableFaultInjection: true", "", "documented"),
    other(&["volumes.v.dockerVolumeConfiguration"], "volumes: [{name: v, dockerVolumeConfiguration: {}}]", "volumes: [{name: v, host: {}}]", "documented: the one is Docker's, the other a folder of the host"),
    other(&["volumes.v.host.sourcePath"], "volumes: [{name: v, host: {sourcePath: /a}}]", "volumes: [{name: v}]", "documented: where it is, and that it stays"),
    other(&["volumes.v.host.sourcePath"], "volumes: [{name: v, host: {sourcePath: /a/}}]", "volumes: [{name: v, host: {sourcePath: /a}}]", "nothing says that AWS reads paths"),
    other(&["volumes.v.efsVolumeConfiguration.rootDirectory"], "volumes: [{name: v, efsVolumeConfiguration: {fileSystemId: fs-1, rootDirectory: /a}}]", "volumes: [{name: v, efsVolumeConfiguration: {fileSystemId: fs-1}}]", "documented"),
    other(&["volumes.v.efsVolumeConfiguration.transitEncryption"], "volumes: [{name: v, efsVolumeConfiguration: {fileSystemId: fs-1, transitEncryption: ENABLED}}]", "volumes: [{name: v, efsVolumeConfiguration: {fileSystemId: fs-1}}]", "documented"),
    other(&["containerDefinitions.a.image"], "containerDefinitions: [{name: a, image: \"i:latest\", memory: 4}]", "containerDefinitions: [{name: a, image: i, memory: 4}]", "what an image is called is the registry's"),
    other(&["containerDefinitions.a.image"], "containerDefinitions: [{name: a, image: docker.io/library/i, memory: 4}]", "containerDefinitions: [{name: a, image: i, memory: 4}]", "what an image is called is the registry's"),
    other(&["containerDefinitions.A.image", "containerDefinitions.A.memory", "containerDefinitions.A.name", "containerDefinitions.a.image", "containerDefinitions.a.memory", "containerDefinitions.a.name"], "containerDefinitions: [{name: A, image: i, memory: 4}]", "containerDefinitions: [{name: a, image: i, memory: 4}]", "another container"),
    other(&["taskRoleArn"], "taskRoleArn: app", "taskRoleArn: \"arn:aws:iam::123456789012:role/team/app\"", "a role of another path"),
    other(&["tags.Team", "tags.team"], "tags: {Team: x}", "tags: [{key: team, value: x}]", "keys of tags have a case"),
    other(&["tags.a"], "tags: {a: \"\"}", "", "a tag may be empty"),
];

fn task(fields: &str) -> String {
    let apart = if fields.is_empty() { "" } else { ", " };
    let container = "containerDefinitions: [{name: a, image: i, memory: 4}]";
    if fields.contains("containerDefinitions") {
        fields.to_owned()
    } else {
        format!("{container}{apart}{fields}")
    }
}

#[test]
fn task_definitions_are_compared_as_aws_reads_them() {
    try_all("task_definitions", PAIRS, task, |others, family, fields| {
        let mut input = parsed(&task(fields));
        input["family"] = json!(family);
        input["tags"] = marked(input.as_object().unwrap(), ("tags", "key", "value"), "shop");
        others.ecs("RegisterTaskDefinition", &input);
    });
}

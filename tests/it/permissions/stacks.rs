//! The stacks of the stories.

pub(super) const TRUST: &str = r#"{Version: "2012-10-17", Statement: [{Effect: Allow, Principal: {Service: ecs-tasks.amazonaws.com}, Action: "sts:AssumeRole"}]}"#;

pub(super) const KEY: &str =
    "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/// A policy document that allows this.
pub(super) fn allows(action: &str) -> String {
    format!(
        "{{Version: \"2012-10-17\", Statement: [{{Effect: Allow, Action: \"{action}\", Resource: \"*\"}}]}}"
    )
}

/// A stack that has every section and next to nothing in them: a file with nothing at all is refused.
pub(super) const BARE: &str =
    "sampling_rules: { kept: { Priority: 9, FixedRate: 0, ReservoirSize: 0 } }
groups: {}
resource_policies: { sns: { absent: true } }
roles: {}
policies: {}
log_groups: {}
parameters: {}
task_definitions: {}
services: {}
daemon_task_definitions: {}
daemons: {}
";

/// A stack of every kind.
pub(super) fn whole() -> String {
    format!(
        "sampling_rules:
  kept: {{ Priority: 9, FixedRate: 0, ReservoirSize: 0 }}
  a: {{ Priority: 1, FixedRate: 0, ReservoirSize: 0, Tags: {{ one: x, two: y }} }}
default_sampling: {{ FixedRate: 0.1, ReservoirSize: 1 }}
groups: {{ slow: {{ FilterExpression: responsetime > 5, Tags: {{ one: a, two: b }} }} }}
resource_policies: {{ sns: {{ PolicyDocument: {sns} }} }}
encryption: {{ Type: KMS, KeyId: 1234abcd-12ab-34cd-56ef-1234567890ab }}
indexing: {{ DesiredSamplingPercentage: 5 }}
trace_destination: {{ Destination: CloudWatchLogs }}
policies:
  read: {{ PolicyDocument: {read}, Tags: {{ one: x }} }}
  bound: {{ Path: /b/, PolicyDocument: {bound} }}
roles:
  api:
    AssumeRolePolicyDocument: {TRUST}
    PermissionsBoundary: \"${{policy.bound.arn}}\"
    ManagedPolicies: [\"${{policy.read.arn}}\"]
    InlinePolicies: {{ own: {read}, more: {read} }}
    Tags: {{ one: x }}
  free: {{ Path: /team/, AssumeRolePolicyDocument: {TRUST} }}
log_groups:
  /a: {{ retentionInDays: 30, kmsKeyId: \"{KEY}\", tags: {{ one: x }} }}
  /b: {{ deletionProtectionEnabled: false }}
parameters:
  /web/config: {{ Type: String, Value: one, Tags: {{ one: x }} }}
task_definitions:
  web:
    taskRoleArn: \"${{role.api.arn}}\"
    executionRoleArn: elsewhere
    keep_revisions: 1
    tags: {{ one: x }}
    containerDefinitions: [{{ name: web, image: \"web:1\", memory: 64 }}]
daemon_task_definitions:
  otel:
    taskRoleArn: \"${{role.api.arn}}\"
    keep_revisions: 1
    tags: {{ one: x }}
    containerDefinitions: [{{ name: otel, image: \"otel:1\" }}]
daemons:
  otel:
    clusterArn: prod
    daemonTaskDefinitionArn: otel
    capacityProviderArns: [managed]
    tags: {{ one: x }}
",
        sns = allows("xray:PutTraceSegments").replace("Action", "Principal: \"*\", Action"),
        read = allows("ssm:GetParameters"),
        bound = allows("*"),
    )
}

/// The same with a service, which needs a cluster.
pub(super) fn served() -> String {
    format!(
        "{}services:
  web:
    taskDefinition: web
    desiredCount: 1
    role: balances
    loadBalancers: [{{ loadBalancerName: lb, containerName: web, containerPort: 80 }}]
    wait: 1s
    tags: {{ two: x }}
",
        whole()
    )
}

/// A role and a policy that are on a path, and in no other's way.
pub(super) fn alone(path: &str) -> String {
    format!(
        "roles: {{ free: {{ AssumeRolePolicyDocument: {TRUST}, Path: {path} }} }}
policies: {{ own: {{ PolicyDocument: {}, Path: {path} }} }}
",
        allows("ssm:GetParameter")
    )
}

//! Task definitions, roles and policies at servers by others, which do not know how we take AWS to
//! be. X-Ray's part, which most of them have not, is the local AWS's.

use crate::harness::Scenario;
use crate::iam::BACKEND;
use crate::servers::Server;
use crate::task_definitions::BACKEND as TASK;

fn at(server: &Server) -> (Scenario, Server) {
    let scenario = Scenario::new();
    let xray = Server::local_aws(&scenario);
    let scenario = server.called_by(scenario).env("AWS_ENDPOINT_URL_XRAY", &xray.url);
    (scenario, xray)
}

#[track_caller]
fn apply(scenario: &Scenario, told: &str) {
    scenario.run("apply stack.yaml --yes").exits(0).says(told);
    scenario.run("plan stack.yaml --detailed-exitcode").exits(0).says("Nothing to do");
}

/// What a server does not do as AWS does it.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that a server does")]
struct Unlike {
    /// Its tagging API does not list task definitions, so that no family is found by its mark.
    lists_no_families: bool,
    /// Neither does it list log groups.
    lists_no_log_groups: bool,
    /// It does not know ECS's managed daemons, so that nobody can say whether the stack has some there.
    knows_no_daemons: bool,
    /// It runs no task, so that no service is ever stable there.
    runs_nothing: bool,
    /// It takes an empty description for one that is not given, so that a description stays.
    keeps_descriptions: bool,
}

/// From nothing to nothing, with a change of each kind in between.
fn journey(server: &Server, unlike: &Unlike) {
    let (scenario, _xray) = at(server);
    let task = TASK.replace(
        "    cpu:",
        "    taskRoleArn: ${role.backend.arn}\n    keep_revisions: 2\n    cpu:",
    );
    scenario.stack(&format!("tags: {{ project: shop }}\n{BACKEND}{task}"));
    apply(&scenario, "Applied: 3 created.");

    scenario.edit("stack.yaml", "[ssm:GetParameter]", "[ssm:GetParameter, ssm:GetParameters]");
    scenario.edit("stack.yaml", "[logs:PutLogEvents]", "\"logs:*\"");
    scenario.edit("stack.yaml", "backend:1", "backend:2");
    apply(&scenario, "Applied: 3 changed.");
    scenario.edit(
        "stack.yaml",
        "Service: ecs-tasks",
        "AWS: \"arn:aws:iam::123456789012:root\", Service: ecs-tasks",
    );
    scenario.edit("stack.yaml", "value: info", "value: debug");
    apply(&scenario, "Applied: 2 changed.");
    scenario.edit("stack.yaml", "project: shop", "stage: prod");
    apply(&scenario, "Applied: 3 changed.");
    let description = if unlike.keeps_descriptions { "" } else { "    Description: runs it\n" };
    let bound = "    PermissionsBoundary: \"${policy.read-parameters.arn}\"\n";
    let more = format!("{description}    MaxSessionDuration: 7200\n{bound}");
    scenario.edit("stack.yaml", "    Assume", &format!("{more}    Assume"));
    apply(&scenario, "Applied: 1 changed.");
    scenario.edit("stack.yaml", &more, "");
    scenario.edit("stack.yaml", "AWSXRayDaemonWriteAccess, ", "");
    apply(&scenario, "Applied: 1 changed.");

    if unlike.lists_no_families {
        // The revisions that it did not list carry the mark all the same, which is seen in the end.
        scenario
            .run("destroy stack.yaml --yes")
            .exits(6)
            .says("task_definitions.backend: is still there");
        return;
    }
    scenario.stack(&format!("task_definitions: {{}}\n{BACKEND}"));
    apply(&scenario, "deregisters backend:2, :3");
    scenario.stack(&format!("{BACKEND}{task}"));
    apply(&scenario, "1 created.");
    let exit = if unlike.knows_no_daemons { 7 } else { 0 };
    scenario.run("destroy stack.yaml --yes").exits(exit).says("Applied: 3 deleted.");
    let again = scenario.run("destroy stack.yaml --yes").exits(exit);
    assert_eq!(
        again.stdout.contains("ListDaemonTaskDefinitions"),
        unlike.knows_no_daemons,
        "{again}"
    );
    assert!(!again.stdout.contains("to delete"), "{again}");
}

#[test]
fn the_new_kinds_against_fakecloud() {
    let Some(server) = Server::fakecloud("the_new_kinds_against_fakecloud") else { return };
    journey(&server, &Unlike { lists_no_families: true, ..Unlike::default() });
}

#[test]
fn the_new_kinds_against_moto() {
    let Some(server) = Server::moto("the_new_kinds_against_moto") else { return };
    journey(&server, &Unlike { knows_no_daemons: true, ..Unlike::default() });
}

#[test]
fn the_new_kinds_against_ministack() {
    let Some(server) = Server::ministack("the_new_kinds_against_ministack") else { return };
    let unlike = Unlike { keeps_descriptions: true, knows_no_daemons: true, ..Unlike::default() };
    journey(&server, &unlike);
}

#[test]
fn the_new_kinds_against_the_local_aws_on_loopback() {
    journey(&Server::local_aws(&Scenario::new()), &Unlike::default());
}

/// From what AWS ships to something else in each of X-Ray's settings, and back. Of the servers by others
/// only fakecloud knows them.
fn settings(server: &Server) {
    let scenario = server.called_by(Scenario::new());
    let with = |encryption: &str, percentage: &str, destination: &str| {
        scenario.stack(&format!(
            "encryption: {encryption}\nindexing: {{ DesiredSamplingPercentage: {percentage} }}\n\
             trace_destination: {{ Destination: {destination} }}\n"
        ));
    };
    let shipped = || with("{ Type: NONE }", "1", "XRay");
    shipped();
    scenario.run("plan stack.yaml --detailed-exitcode").exits(0).says("Nothing to do");
    let id = "1234abcd-12ab-34cd-56ef-1234567890ab";
    with(&format!("{{ Type: KMS, KeyId: {id} }}"), "2.5", "CloudWatchLogs");
    apply(&scenario, "Applied: 3 changed.");
    let arn = format!("arn:aws:kms:eu-west-1:123456789012:key/{id}");
    with(&format!("{{ Type: KMS, KeyId: \"{arn}\" }}"), "2.5", "CloudWatchLogs");
    scenario.run("plan stack.yaml --detailed-exitcode").exits(0).says("Nothing to do");
    scenario.run("destroy stack.yaml --yes").exits(0).says("Nothing to do");
    shipped();
    apply(&scenario, "Applied: 3 changed.");
}

#[test]
fn the_settings_of_x_ray_against_fakecloud() {
    let name = "the_settings_of_x_ray_against_fakecloud";
    let Some(server) = Server::fakecloud(name) else { return };
    settings(&server);
}

#[test]
fn the_settings_of_x_ray_against_the_local_aws_on_loopback() {
    settings(&Server::local_aws(&Scenario::new()));
}

/// Log groups and parameters, each with a change, and gone again. A server that lists no log groups by their
/// tags does not find what was taken out of the file.
fn logs_and_parameters(server: &Server, unlike: &Unlike) {
    let (scenario, _xray) = at(server);
    scenario.stack(
        "tags: { project: shop }
log_groups:
  /ecs/web: { retentionInDays: 30 }
  /ecs/web-2: {}
parameters:
  /shop/config: { Type: String, Value: \"a: 1\\nb: 2\\n\", Description: d }
  /shop/list: { Type: StringList, Value: \"a, b\" }
",
    );
    apply(&scenario, "Applied: 4 created.");
    scenario.edit("stack.yaml", "retentionInDays: 30", "retentionInDays: 7, tags: { one: x }");
    scenario.edit("stack.yaml", "b: 2", "b: 3");
    scenario.edit("stack.yaml", "\"a, b\"", "\"a,b\", Tier: Advanced, Tags: { one: x }");
    apply(&scenario, "Applied: 3 changed.");
    scenario.edit("stack.yaml", "retentionInDays: 7, tags: { one: x }", "");
    scenario.edit("stack.yaml", ", Tags: { one: x }", "");
    scenario.edit("stack.yaml", "project: shop", "stage: prod");
    apply(&scenario, "Applied: 4 changed.");
    if !unlike.lists_no_log_groups {
        scenario.edit("stack.yaml", "  /ecs/web-2: {}\n", "");
    }
    scenario.edit("stack.yaml", "  /shop/list:", "  /shop/other:");
    let gone = if unlike.lists_no_log_groups { 1 } else { 2 };
    let told = format!("Applied: {gone} deleted, 1 created.");
    scenario.run("apply stack.yaml --yes --allow-deletes 9").exits(0).says(&told);
    scenario.run("plan stack.yaml --detailed-exitcode").exits(0).says("Nothing to do");
    let told = if unlike.knows_no_daemons { 7 } else { 0 };
    scenario.run("destroy stack.yaml --yes").exits(told);
    scenario.run("plan stack.yaml --detailed-exitcode").exits(2);
}

#[test]
fn log_groups_and_parameters_against_moto() {
    let name = "log_groups_and_parameters_against_moto";
    let Some(server) = Server::moto(name) else { return };
    let unlike = Unlike { lists_no_log_groups: true, knows_no_daemons: true, ..Unlike::default() };
    logs_and_parameters(&server, &unlike);
}

#[test]
fn log_groups_and_parameters_against_fakecloud() {
    let name = "log_groups_and_parameters_against_fakecloud";
    let Some(server) = Server::fakecloud(name) else { return };
    logs_and_parameters(&server, &Unlike { lists_no_log_groups: true, ..Unlike::default() });
}

#[test]
fn log_groups_and_parameters_against_the_local_aws_on_loopback() {
    logs_and_parameters(&Server::local_aws(&Scenario::new()), &Unlike::default());
}

/// A service made, rolled out, scaled by others, changed and taken away. Which revision a family means
/// and what a file does not say, the servers fill in each in its own way.
fn serves(server: &Server, unlike: &Unlike) {
    let scenario = server.called_by(Scenario::new());
    server.ask(
        "ecs",
        "AmazonEC2ContainerServiceV20141113.CreateCluster",
        r#"{"clusterName": "prod"}"#,
    );
    let stack = |task: &str, services: &str| {
        let head = "stack: shop\naccount: \"123456789012\"\nregion: us-east-1\n";
        let family = format!(
            "task_definitions:\n  web:\n    networkMode: bridge\n    containerDefinitions: [{{ name: app, image: \"{task}\", \
             memory: 64, essential: true }}]\n"
        );
        scenario.write("stack.yaml", format!("{head}{family}services:\n{services}"));
    };
    let wait = if unlike.runs_nothing { "false" } else { "20s" };
    let web = |more: &str| {
        format!(
            "  web: {{ cluster: prod, taskDefinition: web, wait: {wait}, desiredCount: {more} }}\n"
        )
    };
    stack("nginx:1", &web("1"));
    apply(&scenario, "Applied: 2 created.");
    stack("nginx:2", &web("1"));
    apply(&scenario, "Applied: 2 changed.");
    stack("nginx:2", &web("2, tags: { one: x }"));
    apply(&scenario, "Applied: 1 changed.");
    stack("nginx:2", &web("2, launchType: EXTERNAL, tags: { one: y }"));
    scenario.run("plan stack.yaml").exits(0).says("launchType");
    if unlike.lists_no_families {
        return;
    }
    stack("nginx:2", "  {}\n");
    apply(&scenario, "Applied: 1 deleted.");
}

#[test]
fn a_service_against_moto() {
    let Some(server) = Server::moto("a_service_against_moto") else { return };
    serves(&server, &Unlike { runs_nothing: true, ..Unlike::default() });
}

#[test]
fn a_service_against_fakecloud() {
    let Some(server) = Server::fakecloud("a_service_against_fakecloud") else { return };
    let unlike = Unlike { lists_no_families: true, runs_nothing: true, ..Unlike::default() };
    serves(&server, &unlike);
}

#[test]
fn a_service_against_ministack() {
    let Some(server) = Server::ministack("a_service_against_ministack") else { return };
    serves(&server, &Unlike::default());
}

#[test]
fn a_service_against_the_local_aws_on_loopback() {
    serves(&Server::local_aws(&Scenario::new()), &Unlike::default());
}

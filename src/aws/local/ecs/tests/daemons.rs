use super::*;

const PROVIDER: &str = "arn:aws:ecs:us-east-1:123456789012:capacity-provider/managed";
const DAEMON: &str = "arn:aws:ecs:us-east-1:123456789012:daemon/prod/otel";

fn family(image: &str) -> Value {
    json!({ "family": "otel", "containerDefinitions": [{ "name": "app", "image": image }] })
}

fn revision(number: u32) -> String {
    format!("arn:aws:ecs:us-east-1:123456789012:daemon-task-definition/otel:{number}")
}

fn daemon(number: u32) -> Value {
    json!({
        "daemonName": "otel",
        "clusterArn": "arn:aws:ecs:us-east-1:123456789012:cluster/prod",
        "daemonTaskDefinitionArn": revision(number),
        "capacityProviderArns": [PROVIDER],
    })
}

fn update(number: u32) -> Value {
    json!({
        "daemonArn": DAEMON,
        "daemonTaskDefinitionArn": revision(number),
        "capacityProviderArns": [PROVIDER],
    })
}

/// One in which deployments take so many questions, with a revision of the family.
fn with_delay(ecs_delay: u32) -> Ecs {
    let clusters = vec!["prod".to_owned()];
    let options = Options { now: Some(T0), ecs_delay, clusters, ..Options::default() };
    let ecs = Ecs { local: LocalAws::in_memory(options), region: "us-east-1" };
    ecs.ok("RegisterDaemonTaskDefinition", &family("adot:1"));
    ecs
}

fn deployment(ecs: &Ecs, answer: &Value) -> Value {
    let arns = json!({ "daemonDeploymentArns": [answer["deploymentArn"]] });
    ecs.ok("DescribeDaemonDeployments", &arns)["daemonDeployments"][0].clone()
}

fn current(ecs: &Ecs) -> Value {
    let shown = ecs.ok("DescribeDaemon", &json!({ "daemonArn": DAEMON }))["daemon"].clone();
    let arns = json!({ "daemonRevisionArns": [shown["currentRevisions"][0]["arn"]] });
    ecs.ok("DescribeDaemonRevisions", &arns)["daemonRevisions"][0].clone()
}

#[test]
fn a_family_is_registered_read_listed_and_deleted() {
    let ecs = with_delay(1);
    let second = put(family("adot:2"), "/tags", json!([{ "key": "k", "value": "v" }]));
    let answer = ecs.ok("RegisterDaemonTaskDefinition", &second);
    assert_eq!(answer, json!({ "daemonTaskDefinitionArn": revision(2) }));
    let read = |name: &str| {
        let named = json!({ "daemonTaskDefinition": name });
        ecs.ok("DescribeDaemonTaskDefinition", &named)["daemonTaskDefinition"].clone()
    };
    let newest = read("otel");
    assert_eq!((&newest["revision"], &newest["status"]), (&json!(2), &json!("ACTIVE")));
    assert_eq!(newest["containerDefinitions"][0]["essential"], true);
    assert!(
        newest.get("tags").is_none()
            && newest["containerDefinitions"][0].get("portMappings").is_none()
    );
    let tags = ecs.ok("ListTagsForResource", &json!({ "resourceArn": revision(2) }));
    assert_eq!(tags["tags"], json!([{ "key": "k", "value": "v" }]));
    let gone = json!({ "daemonTaskDefinition": "otel:2" });
    ecs.ok("DeleteDaemonTaskDefinition", &gone);
    assert_eq!(read("otel")["revision"], 1);
    let statuses = [read("otel:2"), read("otel:2")].map(|shown| shown["status"].clone());
    assert_eq!(statuses, ["DELETE_IN_PROGRESS", "DELETED"]);
    assert!(ecs.err("DeleteDaemonTaskDefinition", &gone).contains("being deleted"));
    let list = |filter: Value| {
        let listed = ecs.ok("ListDaemonTaskDefinitions", &filter);
        listed["daemonTaskDefinitions"].as_array().unwrap().len()
    };
    assert_eq!(list(json!({})), 1);
    assert_eq!(list(json!({ "status": "ALL", "familyPrefix": "ot" })), 2);
    assert_eq!(list(json!({ "status": "ALL", "revision": "LAST_REGISTERED" })), 1);
    assert_eq!(list(json!({ "family": "ote" })), 0);
    let missing = json!({ "daemonTaskDefinition": "other" });
    assert!(ecs.err("DescribeDaemonTaskDefinition", &missing).ends_with("was not found."));
    ecs.ok("RegisterDaemonTaskDefinition", &family("adot:3"));
    assert_eq!(read("otel")["revision"], 3, "numbers never go back");
}

#[test]
fn what_daemons_do_not_have_and_cannot_run_is_refused() {
    let ecs = Ecs::new();
    let refusal = |pointer: &str, value: Value| {
        ecs.err("RegisterDaemonTaskDefinition", &put(family("adot:1"), pointer, value))
    };
    let logs = json!({ "logDriver": "json-file" });
    assert!(refusal("/containerDefinitions/0/logConfiguration", logs).contains("json-file"));
    assert!(refusal("/containerDefinitions", json!([])).contains("null or empty"));
    assert!(refusal("/pidMode", json!("host")).contains("none,shared"));
    assert!(refusal("/family", json!("a b")).contains("invalid characters"));
    assert!(refusal("/taskRoleArn", json!("")).contains("Role is not valid"));
    // The model knows no ports here, and what it does not know is ignored.
    let ports = put(family("adot:1"), "/containerDefinitions/0/portMappings", json!([{}]));
    ecs.ok("RegisterDaemonTaskDefinition", &ports);
}

#[test]
fn a_daemon_goes_through_its_states() {
    let ecs = with_delay(2);
    let made = ecs.ok("CreateDaemon", &daemon(1));
    assert_eq!((&made["daemonArn"], &made["status"]), (&json!(DAEMON), &json!("ACTIVE")));
    let states: Vec<_> = (0..3).map(|_| deployment(&ecs, &made)["status"].clone()).collect();
    assert_eq!(states, ["PENDING", "IN_PROGRESS", "SUCCESSFUL"]);
    let done = deployment(&ecs, &made);
    let usual = json!({
        "drainPercent": 25.0, "bakeTimeInMinutes": 0, "alarms": { "alarmNames": [], "enable": false },
    });
    assert_eq!(done["deploymentConfiguration"], usual);
    assert_eq!(done["targetDaemonRevision"]["totalRunningInstanceCount"], 1);
    assert_eq!(current(&ecs)["critical"], true);

    let mut second = update(1);
    second["critical"] = json!(false);
    let updated = ecs.ok("UpdateDaemon", &second);
    assert_eq!(current(&ecs)["critical"], true, "it is not deployed yet");
    while deployment(&ecs, &updated)["status"] != "SUCCESSFUL" {}
    assert_eq!(current(&ecs)["critical"], false);
    // What is left out goes back to its default.
    let third = ecs.ok("UpdateDaemon", &update(1));
    while deployment(&ecs, &third)["status"] != "SUCCESSFUL" {}
    assert_eq!(current(&ecs)["critical"], true);

    let gone = json!({ "daemonArn": DAEMON });
    assert_eq!(ecs.ok("DeleteDaemon", &gone)["status"], "DELETE_IN_PROGRESS");
    assert!(ecs.err("DeleteDaemon", &gone).contains("deployment deletion is ongoing"));
    let going = ecs.ok("DescribeDaemon", &gone);
    assert_eq!(going["daemon"]["status"], "DELETE_IN_PROGRESS");
    assert!(ecs.err("DescribeDaemon", &gone).starts_with("DaemonNotFoundException"));
    ecs.ok("CreateDaemon", &daemon(1));
}

#[test]
fn a_deployment_that_takes_another_ones_place_stops_it() {
    let ecs = with_delay(2);
    let first = ecs.ok("CreateDaemon", &daemon(1));
    let second = ecs.ok("UpdateDaemon", &update(1));
    assert_eq!(deployment(&ecs, &first)["status"], "STOPPED");
    assert_eq!(deployment(&ecs, &second)["status"], "PENDING");
    let listed =
        ecs.ok("ListDaemonDeployments", &json!({ "daemonArn": DAEMON, "status": ["STOPPED"] }));
    let listed = listed["daemonDeployments"].as_array().unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["daemonDeploymentArn"], first["deploymentArn"]);
}

#[test]
fn what_cannot_be_pulled_is_stopped_or_rolled_back() {
    let ecs = with_delay(0);
    ecs.ok("RegisterDaemonTaskDefinition", &family("does-not-exist:1"));
    let failed = deployment(&ecs, &ecs.ok("CreateDaemon", &daemon(2)));
    assert_eq!(failed["status"], "STOPPED");
    assert_eq!(failed["circuitBreaker"]["status"], "TRIGGERED");
    ecs.ok("UpdateDaemon", &update(1));
    let back = deployment(&ecs, &ecs.ok("UpdateDaemon", &update(2)));
    assert_eq!(back["status"], "ROLLBACK_SUCCESSFUL");
    assert_eq!(
        back["rollback"]["rollbackTargetDaemonRevisionArn"],
        current(&ecs)["daemonRevisionArn"]
    );
    assert_eq!(current(&ecs)["daemonTaskDefinitionArn"], revision(1));
}

#[test]
fn a_token_makes_a_daemon_once() {
    let ecs = with_delay(0);
    let asked = put(daemon(1), "/clientToken", json!("one"));
    assert_eq!(ecs.ok("CreateDaemon", &asked), ecs.ok("CreateDaemon", &asked));
    let other = put(daemon(1), "/clientToken", json!("two"));
    assert!(ecs.err("CreateDaemon", &other).contains("not idempotent"));
    let long = put(daemon(1), "/clientToken", json!("x".repeat(37)));
    assert!(ecs.err("CreateDaemon", &long).contains("clientToken"));
}

#[test]
fn daemons_that_cannot_be_are_refused() {
    let ecs = with_delay(0);
    let refusal =
        |pointer: &str, value: Value| ecs.err("CreateDaemon", &put(daemon(1), pointer, value));
    let fargate = json!(["arn:aws:ecs:us-east-1:123456789012:capacity-provider/FARGATE"]);
    assert!(refusal("/capacityProviderArns", fargate).contains("Managed Instances"));
    assert!(refusal("/capacityProviderArns", json!([])).contains("null or empty"));
    assert!(refusal("/capacityProviderArns", json!(["managed"])).contains("Invalid capacity"));
    assert!(refusal("/clusterArn", json!("prod")).starts_with("ClusterNotFoundException"));
    assert!(refusal("/daemonTaskDefinitionArn", json!(revision(9))).contains("not found"));
    assert!(refusal("/daemonName", json!("a b")).contains("invalid characters"));
    let deployment =
        |name: &str, value: Value| refusal("/deploymentConfiguration", json!({ name: value }));
    assert!(deployment("drainPercent", json!(100.5)).contains("at most 100"));
    assert!(deployment("drainPercent", json!(-0.5)).contains("at least 0"));
    assert!(deployment("bakeTimeInMinutes", json!(1441)).contains("1440"));
    assert!(deployment("drainPercent", json!("10")).contains("SerializationException"));
    ecs.ok("DeleteDaemonTaskDefinition", &json!({ "daemonTaskDefinition": "otel:1" }));
    assert!(ecs.err("CreateDaemon", &daemon(1)).contains("not found"));
}

#[test]
fn daemons_are_listed_by_cluster_and_tagged() {
    let ecs = with_delay(0);
    ecs.ok("CreateDaemon", &daemon(1));
    let clusters = ecs.ok("ListClusters", &json!({}));
    assert_eq!(clusters["clusterArns"], json!(["arn:aws:ecs:us-east-1:123456789012:cluster/prod"]));
    let count = |filter: Value| {
        ecs.ok("ListDaemons", &filter)["daemonSummariesList"].as_array().unwrap().len()
    };
    let cluster = &clusters["clusterArns"][0];
    let default = ecs.err("ListDaemons", &json!({}));
    assert!(default.contains("Cluster not found."), "the default cluster is assumed: {default}");
    assert_eq!(count(json!({ "clusterArn": cluster })), 1);
    let other = json!({ "clusterArn": cluster, "capacityProviderArns": ["x"] });
    assert_eq!(count(other), 0);
    let tags = json!({ "resourceArn": DAEMON, "tags": [{ "key": "a", "value": "b" }] });
    ecs.ok("TagResource", &tags);
    let read = ecs.ok("ListTagsForResource", &json!({ "resourceArn": DAEMON }));
    assert_eq!(read["tags"], tags["tags"]);
    ecs.ok("UntagResource", &json!({ "resourceArn": DAEMON, "tagKeys": ["a"] }));
    assert!(
        ecs.err("TagResource", &put(tags, "/resourceArn", json!(format!("{DAEMON}x"))))
            .contains("does not exist")
    );
    ecs.ok("DeleteDaemon", &json!({ "daemonArn": DAEMON }));
    let failures = ecs.ok("DescribeDaemonRevisions", &json!({ "daemonRevisionArns": ["x"] }));
    assert_eq!(failures["failures"][0]["reason"], "MISSING");
}

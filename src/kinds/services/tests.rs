//! The rules of services, without AWS.

use serde_json::{Value, json};

use super::concern::{NEWEST, concern, locate, sorted, steady};
use super::{Services, change, spec};
use crate::document::shape;
use crate::kinds::{Kind as _, Live};
use crate::plan::{Change, Origin, Path};

fn live(document: Value) -> Live {
    Live {
        section: Services.section(),
        name: "web".to_owned(),
        arn: None,
        document,
        sensitive: Vec::new(),
        mark: None,
        modified: None,
        facts: json!({}),
    }
}

fn changed(field: &str) -> Change {
    Change {
        path: Path::of(field),
        before: None,
        after: Some(json!("x")),
        origin: Origin::Pending,
        sensitive: false,
    }
}

#[test]
fn only_what_the_file_says_is_compared() {
    let live = live(json!({
        "cluster": "prod",
        "desiredCount": 7,
        "deploymentConfiguration": {"maximumPercent": 200, "strategy": "ROLLING"},
        "loadBalancers": [
            {"targetGroupArn": "b", "containerPort": 1, "advancedConfiguration": {"roleArn": "r"}},
            {"targetGroupArn": "a", "containerPort": 2},
        ],
        "tags": {"one": "x"},
    }));
    for (file, is) in [
        (json!({"cluster": "prod"}), json!({"cluster": "prod", "tags": {"one": "x"}})),
        (
            json!({"deploymentConfiguration": {"maximumPercent": 150}}),
            json!({"deploymentConfiguration": {"maximumPercent": 200}, "tags": {"one": "x"}}),
        ),
        // A list is the file's where it has all that the file's says, in any order if it is a set.
        (
            json!({"loadBalancers": [{"targetGroupArn": "a"}, {"targetGroupArn": "b"}]}),
            json!({"loadBalancers": [{"targetGroupArn": "a"}, {"targetGroupArn": "b"}],
                "tags": {"one": "x"}}),
        ),
        (
            json!({"loadBalancers": [{"targetGroupArn": "a"}]}),
            json!({"loadBalancers": live.document["loadBalancers"], "tags": {"one": "x"}}),
        ),
        // What AWS has not is not there, unless it is what goes without saying.
        (
            json!({"propagateTags": "NONE", "placementStrategy": [], "role": "r",
                "enableExecuteCommand": true}),
            json!({"propagateTags": "NONE", "placementStrategy": [], "tags": {"one": "x"}}),
        ),
    ] {
        assert_eq!(concern(&live, &file), is, "{file}");
    }
}

#[test]
fn a_set_that_could_be_matched_in_two_ways_is_matched() {
    let live = live(json!({"serviceRegistries": [
        {"registryArn": "r", "port": 1}, {"registryArn": "r", "port": 2},
    ]}));
    let file =
        json!({"serviceRegistries": [{"registryArn": "r"}, {"registryArn": "r", "port": 1}]});
    assert_eq!(concern(&live, &file), file);
}

#[test]
fn a_family_stands_for_its_newest_revision() {
    let mut web = live(json!({"taskDefinition": "arn:7"}));
    let file = json!({"taskDefinition": "web"});
    assert_eq!(concern(&web, &file), json!({"taskDefinition": "arn:7"}));
    web.facts[NEWEST] = json!("arn:7");
    assert_eq!(concern(&web, &file), file);
    web.facts[NEWEST] = json!("arn:8");
    assert_eq!(concern(&web, &file), json!({"taskDefinition": "arn:7"}));
    web.facts[NEWEST] = json!("arn:7");
    let pinned = json!({"taskDefinition": "arn:7"});
    assert_eq!(concern(&web, &pinned), pinned);
}

#[test]
fn a_path_ends_at_the_list_that_it_leads_into() {
    let tree = json!({"loadBalancers": [{"containerName": "b"}], "tags": {"one": "x"}});
    let path = |keys: &[&str]| Path(keys.iter().map(|key| (*key).to_owned()).collect());
    assert_eq!(
        locate(&tree, &path(&["loadBalancers", "0", "containerName"])),
        path(&["loadBalancers"])
    );
    assert_eq!(locate(&tree, &path(&["tags", "one"])), path(&["tags", "one"]));
    assert_eq!(sorted(&json!({"loadBalancers": ["b", "a"]})), json!({"loadBalancers": ["a", "b"]}));
}

/// A newer SDK may let more be changed: look at what the pages say of it then.
#[test]
fn what_makes_a_service_anew_is_what_updates_do_not_take() {
    let fixed: Vec<_> = shape::SERVICE
        .fields()
        .into_iter()
        .filter(|field| change::replaces(&[changed(field)]).is_some())
        .collect();
    assert_eq!(fixed, ["clientToken", "launchType", "role", "schedulingStrategy"]);
    assert_eq!(change::replaces(&[changed("desiredCount"), changed("tags")]), None);
}

/// What ECS shows, of a service or of its newest deployment, is all that it takes, but for what is named.
#[test]
fn what_is_not_shown_is_known() {
    let taken = shape::SERVICE.fields();
    for field in spec::UNREAD.into_iter().chain(spec::OF_DEPLOYMENT) {
        assert!(taken.contains(&field), "{field}");
    }
    for field in spec::READ_ONLY {
        assert!(!taken.contains(&field), "{field}");
    }
}

#[test]
fn a_mapping_that_changes_is_sent_whole() {
    let step = json!({
        "address": "services.web", "name": "web", "owner": "shop", "moved_from": null,
        "adopts": false, "protection": {"before": false, "after": false}, "action": "update",
        "because": "", "place": null, "changes": [
            {"path": "deploymentConfiguration.strategy", "before": "CANARY", "after": "ROLLING",
                "origin": "pending", "sensitive": false},
            {"path": "taskDefinition", "before": "arn:6", "after": "web", "origin": "drift",
                "sensitive": false},
            {"path": "tags.one", "before": null, "after": "x", "origin": "pending", "sensitive": false},
        ],
        "document": {"taskDefinition": "web", "deploymentConfiguration": {"strategy": "ROLLING"}},
        "sent": {"service": {"taskDefinition": "web", "desiredCount": 2,
            "deploymentConfiguration": {"strategy": "ROLLING"}, "monitoring": {}}},
        "unmanaged": [], "detail": {"value": {"family": "web", "newest": "arn:7", "kept": {
            "deploymentConfiguration": {"maximumPercent": 150, "strategy": "CANARY",
                "canaryConfiguration": {}, "bakeTimeInMinutes": 1}}}, "told": [], "acts": false},
        "sensitive": [], "secrets": [], "digest": "", "fingerprint": null, "arn": null,
        "depends_on": [], "wave": 0, "detour": null, "tags_of_others": {},
    });
    let step = serde_json::from_value(step).unwrap();
    assert_eq!(
        change::update(&step, "prod", "web"),
        json!({
            "service": "web",
            "cluster": "prod",
            "taskDefinition": "arn:7",
            "deploymentConfiguration":
                {"maximumPercent": 150, "strategy": "ROLLING", "bakeTimeInMinutes": 1},
            "monitoring": {},
        })
    );
}

#[test]
fn two_reads_of_a_service_are_equal_whatever_they_show() {
    let bare = json!({"cluster": "prod", "deploymentConfiguration": {
        "maximumPercent": 200, "deploymentCircuitBreaker": {"enable": true, "rollback": true}}});
    let full = json!({
        "cluster": "prod",
        "deploymentConfiguration": {
            "maximumPercent": 200,
            "strategy": "ROLLING",
            "bakeTimeInMinutes": 0,
            "alarms": {"alarmNames": [], "rollback": false, "enable": false},
            "deploymentCircuitBreaker": {"enable": true, "rollback": true, "resetOnHealthyTask": true,
                "thresholdConfiguration": {"type": "BOUNDED_PERCENT", "value": 50}},
        },
        "deploymentController": {"type": "ECS"},
        "healthCheckGracePeriodSeconds": 0,
        "placementStrategy": [],
        "propagateTags": "NONE",
    });
    assert_eq!(steady(bare), steady(full));
}

//! Task definitions, and managed daemons.
//!
//! `command`, `entryPoint`, `healthCheck.command`, `dnsServers`, `dnsSearchDomains`, `extraHosts`,
//! `credentialSpecs`, `environmentFiles` and `dockerSecurityOptions` never move.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Chance;
use super::json::{each, respell_number, shuffle, there_or_not};

/// Lists that come in another order; what is in an element stands before the element.
const MOVED: [&str; 10] = [
    // Recorded of the API itself.
    "compatibilities",
    "requiresAttributes",
    "containerDefinitions[].environment",
    // Recorded of CloudFormation, which takes them as sets.
    "containerDefinitions[].links",
    "containerDefinitions[].portMappings",
    "containerDefinitions[].volumesFrom",
    "containerDefinitions",
    "placementConstraints",
    "requiresCompatibilities",
    "volumes",
];

/// Lists recorded only as they were sent, if at all, and what tells their elements apart. They move
/// here where that is not there twice: others that compare with AWS sort the first two (ecspresso) and
/// the third (Terraform), `mountPoints` is a set to CloudFormation, and of none it is documented that
/// its order means anything.
const MOVED_BY_NAME: [(&str, &str); 7] = [
    ("containerDefinitions[].mountPoints", "containerPath"),
    ("proxyConfiguration.properties", "name"),
    ("containerDefinitions[].secrets", "name"),
    ("containerDefinitions[].dependsOn", "containerName"),
    ("containerDefinitions[].resourceRequirements", "type"),
    ("containerDefinitions[].systemControls", "namespace"),
    ("containerDefinitions[].ulimits", "name"),
];

/// What comes on one revision and is left out on another that says the same.
fn usual() -> [(&'static str, Value); 27] {
    [
        // Recorded: filled in on every revision but old ones, `systemControls` since 2024.
        ("containerDefinitions[].environment", json!([])),
        ("containerDefinitions[].mountPoints", json!([])),
        ("containerDefinitions[].portMappings", json!([])),
        ("containerDefinitions[].systemControls", json!([])),
        ("containerDefinitions[].volumesFrom", json!([])),
        ("placementConstraints", json!([])),
        ("volumes", json!([])),
        // Recorded: echoed where the console or the CDK sent them so, on 13 to 24 of 96 containers,
        // the last on two.
        ("containerDefinitions[].command", json!([])),
        ("containerDefinitions[].credentialSpecs", json!([])),
        ("containerDefinitions[].dnsSearchDomains", json!([])),
        ("containerDefinitions[].dnsServers", json!([])),
        ("containerDefinitions[].dockerLabels", json!({})),
        ("containerDefinitions[].dockerSecurityOptions", json!([])),
        ("containerDefinitions[].entryPoint", json!([])),
        ("containerDefinitions[].extraHosts", json!([])),
        ("containerDefinitions[].links", json!([])),
        ("containerDefinitions[].logConfiguration.secretOptions", json!([])),
        ("containerDefinitions[].secrets", json!([])),
        ("containerDefinitions[].ulimits", json!([])),
        ("containerDefinitions[].linuxParameters", json!({"capabilities": {}, "devices": []})),
        // Recorded: five of 82 carry it.
        ("enableFaultInjection", json!(false)),
        // Recorded: always there, as far as recordings go back. Documented as what is meant where
        // they are not.
        ("containerDefinitions[].cpu", json!(0)),
        ("containerDefinitions[].essential", json!(true)),
        ("containerDefinitions[].healthCheck.interval", json!(30)),
        ("containerDefinitions[].healthCheck.retries", json!(3)),
        ("containerDefinitions[].healthCheck.timeout", json!(5)),
        ("containerDefinitions[].portMappings[].protocol", json!("tcp")),
    ]
}

/// What of it the task definitions of managed daemons do not have.
const NOT_OF_DAEMONS: [&str; 12] = [
    "portMappings",
    "volumesFrom",
    "placementConstraints",
    "credentialSpecs",
    "dnsSearchDomains",
    "dnsServers",
    "dockerLabels",
    "dockerSecurityOptions",
    "extraHosts",
    "links",
    "enableFaultInjection",
    "versionConsistency",
];

/// The first second of 2021. Recorded: a revision of before does not say when it was registered, nor
/// by whom.
const REMEMBERED_SINCE: f64 = 1_609_459_200.0;

/// Rewrites the task definitions in an answer.
pub(super) fn rewrite(answer: &mut Value, chance: &Chance) {
    // Documented: tags have no order.
    shuffle(answer, "tags", chance);
    for path in ["taskDefinition", "taskDefinitions[]"] {
        each(answer, path, &mut |definition| rewrite_definition(definition, chance, &|_| true));
    }
    let is_daemons = |path: &str| !NOT_OF_DAEMONS.iter().any(|part| path.contains(part));
    each(answer, "daemonTaskDefinition", &mut |definition| {
        rewrite_definition(definition, chance, &is_daemons);
    });
    rewrite_daemons(answer, chance);
}

/// Nothing is recorded of daemons. Their sets may come in any order, and what is documented as a default
/// with it or without.
fn rewrite_daemons(answer: &mut Value, chance: &Chance) {
    for list in [
        "daemonSummariesList",
        "daemonDeployments[].alarms.alarmNames",
        "daemonDeployments[].deploymentConfiguration.alarms.alarmNames",
        "daemonDeployments[].targetDaemonRevision.capacityProviders",
        "daemon.currentRevisions[].capacityProviders",
    ] {
        shuffle(answer, list, chance);
    }
    let off = json!({ "alarmNames": [], "enable": false });
    for (path, value) in [
        ("daemonRevisions[].critical", json!(true)),
        ("daemonRevisions[].propagateTags", json!("NONE")),
        ("daemonRevisions[].enableECSManagedTags", json!(false)),
        ("daemonRevisions[].enableExecuteCommand", json!(false)),
        ("daemonDeployments[].deploymentConfiguration.alarms", off),
        ("daemonDeployments[].deploymentConfiguration.bakeTimeInMinutes", json!(0)),
        ("daemonDeployments[].deploymentConfiguration.drainPercent", json!(25.0)),
    ] {
        there_or_not(answer, path, &value, chance);
    }
}

fn rewrite_definition(definition: &mut Value, chance: &Chance, has: &dyn Fn(&str) -> bool) {
    for (path, value) in usual().into_iter().filter(|(path, _)| has(path)) {
        there_or_not(definition, path, &value, chance);
    }
    host_ports(definition, chance);
    bare_volumes(definition, chance);
    forget_who(definition);
    // Recorded: which of them AWS finds depends on when it is asked.
    each(definition, "compatibilities", &mut |list| {
        if let Value::Array(names) = list
            && chance.toss()
        {
            names.retain(|name| name != "MANAGED_INSTANCES");
        }
    });
    for moment in ["registeredAt", "deregisteredAt", "deleteRequestedAt"] {
        respell_number(definition, moment, chance);
    }
    // Before the containers, which are among the others.
    for (list, name) in MOVED_BY_NAME {
        each(definition, list, &mut |list| {
            let Value::Array(items) = list else { return };
            let names: BTreeSet<_> = items.iter().map(|item| item[name].to_string()).collect();
            if names.len() == items.len() {
                chance.shuffle(items);
            }
        });
    }
    for list in MOVED {
        shuffle(definition, list, chance);
    }
}

/// Recorded: in the mode `awsvpc` a host port comes back as the container's. Documented: it "can be
/// left blank", which a revision of before may show.
fn host_ports(definition: &mut Value, chance: &Chance) {
    if definition["networkMode"] == "awsvpc" {
        each(definition, "containerDefinitions[].portMappings[]", &mut |mapping| {
            if let Some(port) = mapping.get("containerPort").cloned() {
                there_or_not(mapping, "hostPort", &port, chance);
            }
        });
    }
}

/// Recorded: `host` comes back empty where a volume was given nothing but a name.
fn bare_volumes(definition: &mut Value, chance: &Chance) {
    each(definition, "volumes[]", &mut |volume| {
        let is_bare = |name: &String| matches!(name.as_str(), "name" | "host");
        if volume.as_object().is_some_and(|members| members.keys().all(is_bare)) {
            there_or_not(volume, "host", &json!({}), chance);
        }
    });
}

fn forget_who(definition: &mut Value) {
    let is_old = |at: f64| at < REMEMBERED_SINCE;
    if definition["registeredAt"].as_f64().is_some_and(is_old)
        && let Value::Object(members) = definition
    {
        members.remove("registeredAt");
        members.remove("registeredBy");
    }
}

//! Services of ECS.

use serde_json::{Value, json};

use super::Chance;
use super::json::{each, shuffle, there_or_not};

/// Lists that come in another order. Recorded of CloudFormation, which takes them as sets.
const MOVED: [&str; 6] = [
    "capacityProviderStrategy",
    "loadBalancers",
    "networkConfiguration.awsvpcConfiguration.securityGroups",
    "networkConfiguration.awsvpcConfiguration.subnets",
    "placementConstraints",
    "serviceRegistries",
];

/// What comes of one service and is left out of another that says the same. Recorded of CloudFormation:
/// what it has to leave out of a comparison, since services of different days have it or not. It also has
/// `availabilityZoneRebalancing`, which changes where nobody has set it; an answer does not say who has.
fn usual() -> [(&'static str, Value); 8] {
    [
        ("deploymentController", json!({"type": "ECS"})),
        ("healthCheckGracePeriodSeconds", json!(0)),
        ("deploymentConfiguration.strategy", json!("ROLLING")),
        ("deploymentConfiguration.bakeTimeInMinutes", json!(0)),
        (
            "deploymentConfiguration.alarms",
            json!({"alarmNames": [], "rollback": false, "enable": false}),
        ),
        (
            "deploymentConfiguration.deploymentCircuitBreaker.thresholdConfiguration",
            json!({"type": "BOUNDED_PERCENT", "value": 50}),
        ),
        ("deploymentConfiguration.deploymentCircuitBreaker.resetOnHealthyTask", json!(true)),
        ("placementStrategy", json!([])),
    ]
}

/// Rewrites the services in an answer.
pub(super) fn rewrite(answer: &mut Value, chance: &Chance) {
    for path in ["service", "services[]"] {
        each(answer, path, &mut |service| {
            for (path, value) in usual() {
                there_or_not(service, path, &value, chance);
            }
            for list in MOVED {
                shuffle(service, list, chance);
            }
            // Documented: tags have no order.
            shuffle(service, "tags", chance);
        });
    }
}

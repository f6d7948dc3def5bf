//! Services and clusters.

use serde_json::{Value, json};

use super::super::super::{LocalAws, Options};
use super::{Ecs, T0, arn, fargate, put, small};

/// With a cluster `prod` and a family.
fn prod() -> Ecs {
    late(0)
}

/// The same, where a deployment takes so many questions.
fn late(ecs_delay: u32) -> Ecs {
    let options = Options { now: Some(T0), ecs_delay, ..Options::default() };
    let ecs = Ecs { local: LocalAws::in_memory(options), region: "us-east-1" };
    ecs.ok("CreateCluster", &json!({"clusterName": "prod"}));
    ecs.register(&small("web"));
    ecs
}

fn web() -> Value {
    json!({"cluster": "prod", "serviceName": "web", "taskDefinition": "web", "desiredCount": 2})
}

impl Ecs {
    #[track_caller]
    fn service(&self, name: &str) -> Value {
        let input = json!({"cluster": "prod", "services": [name], "include": ["TAGS"]});
        self.ok("DescribeServices", &input)["services"][0].clone()
    }

    #[track_caller]
    fn update(&self, changes: &Value) -> Value {
        let mut input = json!({"cluster": "prod", "service": "web"});
        input.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        self.ok("UpdateService", &input)["service"].clone()
    }
}

#[test]
fn a_service_is_shown_with_what_ecs_fills_in() {
    let ecs = prod();
    let made = ecs.ok("CreateService", &put(web(), "/tags", json!([{"key": "a", "value": "b"}])));
    let made = &made["service"];
    let of = |resource: &str| format!("arn:aws:ecs:us-east-1:123456789012:{resource}");
    assert_eq!(made["serviceArn"], of("service/prod/web"));
    assert_eq!(made["clusterArn"], of("cluster/prod"));
    assert_eq!(made["taskDefinition"], arn("web:1"));
    assert_eq!((&made["status"], &made["launchType"]), (&json!("ACTIVE"), &json!("EC2")));
    assert_eq!((&made["runningCount"], &made["pendingCount"]), (&json!(0), &json!(2)));
    assert_eq!(made["deployments"][0]["rolloutState"], "IN_PROGRESS");
    assert_eq!(made["tags"], json!([{"key": "a", "value": "b"}]));
    assert_eq!(made["deploymentConfiguration"]["maximumPercent"], 200);
    let seen = ecs.service("web");
    assert_eq!((&seen["runningCount"], &seen["pendingCount"]), (&json!(2), &json!(0)));
    assert_eq!(seen["deployments"][0]["rolloutState"], "COMPLETED");
    assert_eq!(seen["events"][0]["message"], "(service web) has reached a steady state.");
    let listed = ecs.ok("ListServices", &json!({"cluster": "prod"}));
    assert_eq!(listed, json!({"serviceArns": [of("service/prod/web")]}));
    // By its ARN too; and one that is not there is a failure and no error.
    let input =
        json!({"cluster": of("cluster/prod"), "services": [of("service/prod/web"), "none"]});
    let answer = ecs.ok("DescribeServices", &input);
    assert_eq!(answer["services"][0]["serviceName"], "web");
    let missing = json!([{"arn": of("service/prod/none"), "reason": "MISSING"}]);
    assert_eq!(answer["failures"], missing);
}

#[test]
fn a_deployment_goes_through_its_states_as_it_is_asked_about() {
    let ecs = late(2);
    ecs.ok("CreateService", &web());
    let states = || ecs.service("web")["deployments"][0]["rolloutState"].clone();
    assert_eq!([states(), states(), states()], ["IN_PROGRESS", "IN_PROGRESS", "COMPLETED"]);
    ecs.register(&small("web"));
    ecs.update(&json!({"taskDefinition": "web"}));
    let seen = ecs.service("web");
    let of = |at: usize| {
        let deployment = &seen["deployments"][at];
        (
            deployment["status"].clone(),
            deployment["taskDefinition"].clone(),
            deployment["runningCount"].clone(),
        )
    };
    assert_eq!(of(0), (json!("PRIMARY"), json!(arn("web:2")), json!(0)));
    assert_eq!(of(1), (json!("ACTIVE"), json!(arn("web:1")), json!(2)));
    ecs.service("web");
    assert_eq!(ecs.service("web")["deployments"].as_array().unwrap().len(), 1);
    // What begins no deployment begins none.
    let before = ecs.service("web")["deployments"][0]["id"].clone();
    ecs.update(&json!({"taskDefinition": "web", "desiredCount": 3, "propagateTags": "SERVICE"}));
    assert_eq!(ecs.service("web")["deployments"][0]["id"], before);
    ecs.update(&json!({"forceNewDeployment": true}));
    assert_ne!(ecs.service("web")["deployments"][0]["id"], before);
    // It drains, and its name is free when it is gone.
    let gone = json!({"cluster": "prod", "service": "web", "force": true});
    assert_eq!(ecs.ok("DeleteService", &gone)["service"]["status"], "DRAINING");
    let refused = ecs.err("CreateService", &web());
    assert!(refused.ends_with("Unable to Start a service that is still Draining."), "{refused}");
    for status in ["DRAINING", "DRAINING", "INACTIVE"] {
        assert_eq!(ecs.service("web")["status"], status);
    }
    ecs.ok("CreateService", &web());
}

#[test]
fn what_does_not_come_up_says_why() {
    let ecs = prod();
    let image = "web/does-not-exist:1";
    ecs.register(&put(small("lost"), "/containerDefinitions/0/image", json!(image)));
    ecs.ok("CreateService", &web());
    ecs.service("web");
    ecs.update(&json!({"taskDefinition": "lost"}));
    let seen = ecs.service("web");
    // What ran goes on.
    assert_eq!(
        (&seen["runningCount"], seen["deployments"].as_array().unwrap().len()),
        (&json!(2), 2)
    );
    let stopped = json!({"cluster": "prod", "serviceName": "web", "desiredStatus": "STOPPED"});
    let tasks = ecs.ok("ListTasks", &stopped)["taskArns"].clone();
    let tasks =
        ecs.ok("DescribeTasks", &json!({"cluster": "prod", "tasks": tasks}))["tasks"].clone();
    let reason = tasks[0]["stoppedReason"].as_str().unwrap();
    assert!(reason.starts_with("CannotPullContainerError") && reason.contains(image), "{reason}");
    assert_eq!(tasks[0]["startedBy"], seen["deployments"][0]["id"]);
    let running = json!({"cluster": "prod", "serviceName": "web"});
    assert_eq!(ecs.ok("ListTasks", &running)["taskArns"].as_array().unwrap().len(), 2);
    // The circuit breaker gives up, or goes back.
    let breaker = |rollback: bool| {
        json!({"deploymentConfiguration": {"deploymentCircuitBreaker":
            {"enable": true, "rollback": rollback}}})
    };
    ecs.update(&breaker(false));
    assert_eq!(ecs.service("web")["deployments"][0]["rolloutState"], "FAILED");
    ecs.update(&json!({"taskDefinition": "web"}));
    ecs.service("web");
    ecs.update(&breaker(true));
    ecs.update(&json!({"taskDefinition": "lost"}));
    let seen = ecs.service("web");
    assert_eq!(seen["taskDefinition"], arn("web:1"));
    assert_eq!(seen["deployments"][0]["rolloutState"], "COMPLETED");
}

#[test]
fn what_ecs_refuses() {
    let ecs = prod();
    ecs.register(&put(fargate(), "/family", json!("wide")));
    let with = |pointer: &str, value: Value| put(web(), pointer, value);
    for (input, says) in [
        (with("/cluster", json!("none")), "ClusterNotFoundException: Cluster not found."),
        (with("/serviceName", json!("a b")), "InvalidParameterException: Invalid service name."),
        (with("/taskDefinition", json!("none")), "ClientException: TaskDefinition not found."),
        (with("/taskDefinition", json!(null)), "InvalidParameterException: TaskDefinition should"),
        (with("/desiredCount", json!(null)), "InvalidParameterException: desiredCount should"),
        (with("/desiredCount", json!(-1)), "InvalidParameterException: Task count can not be"),
        (with("/tags", json!([])), "ClientException: Tags can not be empty."),
        (
            with("/launchType", json!("MOON")),
            "InvalidParameterException: launchType should be one of",
        ),
        (
            with("/schedulingStrategy", json!("DAEMON")),
            "InvalidParameterException: The daemon scheduling strategy does not support a desired",
        ),
        (
            put(
                with("/launchType", json!("EC2")),
                "/capacityProviderStrategy",
                json!([{"capacityProvider": "x"}]),
            ),
            "InvalidParameterException: Specifying both a launch type and capacity provider",
        ),
        (
            with("/taskDefinition", json!("wide")),
            "InvalidParameterException: Network Configuration must be provided",
        ),
        (
            with("/networkConfiguration", json!({"awsvpcConfiguration": {"subnets": ["s"]}})),
            "InvalidParameterException: Network Configuration is not valid",
        ),
        (
            with("/launchType", json!("FARGATE")),
            "InvalidParameterException: Task definition does not support launch_type FARGATE.",
        ),
        (
            with("/loadBalancers", json!([{"containerName": "none"}])),
            "InvalidParameterException: The container none does not exist",
        ),
    ] {
        let refused = ecs.err("CreateService", &input);
        assert!(refused.starts_with(says), "{input}: {refused}");
    }
    ecs.ok("CreateService", &web());
    let refused = ecs.err("CreateService", &web());
    assert_eq!(refused, "InvalidParameterException: Creation of service was not idempotent.");
    let service = |name: &str| json!({"cluster": "prod", "service": name});
    let missing = "ServiceNotFoundException: Service not found.";
    assert_eq!(ecs.err("UpdateService", &service("none")), missing);
    assert_eq!(ecs.err("DeleteService", &service("none")), missing);
    let scaled = ecs.err("DeleteService", &service("web"));
    assert!(scaled.ends_with("cannot be stopped while it is scaled above 0."), "{scaled}");
    let many: Vec<_> = (0..11).map(|at| at.to_string()).collect();
    ecs.err("DescribeServices", &json!({"cluster": "prod", "services": many}));
    ecs.err("DescribeServices", &json!({"cluster": "prod", "services": []}));
    let contains = ecs.err("DeleteCluster", &json!({"cluster": "prod"}));
    assert!(contains.starts_with("ClusterContainsServicesException"), "{contains}");
    ecs.update(&json!({"desiredCount": 0}));
    ecs.ok("DeleteService", &service("web"));
    ecs.service("web");
    let inactive = ecs.err("UpdateService", &service("web"));
    assert_eq!(inactive, "ServiceNotActiveException: Service was not ACTIVE.");
    ecs.ok("DeleteCluster", &json!({"cluster": "prod"}));
}

#[test]
fn services_and_clusters_have_tags() {
    let ecs = prod();
    let made = ecs.ok("CreateService", &web());
    for about in [&made["service"]["serviceArn"], &made["service"]["clusterArn"]] {
        let tags = json!([{"key": "a", "value": "b"}]);
        ecs.ok("TagResource", &json!({"resourceArn": about, "tags": tags}));
        let listed = ecs.ok("ListTagsForResource", &json!({"resourceArn": about}));
        assert_eq!(listed, json!({"tags": tags}));
        ecs.ok("UntagResource", &json!({"resourceArn": about, "tagKeys": ["a"]}));
        let listed = ecs.ok("ListTagsForResource", &json!({"resourceArn": about}));
        assert_eq!(listed, json!({"tags": []}));
    }
    let none = "arn:aws:ecs:us-east-1:123456789012:service/prod/none";
    ecs.err("TagResource", &json!({"resourceArn": none, "tags": [{"key": "a"}]}));
    // The old form names no cluster, and nothing by it can be tagged.
    let short = "arn:aws:ecs:us-east-1:123456789012:service/web";
    ecs.err("TagResource", &json!({"resourceArn": short, "tags": [{"key": "a"}]}));
}

//! How a service comes to be what it is asked to be.

use super::super::super::{Call, paging};
use super::super::members::Members as _;
use super::super::record::{Name, Section};
use super::record::{Deployment, Failed, Fails, Rollout, Service, Status};

/// What never comes up has this in its name.
const NEVER: &str = "does-not-exist";

/// Begins a deployment of what the service has now.
pub(super) fn begin(call: &Call<'_>, section: &Section, name: &str, service: &mut Service) {
    service.made += 1;
    let id = id(call, name, service.made);
    let fails = fails(call, section, service);
    if let Some(Fails::Image(image)) = &fails {
        // The reason of ECS's developer guide, "CannotPullContainer task errors".
        let reason = format!(
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to \
             resolve ref {image}: not found"
        );
        let task_definition = service.task_definition.clone();
        let failed = Failed { deployment: id.clone(), task_definition, at: call.now, reason };
        service.failed.insert(0, failed);
        service.failed.truncate(5);
    }
    let deployment = Deployment {
        id,
        task_definition: service.task_definition.clone(),
        created_at: call.now,
        rollout: Rollout::InProgress,
        fails,
    };
    // One that never came up is given up for the next.
    service.deployments.retain(|one| one.rollout == Rollout::Completed);
    service.deployments.insert(0, deployment);
}

/// A service as it is once what is under way has ended.
pub(super) fn settled(call: &Call<'_>, name: &str, service: &Service) -> Service {
    let mut service = service.clone();
    if service.status == Status::Draining {
        service.status = Status::Inactive;
        (service.desired, service.running) = (0, 0);
        service.deployments.clear();
    }
    if service.status != Status::Active {
        return service;
    }
    match service.deployments.first().and_then(|first| first.fails.clone()) {
        Some(fails) => fail(call, name, &mut service, &fails),
        None => complete(call, name, &mut service),
    }
    service
}

fn complete(call: &Call<'_>, name: &str, service: &mut Service) {
    service.deployments.truncate(1);
    let Some(primary) = service.deployments.first_mut() else { return };
    let comes = primary.rollout != Rollout::Completed;
    primary.rollout = Rollout::Completed;
    let id = primary.id.clone();
    service.running = service.desired;
    if comes {
        // AWS's texts (users quote them).
        service.tell(call.now, format!("(service {name}) (deployment {id}) deployment completed."));
        service.tell(call.now, format!("(service {name}) has reached a steady state."));
    }
}

/// What never comes up: the circuit breaker ends that, if it is on, and rolls back to what ran before,
/// if it is to (documentation, "How the Amazon ECS deployment circuit breaker detects failures").
fn fail(call: &Call<'_>, name: &str, service: &mut Service, fails: &Fails) {
    let Some(primary) = service.deployments.first_mut() else { return };
    if primary.rollout == Rollout::Failed {
        return;
    }
    let id = primary.id.clone();
    let (breaks, rolls_back) = service.breaker();
    let message = match fails {
        // AWS's texts (documentation, "Viewing Amazon ECS service event messages").
        Fails::Place => format!(
            "(service {name}) was unable to place a task because no container instance met all of its \
             requirements. Reason: No Container Instances were found in your cluster."
        ),
        Fails::Image(_) => {
            format!("(service {name}) is unable to consistently start tasks successfully.")
        }
    };
    if service.events.first().is_none_or(|last| last.message != message) {
        service.tell(call.now, message);
    }
    if !breaks {
        return;
    }
    service.tell(
        call.now,
        format!("(service {name}) (deployment {id}) deployment failed: tasks failed to start."),
    );
    let former = service.deployments.iter().skip(1).find(|one| one.fails.is_none()).cloned();
    let Some(former) = former.filter(|_| rolls_back) else {
        if let Some(primary) = service.deployments.first_mut() {
            primary.rollout = Rollout::Failed;
        }
        return;
    };
    service.made += 1;
    let back =
        Deployment { id: self::id(call, name, service.made), created_at: call.now, ..former };
    service.tell(call.now, format!("(service {name}) rolling back to deployment {}.", back.id));
    service.task_definition.clone_from(&back.task_definition);
    service.deployments = vec![back];
    service.running = service.desired;
}

/// Why what a service has now never comes up.
fn fails(call: &Call<'_>, section: &Section, service: &Service) -> Option<Fails> {
    let constraints = service.definition.structures("placementConstraints");
    let mut expressions = constraints.filter_map(|one| one.text("expression"));
    if expressions.any(|expression| expression.contains(NEVER)) {
        return Some(Fails::Place);
    }
    let name = Name::parse(call, &service.task_definition).ok()?;
    let (_, revision) = section.find(&name)?;
    let containers = revision.definition.structures("containerDefinitions");
    let mut images = containers.filter_map(|container| container.text("image"));
    images.find(|image| image.contains(NEVER)).map(|image| Fails::Image(image.to_owned()))
}

fn id(call: &Call<'_>, name: &str, number: u64) -> String {
    let hash = paging::hash(&format!("{}/{}/{name}/{number}", call.account, call.region));
    format!("ecs-svc/{hash:019}")
}

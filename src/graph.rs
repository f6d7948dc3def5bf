//! What a stack wires together: services and managed daemons, the task definitions that they run, the
//! containers in these that receive traces, the roles they have, the policies of these, and the sampling
//! rules in the order in which they are tried.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::iam;
use crate::kinds;
use crate::stack::{Stack, Wanted, arn_of};

/// Environment variables that say how a service calls itself in its traces, and so which rules decide.
///
/// Source: X-Ray developer guide, "Configuring the SDK" (`AWS_XRAY_TRACING_NAME`); OpenTelemetry
/// specification, "Environment Variable Specification" (`OTEL_SERVICE_NAME`).
const SERVICE_NAMES: [&str; 2] = ["AWS_XRAY_TRACING_NAME", "OTEL_SERVICE_NAME"];

/// The sections of task definitions.
const TASKS: [(&str, Sort); 2] =
    [("task_definitions", Sort::Task), ("daemon_task_definitions", Sort::ManagedTask)];

/// A graph.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Graph {
    /// The nodes.
    pub nodes: Vec<Node>,
    /// What leads from a node to another, by their places in `nodes`.
    pub edges: Vec<Edge>,
}

/// A node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub sort: Sort,
    /// How it is called.
    pub name: String,
    /// More about it, in a few words.
    pub about: String,
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    /// A service.
    Service,
    /// A managed daemon.
    Managed,
    /// A task definition.
    Task,
    /// A task definition of managed daemons.
    ManagedTask,
    /// A container that receives traces.
    Daemon,
    /// A role, of the stack or another.
    Role,
    /// A managed policy, of the stack or another.
    Policy,
    /// A sampling rule.
    Rule,
}

/// An edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// Where it begins.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    /// What it is.
    pub what: &'static str,
}

impl Graph {
    /// The graph of a stack.
    pub fn of(stack: &Stack) -> Self {
        let mut drawing = Drawing { stack, graph: Self::default(), known: BTreeMap::new() };
        let of = |section: &'static str| {
            stack.wanted.iter().filter(move |wanted| wanted.address.section == section)
        };
        for (section, sort) in [("services", Sort::Service), ("daemons", Sort::Managed)] {
            of(section).for_each(|one| drawing.runs(sort, one));
        }
        for (section, sort) in TASKS {
            of(section).for_each(|task| drawing.task(sort, task));
        }
        for role in of("roles") {
            drawing.role(&role.name);
        }
        for policy in of("policies") {
            drawing.node(Sort::Policy, &policy.name, "");
        }
        let mut rules: Vec<_> = of("sampling_rules").collect();
        rules.sort_by_key(|rule| (rule.document["Priority"].as_u64(), rule.name.clone()));
        for rule in rules {
            drawing.rule(rule);
        }
        drawing.graph
    }
}

struct Drawing<'a> {
    stack: &'a Stack,
    graph: Graph,
    known: BTreeMap<(Sort, String), usize>,
}

impl Drawing<'_> {
    fn node(&mut self, sort: Sort, name: &str, about: &str) -> usize {
        let next = self.graph.nodes.len();
        let at = *self.known.entry((sort, name.to_owned())).or_insert(next);
        if at == next {
            self.graph.nodes.push(Node { sort, name: name.to_owned(), about: about.to_owned() });
        }
        at
    }

    fn edge(&mut self, from: usize, to: usize, what: &'static str) {
        let edge = Edge { from, to, what };
        if !self.graph.edges.contains(&edge) {
            self.graph.edges.push(edge);
        }
    }

    /// A service or a daemon, with the family that it runs.
    fn runs(&mut self, sort: Sort, one: &Wanted) {
        let (field, section) = match sort {
            Sort::Managed => ("daemonTaskDefinitionArn", Sort::ManagedTask),
            _ => ("taskDefinition", Sort::Task),
        };
        let cluster =
            ["cluster", "clusterArn"].iter().find_map(|name| one.document[*name].as_str());
        let about = cluster.map(|cluster| format!("in {}", name_of(cluster))).unwrap_or_default();
        let from = self.node(sort, &one.name, &about);
        let Some(runs) = one.document[field].as_str() else { return };
        // A reference to the stack's own, which is an ARN once it is registered.
        let own =
            self.stack.wanted.iter().find(|other| arn_of(&other.address).as_deref() == Some(runs));
        let family = own.map_or_else(|| family(runs), |own| own.name.as_str());
        let to = self.node(section, family, "");
        self.edge(from, to, "runs");
    }

    fn task(&mut self, sort: Sort, task: &Wanted) {
        let from = self.node(sort, &task.name, "");
        for (container, what) in kinds::tracing_containers(&task.document) {
            let name = format!("{}/{container}", task.name);
            let to = self.node(Sort::Daemon, &name, &what.to_string());
            self.edge(from, to, "sends traces to");
        }
        for (field, what) in [("taskRoleArn", "task role"), ("executionRoleArn", "execution role")]
        {
            if let Some(arn) = task.document[field].as_str() {
                let to = self.role(name_of(arn));
                self.edge(from, to, what);
            }
        }
    }

    /// A role with its policies, where the stack says them.
    fn role(&mut self, name: &str) -> usize {
        let at = self.node(Sort::Role, name, "");
        let stack = self.stack;
        let is_it = |wanted: &&Wanted| wanted.address.section == "roles" && wanted.name == name;
        if let Some(role) = stack.wanted.iter().find(is_it) {
            let policies = role.document["ManagedPolicies"].as_object();
            for arn in policies.into_iter().flatten().map(|(arn, _)| arn) {
                let to = self.node(Sort::Policy, iam::short(arn), "");
                self.edge(at, to, "has");
            }
        }
        at
    }

    /// A rule, and the tasks that it is for: those whose services it names, all where it names none.
    fn rule(&mut self, rule: &Wanted) {
        let document = &rule.document;
        let number = |field: &str| document[field].as_f64().unwrap_or_default();
        let share = format!("{} %", (number("FixedRate") * 10_000.0).round() / 100.0);
        let about = format!(
            "priority {}, {share} beside {} a second",
            number("Priority"),
            number("ReservoirSize")
        );
        let at = self.node(Sort::Rule, &rule.name, &about);
        let service = document["ServiceName"].as_str().unwrap_or("*");
        if rule.hides(&crate::plan::Path::of("ServiceName")) || service == "*" {
            return;
        }
        let glob = wildmatch::WildMatch::new(service);
        let stack = self.stack;
        let tasks = stack.wanted.iter().filter(|one| one.address.section == "task_definitions");
        for task in tasks.filter(|task| services(task).any(|name| glob.matches(name))) {
            let to = self.node(Sort::Task, &task.name, "");
            self.edge(at, to, "decides for");
        }
    }
}

/// How the services in a task call themselves, as far as its environment says.
fn services(task: &Wanted) -> impl Iterator<Item = &str> {
    let containers = task.document["containerDefinitions"].as_object().into_iter().flatten();
    containers.flat_map(|(_, container)| {
        SERVICE_NAMES.iter().filter_map(|name| match &container["environment"][name] {
            Value::String(value) => Some(value.as_str()),
            value => value["value"].as_str(),
        })
    })
}

/// The family in a family, a revision or its ARN.
fn family(runs: &str) -> &str {
    let name = name_of(runs);
    name.split_once(':').map_or(name, |(family, _)| family)
}

fn name_of(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

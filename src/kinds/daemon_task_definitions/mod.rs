//! Task definitions of ECS's managed daemons. A resource is a family, as in
//! [`task_definitions`](super::task_definitions), whose reading and comparing they share.

mod absent;
mod grants;
mod live;
mod spec;

use futures::future::LocalBoxFuture;
use serde_json::Value;

pub(super) use grants::roles;

use super::task_definitions::{canonical, revisions, secrets, spec as tasks};
use super::{Kind, Landed, Live, Look, Observation, Ownership, Purpose, publish, tracing};
use crate::aws::{Aws, Failure, Reads};
use crate::daemons::DAEMON;
use crate::document::{Diagnostics, Map, Node, Span, shape};
use crate::iam::Grant;
use crate::plan::{Change, Detail, Path, Permission, Step};
use crate::stack::{Body, Given, Place, Stack, Wanted};

/// The kind of `daemon_task_definitions`.
pub(super) struct DaemonTaskDefinitions;

impl Kind for DaemonTaskDefinitions {
    fn section(&self) -> &'static str {
        "daemon_task_definitions"
    }

    fn service(&self) -> &'static str {
        "ecs"
    }

    fn noun(&self) -> &'static str {
        "a daemon task definition"
    }

    fn bare(&self, document: Node, _key: &str, found: &mut Diagnostics) -> Option<Node> {
        Some(tasks::bare(&spec::SORT, document, found))
    }

    fn secrets(&self, body: &Node) -> Vec<Span> {
        secrets::written(body)
    }

    fn looks_secret(&self, document: &Value) -> Vec<Path> {
        secrets::looks_secret(document)
    }

    fn name_field(&self) -> &'static str {
        tasks::FAMILY
    }

    fn longest_name(&self) -> usize {
        255
    }

    fn holds(&self, document: &Map, called: &str) -> Vec<String> {
        tasks::names(&spec::SORT, document, called)
    }

    fn written(&self, live: &Live) -> Value {
        tasks::written(&live.document)
    }

    fn traces(&self, live: &Live) -> Option<String> {
        tracing::of_containers(&live.document)
    }

    fn order(&self) -> Vec<&'static str> {
        shape::DAEMON_TASK_DEFINITION.members()
    }

    fn settings(&self) -> &'static [&'static str] {
        &[tasks::KEEP, DAEMON]
    }

    fn names_elements(&self, list: &str) -> Option<&'static str> {
        tasks::NAMED_LISTS.contains(&list).then_some("name")
    }

    fn locate(&self, body: &Value, paths: &[Path]) -> Vec<Path> {
        canonical::Of::Daemon.locate_all(body, paths)
    }

    fn tags_field(&self) -> &'static str {
        tasks::TAGS
    }

    fn read(&self, given: &Given<'_>, found: &mut Diagnostics) -> Option<Body> {
        spec::read(given, found)
    }

    fn schema(&self) -> Value {
        let mut schema = tasks::schema_of(&shape::DAEMON_TASK_DEFINITION);
        tasks::with_daemon(&mut schema);
        schema
    }

    fn page(&self) -> String {
        format!(
            include_str!("page.md"),
            section = self.section(),
            settings = publish::settings(self),
            fields = tasks::table(&shape::DAEMON_TASK_DEFINITION)
        )
    }

    fn ownership(&self) -> Ownership {
        Ownership::Tag
    }

    /// A family has no ARN; each revision has one, whose number AWS gives.
    fn arn(&self, _name: &str, _fields: &Value, _place: &Place) -> Option<String> {
        None
    }

    fn arn_is_given(&self) -> bool {
        true
    }

    fn changes_arn(&self, changes: &[Change]) -> bool {
        revisions::registers(changes)
    }

    fn needs(&self, document: &Value) -> Vec<String> {
        let role = |field: &str| document.get(field).and_then(Value::as_str).map(str::to_owned);
        tasks::ROLES.into_iter().filter_map(role).collect()
    }

    fn sent(&self, document: &Value) -> Value {
        canonical::unfold(document)
    }

    fn stands_on(&self) -> &'static [&'static str] {
        &["roles", "log_groups", "parameters"]
    }

    fn is_quiet(&self, path: &Path, value: &Value) -> bool {
        tasks::is_quiet(path, value)
    }

    fn remakes(&self) -> bool {
        true
    }

    fn detail(&self, wanted: Option<&Wanted>, live: &Live, changes: &[Change]) -> Detail {
        revisions::detail(&spec::WORDS, wanted, live, changes)
    }

    fn giving(&self, live: &Live) -> Detail {
        revisions::giving(live)
    }

    fn permissions(&self, step: &Step) -> Vec<Permission> {
        tasks::permissions(step)
    }

    fn grants(&self, stack: &Stack, purpose: Purpose) -> Vec<Grant> {
        grants::grants(stack, purpose)
    }

    fn observe<'a>(
        &'a self,
        reads: &'a Reads<'a>,
        look: &'a Look,
    ) -> LocalBoxFuture<'a, Observation> {
        Box::pin(live::observe(reads.aws, look))
    }

    fn past<'a>(
        &'a self,
        aws: &'a Aws,
        arn: &'a str,
    ) -> LocalBoxFuture<'a, Result<Option<Live>, Failure>> {
        Box::pin(live::past(aws, arn))
    }

    fn carry_out<'a>(
        &'a self,
        aws: &'a Aws,
        step: &'a Step,
        _: &'a Value,
    ) -> LocalBoxFuture<'a, Result<Landed, Failure>> {
        Box::pin(live::carry_out(aws, step))
    }
}

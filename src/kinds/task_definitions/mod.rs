//! ECS task definitions. A resource is a family; each change of it is a revision.

pub mod canonical;
pub(super) mod checks;
mod grants;
mod left;
mod live;
mod names;
pub(super) mod revisions;
pub(super) mod secrets;
pub(super) mod spec;

pub(super) use grants::{TASKS, role_arn};

use futures::future::LocalBoxFuture;
pub(super) use live::newest;
use serde_json::Value;

use super::{Kind, Landed, Live, Look, Observation, Ownership, Purpose, publish, tracing};
use crate::aws::{Aws, Failure, Reads};
use crate::daemons::DAEMON;
use crate::document::{Diagnostics, Map, Node, Span, shape};
use crate::iam::Grant;
use crate::plan::{Change, Detail, Path, Permission, Step};
use crate::stack::{Body, Given, Place, Stack, Wanted};

/// The kind of `task_definitions`.
pub(super) struct TaskDefinitions;

impl Kind for TaskDefinitions {
    fn section(&self) -> &'static str {
        "task_definitions"
    }

    fn service(&self) -> &'static str {
        "ecs"
    }

    fn noun(&self) -> &'static str {
        "a task definition"
    }

    fn bare(&self, document: Node, _key: &str, found: &mut Diagnostics) -> Option<Node> {
        Some(spec::bare(&spec::TASK, document, found))
    }

    fn secrets(&self, body: &Node) -> Vec<Span> {
        secrets::written(body)
    }

    fn looks_secret(&self, document: &Value) -> Vec<Path> {
        secrets::looks_secret(document)
    }

    fn name_field(&self) -> &'static str {
        spec::FAMILY
    }

    fn longest_name(&self) -> usize {
        255
    }

    fn holds(&self, document: &Map, called: &str) -> Vec<String> {
        spec::names(&spec::TASK, document, called)
    }

    fn written(&self, live: &Live) -> Value {
        spec::written(&live.document)
    }

    fn traces(&self, live: &Live) -> Option<String> {
        tracing::of_containers(&live.document)
    }

    fn order(&self) -> Vec<&'static str> {
        shape::TASK_DEFINITION.members()
    }

    fn settings(&self) -> &'static [&'static str] {
        &[spec::KEEP, DAEMON]
    }

    fn names_elements(&self, list: &str) -> Option<&'static str> {
        spec::NAMED_LISTS.contains(&list).then_some("name")
    }

    fn locate(&self, body: &Value, paths: &[Path]) -> Vec<Path> {
        canonical::locate_all(body, paths)
    }

    fn tags_field(&self) -> &'static str {
        spec::TAGS
    }

    fn read(&self, given: &Given<'_>, found: &mut Diagnostics) -> Option<Body> {
        spec::read(given, found)
    }

    fn schema(&self) -> Value {
        spec::schema()
    }

    fn page(&self) -> String {
        format!(
            include_str!("page.md"),
            section = self.section(),
            settings = publish::settings(self),
            fields = spec::table(&shape::TASK_DEFINITION)
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
        spec::ROLES.into_iter().filter_map(role).collect()
    }

    fn sent(&self, document: &Value) -> Value {
        canonical::unfold(document)
    }

    fn stands_on(&self) -> &'static [&'static str] {
        &["roles", "log_groups", "parameters"]
    }

    fn is_quiet(&self, path: &Path, value: &Value) -> bool {
        spec::is_quiet(path, value)
    }

    fn remakes(&self) -> bool {
        true
    }

    fn left(&self, settings: &Value) -> Vec<Path> {
        left::paths(settings)
    }

    fn as_others_have_it(&self, wanted: &Wanted, live: &Live) -> Option<Wanted> {
        left::as_deployed(wanted, live)
    }

    fn not_carried_over(&self, wanted: &Wanted, live: &Live) -> Option<&'static str> {
        left::not_carried_over(wanted, live)
    }

    fn detail(&self, wanted: Option<&Wanted>, live: &Live, changes: &[Change]) -> Detail {
        revisions::detail(&revisions::TASK, wanted, live, changes)
    }

    fn giving(&self, live: &Live) -> Detail {
        revisions::giving(live)
    }

    fn permissions(&self, step: &Step) -> Vec<Permission> {
        spec::permissions(step)
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

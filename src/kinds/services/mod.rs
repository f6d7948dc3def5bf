//! ECS services.

mod change;
mod checks;
mod concern;
mod grants;
mod live;
mod names;
mod settings;
mod spec;

use futures::future::LocalBoxFuture;
use serde_json::{Value, json};

use super::{Kind, Landed, Live, Look, Observation, Ownership, Purpose, publish, tracing};
use crate::aws::{Aws, Failure, Reads};
use crate::document::{Diagnostics, Map, Node, shape};
use crate::iam::Grant;
use crate::plan::{Change, Detail, Path, Step};
use crate::stack::{Body, Given, Place, Stack, Wanted};

/// The kind of `services`.
pub(super) struct Services;

impl Kind for Services {
    fn section(&self) -> &'static str {
        "services"
    }

    fn service(&self) -> &'static str {
        "ecs"
    }

    fn noun(&self) -> &'static str {
        "a service"
    }

    fn bare(&self, document: Node, key: &str, found: &mut Diagnostics) -> Option<Node> {
        spec::bare(&document, key, found)
    }

    fn part<'a>(&self, document: &'a Node, name: &str) -> &'a Node {
        spec::part(document, name)
    }

    fn name_field(&self) -> &'static str {
        spec::NAME
    }

    fn longest_name(&self) -> usize {
        255
    }

    fn holds(&self, document: &Map, called: &str) -> Vec<String> {
        spec::names(document, called)
    }

    fn written(&self, live: &Live) -> Value {
        spec::written(&live.document)
    }

    fn traces(&self, live: &Live) -> Option<String> {
        let runs = live.document.get(spec::TASK).and_then(Value::as_str)?;
        let family = names::family_of(runs);
        [&live.name, family]
            .into_iter()
            .find_map(tracing::receiver)
            .map(|what| format!("by its name it is {what}"))
    }

    fn order(&self) -> Vec<&'static str> {
        shape::SERVICE.members()
    }

    fn settings(&self) -> &'static [&'static str] {
        &[settings::WAIT, settings::ROLLBACK]
    }

    fn locate(&self, body: &Value, paths: &[Path]) -> Vec<Path> {
        paths.iter().map(|path| concern::locate(body, path)).collect()
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
            fields = spec::table()
        )
    }

    fn ownership(&self) -> Ownership {
        Ownership::Tag
    }

    fn arn(&self, name: &str, fields: &Value, place: &Place) -> Option<String> {
        let cluster = fields.get(spec::CLUSTER).and_then(Value::as_str);
        Some(names::arn(place, names::cluster(cluster), name))
    }

    fn names_others(&self) -> &'static [(&'static str, &'static str)] {
        &[(spec::TASK, "task_definitions")]
    }

    fn needs(&self, document: &Value) -> Vec<String> {
        spec::needs(document)
    }

    fn stands_on(&self) -> &'static [&'static str] {
        &["task_definitions", "roles"]
    }

    fn sent(&self, document: &Value) -> Value {
        let mut service = document.clone();
        if let Some(fields) = service.as_object_mut() {
            fields.remove(spec::TAGS);
        }
        json!({settings::SERVICE: service})
    }

    fn is_quiet(&self, path: &Path, value: &Value) -> bool {
        spec::is_quiet(path, value)
    }

    fn replaces(&self, changes: &[Change]) -> Option<String> {
        change::replaces(changes)
    }

    fn concern(&self, live: &Live, file: &Value) -> Value {
        concern::concern(live, file)
    }

    fn waits(&self) -> bool {
        true
    }

    fn detail(&self, wanted: Option<&Wanted>, live: &Live, changes: &[Change]) -> Detail {
        change::detail(wanted, live, changes)
    }

    fn grants(&self, stack: &Stack, purpose: Purpose) -> Vec<Grant> {
        grants::grants(stack, purpose)
    }

    fn arrange(&self, steps: &mut [Step], _observed: &Observation, _notes: &mut Vec<String>) {
        change::arrange(steps);
    }

    fn observe<'a>(
        &'a self,
        reads: &'a Reads<'a>,
        look: &'a Look,
    ) -> LocalBoxFuture<'a, Observation> {
        Box::pin(live::observe(reads.aws, look))
    }

    fn carried<'a>(
        &'a self,
        aws: &'a Aws,
        step: &'a Step,
    ) -> LocalBoxFuture<'a, Result<Value, Failure>> {
        Box::pin(live::carried(aws, step))
    }

    fn carry_out<'a>(
        &'a self,
        aws: &'a Aws,
        step: &'a Step,
        carried: &'a Value,
    ) -> LocalBoxFuture<'a, Result<Landed, Failure>> {
        Box::pin(live::carry_out(aws, step, carried))
    }
}

#[cfg(test)]
mod tests;

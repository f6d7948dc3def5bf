//! ECS's managed daemons: one task on each instance of their capacity providers.

mod canonical;
mod changes;
mod grants;
mod live;
mod patience;
mod spec;

use futures::future::LocalBoxFuture;
use serde_json::Value;

use super::{Kind, Landed, Live, Look, Observation, Ownership, Purpose, publish};
use crate::aws::{Aws, Failure, Reads};
use crate::document::{Diagnostics, Map, Node, shape};
use crate::iam::Grant;
use crate::plan::{Change, Detail, Path, Step};
use crate::stack::{Body, Given, Place, Stack, Wanted};

/// The kind of `daemons`.
pub(super) struct Daemons;

impl Kind for Daemons {
    fn section(&self) -> &'static str {
        "daemons"
    }

    fn service(&self) -> &'static str {
        "ecs"
    }

    fn noun(&self) -> &'static str {
        "a daemon"
    }

    fn bare(&self, document: Node, _key: &str, found: &mut Diagnostics) -> Option<Node> {
        Some(spec::bare(document, found))
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
        let mut written = live.document.clone();
        if let Some(fields) = written.as_object_mut() {
            fields.remove(spec::NAME);
        }
        written
    }

    /// What it runs says so, and not the daemon itself.
    fn traces(&self, live: &Live) -> Option<String> {
        let _ = live;
        None
    }

    fn order(&self) -> Vec<&'static str> {
        shape::DAEMON.members()
    }

    fn settings(&self) -> &'static [&'static str] {
        &[patience::WAIT]
    }

    fn locate(&self, _body: &Value, paths: &[Path]) -> Vec<Path> {
        paths.iter().map(canonical::locate).collect()
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

    /// Source: Service Authorization Reference, Amazon Elastic Container Service.
    fn arn(&self, name: &str, fields: &Value, place: &Place) -> Option<String> {
        let cluster = canonical::cluster(fields, place)?;
        Some(canonical::arn(place, &format!("daemon/{cluster}/{name}")))
    }

    fn names_others(&self) -> &'static [(&'static str, &'static str)] {
        &[(spec::DEFINITION, "daemon_task_definitions")]
    }

    fn needs(&self, document: &Value) -> Vec<String> {
        document[spec::DEFINITION].as_str().map(str::to_owned).into_iter().collect()
    }

    fn stands_on(&self) -> &'static [&'static str] {
        &["daemon_task_definitions", "roles"]
    }

    fn is_quiet(&self, path: &Path, _value: &Value) -> bool {
        path.0 == [spec::NAME]
    }

    fn replaces(&self, changes: &[Change]) -> Option<String> {
        changes::replaces(changes)
    }

    fn detail(&self, wanted: Option<&Wanted>, live: &Live, changes: &[Change]) -> Detail {
        changes::detail(wanted, live, changes)
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

    fn carry_out<'a>(
        &'a self,
        aws: &'a Aws,
        step: &'a Step,
        _: &'a Value,
    ) -> LocalBoxFuture<'a, Result<Landed, Failure>> {
        Box::pin(live::carry_out(aws, step))
    }
}

//! CloudWatch's log groups.

mod detail;
mod grants;
mod live;
mod spec;

use futures::future::LocalBoxFuture;
use serde_json::Value;

use super::grants::arn;
use super::{Kind, Landed, Live, Look, Observation, Ownership, Purpose, publish, tracing};
use crate::aws::{Aws, Failure, Reads};
use crate::document::{Diagnostics, Map, Node};
use crate::iam::Grant;
use crate::plan::{Change, Detail, Path, Step};
use crate::stack::{Body, Given, Place, Stack, Wanted};

/// The kind of `log_groups`.
pub(super) struct LogGroups;

impl Kind for LogGroups {
    fn section(&self) -> &'static str {
        "log_groups"
    }

    fn service(&self) -> &'static str {
        "logs"
    }

    fn noun(&self) -> &'static str {
        "a log group"
    }

    fn bare(&self, document: Node, key: &str, found: &mut Diagnostics) -> Option<Node> {
        spec::bare(document, key, found)
    }

    fn part<'a>(&self, document: &'a Node, name: &str) -> &'a Node {
        spec::part(document, name)
    }

    fn name_field(&self) -> &'static str {
        spec::NAME
    }

    fn longest_name(&self) -> usize {
        512
    }

    fn holds(&self, document: &Map, _called: &str) -> Vec<String> {
        spec::names(document)
    }

    fn written(&self, live: &Live) -> Value {
        spec::written(&live.document)
    }

    fn traces(&self, live: &Live) -> Option<String> {
        tracing::is_named(&live.name).then(|| "its name speaks of tracing".to_owned())
    }

    fn order(&self) -> Vec<&'static str> {
        spec::FIELDS.iter().map(|field| field.name).collect()
    }

    fn tags_field(&self) -> &'static str {
        spec::TAGS
    }

    fn read(&self, given: &Given<'_>, found: &mut Diagnostics) -> Option<Body> {
        spec::read(given, found)
    }

    fn schema(&self) -> Value {
        publish::schema(&spec::FIELDS)
    }

    fn page(&self) -> String {
        format!(
            include_str!("page.md"),
            fields = publish::table(&spec::FIELDS),
            section = self.section(),
            settings = publish::settings(self)
        )
    }

    fn ownership(&self) -> Ownership {
        Ownership::Tag
    }

    /// Without the `:*` that it has in policies, as the calls about tags have it.
    ///
    /// Source: service model, `LogGroup`.
    fn arn(&self, name: &str, _fields: &Value, place: &Place) -> Option<String> {
        Some(arn(place, self.service(), &place.region, &format!("log-group:{name}")))
    }

    fn is_quiet(&self, path: &Path, value: &Value) -> bool {
        spec::is_quiet(path, value)
    }

    /// Source: service model, `CreateLogGroupRequest`.
    fn replaces(&self, changes: &[Change]) -> Option<String> {
        let class = changes.iter().any(|change| change.path.field() == spec::CLASS);
        class
            .then(|| "CloudWatch Logs has no call that changes the class of a log group".to_owned())
    }

    fn detail(&self, wanted: Option<&Wanted>, live: &Live, changes: &[Change]) -> Detail {
        detail::detail(wanted, live, changes)
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

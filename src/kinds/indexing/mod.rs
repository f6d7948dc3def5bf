//! How much of the spans that go to CloudWatch Logs X-Ray indexes as traces.

mod live;
mod spec;

use futures::future::LocalBoxFuture;
use serde_json::Value as Json;

use super::grants::LOOK;
use super::trace_destination::TraceDestination;
use super::{
    Farewell, Kind, Landed, Live, Look, Observation, Ownership, Purpose, publish, sampling_rules,
};
use crate::aws::{Aws, Failure, Reads};
use crate::document::{Diagnostics, Map, Node};
use crate::iam::Grant;
use crate::plan::{Change, Detail, Path, Step};
use crate::stack::{Body, Given, Place, Stack, Wanted};

/// The kind of `indexing`.
pub(super) struct Indexing;

impl Kind for Indexing {
    fn section(&self) -> &'static str {
        "indexing"
    }

    fn only_key(&self) -> Option<&'static str> {
        Some(sampling_rules::DEFAULT)
    }

    fn service(&self) -> &'static str {
        "xray"
    }

    fn noun(&self) -> &'static str {
        "X-Ray's indexing rule"
    }

    fn part<'a>(&self, document: &'a Node, name: &str) -> &'a Node {
        spec::part(document, name)
    }

    fn bare(&self, document: Node, key: &str, found: &mut Diagnostics) -> Option<Node> {
        spec::bare(document, key, found)
    }

    fn name_field(&self) -> &'static str {
        spec::NAME
    }

    fn name(&self, key: &str, _body: &Node) -> String {
        key.to_owned()
    }

    fn longest_name(&self) -> usize {
        32
    }

    fn holds(&self, document: &Map, _called: &str) -> Vec<String> {
        let holds = spec::is_rule(document);
        holds.then(|| sampling_rules::DEFAULT.to_owned()).into_iter().collect()
    }

    fn written(&self, live: &Live) -> Json {
        live.document.clone()
    }

    fn traces(&self, _live: &Live) -> Option<String> {
        Some("how much of the spans X-Ray indexes".to_owned())
    }

    fn order(&self) -> Vec<&'static str> {
        spec::FIELDS.iter().map(|field| field.name).collect()
    }

    fn read(&self, given: &Given<'_>, found: &mut Diagnostics) -> Option<Body> {
        super::shape::read(&spec::FIELDS, self.noun(), given.body, found)
    }

    fn schema(&self) -> Json {
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
        Ownership::Declaration
    }

    fn arn(&self, _name: &str, _fields: &Json, _place: &Place) -> Option<String> {
        None
    }

    fn is_quiet(&self, _path: &Path, _value: &Json) -> bool {
        false
    }

    fn farewell(&self, _file: &Json, _live: &Live) -> Farewell {
        Farewell::Leave { because: "X-Ray has no call that deletes it".to_owned() }
    }

    /// Source: CloudWatch user guide, "Enable Transaction Search": 1 % of the spans is indexed at no
    /// charge.
    fn detail(&self, wanted: Option<&Wanted>, _live: &Live, changes: &[Change]) -> Detail {
        let percentage = wanted.and_then(|wanted| wanted.document[spec::DESIRED].as_f64());
        let costs = !changes.is_empty() && percentage.is_some_and(|percentage| percentage > 1.0);
        let told = costs
            .then(|| "costs: no more than 1 % of the spans is indexed at no charge".to_owned());
        Detail { told: told.into_iter().collect(), ..Detail::default() }
    }

    /// Source: Service Authorization Reference, AWS X-Ray, which has no resources for these actions.
    fn grants(&self, _stack: &Stack, purpose: Purpose) -> Vec<Grant> {
        let look = Grant::anywhere(LOOK, &["xray:GetIndexingRules"]);
        let change = Grant::anywhere("ChangeIndexing", &["xray:UpdateIndexingRule"]);
        if purpose == Purpose::Change { vec![look, change] } else { vec![look] }
    }

    /// The destination comes first, as in AWS's own instructions: rules are for what goes to CloudWatch
    /// Logs. Whether X-Ray asks for that is not documented.
    fn arrange(&self, steps: &mut [Step], _: &Observation, _: &mut Vec<String>) {
        let is_of = |step: &Step, section| step.address.section == section && step.action.acts();
        let first = steps.iter().find(|step| is_of(step, TraceDestination.section()));
        let Some(first) = first.map(|step| step.address.clone()) else { return };
        for step in steps.iter_mut().filter(|step| is_of(step, self.section())) {
            step.depends_on.push(first.clone());
            step.wave += 1;
        }
    }

    fn observe<'a>(
        &'a self,
        reads: &'a Reads<'a>,
        look: &'a Look,
    ) -> LocalBoxFuture<'a, Observation> {
        Box::pin(live::observe(reads, look))
    }

    fn carry_out<'a>(
        &'a self,
        aws: &'a Aws,
        step: &'a Step,
        _: &'a Json,
    ) -> LocalBoxFuture<'a, Result<Landed, Failure>> {
        Box::pin(live::carry_out(aws, step))
    }
}

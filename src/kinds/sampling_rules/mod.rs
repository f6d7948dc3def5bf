//! X-Ray's sampling rules.

mod arrange;
pub(super) use grants::rule_arn;
pub(super) use spec::{FIXED_RATE, NAME, RESERVOIR_SIZE, bare, names, part};
mod grants;
mod live;
mod spec;

use futures::future::LocalBoxFuture;
use serde_json::Value;

use super::{Kind, Landed, Live, Look, Observation, Ownership, Purpose, publish};
use crate::aws::{Aws, Failure, Reads};
use crate::document::{Diagnostics, Map, Node};
use crate::iam::Grant;
use crate::plan::{Change, Path, Step};
use crate::stack::{Body, Given, Place, Stack};

/// The name of X-Ray's own rule, which is not one of these.
pub(super) const DEFAULT: &str = "Default";

/// The kind of `sampling_rules`.
pub(super) struct SamplingRules;

impl Kind for SamplingRules {
    fn section(&self) -> &'static str {
        "sampling_rules"
    }

    fn service(&self) -> &'static str {
        "xray"
    }

    fn noun(&self) -> &'static str {
        "a sampling rule"
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

    fn longest_name(&self) -> usize {
        32
    }

    fn holds(&self, document: &Map, called: &str) -> Vec<String> {
        let mut names = spec::names(document, called);
        names.retain(|name| name != DEFAULT);
        names
    }

    fn written(&self, live: &Live) -> Value {
        spec::written(&live.document)
    }

    fn traces(&self, _live: &Live) -> Option<String> {
        Some("a sampling rule".to_owned())
    }

    fn order(&self) -> Vec<&'static str> {
        spec::FIELDS.iter().map(|field| field.name).collect()
    }

    fn read(&self, given: &Given<'_>, found: &mut Diagnostics) -> Option<Body> {
        spec::read(given.name, given.body, found)
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

    /// Source: X-Ray developer guide, "Sampling rules" in the IAM chapter; AWS's answers carry it.
    fn arn(&self, name: &str, _fields: &Value, place: &Place) -> Option<String> {
        let Place { account, region } = place;
        Some(format!("arn:{}:xray:{region}:{account}:sampling-rule/{name}", place.partition()))
    }

    fn is_quiet(&self, path: &Path, value: &Value) -> bool {
        spec::is_quiet(path, value)
    }

    fn replaces(&self, changes: &[Change]) -> Option<String> {
        // `UpdateSamplingRule` leaves alone what it is not given, and has no way to say "none".
        let boost = |change: &&Change| change.path.field() == "SamplingRateBoost";
        let gone = changes.iter().filter(boost).count() > 0
            && changes.iter().filter(boost).all(|change| change.after.is_none());
        gone.then(|| "X-Ray has no call that takes a SamplingRateBoost away".to_owned())
    }

    fn arrange(&self, steps: &mut [Step], observed: &Observation, notes: &mut Vec<String>) {
        arrange::arrange(steps, observed, notes);
    }

    fn grants(&self, stack: &Stack, purpose: Purpose) -> Vec<Grant> {
        grants::grants(stack, purpose)
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
        _: &'a Value,
    ) -> LocalBoxFuture<'a, Result<Landed, Failure>> {
        Box::pin(live::carry_out(aws, step))
    }

    fn settle<'a>(
        &'a self,
        aws: &'a Aws,
        step: &'a Step,
    ) -> LocalBoxFuture<'a, Result<(), Failure>> {
        Box::pin(live::settle(aws, step))
    }
}

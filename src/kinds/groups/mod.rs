//! X-Ray's groups of traces.

mod grants;
mod live;
mod spec;

use futures::future::LocalBoxFuture;
use serde_json::Value;

use super::xray::{Quota, held};
use super::{Kind, Landed, Live, Look, Observation, Ownership, Purpose, publish};
use crate::aws::{Aws, Failure, Reads};
use crate::document::{Diagnostics, Map, Node};
use crate::iam::Grant;
use crate::plan::{Change, Detail, Path, Step};
use crate::stack::{Body, Given, Place, Stack, Wanted};

/// The name of X-Ray's own group, which is not one of these.
const DEFAULT: &str = "Default";

/// Groups in a region. Whether Default counts is not documented; it is not counted here.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/xray.html>, not adjustable.
const QUOTA: Quota = Quota { most: 25, what: "groups", code: "", raised: "", meanwhile: "" };

/// The kind of `groups`.
pub(super) struct Groups;

impl Kind for Groups {
    fn section(&self) -> &'static str {
        "groups"
    }

    fn service(&self) -> &'static str {
        "xray"
    }

    fn noun(&self) -> &'static str {
        "a group"
    }

    fn part<'a>(&self, document: &'a Node, name: &str) -> &'a Node {
        spec::LISTING.part(document, name)
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

    fn holds(&self, document: &Map, _called: &str) -> Vec<String> {
        let mut names = spec::names(document);
        names.retain(|name| name != DEFAULT);
        names
    }

    fn written(&self, live: &Live) -> Value {
        spec::written(&live.document)
    }

    fn traces(&self, _live: &Live) -> Option<String> {
        Some("a group of traces".to_owned())
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

    /// It ends in an ID that AWS makes up (recordings).
    fn arn(&self, _name: &str, _fields: &Value, _place: &Place) -> Option<String> {
        None
    }

    fn arn_is_given(&self) -> bool {
        true
    }

    fn is_quiet(&self, path: &Path, value: &Value) -> bool {
        spec::is_quiet(path, value)
    }

    fn replaces(&self, changes: &[Change]) -> Option<String> {
        // `UpdateGroup` has no way to say "none", and what it makes of an empty filter is not documented.
        let is_gone =
            |change: &Change| change.path.field() == spec::FILTER && change.after.is_none();
        let gone = changes.iter().any(is_gone);
        gone.then(|| "X-Ray has no call that takes a FilterExpression away".to_owned())
    }

    fn detail(&self, _wanted: Option<&Wanted>, _live: &Live, changes: &[Change]) -> Detail {
        spec::detail(changes)
    }

    fn arrange(&self, steps: &mut [Step], observed: &Observation, notes: &mut Vec<String>) {
        let is_ours = |step: &&mut Step| step.address.section == self.section();
        let mut steps: Vec<_> = steps.iter_mut().filter(is_ours).collect();
        QUOTA.make_room(&mut steps, held(self, observed), notes);
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
}

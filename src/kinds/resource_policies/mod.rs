//! X-Ray's resource policies: who else may call X-Ray in this account and region.

mod grants;
mod live;
mod spec;

use futures::future::LocalBoxFuture;
use serde_json::{Value, json};

use super::xray::{Quota, held};
use super::{Farewell, Kind, Landed, Live, Look, Observation, Ownership, Purpose, iam, publish};
use crate::aws::{Aws, Failure, Reads};
use crate::document::{Diagnostics, Map, Node};
use crate::iam::{Grant, Use};
use crate::plan::{Action, Change, Detail, Path, Permission, Step};
use crate::stack::{Body, Given, Place, Stack, Wanted};

/// Resource policies in a region of an account, AWS's own among them.
///
/// Source: service model, `PutResourcePolicy`.
const QUOTA: Quota =
    Quota { most: 5, what: "resource policies", code: "", raised: "", meanwhile: "" };

/// The kind of `resource_policies`.
pub(super) struct ResourcePolicies;

impl Kind for ResourcePolicies {
    fn section(&self) -> &'static str {
        "resource_policies"
    }

    fn service(&self) -> &'static str {
        "xray"
    }

    fn noun(&self) -> &'static str {
        "a resource policy"
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
        128
    }

    fn holds(&self, document: &Map, called: &str) -> Vec<String> {
        let mut names = spec::names(document, called);
        names.retain(|name| !spec::is_aws_own(name));
        names
    }

    fn written(&self, live: &Live) -> Value {
        spec::written(live)
    }

    fn traces(&self, _live: &Live) -> Option<String> {
        Some("a policy of X-Ray's".to_owned())
    }

    fn order(&self) -> Vec<&'static str> {
        spec::order()
    }

    fn documents(&self) -> &'static [&'static [&'static str]] {
        &[&[spec::DOCUMENT]]
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
        Ownership::Declaration
    }

    /// They have none (Service Authorization Reference, AWS X-Ray).
    fn arn(&self, _name: &str, _fields: &Value, _place: &Place) -> Option<String> {
        None
    }

    fn revision<'a>(&self, live: &'a Live) -> Option<&'a str> {
        live.facts[spec::REVISION].as_str()
    }

    fn sent(&self, document: &Value) -> Value {
        document.clone()
    }

    fn is_whole(&self, path: &Path) -> bool {
        path.0 == [spec::DOCUMENT]
    }

    fn is_quiet(&self, path: &Path, _value: &Value) -> bool {
        path.field() == spec::NAME
    }

    fn detail(&self, _wanted: Option<&Wanted>, live: &Live, _changes: &[Change]) -> Detail {
        let value = self.revision(live).map(|revision| json!({ spec::REVISION: revision }));
        Detail { value: value.unwrap_or_default(), ..Detail::default() }
    }

    fn farewell(&self, file: &Value, live: &Live) -> Farewell {
        if &live.document == file {
            Farewell::Delete { because: "the stack is being destroyed".to_owned() }
        } else {
            Farewell::Leave { because: "live AWS is not as the file says".to_owned() }
        }
    }

    fn arrange(&self, steps: &mut [Step], observed: &Observation, notes: &mut Vec<String>) {
        let is_ours = |step: &&mut Step| step.address.section == self.section();
        let mut steps: Vec<_> = steps.iter_mut().filter(is_ours).collect();
        if steps.iter().any(|step| step.action == Action::Create) {
            notes.push(
                "AWS keeps no mark on resource policies: one that is taken out of the file stays, and \
                 `NAME: { absent: true }` in its place deletes it"
                    .to_owned(),
            );
        }
        QUOTA.make_room(&mut steps, held(self, observed), notes);
    }

    fn permissions(&self, step: &Step) -> Vec<Permission> {
        let documents = step.changes.iter().filter(|change| self.is_whole(&change.path));
        documents.flat_map(|change| iam::meaning(change, Use::Resource, "")).collect()
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

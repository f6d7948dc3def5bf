//! IAM policies that the account manages itself.

mod arrange;
mod live;
mod spec;

use futures::future::LocalBoxFuture;
use serde_json::Value;

use super::{Kind, Landed, Live, Look, Observation, Ownership, iam, publish, tracing};
use crate::aws::{Aws, Failure, Reads};
use crate::document::{Diagnostics, Map, Node};
use crate::iam::Use;
use crate::plan::{Change, Detail, Path, Permission, Step};
use crate::stack::{Body, Given, Place, Wanted};

/// The kind of `policies`.
pub(super) struct Policies;

impl Kind for Policies {
    fn section(&self) -> &'static str {
        "policies"
    }

    fn service(&self) -> &'static str {
        "iam"
    }

    fn noun(&self) -> &'static str {
        "a policy"
    }

    fn bare(&self, document: Node, _key: &str, found: &mut Diagnostics) -> Option<Node> {
        Some(spec::bare(document, found))
    }

    fn name_field(&self) -> &'static str {
        spec::NAME
    }

    fn longest_name(&self) -> usize {
        128
    }

    fn holds(&self, document: &Map, called: &str) -> Vec<String> {
        spec::names(document, called)
    }

    fn written(&self, live: &Live) -> Value {
        spec::written(live)
    }

    fn traces(&self, live: &Live) -> Option<String> {
        tracing::allows_xray(&live.facts[spec::DOCUMENT])
            .then(|| "it allows actions of X-Ray's".to_owned())
    }

    fn order(&self) -> Vec<&'static str> {
        spec::FIELDS.iter().map(|field| field.name).chain(crate::iam::ELEMENTS).collect()
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
        Ownership::Tag
    }

    /// Source: service model, `CreateRoleRequest` and `CreatePolicyRequest`: "names are not
    /// distinguished by case".
    fn folds_case(&self) -> bool {
        true
    }

    fn is_global(&self) -> bool {
        true
    }

    fn owner(&self, stack: &str, place: &Place) -> String {
        iam::owner(stack, place)
    }

    fn arn(&self, name: &str, fields: &Value, place: &Place) -> Option<String> {
        Some(iam::arn("policy", name, fields, place))
    }

    fn sent(&self, document: &Value) -> Value {
        document.clone()
    }

    fn is_whole(&self, path: &Path) -> bool {
        path.0 == [spec::DOCUMENT]
    }

    fn is_quiet(&self, path: &Path, value: &Value) -> bool {
        iam::is_quiet(path, value)
    }

    fn replaces(&self, changes: &[Change]) -> Option<String> {
        let changes = |field: &str| changes.iter().any(|change| change.path.field() == field);
        if changes("Path") {
            Some("IAM has no call that moves a policy to another path".to_owned())
        } else if changes("Description") {
            Some("IAM has no call that changes a policy's description".to_owned())
        } else {
            None
        }
    }

    fn detail(&self, wanted: Option<&Wanted>, live: &Live, _: &[Change]) -> Detail {
        spec::detail(wanted, live)
    }

    fn arrange(&self, steps: &mut [Step], _: &Observation, _: &mut Vec<String>) {
        arrange::arrange(steps);
    }

    fn permissions(&self, step: &Step) -> Vec<Permission> {
        let documents = step.changes.iter().filter(|change| self.is_whole(&change.path));
        documents.flat_map(|change| iam::meaning(change, Use::Identity, "")).collect()
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
    ) -> LocalBoxFuture<'a, Result<Landed, Failure>> {
        Box::pin(live::carry_out(aws, step))
    }
}

//! IAM roles.

mod detail;
mod live;
mod spec;

use futures::future::LocalBoxFuture;
use serde_json::Value;

use super::{Kind, Landed, Live, Look, Observation, Ownership, iam, publish, tracing};
use crate::aws::{Aws, Failure, Reads};
use crate::document::{Diagnostics, Map, Node, Span, plain_secrets};
use crate::plan::{Change, Detail, Path, Permission, Step};
use crate::stack::{Body, Given, Place, Wanted};

pub(super) use spec::{BOUNDARY, MANAGED};

/// The kind of `roles`.
pub(super) struct Roles;

impl Kind for Roles {
    fn section(&self) -> &'static str {
        "roles"
    }

    fn service(&self) -> &'static str {
        "iam"
    }

    fn noun(&self) -> &'static str {
        "a role"
    }

    fn bare(&self, document: Node, _key: &str, found: &mut Diagnostics) -> Option<Node> {
        Some(spec::bare(document, found))
    }

    fn name_field(&self) -> &'static str {
        spec::NAME
    }

    fn longest_name(&self) -> usize {
        64
    }

    fn holds(&self, document: &Map, called: &str) -> Vec<String> {
        spec::names(document, called)
    }

    fn written(&self, live: &Live) -> Value {
        spec::written(live)
    }

    fn traces(&self, live: &Live) -> Option<String> {
        let entries = |of: &Value, field: &str| -> Vec<(String, Value)> {
            let all = of[field].as_object().into_iter().flatten();
            all.map(|(name, value)| (name.clone(), value.clone())).collect()
        };
        let managed = entries(&live.document, spec::MANAGED);
        let managed = managed.iter().filter_map(|(_, arn)| arn.as_str());
        if let Some(arn) = managed.into_iter().find(|arn| tracing::is_managed(arn)) {
            return Some(format!("{} is attached to it", crate::iam::short(arn)));
        }
        let inline = entries(&live.facts, spec::INLINE);
        let (name, _) = inline.iter().find(|(_, document)| tracing::allows_xray(document))?;
        Some(format!("its policy {name} allows actions of X-Ray's"))
    }

    fn order(&self) -> Vec<&'static str> {
        spec::FIELDS.iter().map(|field| field.name).chain(crate::iam::ELEMENTS).collect()
    }

    fn secrets(&self, body: &Node) -> Vec<Span> {
        // Policies are named there, some by what looks random: `AmazonElasticMapReduceforEC2Role`.
        let names = [spec::MANAGED, spec::BOUNDARY];
        let fields = body.as_map().into_iter().flat_map(|map| &map.entries);
        let others = fields.filter(|field| !names.contains(&field.key.as_str()));
        others.flat_map(|field| plain_secrets(&field.value)).collect()
    }

    fn settings(&self) -> &'static [&'static str] {
        &[spec::UNMANAGED]
    }

    fn documents(&self) -> &'static [&'static [&'static str]] {
        &[&[spec::TRUST], &[spec::INLINE, "*"]]
    }

    fn locate(&self, body: &Value, paths: &[Path]) -> Vec<Path> {
        paths.iter().map(|path| spec::locate(body, path)).collect()
    }

    fn read(&self, given: &Given<'_>, found: &mut Diagnostics) -> Option<Body> {
        spec::read(given, found)
    }

    fn schema(&self) -> Value {
        let mut schema = publish::schema(&spec::FIELDS);
        schema["properties"][spec::UNMANAGED] = spec::unmanaged_schema();
        schema
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
        Some(iam::arn("role", name, fields, place))
    }

    fn needs(&self, document: &Value) -> Vec<String> {
        spec::needs(document)
    }

    fn stands_on(&self) -> &'static [&'static str] {
        &["policies"]
    }

    fn sent(&self, document: &Value) -> Value {
        document.clone()
    }

    fn is_whole(&self, path: &Path) -> bool {
        path.0 == [spec::TRUST] || (path.field() == spec::INLINE && path.0.len() == 2)
    }

    fn is_quiet(&self, path: &Path, value: &Value) -> bool {
        iam::is_quiet(path, value)
    }

    fn replaces(&self, changes: &[Change]) -> Option<String> {
        let moved = changes.iter().any(|change| change.path.field() == "Path");
        moved.then(|| "IAM has no call that moves a role to another path".to_owned())
    }

    fn detail(&self, wanted: Option<&Wanted>, live: &Live, _: &[Change]) -> Detail {
        detail::detail(wanted, live)
    }

    fn permissions(&self, step: &Step) -> Vec<Permission> {
        detail::permissions(step)
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

//! Parameter Store's parameters.

mod by_hand;
mod checks;
mod grants;
mod live;
mod spec;

use futures::future::LocalBoxFuture;
use serde_json::Value;

use super::grants::arn;
use super::{Kind, Landed, Live, Look, Observation, Ownership, Purpose, publish, secrets, tracing};
use crate::aws::{Aws, Failure, Reads};
use crate::document::{Diagnostics, Map, Node, Span, is_secret, plain_secrets};
use crate::iam::Grant;
use crate::plan::{Change, Path, Step};
use crate::stack::{Body, Given, Place, Stack, Wanted};

/// The kind of `parameters`.
pub(super) struct Parameters;

impl Kind for Parameters {
    fn section(&self) -> &'static str {
        "parameters"
    }

    fn service(&self) -> &'static str {
        "ssm"
    }

    fn noun(&self) -> &'static str {
        "a parameter"
    }

    fn bare(&self, document: Node, key: &str, found: &mut Diagnostics) -> Option<Node> {
        spec::bare(document, key, found)
    }

    fn part<'a>(&self, document: &'a Node, name: &str) -> &'a Node {
        spec::part(document, name)
    }

    /// A value by a name that secrets go by, and what should not stand there at all.
    fn secrets(&self, body: &Node) -> Vec<Span> {
        let get = |field: &str| body.as_map().and_then(|map| map.get(field));
        let text = |field: &str| get(field).and_then(Node::as_str);
        let value = get(spec::VALUE).filter(|value| {
            let name = text(spec::NAME).unwrap_or_default();
            text(spec::TYPE) == Some(spec::SECURE)
                || value.as_str().is_some_and(|value| is_secret(name, value))
        });
        value.map(|value| value.span).into_iter().chain(plain_secrets(body)).collect()
    }

    fn looks_secret(&self, document: &Value) -> Vec<Path> {
        let text = |field: &str| document[field].as_str().unwrap_or_default();
        let is_one = is_secret(text(spec::NAME), text(spec::VALUE));
        let value = is_one.then(|| Path::of(spec::VALUE));
        secrets::looks_secret(document).into_iter().chain(value).collect()
    }

    fn name_field(&self) -> &'static str {
        spec::NAME
    }

    fn longest_name(&self) -> usize {
        2048
    }

    fn holds(&self, document: &Map, called: &str) -> Vec<String> {
        spec::names(document, called)
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

    /// The slash that a name may begin with is the one before the name.
    ///
    /// Source: Systems Manager user guide, "Restricting access to parameters using IAM policies".
    fn arn(&self, name: &str, _fields: &Value, place: &Place) -> Option<String> {
        let name = name.strip_prefix('/').unwrap_or(name);
        Some(arn(place, self.service(), &place.region, &format!("parameter/{name}")))
    }

    fn is_quiet(&self, path: &Path, value: &Value) -> bool {
        spec::is_quiet(path, value)
    }

    /// Source: service model, `HierarchyTypeMismatchException`; of the tier the text of AWS's refusal;
    /// of the data type Terraform, which makes such a parameter anew.
    fn replaces(&self, changes: &[Change]) -> Option<String> {
        let of = |field: &str| changes.iter().find(|change| change.path.field() == field);
        let smaller = |change: &Change| change.after == Some(spec::STANDARD.into());
        if of(spec::TYPE).is_some() {
            Some("Parameter Store has no call that changes the type of a parameter".to_owned())
        } else if of(spec::DATA_TYPE).is_some() {
            Some("Parameter Store has no call that changes the data type of a parameter".to_owned())
        } else if of(spec::TIER).is_some_and(smaller) {
            Some("Parameter Store makes no advanced parameter a standard one".to_owned())
        } else {
            None
        }
    }

    fn is_others(&self, wanted: &Value, live: Option<&Value>) -> bool {
        spec::is_secure(wanted) || live.is_some_and(spec::is_secure)
    }

    fn by_hand(&self, wanted: &Wanted, live: Option<&Live>, place: &Place) -> String {
        by_hand::told(wanted, live, place)
    }

    /// A parameter that asked for the tier that is enough keeps the larger one, which it may have needed
    /// once.
    fn as_others_have_it(&self, wanted: &Wanted, live: &Live) -> Option<Wanted> {
        let asks = wanted.sent[spec::TIER] == spec::INTELLIGENT;
        let is_larger = live.document[spec::TIER] == spec::ADVANCED
            && wanted.document[spec::TIER] == spec::STANDARD;
        (asks && is_larger).then(|| {
            let mut wanted = wanted.clone();
            wanted.document[spec::TIER] = spec::ADVANCED.into();
            wanted
        })
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

//! Where X-Ray sends the spans of a region: to its own store, or to CloudWatch Logs for Transaction
//! Search.

mod access;
mod detail;
mod grants;
mod live;
mod spec;

use futures::future::LocalBoxFuture;
use serde_json::{Value as Json, json};

use super::wrapper::drop_read_only;
use super::{
    Farewell, Kind, Landed, Live, Look, Observation, Ownership, Purpose, publish, sampling_rules,
};
use crate::aws::{Aws, Failure, Reads};
use crate::document::{Diagnostics, Map, Node, Value};
use crate::iam::Grant;
use crate::plan::{Change, Detail, Path, Permission, Step};
use crate::stack::{Body, Given, Place, Stack, Wanted};

/// The kind of `trace_destination`.
pub(super) struct TraceDestination;

/// What only AWS sets.
const STATUS: &str = "Status";

impl Kind for TraceDestination {
    fn section(&self) -> &'static str {
        "trace_destination"
    }

    fn only_key(&self) -> Option<&'static str> {
        Some(sampling_rules::DEFAULT)
    }

    fn service(&self) -> &'static str {
        "xray"
    }

    fn noun(&self) -> &'static str {
        "the destination of traces"
    }

    fn bare(&self, document: Node, _key: &str, found: &mut Diagnostics) -> Option<Node> {
        let Value::Map(mut map) = document.value else { return Some(document) };
        drop_read_only(&mut map, (&[STATUS], "Tags"), document.span, found);
        Some(Node::new(document.span, Value::Map(map)))
    }

    fn name_field(&self) -> &'static str {
        "Name"
    }

    fn name(&self, key: &str, _body: &Node) -> String {
        key.to_owned()
    }

    fn longest_name(&self) -> usize {
        32
    }

    fn holds(&self, document: &Map, _called: &str) -> Vec<String> {
        let known = [spec::DESTINATION, spec::CONFIGURATION, STATUS];
        let destination = document.get(spec::DESTINATION).and_then(Node::as_str);
        let is_it = destination.is_some_and(|text| spec::DESTINATIONS.contains(&text))
            && document.entries.iter().all(|entry| known.contains(&entry.key.as_str()));
        is_it.then(|| sampling_rules::DEFAULT.to_owned()).into_iter().collect()
    }

    /// That X-Ray may write is AWS's to say, and goes without saying in a file.
    fn written(&self, live: &Live) -> Json {
        json!({spec::DESTINATION: live.document[spec::DESTINATION]})
    }

    fn traces(&self, _live: &Live) -> Option<String> {
        Some("where X-Ray sends spans".to_owned())
    }

    fn order(&self) -> Vec<&'static str> {
        spec::FIELDS.iter().map(|field| field.name).collect()
    }

    fn read(&self, given: &Given<'_>, found: &mut Diagnostics) -> Option<Body> {
        spec::read(given, found)
    }

    fn schema(&self) -> Json {
        publish::schema(&spec::FIELDS)
    }

    fn page(&self) -> String {
        format!(
            include_str!("page.md"),
            fields = publish::table(&spec::FIELDS),
            section = self.section(),
            policy = access::NAME,
            most = access::MOST,
            settings = publish::settings(self)
        )
    }

    fn ownership(&self) -> Ownership {
        Ownership::Declaration
    }

    fn arn(&self, _name: &str, _fields: &Json, _place: &Place) -> Option<String> {
        None
    }

    fn is_quiet(&self, path: &Path, value: &Json) -> bool {
        spec::is_quiet(path, value)
    }

    fn farewell(&self, _file: &Json, live: &Live) -> Farewell {
        let because = if live.document[spec::DESTINATION] == json!(spec::LOGS) {
            "X-Ray has no call that deletes it, and CloudWatch Logs goes on charging for spans; \
             `Destination: XRay` ends that"
        } else {
            "X-Ray has no call that deletes it"
        };
        Farewell::Leave { because: because.to_owned() }
    }

    fn detail(&self, wanted: Option<&Wanted>, live: &Live, changes: &[Change]) -> Detail {
        wanted.map(|wanted| detail::detail(wanted, live, changes)).unwrap_or_default()
    }

    fn permissions(&self, step: &Step) -> Vec<Permission> {
        detail::permissions(step)
    }

    fn grants(&self, stack: &Stack, purpose: Purpose) -> Vec<Grant> {
        grants::grants(stack, purpose)
    }

    fn arrange(&self, _steps: &mut [Step], observed: &Observation, notes: &mut Vec<String>) {
        let live = observed.live(self.section(), sampling_rules::DEFAULT);
        if live.is_some_and(|live| live.facts[STATUS] == json!(live::PENDING)) {
            notes.push("X-Ray is still changing the destination of traces over".to_owned());
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

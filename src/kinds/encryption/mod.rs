//! What X-Ray encrypts the data of a region with.

mod live;
mod spec;

use futures::future::LocalBoxFuture;
use serde_json::{Value as Json, json};

use super::grants::{LOOK, wanted};
use super::wrapper::{drop_read_only, unwrapped};
use super::{
    Farewell, Kind, Landed, Live, Look, Observation, Ownership, Purpose, publish, sampling_rules,
};
use crate::aws::{Aws, Failure, Reads};
use crate::document::{Diagnostics, Map, Node, Value};
use crate::iam::Grant;
use crate::plan::{Change, Detail, Path, Step};
use crate::stack::{Body, Given, Place, Stack, Wanted};

/// The kind of `encryption`.
pub(super) struct Encryption;

/// The wrapper in answers of get- and put-encryption-config.
const WRAPPER: &str = "EncryptionConfig";

/// What only AWS sets.
const STATUS: &str = "Status";

impl Kind for Encryption {
    fn section(&self) -> &'static str {
        "encryption"
    }

    fn only_key(&self) -> Option<&'static str> {
        Some(sampling_rules::DEFAULT)
    }

    fn service(&self) -> &'static str {
        "xray"
    }

    fn noun(&self) -> &'static str {
        "X-Ray's encryption"
    }

    fn bare(&self, document: Node, _key: &str, found: &mut Diagnostics) -> Option<Node> {
        let Value::Map(mut map) = document.value else { return Some(document) };
        let mut span = document.span;
        if let Some(inner) = map.take(WRAPPER) {
            (map, span) = unwrapped(inner, map);
        }
        drop_read_only(&mut map, (&[STATUS], "Tags"), span, found);
        Some(Node::new(span, Value::Map(map)))
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
        let inner = document.get(WRAPPER).and_then(Node::as_map);
        let fields = inner.unwrap_or(document);
        let is_type = |node: &Node| node.as_str().is_some_and(|ty| spec::TYPES.contains(&ty));
        let known = [spec::TYPE, spec::KEY, STATUS];
        let is_it = fields.get(spec::TYPE).is_some_and(is_type)
            && fields.entries.iter().all(|entry| known.contains(&entry.key.as_str()));
        is_it.then(|| sampling_rules::DEFAULT.to_owned()).into_iter().collect()
    }

    fn written(&self, live: &Live) -> Json {
        live.document.clone()
    }

    fn traces(&self, _live: &Live) -> Option<String> {
        Some("what X-Ray encrypts traces with".to_owned())
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

    /// Source: X-Ray developer guide, "Data protection in AWS X-Ray": what is there already is not
    /// encrypted anew.
    fn detail(&self, _wanted: Option<&Wanted>, _live: &Live, changes: &[Change]) -> Detail {
        let told = "leaves what X-Ray has stored already encrypted as it is; X-Ray may use both the \
                    old and the new until it has changed over";
        let told = (!changes.is_empty()).then(|| told.to_owned());
        Detail { told: told.into_iter().collect(), ..Detail::default() }
    }

    /// Source: Service Authorization Reference, AWS X-Ray, which has no resources for these actions;
    /// X-Ray developer guide, "User permissions for encryption", for what who configures a key has to
    /// be allowed, be it by the key's own policy.
    fn grants(&self, stack: &Stack, purpose: Purpose) -> Vec<Grant> {
        let look = Grant::anywhere(LOOK, &["xray:GetEncryptionConfig"]);
        if purpose != Purpose::Change {
            return vec![look];
        }
        let change = Grant::anywhere("ChangeEncryption", &["xray:PutEncryptionConfig"]);
        let keys = wanted(self, stack)
            .filter_map(|wanted| Some(wanted.document.get(spec::KEY)?.as_str()?.to_owned()));
        let key = Grant::new("UseKey", &["kms:CreateGrant", "kms:DescribeKey"], keys);
        vec![look, change, key]
    }

    fn arrange(&self, _steps: &mut [Step], observed: &Observation, notes: &mut Vec<String>) {
        let live = observed.live(self.section(), sampling_rules::DEFAULT);
        if live.is_some_and(|live| live.facts[STATUS] == json!(live::UPDATING)) {
            notes.push(
                "X-Ray is still changing its encryption over: until it has, it may use both the old \
                 and the new"
                    .to_owned(),
            );
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

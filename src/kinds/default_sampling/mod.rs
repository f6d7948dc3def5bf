//! X-Ray's Default rule: the rate and the reservoir of what no other rule matches.

mod live;

use futures::future::LocalBoxFuture;
use serde_json::{Value as Json, json};

use super::grants::LOOK;
use super::sampling_rules::{DEFAULT, rule_arn};
use super::shape::{self, Field};
use super::{
    Farewell, Kind, Landed, Live, Look, Observation, Ownership, Purpose, publish, sampling_rules,
};
use crate::aws::{Aws, Failure, Reads};
use crate::document::{Diagnostic, Diagnostics, Map, Node, Value};
use crate::iam::Grant;
use crate::plan::{Path, Step};
use crate::stack::{Body, Given, Place, Stack};

/// The kind of `default_sampling`.
pub(super) struct DefaultSampling;

/// The only two fields that `UpdateSamplingRule` takes for the Default rule: any other is answered
/// with `Invalid update request for default sampling rule`.
///
/// Source: X-Ray developer guide, "Configuring sampling rules", and AWS's answer as reported in
/// <https://github.com/hashicorp/terraform-provider-aws/issues/49597>.
static FIELDS: [Field; 2] = [sampling_rules::FIXED_RATE, sampling_rules::RESERVOIR_SIZE];

/// What the rule has beside the two fields, and cannot have otherwise.
///
/// Source: `GetSamplingRules` of accounts that never touched it.
fn is_fixed(field: &str, value: &Node) -> bool {
    match field {
        "RuleName" => value.as_str() == Some(sampling_rules::DEFAULT),
        "Priority" => value.to_json() == json!(10_000),
        "Version" => value.to_json() == json!(1),
        "Attributes" => value.as_map().is_some_and(|map| map.entries.is_empty()),
        "ServiceName" | "ServiceType" | "Host" | "HTTPMethod" | "URLPath" | "ResourceARN" => {
            value.as_str() == Some("*")
        }
        _ => false,
    }
}

impl Kind for DefaultSampling {
    fn section(&self) -> &'static str {
        "default_sampling"
    }

    fn only_key(&self) -> Option<&'static str> {
        Some(sampling_rules::DEFAULT)
    }

    fn service(&self) -> &'static str {
        "xray"
    }

    fn noun(&self) -> &'static str {
        "the Default rule"
    }

    fn part<'a>(&self, document: &'a Node, name: &str) -> &'a Node {
        sampling_rules::part(document, name)
    }

    fn bare(&self, document: Node, key: &str, found: &mut Diagnostics) -> Option<Node> {
        let mut rule = sampling_rules::bare(document, key, found)?;
        let Value::Map(map) = &mut rule.value else {
            return Some(rule);
        };
        let before = map.entries.len();
        map.entries.retain(|entry| !is_fixed(&entry.key, &entry.value) && !entry.value.is_null());
        if map.entries.len() < before {
            let message = "of the Default rule only FixedRate and ReservoirSize can be set; the rest is left out here";
            found.push(Diagnostic::note(message).at(rule.span));
        }
        Some(rule)
    }

    fn name_field(&self) -> &'static str {
        sampling_rules::NAME
    }

    fn name(&self, key: &str, _body: &Node) -> String {
        key.to_owned()
    }

    fn longest_name(&self) -> usize {
        32
    }

    fn holds(&self, document: &Map, _called: &str) -> Vec<String> {
        let mut names = sampling_rules::names(document, "");
        names.retain(|name| name == sampling_rules::DEFAULT);
        names
    }

    fn written(&self, live: &Live) -> Json {
        live.document.clone()
    }

    fn traces(&self, _live: &Live) -> Option<String> {
        Some("X-Ray's own rule".to_owned())
    }

    fn order(&self) -> Vec<&'static str> {
        FIELDS.iter().map(|field| field.name).collect()
    }

    fn read(&self, given: &Given<'_>, found: &mut Diagnostics) -> Option<Body> {
        shape::read(&FIELDS, self.noun(), given.body, found)
    }

    fn schema(&self) -> Json {
        publish::schema(&FIELDS)
    }

    fn page(&self) -> String {
        format!(
            include_str!("page.md"),
            fields = publish::table(&FIELDS),
            section = self.section(),
            settings = publish::settings(self)
        )
    }

    fn ownership(&self) -> Ownership {
        Ownership::Declaration
    }

    fn arn(&self, name: &str, fields: &Json, place: &Place) -> Option<String> {
        sampling_rules::SamplingRules.arn(name, fields, place)
    }

    fn is_quiet(&self, _path: &Path, _value: &Json) -> bool {
        false
    }

    fn farewell(&self, file: &Json, live: &Live) -> Farewell {
        let shipped = json!({"FixedRate": 0.05, "ReservoirSize": 1});
        if live.document == shipped {
            Farewell::Leave { because: "it is as X-Ray ships it".to_owned() }
        } else if &live.document == file {
            Farewell::Reset { document: shipped, because: "back to what X-Ray ships".to_owned() }
        } else {
            Farewell::Leave { because: "live AWS is not as the file says".to_owned() }
        }
    }

    fn grants(&self, stack: &Stack, purpose: Purpose) -> Vec<Grant> {
        let look = Grant::anywhere(LOOK, &["xray:GetSamplingRules"]);
        let rule = [rule_arn(stack, DEFAULT)];
        let change = Grant::new("ChangeRules", &["xray:UpdateSamplingRule"], rule);
        match purpose {
            Purpose::Look => vec![look],
            Purpose::Change | Purpose::Leave => vec![look, change],
        }
    }

    fn observe<'a>(
        &'a self,
        reads: &'a Reads<'a>,
        _look: &'a Look,
    ) -> LocalBoxFuture<'a, Observation> {
        Box::pin(live::observe(reads))
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

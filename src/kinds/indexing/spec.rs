//! How X-Ray's indexing rule is written.

use crate::document::{Diagnostic, Diagnostics, Map, Node, Value};
use crate::kinds::sampling_rules::DEFAULT;
use crate::kinds::shape::{Field, Need, Type};
use crate::kinds::wrapper::{drop_read_only, unwrapped};

pub(super) const NAME: &str = "Name";
pub(super) const DESIRED: &str = "DesiredSamplingPercentage";

/// What X-Ray indexes unless it is told otherwise, in percent.
///
/// Source: CloudWatch user guide, "Enable Transaction Search".
pub(super) const SHIPPED: f64 = 1.0;

/// What AWS measures: it may index less than it was asked for.
const ACTUAL: &str = "ActualSamplingPercentage";

/// The list in an answer of get-indexing-rules, and the rule in one of update-indexing-rule.
const RULES: &str = "IndexingRules";
const RULE: &str = "IndexingRule";

/// What a rule's value stands in, from the outside in: the input has both.
const WITHIN: [&str; 2] = ["Rule", "Probabilistic"];

/// Source: service model, `ProbabilisticRuleValueUpdate`, which has no bounds; that it is a percentage
/// from 0 to 100 is documented of `AWS::XRay::TransactionSearchConfig`.
pub(super) static FIELDS: [Field; 1] = [Field {
    name: DESIRED,
    ty: Type::Number { min: 0.0, max: 100.0 },
    need: Need::Required,
    doc: "how much of all traces is indexed, in percent: 1 is one in a hundred",
}];

/// Takes the wrappers of the AWS CLI's input and of AWS's answers off.
pub(super) fn bare(document: Node, key: &str, found: &mut Diagnostics) -> Option<Node> {
    let Value::Map(mut map) = document.value else { return Some(document) };
    let mut span = document.span;
    if let Some(rules) = map.take(RULES) {
        let Value::Seq(items) = rules.value.value else {
            let message = format!("`{RULES}` is a list, not {}", rules.value.kind());
            found.push(Diagnostic::error(message).at(rules.value.span));
            return None;
        };
        let rule = items.into_iter().find(|rule| name(rule) == Some(key));
        if rule.is_none() {
            let message = format!("none of the rules in here is called {key:?}");
            found.push(Diagnostic::error(message).at(rules.value.span));
        }
        return bare(rule?, key, found);
    }
    if let Some(inner) = map.take(RULE) {
        (map, span) = unwrapped(inner, map);
    }
    if let Some(name) = map.take(NAME).filter(|name| name.value.as_str() != Some(DEFAULT)) {
        let message =
            format!("X-Ray has one indexing rule, `{DEFAULT}`, not {}", name.value.shown());
        found.push(Diagnostic::error(message).at(name.value.span));
        return None;
    }
    drop_read_only(&mut map, (&["ModifiedAt"], "Tags"), span, found);
    for wrapper in WITHIN {
        if let Some(inner) = map.take(wrapper) {
            if inner.value.as_map().is_none() {
                let message = format!("`{wrapper}` is a mapping, not {}", inner.value.kind());
                found.push(Diagnostic::error(message).at(inner.value.span));
                return None;
            }
            (map, span) = unwrapped(inner, map);
        }
    }
    drop_read_only(&mut map, (&[ACTUAL], "Tags"), span, found);
    Some(Node::new(span, Value::Map(map)))
}

/// The rule of this name in an answer of get-indexing-rules, if it is one and has it.
pub(super) fn part<'a>(document: &'a Node, called: &str) -> &'a Node {
    let rules = document.as_map().and_then(|map| map.get(RULES));
    let Some(Value::Seq(rules)) = rules.map(|rules| &rules.value) else { return document };
    rules.iter().find(|rule| name(rule) == Some(called)).unwrap_or(document)
}

fn name(rule: &Node) -> Option<&str> {
    rule.as_map()?.get(NAME)?.as_str()
}

/// Whether a document is about the rule, in any of the forms that [`bare`] takes.
pub(super) fn is_rule(document: &Map) -> bool {
    if let Some(Value::Seq(rules)) = document.get(RULES).map(|rules| &rules.value) {
        return rules.iter().any(|rule| name(rule) == Some(DEFAULT));
    }
    let within = [RULE].into_iter().chain(WITHIN);
    let inner = within
        .fold(document, |map, wrapper| map.get(wrapper).and_then(Node::as_map).unwrap_or(map));
    inner.get(DESIRED).is_some()
}

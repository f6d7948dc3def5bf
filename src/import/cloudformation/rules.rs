//! `AWS::XRay::SamplingRule`

use super::fields::{put, tags};
use super::properties::{BOOST, PROPERTIES, RULE};
use super::template::Resource;
use super::values::{Unknown, Values};
use crate::document::{Diagnostic, Entry, Map, Node, Value};

/// The body of a sampling rule.
pub(super) fn body(resource: Resource<'_>, values: &mut Values<'_>) -> Result<Node, Box<Unknown>> {
    let properties = resource.with(&[])?;
    if resource.property("FixedRate").is_some() {
        return misplaced(resource, properties, values);
    }
    let own = values.fields(properties, PROPERTIES, resource.of)?;
    let record = resource.property("SamplingRuleRecord").and_then(Node::as_map);
    let given: Vec<_> = [
        resource.property("SamplingRule"),
        record.and_then(|record| record.get("SamplingRule")),
        resource.property("SamplingRuleUpdate"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let [rule, rest @ ..] = given.as_slice() else {
        return Err(Unknown::wrong("it has no `SamplingRule`", resource.span));
    };
    for other in rest {
        let message = "the rule is given a second time; only `SamplingRule` is taken over";
        values.found.push(Diagnostic::warning(message).at(other.span));
    }
    let rule = computed(values, rule, "SamplingRule")?;
    let mut body = fields(&rule, resource, values)?;
    for own in own.entries {
        let value = tags(own.value);
        body.entries.push(Entry { value, ..own });
    }
    Ok(Node::new(resource.span, Value::Map(body)))
}

/// A rule that stands where its wrapper belongs. CloudFormation refuses it, and it is plain what is
/// meant.
fn misplaced(
    resource: Resource<'_>,
    properties: &Map,
    values: &mut Values<'_>,
) -> Result<Node, Box<Unknown>> {
    let message = "CloudFormation takes the fields of a rule below `SamplingRule`; they are read all the same";
    values.found.push(Diagnostic::warning(message).at(resource.span));
    let mut properties = properties.clone();
    let own = properties.take("Tags");
    let mut body = fields(&properties, resource, values)?;
    if let Some(Entry { key, key_span, value }) = own
        && let Some(value) = values.named("Tags", &value)?
    {
        let value = tags(value);
        body.entries.push(Entry { key, key_span, value });
    }
    Ok(Node::new(resource.span, Value::Map(body)))
}

/// The fields of the rule itself.
fn fields(
    rule: &Map,
    resource: Resource<'_>,
    values: &mut Values<'_>,
) -> Result<Map, Box<Unknown>> {
    let mut body = values.fields(rule, RULE, "SamplingRule")?;
    if let Some(boost) = rule.get("SamplingRateBoost").filter(|boost| !boost.is_null()) {
        let span = boost.span;
        let boost = computed(values, boost, "SamplingRateBoost")?;
        let boost = values.fields(&boost, BOOST, "SamplingRateBoost")?;
        put(&mut body, "SamplingRateBoost", Node::new(span, Value::Map(boost)));
    }
    let needed = ["Priority", "FixedRate", "ReservoirSize"];
    match needed.iter().find(|field| body.get(field).is_none()) {
        Some(missing) => Err(Unknown::wrong(format!("its rule has no `{missing}`"), resource.span)),
        None => Ok(body),
    }
}

fn computed(values: &mut Values<'_>, node: &Node, name: &str) -> Result<Map, Box<Unknown>> {
    match values.named(name, node)?.map(|node| node.value) {
        Some(Value::Map(map)) => Ok(map),
        _ => Err(Unknown::wrong(format!("`{name}` is a mapping"), node.span)),
    }
}

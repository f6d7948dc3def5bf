//! How a sampling rule is written.

use serde_json::{Value as Json, json};

use crate::document::{Diagnostic, Diagnostics, Entry, Map, Node, Value};
use crate::kinds::shape::{self, Field, Need, Type};
use crate::kinds::wrapper::Listing;
use crate::kinds::{tags, wrapper};
use crate::plan::Path;
use crate::stack::Body;

/// What a matcher that is left out stands for.
const ANY: &str = "*";

/// The field with the name.
pub(in crate::kinds) const NAME: &str = "RuleName";

/// The answer of get-sampling-rules.
const LISTING: Listing = Listing {
    list: "SamplingRuleRecords",
    what: "the rules",
    one: "the rule",
    command: "aws xray get-sampling-rules",
    name: record_name,
    is_aws: |name| name == super::DEFAULT,
    instead: "X-Ray's own rule stands under `default_sampling: { file: … }`",
};

/// The two fields that X-Ray's Default rule has as well.
pub(in crate::kinds) const FIXED_RATE: Field = Field {
    name: "FixedRate",
    ty: Type::Number { min: 0.0, max: 1.0 },
    need: Need::Required,
    doc: "the share of requests traced once the reservoir is used up, 0.05 for 5 %",
};
pub(in crate::kinds) const RESERVOIR_SIZE: Field = Field {
    name: "ReservoirSize",
    ty: Type::Integer { min: 0, max: None },
    need: Need::Required,
    doc: "how many requests a second are traced before the rate counts, over all services",
};

/// The fields of a rule. Bounds are the service model's (`SamplingRule`, X-Ray API 2016-04-12),
/// and a test holds them against botocore's copy of it.
pub(super) static FIELDS: [Field; 14] = [
    Field {
        name: NAME,
        ty: Type::Text { min: 1, max: 32 },
        need: Need::Optional,
        doc: "the name AWS knows the rule by; left out, it is the key in the stack file",
    },
    Field {
        name: "Priority",
        ty: Type::Integer { min: 1, max: Some(9999) },
        need: Need::Required,
        doc: "rules are tried in ascending order, and the first that matches decides",
    },
    FIXED_RATE,
    RESERVOIR_SIZE,
    Field {
        name: "ServiceName",
        ty: Type::Text { min: 0, max: 64 },
        need: Need::Otherwise(ANY),
        doc: "the service's own name for itself; `*` and `?` are wildcards here and below",
    },
    Field {
        name: "ServiceType",
        ty: Type::Text { min: 0, max: 64 },
        need: Need::Otherwise(ANY),
        doc: "where the service runs, `AWS::ECS::Container`",
    },
    Field {
        name: "Host",
        ty: Type::Text { min: 0, max: 64 },
        need: Need::Otherwise(ANY),
        doc: "the request's host name",
    },
    Field {
        name: "HTTPMethod",
        ty: Type::Text { min: 0, max: 10 },
        need: Need::Otherwise(ANY),
        doc: "the request's method",
    },
    Field {
        name: "URLPath",
        ty: Type::Text { min: 0, max: 128 },
        need: Need::Otherwise(ANY),
        doc: "the request's path, without scheme, host and query",
    },
    Field {
        name: "ResourceARN",
        ty: Type::Text { min: 0, max: 500 },
        need: Need::Otherwise(ANY),
        doc: "the ARN of the resource the service runs on; the classic X-Ray SDKs know `*` only",
    },
    Field {
        name: "Attributes",
        ty: Type::TextMap { most: 5, longest_key: 32, longest_value: 32 },
        need: Need::Optional,
        doc: "attributes the segment has to have; the classic X-Ray SDKs skip rules with any",
    },
    Field {
        name: "SamplingRateBoost",
        ty: Type::Struct(&BOOST),
        need: Need::Optional,
        doc: "how far the rate may rise while there are anomalies",
    },
    Field {
        name: "Tags",
        ty: Type::Tags,
        need: Need::Optional,
        doc: "the rule's tags, those of the stack added",
    },
    Field {
        name: "Version",
        ty: Type::Integer { min: 1, max: Some(1) },
        need: Need::Optional,
        doc: "the version of the rule's format; there is only 1",
    },
];

/// Source: service model, `SamplingRateBoost`; both members are required there.
static BOOST: [Field; 2] = [
    Field {
        name: "MaxRate",
        ty: Type::Number { min: 0.0, max: 1.0 },
        need: Need::Required,
        doc: "the highest rate a boost may reach",
    },
    Field {
        name: "CooldownWindowMinutes",
        ty: Type::Integer { min: 0, max: None },
        need: Need::Required,
        doc: "how long after a boost there is no other",
    },
];

/// Takes the wrappers of the AWS CLI's input and of AWS's answers off.
pub(in crate::kinds) fn bare(document: Node, key: &str, found: &mut Diagnostics) -> Option<Node> {
    let Value::Map(mut map) = document.value else {
        return Some(document);
    };
    let mut span = document.span;
    // get-sampling-rules
    if let Some(records) = map.take(LISTING.list) {
        let record = LISTING.pick(records.value, key, found)?;
        return bare(record, key, found);
    }
    // create-, update- and delete-sampling-rule answers, and one record of get-sampling-rules
    if let Some(record) = map.take("SamplingRuleRecord") {
        return bare(record.value, key, found);
    }
    let mut dropped: Vec<&str> =
        ["CreatedAt", "ModifiedAt"].into_iter().filter(|field| map.take(field).is_some()).collect();
    // the input of create-sampling-rule and of update-sampling-rule
    let inner = map.take("SamplingRule").or_else(|| map.take("SamplingRuleUpdate"));
    let mut rule = match inner {
        Some(inner) => {
            let Value::Map(mut rule) = inner.value.value else {
                let message = format!("`{}` is a mapping, not {}", inner.key, inner.value.kind());
                let problem = Diagnostic::error(message).at(inner.value.span);
                found.push(problem.help("the rule's fields stand in it"));
                return None;
            };
            // What is missing is missing in there, not in the wrapper.
            span = inner.value.span;
            // What stands beside it belongs to it: `Tags`, and in a stack file what is merged over.
            for entry in map.entries {
                rule.take(&entry.key);
                rule.entries.push(entry);
            }
            rule
        }
        None => map,
    };
    if let Some(arn) = rule.take("RuleARN") {
        dropped.push("RuleARN");
        // A rule given by its ARN alone has its name at the end of it.
        if rule.get("RuleName").is_none_or(Node::is_null)
            && let Some(name) = arn.value.as_str().and_then(|arn| arn.split_once(":sampling-rule/"))
        {
            rule.take("RuleName");
            let value = Node { value: Value::String(name.1.to_owned()), ..arn.value.clone() };
            rule.entries.push(Entry { key: "RuleName".to_owned(), value, ..arn });
        }
    }
    if !dropped.is_empty() {
        let message = format!("AWS sets {} itself; left out here", dropped.join(", "));
        found.push(Diagnostic::note(message).at(span));
        wrapper::drop_tags(&mut rule, "Tags", found);
    }
    if let Some(tags) = rule.entries.iter_mut().find(|entry| entry.key == "Tags") {
        tags.value.value = tags::as_mapping(std::mem::replace(&mut tags.value.value, Value::Null));
    }
    Some(Node::new(span, Value::Map(rule)))
}

/// The record of this name in an answer of get-sampling-rules, if it is one and has it.
pub(in crate::kinds) fn part<'a>(document: &'a Node, name: &str) -> &'a Node {
    LISTING.part(document, name)
}

fn record_name(record: &Node) -> Option<&str> {
    record.as_map()?.get("SamplingRule")?.as_map()?.get(NAME)?.as_str()
}

/// The names of the rules in a document that [`bare`] takes, the Default rule among them.
pub(in crate::kinds) fn names(document: &Map, called: &str) -> Vec<String> {
    if let Some(Value::Seq(records)) = document.get(LISTING.list).map(|node| &node.value) {
        return records.iter().filter_map(Node::as_map).flat_map(|map| names(map, "")).collect();
    }
    let within = ["SamplingRuleRecord", "SamplingRule", "SamplingRuleUpdate"];
    if let Some(inner) = within.iter().find_map(|key| document.get(key)?.as_map()) {
        return names(inner, called);
    }
    let known = |entry: &&Entry| {
        entry.key == "RuleARN" || FIELDS.iter().any(|field| field.name == entry.key)
    };
    // A template has other things with a host or a version.
    let is_rule = document.entries.iter().filter(known).count() >= 3
        || document.get(NAME).is_some_and(|name| !name.is_null());
    if !is_rule {
        return Vec::new();
    }
    let named = document.get(NAME).and_then(Node::as_str);
    let by_arn = || document.get("RuleARN")?.as_str()?.split_once(":sampling-rule/");
    vec![named.or_else(|| Some(by_arn()?.1)).unwrap_or(called).to_owned()]
}

/// A canonical document as a person writes it.
pub(super) fn written(document: &Json) -> Json {
    let mut written = document.clone();
    if let Some(fields) = written.as_object_mut() {
        fields.retain(|name, value| name != NAME && *value != json!(ANY));
    }
    written
}

/// The canonical document of a rule.
///
/// Every field as AWS reads it back, but for `Version`, which is always 1 and never updated, and
/// `RuleARN`, which follows from the name. An empty mapping is none.
pub(super) fn read(name: &str, body: &Node, found: &mut Diagnostics) -> Option<Body> {
    let rule_name = body.as_map().and_then(|map| map.get("RuleName"));
    let place = rule_name.map_or(body.span, |node| node.span);
    if rule_name.is_some_and(|node| node.secret) {
        found.push(
            Diagnostic::error("a rule's name is shown in every output, and what comes from the environment is secret")
                .at(place)
                .help("use a variable: `${var.NAME}`"),
        );
        return None;
    }
    if name == super::DEFAULT {
        found.push(
            Diagnostic::error("`Default` is X-Ray's own rule, which cannot be created")
                .at(place)
                .help("its rate and reservoir are set with `default_sampling: { FixedRate: …, ReservoirSize: … }`"),
        );
        return None;
    }
    if rule_name.is_none_or(Node::is_null) && !(1..=32).contains(&name.chars().count()) {
        found.push(
            Diagnostic::error(format!(
                "the key is the rule's name and has {} characters; a rule's name has from 1 to 32",
                name.chars().count()
            ))
            .at(place)
            .help("give the rule a `RuleName` of that length"),
        );
        return None;
    }
    let before = found.all.len();
    let read = shape::read(&FIELDS, "a sampling rule", body, found);
    if let Some(priority) = body.as_map().and_then(|map| map.get("Priority"))
        && priority.to_json() == json!(10_000)
    {
        help_with_default_priority(&mut found.all[before..], priority);
    }
    let mut read = read?;
    if let Some(fields) = read.document.as_object_mut() {
        fields.remove("Version");
        fields.insert("RuleName".to_owned(), json!(name));
    }
    Some(read)
}

/// 10000 is the one priority that looks right and is not: it is what AWS shows of its own rule.
fn help_with_default_priority(said: &mut [Diagnostic], priority: &Node) {
    for problem in said.iter_mut().filter(|problem| problem.span == Some(priority.span)) {
        problem.help.push(
            "10000 is the priority of X-Ray's own Default rule; a rule that comes last of yours has 9999"
                .to_owned(),
        );
    }
}

/// Whether a field goes without saying: the name, and a matcher that matches everything.
pub(super) fn is_quiet(path: &Path, value: &Json) -> bool {
    path.field() == "RuleName" || (path.0.len() == 1 && *value == json!(ANY))
}

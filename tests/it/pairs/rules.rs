//! Sampling rules: what stands in one beside its name, priority, rate and reservoir.

use serde_json::json;

use super::{Pair, marked, other, parsed, same, try_all};
use crate::harness::Scenario;

#[rustfmt::skip]
pub(super) const PAIRS: &[Pair] = &[
    same("FixedRate: 5e-2", "FixedRate: 0.05", "JSON: one number"),
    same("FixedRate: 1", "FixedRate: 1.0", "JSON: one number"),
    same("FixedRate: 0.0", "FixedRate: 0", "JSON: one number"),
    same("ReservoirSize: 7.0", "ReservoirSize: 7", "JSON: one number"),
    same("Attributes: {}", "", "recorded: {} is always there"),
    same("Attributes: {a: x, b: z}", "Attributes: {b: z, a: x}", "a mapping"),
    same("Host: \"*\"", "", "what is left out matches everything"),
    same("SamplingRateBoost: {MaxRate: 1, CooldownWindowMinutes: 5}", "SamplingRateBoost: {MaxRate: 1.0, CooldownWindowMinutes: 5}", "JSON: one number"),
    same("Version: 1", "", "documented: the only one there is"),
    same("Tags: {a: x}", "Tags: [{Key: a, Value: x}]", "tags are a mapping"),

    other(&["FixedRate"], "FixedRate: 0.05", "FixedRate: 0.050001", "another rate"),
    other(&["Priority"], "Priority: 2", "Priority: 3", "documented: the first that matches decides"),
    other(&["URLPath"], "URLPath: /Api/*", "URLPath: /api/*", "some samplers heed the case (ADOT Python)"),
    other(&["HTTPMethod"], "HTTPMethod: get", "HTTPMethod: GET", "some samplers heed the case (ADOT Python)"),
    other(&["ServiceName"], "ServiceName: \"\"", "", "nothing is not everything"),
    other(&["Host"], "Host: \"**\"", "", "it matches the same, and AWS keeps what it was sent"),
    other(&["Attributes.a"], "Attributes: {a: \"*\"}", "", "the attribute has to be there"),
    other(&["Attributes.a"], "Attributes: {a: X}", "Attributes: {a: x}", "values have a case"),
    other(&["SamplingRateBoost.CooldownWindowMinutes", "SamplingRateBoost.MaxRate"], "SamplingRateBoost: {MaxRate: 0, CooldownWindowMinutes: 0}", "", "a boost of nothing is not known to be none"),
    other(&["Tags.a"], "Tags: {a: x}", "Tags: [{Key: a, Value: X}]", "values of tags have a case"),
];

/// A rule with this in it, and the rest as it has to be.
fn rule(fields: &str) -> String {
    let needed = [("Priority", "9"), ("FixedRate", "0.1"), ("ReservoirSize", "1")];
    let missing = needed.iter().filter(|(name, _)| !fields.contains(&format!("{name}:")));
    let needed: Vec<_> = missing.map(|(name, value)| format!("{name}: {value}")).collect();
    [needed.join(", "), fields.to_owned()].join(", ")
}

#[test]
fn sampling_rules_are_compared_as_aws_reads_them() {
    try_all("sampling_rules", PAIRS, rule, |others, name, fields| {
        let mut rule = parsed(&rule(fields));
        let rule = rule.as_object_mut().unwrap();
        let tags = marked(rule, ("Tags", "Key", "Value"), "shop");
        rule.remove("Tags");
        rule.insert("RuleName".to_owned(), json!(name));
        rule.insert("Version".to_owned(), json!(1));
        for matcher in
            ["ServiceName", "ServiceType", "Host", "HTTPMethod", "URLPath", "ResourceARN"]
        {
            rule.entry(matcher).or_insert(json!("*"));
        }
        others.xray("CreateSamplingRule", &json!({"SamplingRule": rule, "Tags": tags}));
    });
}

#[test]
fn a_rate_in_quotation_marks_is_no_rate() {
    let scenario = Scenario::new();
    scenario
        .stack("sampling_rules:\n  a: { Priority: 1, FixedRate: \"0.05\", ReservoirSize: 1 }\n");
    scenario.run("check stack.yaml").exits(1).says("`FixedRate` is a number");
}

#[test]
fn the_default_rule_is_compared_as_aws_reads_it() {
    for (fields, differs) in [
        ("FixedRate: 5e-2, ReservoirSize: 1.0", &[][..]),
        ("FixedRate: 0.05, ReservoirSize: 2", &["ReservoirSize"]),
        ("FixedRate: 0.5, ReservoirSize: 1", &["FixedRate"]),
    ] {
        let scenario = Scenario::new();
        scenario.stack(&format!("default_sampling: {{{fields}}}\n"));
        let plan = scenario.run("plan stack.yaml --local --format json").exits(0);
        assert_eq!(super::shown(&plan, "default_sampling.Default"), differs, "{fields}");
    }
}

//! Sampling rules: canonical is idempotent, a plan after its apply is empty, and a plan does not
//! depend on the order of the file.

use proptest::prelude::*;
use tracewright::plan::plan;

use super::{apply, block_on, local, observe, read};

/// A rule's body in one of the ways people write it, and its key.
#[derive(Debug, Clone)]
struct Rule {
    key: String,
    fields: Vec<(&'static str, serde_json::Value)>,
}

fn matcher(longest: usize) -> impl Strategy<Value = String> {
    prop_oneof![
        Just("*".to_owned()),
        proptest::string::string_regex(&format!("[ -~à-ÿ*?/]{{0,{longest}}}")).unwrap(),
    ]
}

fn rate() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(0.0),
        Just(1.0),
        (0_u32..=10_000).prop_map(|n| f64::from(n) / 10_000.0),
        0.0..=1.0
    ]
}

fn rule() -> impl Strategy<Value = Rule> {
    let matchers = (matcher(64), matcher(64), matcher(64), matcher(10), matcher(128), matcher(80));
    let attributes =
        prop::option::of(prop::collection::btree_map("[a-z.]{1,32}", "[ -~]{1,32}", 0..=5));
    let boost = prop::option::of((rate(), 0_u32..100));
    let tags = prop::option::of(prop::collection::btree_map(
        "[a-zA-Z0-9 _.:/=+@-]{1,20}",
        "[a-z ]{0,20}",
        0..4,
    ));
    let numbers = (1_u16..=9999, rate(), 0_u32..1000);
    ("[A-Za-z0-9 .–\"'-]{1,32}", numbers, matchers, attributes, boost, tags, any::<u16>()).prop_map(
        |(key, (priority, rate, size), (service, ty, host, method, path, arn), attributes, boost, tags, left_out)| {
            let mut fields = vec![
                ("Priority", priority.into()),
                ("FixedRate", rate.into()),
                ("ReservoirSize", size.into()),
            ];
            let optional = [
                ("ServiceName", Some(service.into())),
                ("ServiceType", Some(ty.into())),
                ("Host", Some(host.into())),
                ("HTTPMethod", Some(method.into())),
                ("URLPath", Some(path.into())),
                ("ResourceARN", Some(arn.into())),
                ("Attributes", attributes.map(|map| serde_json::json!(map))),
                ("SamplingRateBoost", boost.map(|(rate, minutes)| serde_json::json!({"MaxRate": rate, "CooldownWindowMinutes": minutes}))),
                ("Tags", tags.filter(|tags| tags.keys().all(|key| !key.starts_with("aws:"))).map(|map| serde_json::json!(map))),
                ("Version", Some(1.into())),
            ];
            for (at, (name, value)) in optional.into_iter().enumerate() {
                if left_out >> at & 1 == 0 {
                    fields.push((name, value.unwrap_or_default()));
                }
            }
            Rule { key, fields }
        },
    )
}

/// YAML reads JSON, so bodies are written as that.
fn text(rules: &[Rule]) -> String {
    let mut text = "stack: laws\naccount: \"123456789012\"\nregion: us-east-1\ntags: { a: b }\nsampling_rules:\n".to_owned();
    for rule in rules {
        let fields: Vec<_> = rule
            .fields
            .iter()
            .map(|(name, value)| format!("{}: {value}", serde_json::json!(name)))
            .collect();
        text += &format!("  {}: {{ {} }}\n", serde_json::json!(rule.key), fields.join(", "));
    }
    text
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    prop::collection::vec(rule(), 1..8).prop_map(|rules| {
        let mut seen = std::collections::BTreeSet::new();
        rules
            .into_iter()
            .filter(|rule| rule.key != "Default" && seen.insert(rule.key.clone()))
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_plan_after_its_apply_is_empty(first in rules(), second in rules()) {
        let (first, second) = (read(&text(&first)), read(&text(&second)));
        block_on(async {
            let aws = local(&first).await;
            for stack in [&first, &second, &first] {
                apply(&aws, stack).await;
                let after = plan(stack, &observe(&aws, stack).await);
                assert!(after.is_empty(), "{:#?}", after.steps);
                assert_eq!(after.unchanged, stack.wanted.len());
            }
        });
    }

    #[test]
    fn a_plan_does_not_depend_on_the_order_of_the_file(
        (rules, shuffled) in rules().prop_flat_map(|rules| {
            let fields: Vec<_> = rules.iter().map(|rule| Just(rule.fields.clone()).prop_shuffle()).collect();
            let keys: Vec<_> = rules.iter().map(|rule| rule.key.clone()).collect();
            let shuffled = fields
                .prop_map(move |fields| {
                    keys.iter().cloned().zip(fields).map(|(key, fields)| Rule { key, fields }).collect::<Vec<_>>()
                })
                .prop_shuffle();
            (Just(rules), shuffled)
        }),
    ) {
        let (one, other) = (read(&text(&rules)), read(&text(&shuffled)));
        block_on(async {
            let aws = local(&one).await;
            let empty = observe(&aws, &one).await;
            prop_assert_eq!(plan(&one, &empty).digest(), plan(&other, &empty).digest());
            apply(&aws, &one).await;
            prop_assert!(plan(&other, &observe(&aws, &other).await).is_empty());
            Ok(())
        })?;
    }

    #[test]
    fn the_canonical_document_is_its_own_canonical_document(rules in rules()) {
        let once = read(&text(&rules));
        let again: Vec<_> = once
            .wanted
            .iter()
            .map(|wanted| {
                let fields = wanted.document.as_object().unwrap().clone();
                let leak = |key: String| -> &'static str { Box::leak(key.into_boxed_str()) };
                Rule { key: wanted.address.key.clone(), fields: fields.into_iter().map(|(k, v)| (leak(k), v)).collect() }
            })
            .collect();
        let twice = read(&text(&again));
        for (one, other) in once.wanted.iter().zip(&twice.wanted) {
            prop_assert_eq!(&one.document, &other.document);
        }
    }
}

//! What holds for every collector that is asked for.

use proptest::prelude::*;

use super::super::{
    Distribution, Header, Honeycomb, HoneycombRegion, Otlp, Protocol, Telemetry, check, config,
    yaml,
};
use super::{lines, read};

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[ -~]{0,12}", "[$]{1,3}[{]?(env:)?[A-Z]{0,3}[}]?", any::<String>()]
}

fn honeycomb() -> impl Strategy<Value = Honeycomb> {
    let region = prop_oneof![Just(HoneycombRegion::Us), Just(HoneycombRegion::Eu)];
    (region, proptest::option::of(text()), "[A-Z][A-Z_]{0,8}")
        .prop_map(|(region, dataset, key)| Honeycomb { region, dataset, key })
}

fn otlp() -> impl Strategy<Value = Otlp> {
    let protocol = prop_oneof![Just(Protocol::Grpc), Just(Protocol::Http)];
    let header = prop_oneof![text().prop_map(Header::Literal), "[A-Z]{1,5}".prop_map(Header::Env)];
    let headers = proptest::collection::btree_map("[a-z-]{1,9}", header, 0..3);
    let headers = headers.prop_map(|headers| headers.into_iter().collect());
    let endpoint = prop_oneof!["[a-z]{1,9}:[1-9][0-9]{1,3}", "https?://[a-z]{1,9}"];
    ("[a-z]{1,8}", endpoint, protocol, headers, any::<bool>()).prop_map(
        |(name, endpoint, protocol, headers, insecure)| Otlp {
            name,
            endpoint,
            protocol,
            headers,
            insecure,
        },
    )
}

prop_compose! {
    fn any_telemetry()(
        distribution in prop_oneof![Just(Distribution::Adot), Just(Distribution::Contrib)],
        bind in prop_oneof![Just("0.0.0.0"), Just("127.0.0.1"), Just("localhost"), Just("[::]")],
        region in proptest::option::of("[a-z]{2}-[a-z]{4,9}-[1-9]"),
        xray in any::<bool>(),
        honeycomb in proptest::option::of(honeycomb()),
        otlp in proptest::collection::vec(otlp(), 0..3),
        memory_mib in proptest::option::of(4_u64..200_000),
    ) -> Telemetry {
        // It has to go somewhere.
        let xray = xray || (honeycomb.is_none() && otlp.is_empty());
        let bind = bind.to_owned();
        Telemetry { distribution, bind, region, xray, honeycomb, otlp, memory_mib, overrides: None }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_collector_takes_it_and_it_reads_back_as_it_was(telemetry in any_telemetry()) {
        let made = config(&telemetry);
        prop_assert_eq!(lines(&check(&made, telemetry.distribution)), Vec::<String>::new());
        let text = yaml(&made);
        prop_assert_eq!(read(&text), made.clone());
        prop_assert_eq!(yaml(&config(&telemetry)), text);
    }

    /// The collector's own reading, by its rules: `${…}` first, then `$$` is `$`.
    #[test]
    fn a_literal_means_itself(text in "[a-z{}:$ ]{0,24}") {
        let headers = vec![("x".to_owned(), Header::Literal(text.clone()))];
        let otlp = Otlp {
            name: "x".to_owned(),
            endpoint: "x:1".to_owned(),
            protocol: Protocol::Grpc,
            headers,
            insecure: false,
        };
        let telemetry = Telemetry { otlp: vec![otlp], ..super::telemetry() };
        let made = config(&telemetry);
        let written = made["exporters"]["otlp_grpc/x"]["headers"]["x"].as_str().unwrap();
        let whole = !text.contains("${env:");
        prop_assert!(!whole || written.replace("$$", "$") == text, "{written}");
    }
}

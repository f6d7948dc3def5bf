//! Configurations that people have in their repositories, as they are: most are older than the
//! collector that is checked for.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::super::{Distribution, check};
use super::read;

/// Where something is told, file by file; of all others nothing is.
///
/// A collector with ADOT v0.49.0's components, asked to `validate` each file, and again without what
/// it does not have, refused just these for just these settings; only an extension that never starts
/// it lets pass.
const TOLD: &[(&str, &[&str])] = &[
    ("AliZgheib__aws-bootcamp-cruddur-2023__otel-collector-config.yaml", LOGGING),
    ("annleefores__cruddur__otel-collector-config.yaml", LOGGING),
    (
        "aws-observability__aws-otel-collector__cmd__awscollector__config.yaml",
        &["exporters.logging", "extensions.health_check", "processors.queued_retry"],
    ),
    (
        "aws-observability__aws-otel-collector__config__ecs__container-insights__\
         otel-agent-default-config.yaml",
        // `{ aws.ecs.task.id }` without quotes is a mapping.
        &[
            "exporters.awsemf/application.log_stream_name",
            "exporters.awsemf/performance.log_stream_name",
        ],
    ),
    (
        "aws-observability__aws-otel-collector__config__ecs__ecs-cwci-xray.yaml",
        &[
            "processors.metricstransform.transforms[0].metric_name",
            "processors.metricstransform.transforms[1].metric_name",
            "processors.metricstransform.transforms[2].metric_name",
            "processors.metricstransform.transforms[3].metric_name",
            "processors.metricstransform.transforms[4].metric_name",
            "processors.metricstransform.transforms[5].metric_name",
            "processors.metricstransform.transforms[6].metric_name",
            "processors.metricstransform.transforms[7].metric_name",
        ],
    ),
    (
        "aws-observability__aws-otel-collector__config__ecs__otel-agent-ecs-default-config.yaml",
        &["exporters.awsemf.log_stream_name"],
    ),
    ("aws-observability__aws-otel-collector__e2etest__testcases__otlp__otconfig.yaml", LOGGING),
    (
        "aws-observability__aws-otel-collector__e2etest__testcases__xrayreceiver__otconfig.yaml",
        LOGGING,
    ),
    (
        "aws-observability__aws-otel-collector__examples__config-test.yaml",
        &["exporters.logging", "extensions.health_check"],
    ),
    (
        "aws-observability__aws-otel-collector__examples__docker__config-test.yaml",
        &["extensions.health_check"],
    ),
    (
        "aws-observability__aws-otel-collector__pkg__config__config_test.yaml",
        &["exporters.logging", "processors.queued_retry"],
    ),
    (
        "aws-observability__aws-otel-community__sample-apps__donet-sample-app__\
         collector-config-local.yml",
        LOGGING,
    ),
    (
        "aws-observability__aws-otel-community__sample-apps__donet-sample-app__collector.yaml",
        LOGGING,
    ),
    ("aws-observability__aws-otel-community__sample-apps__java-sample-app__config.yaml", LOGGING),
    (
        "aws-observability__observability-best-practices__apm-src-fr__samples__\
         nodejs-quickstart__adot-collector-config.yaml",
        &["exporters.logging", "processors.memory_limiter"],
    ),
    (
        "aws-observability__observability-best-practices__docs__en__guides__operational__\
         adot-at-scale__xrayscrape__image__config.yaml",
        &["exporters.logging", "extensions.health_check"],
    ),
    (
        "aws-observability__observability-best-practices__docusaurus__docs__recipes__\
         genai-observability__code__otel__otel-collector-config.yaml",
        LOGGING,
    ),
    ("jess-bk__aws-bootcamp-cruddur-2023__otel-collector-config.yaml", LOGGING),
    ("karlospn__aws-otel-tracing-demo__aws-otel-collector-config__config.yml", LOGGING),
    (
        "koga456__golang-adot-sample__adot-config.yaml",
        &["exporters.logging", "extensions.health_check"],
    ),
    ("monty16597__aws-otel__otel-config.yaml", &["extensions.health_check"]),
    ("tabish-605__Shopiet-demo__adot-collector-config.yaml", SHOPIET),
    ("tabish-605__Shopiet-demo__change__adot-collector-config.yaml", SHOPIET),
    ("timmy-cde__aws-bootcamp-cruddur-2023__otel-collector-config.yaml", LOGGING),
    ("timmy-cde__aws-bootcamp-cruddur-2023__otel-collector-config.yml", LOGGING),
    ("wolfeidau__zipstash__adot-config.yaml", &["processors.decouple"]),
    (
        "yashgangwar7558__aws-bootcamp-cruddur-2024__otel-collector-config.yaml",
        // `api.honeycomb.io` without its port.
        &["exporters.logging", "exporters.otlp"],
    ),
];

const LOGGING: &[&str] = &["exporters.logging"];

const SHOPIET: &[&str] = &[
    "exporters.awscloudwatchmetrics",
    "exporters.logging",
    "processors.groupbyattrs",
    "processors.memory_limiter",
    "receivers.hostmetrics",
    "service.telemetry.metrics.address",
];

#[test]
fn other_peoples_configurations() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/collector-configs");
    let Ok(files) = fs::read_dir(&folder) else {
        println!("SKIPPED  collectors of others: {} is not there", folder.display());
        return;
    };
    let mut told = BTreeMap::new();
    let mut seen = 0;
    for file in files {
        let file = file.unwrap();
        let config = read(&fs::read_to_string(file.path()).unwrap());
        let problems = check(&config, Distribution::Adot);
        let mut paths: Vec<_> = problems.into_iter().map(|one| one.path).collect();
        paths.sort();
        if !paths.is_empty() {
            told.insert(file.file_name().into_string().unwrap(), paths);
        }
        seen += 1;
    }
    assert!(seen >= 50, "only {seen} files");
    let expected: BTreeMap<String, Vec<String>> = TOLD
        .iter()
        .map(|(file, paths)| ((*file).to_owned(), paths.iter().map(|p| (*p).to_owned()).collect()))
        .collect();
    assert_eq!(told, expected);
}

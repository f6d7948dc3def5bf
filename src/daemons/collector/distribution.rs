//! Which components a distribution of the collector has.
//!
//! Sources: for ADOT v0.49.0 its list of factories (aws-otel-collector at v0.49.0,
//! `pkg/defaultcomponents/defaults.go`) and the types in the `metadata.yaml` of each at
//! OpenTelemetry 0.156.0; for contrib what its own report lists
//! (opentelemetry-collector-contrib, `reports/distributions/contrib.yaml`), held against the
//! manifest of its release 0.156.0 (opentelemetry-collector-releases,
//! `distributions/otelcol-contrib/manifest.yaml`), with the core's own components.

use crate::document::or_nearest;

/// Whose build of the collector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Distribution {
    /// The AWS Distro for OpenTelemetry.
    Adot,
    /// The community's build with everything in it.
    Contrib,
}

/// Where a component stands in a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    /// What runs beside the pipelines.
    Extensions,
    /// What takes telemetry in.
    Receivers,
    /// What it passes through.
    Processors,
    /// What sends it on.
    Exporters,
    /// What is an exporter of one pipeline and a receiver of another.
    Connectors,
}

impl Section {
    pub(super) const ALL: [Self; 5] =
        [Self::Extensions, Self::Receivers, Self::Processors, Self::Exporters, Self::Connectors];

    /// Its key.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Extensions => "extensions",
            Self::Receivers => "receivers",
            Self::Processors => "processors",
            Self::Exporters => "exporters",
            Self::Connectors => "connectors",
        }
    }

    /// One of its components, as a noun.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Extensions => "extension",
            Self::Receivers => "receiver",
            Self::Processors => "processor",
            Self::Exporters => "exporter",
            Self::Connectors => "connector",
        }
    }
}

impl Distribution {
    /// What people call it.
    pub(super) fn called(self) -> &'static str {
        match self {
            Self::Adot => "the ADOT collector",
            Self::Contrib => "the contrib collector",
        }
    }

    /// Its components of a section, by the names that they have now.
    fn components(self, section: Section) -> Vec<&'static str> {
        let lists = match self {
            Self::Adot => [ADOT].as_slice(),
            Self::Contrib => [CORE, CONTRIB].as_slice(),
        };
        let of_section = |list: &[(Section, &'static str)]| {
            list.iter()
                .filter(|(of, _)| *of == section)
                .map(|(_, words)| *words)
                .collect::<Vec<_>>()
        };
        lists.iter().flat_map(|list| of_section(list)).flat_map(str::split_whitespace).collect()
    }

    /// Why it has no component of this type, if it has none.
    pub(super) fn lacks(self, section: Section, name: &str) -> Option<String> {
        let has = |known: &[&str]| known.iter().any(|known| is_spelling_of(section, name, known));
        let known = self.components(section);
        if has(&known) {
            return None;
        }
        let noun = section.noun();
        let lacking = format!("{} has no {noun} `{name}`", self.called());
        let help = gone(section, name).map(str::to_owned).or_else(|| match self {
            Self::Adot if has(&Self::Contrib.components(section)) => {
                Some("the contrib collector has it".to_owned())
            }
            _ => or_nearest(name, &known),
        });
        Some(help.map_or(lacking.clone(), |help| format!("{lacking}; {help}")))
    }
}

/// The name that a component has now.
pub(super) fn current(section: Section, name: &str) -> &str {
    let renamed = RENAMED.iter().find(|(of, old, _)| *of == section && *old == name);
    renamed.map_or(name, |(_, _, new)| new)
}

/// Whether a name is a component's, or was before it got underscores. For those that stand in
/// [`RENAMED`] it is known; for the others of contrib the old spelling is taken on trust.
fn is_spelling_of(section: Section, name: &str, known: &str) -> bool {
    let bare = |text: &str| text.replace('_', "");
    let is_ours = RENAMED.iter().any(|(of, _, new)| *of == section && *new == known)
        || ADOT.iter().any(|(of, words)| {
            *of == section && words.split_whitespace().any(|word| word == known)
        });
    current(section, name) == known || (!is_ours && !name.contains('_') && name == bare(known))
}

/// What is there in place of a component that no distribution has.
fn gone(section: Section, name: &str) -> Option<&'static str> {
    let found = GONE.iter().find(|(of, gone, _)| *of == section && *gone == name);
    found.map(|(_, _, instead)| *instead)
}

use Section::{Connectors, Exporters, Extensions, Processors, Receivers};

/// Old names that are still taken: `deprecated_type` in the `metadata.yaml` of each at 0.156.0.
const RENAMED: [(Section, &str, &str); 8] = [
    (Exporters, "loadbalancing", "load_balancing"),
    (Exporters, "otlp", "otlp_grpc"),
    (Exporters, "otlphttp", "otlp_http"),
    (Exporters, "prometheusremotewrite", "prometheus_remote_write"),
    (Processors, "k8sattributes", "k8s_attributes"),
    (Processors, "metricstransform", "metrics_transform"),
    (Processors, "resourcedetection", "resource_detection"),
    (Receivers, "filelog", "file_log"),
];

/// Components that configurations name and no distribution has, and what is there in their place.
/// Sources: the changelogs of the collector (`logging` went with 0.111.0, `memory_ballast` with 0.109.0) and of
/// contrib.
const GONE: [(Section, &str, &str); 7] = [
    (Exporters, "awscloudwatchmetrics", "`awsemf` sends metrics to CloudWatch"),
    (Exporters, "logging", "`debug` took its place"),
    (Exporters, "jaeger", "Jaeger takes OTLP: `otlp_grpc`"),
    (Exporters, "sapm", "Splunk takes OTLP: `otlp_http`"),
    (
        Processors,
        "queued_retry",
        "exporters have `sending_queue` and `retry_on_failure` of their own",
    ),
    (Processors, "decouple", "only AWS's Lambda layer has it"),
    (Extensions, "memory_ballast", "the environment's GOMEMLIMIT took its place"),
];

const ADOT: &[(Section, &str)] = &[
    (Extensions, "awsproxy ecs_observer file_storage health_check pprof sigv4auth zpages"),
    (
        Receivers,
        "awscontainerinsightreceiver awsecscontainermetrics awsxray file_log jaeger kafka otlp \
         prometheus statsd zipkin",
    ),
    (
        Processors,
        "attributes batch cumulativetodelta deltatorate filter groupbytrace k8s_attributes \
         memory_limiter metrics_transform metricsgeneration probabilistic_sampler resource \
         resource_detection span tail_sampling",
    ),
    (
        Exporters,
        "awscloudwatchlogs awsemf awsxray datadog debug file kafka load_balancing logzio \
         otlp_grpc otlp_http prometheus prometheus_remote_write signalfx",
    ),
];

const CORE: &[(Section, &str)] = &[
    (Extensions, "zpages"),
    (Receivers, "nop otlp"),
    (Processors, "batch memory_limiter"),
    (Exporters, "debug nop otlp_grpc otlp_http"),
    (Connectors, "forward"),
];

const CONTRIB: &[(Section, &str)] = &[
    (
        Connectors,
        "count datadog exceptions failover grafanacloud otlp_json round_robin routing \
         service_graph signal_to_metrics span_metrics sum",
    ),
    (
        Exporters,
        "alibabacloud_logservice awscloudwatchlogs awsemf awskinesis awss3 awsxray azure_blob \
         azuredataexplorer azuremonitor bmc_helix cassandra clickhouse coralogix datadog dataset \
         doris elasticsearch faro file google_cloud_storage googlecloud googlecloudpubsub \
         googlemanagedprometheus honeycomb_marker influxdb kafka load_balancing logicmonitor \
         logzio mezmo opensearch otelarrow prometheus prometheus_remote_write pulsar rabbitmq \
         sentry signalfx splunk_hec stef sumologic syslog tencentcloud_logservice tinybird zipkin",
    ),
    (
        Extensions,
        "ack asapclient aws_logs_encoding awscloudwatchmetricstreams_encoding awsproxy azure_auth \
         azure_encoding basicauth bearertokenauth cgroup_runtime datadog db_storage \
         docker_observer ecs_observer file_storage google_cloud_logentry_encoding \
         googleclientauth headers_setter health_check host_observer http_forwarder \
         jaeger_encoding jaegerremotesampling json_log_encoding k8s_leader_elector k8s_observer \
         kafkatopics_observer oauth2client oidc opamp otlp_encoding pebble_tail_storage pprof \
         redis_storage sigv4auth skywalking_encoding sumologic text_encoding zipkin_encoding",
    ),
    (
        Processors,
        "attributes cardinality_guardian coralogix cumulativetodelta deltatocumulative \
         deltatorate drain filter gen_ai_normalizer geoip groupbyattrs groupbytrace interval \
         isolationforest k8s_attributes log_dedup metric_start_time metrics_transform \
         metricsgeneration probabilistic_sampler redaction remotetap resource resource_detection \
         schema span spanpruning sumologic tail_sampling transform unroll",
    ),
    (
        Receivers,
        "active_directory_ds active_directory_inv aerospike apache apache_spark aws_cloudwatch \
         aws_lambda awscontainerinsightreceiver awsecscontainermetrics awsfirehose awss3 awsxray \
         azure_blob azure_event_hub azure_monitor carbon chrony cisco_os cloud_foundry cloudflare \
         collectd couchdb datadog docker_stats elasticsearch envoy_als expvar faro file_log \
         file_stats flink_metrics fluent_forward github gitlab google_cloud_spanner \
         googlecloudmonitoring googlecloudpubsub haproxy host_metrics http_check iis influxdb \
         jaeger jmx journald k8s_cluster k8s_events k8s_objects kafka kafka_metrics kubelet_stats \
         libhoney loki macos_unified_logging memcached mongodb mongodb_atlas mysql named_pipe \
         netflow nginx nsxt ntp obi oracledb otelarrow otlp_json_file podman_stats postgresql \
         pprof prometheus prometheus_remote_write prometheus_simple pulsar purefa purefb rabbitmq \
         receiver_creator redis riak saphana signalfx skywalking snmp snowflake solace \
         splunk_enterprise splunk_hec sqlquery sqlserver ssh_check statsd stef syslog systemd \
         tcp_check tcp_log tls_check udp_log vcenter wavefront webhook_event windows_event_log \
         windows_service windowsperfcounters yang_grpc zipkin zookeeper",
    ),
];

//! Processors.

use super::super::shape::{Field, Shape};
use super::shared::HTTP_CLIENT;

use Shape::{Any, AnyCase, Duration, Fields, Flag, List, MapOf, Number, OneOf, Open, Text, Whole};

pub(super) const TABLE: &[(&str, Shape)] = &[
    ("attributes", Fields(&[MATCH, &[("actions", List(&Fields(&[ACTION])))]])),
    ("batch", Fields(&[BATCH])),
    ("cumulativetodelta", Fields(&[CUMULATIVE])),
    ("filter", Fields(&[FILTER])),
    ("groupbytrace", Fields(&[GROUP_BY_TRACE])),
    ("memory_limiter", Fields(&[MEMORY_LIMITER])),
    ("metrics_transform", Fields(&[&[("transforms", List(&Fields(&[TRANSFORM])))]])),
    ("probabilistic_sampler", Fields(&[PROBABILISTIC])),
    ("resource", Fields(&[&[("attributes", List(&Fields(&[ACTION])))]])),
    // Each detector has settings of its own, under its name.
    ("resource_detection", Fields(&[HTTP_CLIENT, DETECTION, DETECTORS])),
    ("span", Fields(&[MATCH, SPAN])),
    ("tail_sampling", Fields(&[TAIL])),
];

const BATCH: &[Field] = &[
    ("timeout", Duration),
    ("send_batch_size", Whole),
    ("send_batch_max_size", Whole),
    ("metadata_keys", List(&Text)),
    ("metadata_cardinality_limit", Whole),
];

/// The core's `internal/memorylimiter`.
const MEMORY_LIMITER: &[Field] = &[
    ("check_interval", Duration),
    ("min_gc_interval_when_soft_limited", Duration),
    ("min_gc_interval_when_hard_limited", Duration),
    ("max_gc_interval_when_soft_limited", Duration),
    ("max_gc_interval_when_hard_limited", Duration),
    ("limit_mib", Whole),
    ("spike_limit_mib", Whole),
    ("limit_percentage", Whole),
    ("spike_limit_percentage", Whole),
];

/// `internal/coreinternal/attraction`.
const ACTION: &[Field] = &[
    ("key", Text),
    ("value", Any),
    ("default_value", Any),
    ("pattern", Text),
    ("from_attribute", Text),
    ("from_context", Text),
    ("converted_type", Text),
    ("action", AnyCase(&["insert", "update", "upsert", "delete", "hash", "extract", "convert"])),
];

/// `internal/filter/filterconfig`.
const MATCH: &[Field] =
    &[("include", Fields(&[MATCH_PROPERTIES])), ("exclude", Fields(&[MATCH_PROPERTIES]))];

const MATCH_PROPERTIES: &[Field] = &[
    ("match_type", OneOf(&["strict", "regexp"])),
    ("regexp", Any),
    ("services", List(&Text)),
    ("span_names", List(&Text)),
    ("log_bodies", List(&Text)),
    ("log_severity_texts", List(&Text)),
    ("log_severity_number", Any),
    ("metric_names", List(&Text)),
    ("attributes", List(&Any)),
    ("resources", List(&Any)),
    ("libraries", List(&Any)),
    ("span_kinds", List(&Text)),
];

const CUMULATIVE: &[Field] = &[
    ("max_staleness", Duration),
    ("initial_value", OneOf(&["auto", "keep", "drop"])),
    ("include", Any),
    ("exclude", Any),
];

const FILTER: &[Field] = &[
    ("error_mode", OneOf(&["ignore", "propagate", "silent"])),
    ("spans", Fields(&[MATCH])),
    (
        "metrics",
        Fields(&[&[
            ("include", Fields(&[METRIC_MATCH])),
            ("exclude", Fields(&[METRIC_MATCH])),
            ("regexp", Any),
            ("resource", List(&Text)),
            ("metric", List(&Text)),
            ("datapoint", List(&Text)),
        ]]),
    ),
    (
        "logs",
        Fields(&[&[
            ("include", Any),
            ("exclude", Any),
            ("resource", List(&Text)),
            ("log_record", List(&Text)),
        ]]),
    ),
    (
        "traces",
        Fields(&[&[("resource", List(&Text)), ("span", List(&Text)), ("spanevent", List(&Text))]]),
    ),
    ("profiles", Any),
    ("metric_conditions", Any),
    ("log_conditions", Any),
    ("trace_conditions", Any),
    ("profile_conditions", Any),
];

const METRIC_MATCH: &[Field] = &[
    ("match_type", OneOf(&["strict", "regexp", "expr"])),
    ("regexp", Any),
    ("metric_names", List(&Text)),
    ("expressions", List(&Text)),
    ("resource_attributes", List(&Any)),
];

const TRANSFORM: &[Field] = &[
    ("include", Text),
    ("match_type", OneOf(&["strict", "regexp"])),
    ("experimental_match_labels", MapOf(&Text)),
    ("action", OneOf(&["insert", "update", "combine", "group"])),
    ("new_name", Text),
    ("group_resource_labels", MapOf(&Text)),
    ("aggregation_type", Text),
    ("submatch_case", OneOf(&["lower", "upper"])),
    ("operations", List(&Fields(&[OPERATION]))),
];

const OPERATION: &[Field] = &[
    ("action", Text),
    ("label", Text),
    ("new_label", Text),
    ("label_set", List(&Text)),
    ("aggregation_type", Text),
    ("aggregated_values", List(&Text)),
    ("new_value", Text),
    ("value_actions", List(&Fields(&[&[("value", Text), ("new_value", Text)]]))),
    ("experimental_scale", Number),
    ("label_value", Text),
];

const GROUP_BY_TRACE: &[Field] = &[
    ("num_traces", Whole),
    ("num_workers", Whole),
    ("wait_duration", Duration),
    ("discard_orphans", Flag),
    ("store_on_disk", Flag),
];

const PROBABILISTIC: &[Field] = &[
    ("sampling_percentage", Number),
    ("hash_seed", Whole),
    ("mode", OneOf(&["proportional", "equalizing", "hash_seed"])),
    ("fail_closed", Flag),
    ("sampling_precision", Whole),
    ("attribute_source", OneOf(&["traceID", "record"])),
    ("from_attribute", Text),
    ("sampling_priority", Text),
];

const DETECTION: &[Field] = &[
    ("detectors", List(&OneOf(DETECTOR_NAMES))),
    ("override", Flag),
    ("refresh_interval", Duration),
    ("timeout", Duration),
];

const DETECTOR_NAMES: &[&str] = &[
    "akamai",
    "aks",
    "alibaba_ecs",
    "azure",
    "consul",
    "digitalocean",
    "docker",
    "dynatrace",
    "ec2",
    "ecs",
    "eks",
    "elastic_beanstalk",
    "env",
    "gcp",
    "heroku",
    "hetzner",
    "ibmcloud_classic",
    "ibmcloud_vpc",
    "k8s_api",
    "k8snode",
    "kubeadm",
    "lambda",
    "nova",
    "openshift",
    "oraclecloud",
    "scaleway",
    "system",
    "tencent_cvm",
    "upcloud",
    "vultr",
];

const DETECTORS: &[Field] = &[
    ("akamai", Any),
    ("aks", Any),
    ("alibaba_ecs", Any),
    ("azure", Any),
    ("consul", Any),
    ("digitalocean", Any),
    ("docker", Any),
    ("ec2", Any),
    ("ecs", Any),
    ("eks", Any),
    ("elasticbeanstalk", Any),
    ("gcp", Any),
    ("heroku", Any),
    ("hetzner", Any),
    ("ibmcloud_classic", Any),
    ("ibmcloud_vpc", Any),
    ("k8s_api", Any),
    ("k8snode", Any),
    ("kubeadm", Any),
    ("lambda", Any),
    ("nova", Any),
    ("openshift", Any),
    ("oraclecloud", Any),
    ("scaleway", Any),
    ("system", Any),
    ("tencent_cvm", Any),
    ("upcloud", Any),
    ("vultr", Any),
];

const SPAN: &[Field] = &[
    (
        "name",
        Fields(&[&[
            ("from_attributes", List(&Text)),
            ("separator", Text),
            (
                "to_attributes",
                Fields(&[&[
                    ("rules", List(&Text)),
                    ("break_after_match", Flag),
                    ("keep_original_name", Flag),
                ]]),
            ),
        ]]),
    ),
    ("status", Fields(&[&[("code", OneOf(&["Unset", "Error", "Ok"])), ("description", Text)]])),
];

const TAIL: &[Field] = &[
    ("decision_wait", Duration),
    ("decision_wait_after_root_received", Duration),
    ("num_traces", Whole),
    ("block_on_overflow", Flag),
    ("expected_new_traces_per_sec", Whole),
    ("policies", List(&Open(&[&[("name", Text), ("type", Text)]]))),
    (
        "decision_cache",
        Fields(&[&[("sampled_cache_size", Whole), ("non_sampled_cache_size", Whole)]]),
    ),
    ("tail_storage", Text),
    ("sample_on_first_match", Flag),
    ("sampling_strategy", Text),
    ("drop_pending_traces_on_shutdown", Flag),
    ("maximum_trace_size_bytes", Whole),
];

//! The settings of the components that are generated or that people commonly add.
//!
//! Source of every table: the configuration structs of the collector and of contrib at 0.156.0, as
//! ADOT v0.49.0 has them (their `mapstructure` names). What is not listed has its name checked and
//! nothing else.

mod exporters;
mod extensions;
mod processors;
mod receivers;
mod shared;

use super::distribution::{Section, current};
use super::shape::{Field, Shape};

use Shape::{Any, AnyCase, Fields, Flag, List, MapOf, OneOf, Open, Text};

/// The settings of a component by its type, where they are known.
pub(super) fn of(section: Section, name: &str) -> Option<&'static Shape> {
    let table = match section {
        Section::Extensions => extensions::TABLE,
        Section::Receivers => receivers::TABLE,
        Section::Processors => processors::TABLE,
        Section::Exporters => exporters::TABLE,
        Section::Connectors => return None,
    };
    let name = current(section, name);
    table.iter().find(|(known, _)| *known == name).map(|(_, shape)| shape)
}

/// What the service is made of.
pub(super) const SERVICE: Shape = Fields(&[&[
    ("extensions", List(&Text)),
    ("pipelines", MapOf(&Fields(&[PIPELINE]))),
    ("telemetry", Fields(&[TELEMETRY])),
]]);

const PIPELINE: &[Field] =
    &[("receivers", List(&Text)), ("processors", List(&Text)), ("exporters", List(&Text))];

/// What the collector tells of itself (`service/telemetry/otelconftelemetry`). `metrics.address`
/// went with 0.123.0.
const TELEMETRY: &[Field] = &[
    ("logs", Open(&[LOGS])),
    (
        "metrics",
        Fields(&[&[("level", AnyCase(LEVELS)), ("readers", List(&Any)), ("views", List(&Any))]]),
    ),
    ("traces", Open(&[&[("level", AnyCase(LEVELS)), ("propagators", List(&Text))]])),
    ("resource", Any),
];

const LOGS: &[Field] = &[
    ("level", AnyCase(&["debug", "info", "warn", "error", "dpanic", "panic", "fatal"])),
    ("development", Flag),
    ("encoding", OneOf(&["console", "json"])),
    ("disable_caller", Flag),
    ("disable_stacktrace", Flag),
    ("output_paths", List(&Text)),
    ("error_output_paths", List(&Text)),
    ("initial_fields", MapOf(&Any)),
];

const LEVELS: &[&str] = &["none", "basic", "normal", "detailed"];

#[cfg(test)]
mod tests {
    use super::super::distribution::{Distribution, Section};
    use super::{exporters, extensions, processors, receivers};

    #[test]
    fn each_table_is_of_a_component_that_both_distributions_have() {
        for (section, table) in [
            (Section::Extensions, extensions::TABLE),
            (Section::Receivers, receivers::TABLE),
            (Section::Processors, processors::TABLE),
            (Section::Exporters, exporters::TABLE),
        ] {
            for (name, _) in table {
                assert_eq!(Distribution::Adot.lacks(section, name), None);
                assert_eq!(Distribution::Contrib.lacks(section, name), None);
            }
        }
    }
}

//! The members of a sampling rule: the one table of their types and bounds.
//!
//! Written from the shapes `SamplingRule` and `SamplingRuleUpdate` of the service model.

use super::super::shape::{Member, STRING, Shape, optional, required};

/// What the update shape makes of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum InUpdate {
    /// The same type and bounds.
    Same,
    /// A nullable type without bounds; what is out of bounds gets past the front end and is refused
    /// by the service.
    Unbounded,
    /// Not a member, so ignored when sent.
    Absent,
}

#[derive(Debug, Clone, Copy)]
struct Field {
    name: &'static str,
    shape: Shape,
    /// Whether a new rule needs it. An update needs nothing but the rule's name or ARN.
    needed: bool,
    in_update: InUpdate,
}

/// A member that a new rule needs.
const fn needed(name: &'static str, shape: Shape, in_update: InUpdate) -> Field {
    Field {
        name,
        shape,
        needed: true,
        in_update,
    }
}

/// A member that a new rule may leave out.
const fn free(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        needed: false,
        in_update: InUpdate::Same,
    }
}

const fn text(max: usize) -> Shape {
    Shape::Text { min: 0, max }
}

const fn integer(min: i32, max: i32) -> Shape {
    Shape::Integer { min, max }
}

/// A rule's name. The model has no pattern for it.
pub(super) const RULE_NAME: Shape = Shape::Text { min: 1, max: 32 };

const ATTRIBUTE: Shape = Shape::Text { min: 1, max: 32 };
const RATE: Shape = Shape::Double { min: 0.0, max: 1.0 };

const FIELDS: [Field; 14] = [
    free("RuleName", RULE_NAME),
    free("RuleARN", STRING),
    needed("ResourceARN", text(500), InUpdate::Same),
    needed("Priority", integer(1, 9999), InUpdate::Unbounded),
    needed("FixedRate", RATE, InUpdate::Unbounded),
    needed("ReservoirSize", integer(0, i32::MAX), InUpdate::Unbounded),
    needed("ServiceName", text(64), InUpdate::Same),
    needed("ServiceType", text(64), InUpdate::Same),
    needed("Host", text(64), InUpdate::Same),
    needed("HTTPMethod", text(10), InUpdate::Same),
    needed("URLPath", text(128), InUpdate::Same),
    needed("Version", integer(1, i32::MAX), InUpdate::Absent),
    free(
        "Attributes",
        Shape::Map {
            key: &ATTRIBUTE,
            value: &ATTRIBUTE,
            max: 5,
        },
    ),
    free("SamplingRateBoost", Shape::Structure(boost)),
];

fn boost() -> Vec<Member> {
    vec![
        required("MaxRate", RATE),
        required("CooldownWindowMinutes", integer(0, i32::MAX)),
    ]
}

/// The members of `SamplingRule`, as `CreateSamplingRule` takes it.
pub(super) fn rule() -> Vec<Member> {
    let member = |field: &Field| Member {
        name: field.name,
        shape: field.shape,
        required: field.needed,
    };
    FIELDS.iter().map(member).collect()
}

/// The members of `SamplingRuleUpdate`.
pub(super) fn update() -> Vec<Member> {
    let member = |field: &Field| match field.in_update {
        InUpdate::Same => Some(optional(field.name, field.shape)),
        InUpdate::Unbounded => Some(optional(field.name, unbounded(field.shape))),
        InUpdate::Absent => None,
    };
    FIELDS.iter().filter_map(member).collect()
}

/// The bounds that the update shape leaves to the service, as a structure of their own.
pub(super) fn left_to_the_service() -> Vec<Member> {
    let fields = FIELDS
        .iter()
        .filter(|field| field.in_update == InUpdate::Unbounded);
    fields
        .map(|field| optional(field.name, field.shape))
        .collect()
}

fn unbounded(shape: Shape) -> Shape {
    match shape {
        Shape::Integer { .. } => Shape::Integer {
            min: i32::MIN,
            max: i32::MAX,
        },
        Shape::Double { .. } => Shape::Double {
            min: f64::NEG_INFINITY,
            max: f64::INFINITY,
        },
        other => other,
    }
}

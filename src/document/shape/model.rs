//! The shapes of what operations take, each walked out of the SDK's schema once.
//!
//! The schema of a member says that it is a structure, not which: that is only told to whoever
//! deserializes one. So a deserializer that has every member of everything there is goes through the
//! input once and writes down what it is asked for.

use std::sync::LazyLock;

use aws_sdk_ecs::operation::create_daemon::CreateDaemonInput;
use aws_sdk_ecs::operation::create_service::CreateServiceInput;
use aws_sdk_ecs::operation::register_daemon_task_definition::RegisterDaemonTaskDefinitionInput;
use aws_sdk_ecs::operation::register_task_definition::RegisterTaskDefinitionInput;
use aws_sdk_ecs::operation::update_daemon::UpdateDaemonInput;
use aws_sdk_ecs::operation::update_service::UpdateServiceInput;
use aws_smithy_schema::serde::{SerdeError, ShapeDeserializer};
use aws_smithy_schema::{Schema, ShapeType};
use aws_smithy_types::{BigDecimal, BigInteger, Blob, DateTime, Document};

/// What a value may be.
#[derive(Debug, PartialEq)]
pub(super) enum Shape {
    /// Text.
    Text,
    /// A whole number in these bounds.
    Whole(i64, i64),
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// Anything: documents. Of blobs and timestamps these inputs have none yet.
    Any,
    /// A list of one shape.
    List(Box<Shape>),
    /// Values of one shape, by text.
    Map(Box<Shape>),
    /// Members by name.
    Struct(Struct),
}

/// A structure or a union.
#[derive(Debug, PartialEq)]
pub(super) struct Struct {
    /// AWS's name for it.
    pub name: String,
    /// Whether exactly one member is there.
    pub union: bool,
    /// The members, in the order of the model.
    pub members: Vec<(String, Shape)>,
}

impl Struct {
    /// The names of the members.
    pub(super) fn names(&self) -> Vec<&str> {
        self.members.iter().map(|(name, _)| name.as_str()).collect()
    }
}

/// What an operation takes.
pub struct Root(LazyLock<Shape>);

/// The input of `RegisterTaskDefinition`.
pub static TASK_DEFINITION: Root =
    Root(LazyLock::new(|| walked(|it| RegisterTaskDefinitionInput::deserialize(it).map(drop))));
/// The input of `RegisterDaemonTaskDefinition`.
pub static DAEMON_TASK_DEFINITION: Root = Root(LazyLock::new(|| {
    walked(|it| RegisterDaemonTaskDefinitionInput::deserialize(it).map(drop))
}));
/// The input of `CreateService`.
pub static SERVICE: Root =
    Root(LazyLock::new(|| walked(|it| CreateServiceInput::deserialize(it).map(drop))));
/// The input of `UpdateService`.
pub static SERVICE_UPDATE: Root =
    Root(LazyLock::new(|| walked(|it| UpdateServiceInput::deserialize(it).map(drop))));
/// The input of `CreateDaemon`.
pub static DAEMON: Root =
    Root(LazyLock::new(|| walked(|it| CreateDaemonInput::deserialize(it).map(drop))));
/// The input of `UpdateDaemon`.
pub static DAEMON_UPDATE: Root =
    Root(LazyLock::new(|| walked(|it| UpdateDaemonInput::deserialize(it).map(drop))));

fn walked(walk: fn(&mut dyn ShapeDeserializer) -> Result<(), SerdeError>) -> Shape {
    let mut walker = Walker::default();
    // What was walked before an error is kept; that there is none is tested.
    drop(walk(&mut walker));
    walker.found
}

impl Root {
    /// The shape.
    pub(super) fn shape(&self) -> &Shape {
        &self.0
    }

    /// The path of every leaf: `containerDefinitions[].portMappings[].hostPort`,
    /// `containerDefinitions[].dockerLabels{}`.
    pub fn leaves(&self) -> Vec<String> {
        let mut found = Vec::new();
        each_leaf(self.shape(), "", "", &mut |path, _| found.push(path.to_owned()));
        found
    }

    /// The names of all members at any depth, in the order of the model, each where it is met first.
    pub fn members(&'static self) -> Vec<&'static str> {
        let mut found = Vec::new();
        collect(self.shape(), &mut found);
        let mut seen = std::collections::BTreeSet::new();
        found.retain(|name| seen.insert(*name));
        found
    }

    /// The names of the members of the input itself, in the order of the model.
    pub fn fields(&self) -> Vec<&str> {
        match self.shape() {
            Shape::Struct(of) => of.names(),
            _ => Vec::new(),
        }
    }
}

impl std::fmt::Debug for Root {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.shape().fmt(f)
    }
}

fn collect(shape: &'static Shape, found: &mut Vec<&'static str>) {
    match shape {
        Shape::List(inner) | Shape::Map(inner) => collect(inner, found),
        Shape::Struct(of) => {
            for (name, inner) in &of.members {
                found.push(name);
                collect(inner, found);
            }
        }
        Shape::Text | Shape::Whole(..) | Shape::Number | Shape::Boolean | Shape::Any => {}
    }
}

/// Calls with the path of each leaf below a shape, and with its `Shape.member`.
pub(super) fn each_leaf(shape: &Shape, path: &str, member: &str, call: &mut dyn FnMut(&str, &str)) {
    match shape {
        Shape::List(item) => {
            each_leaf(item, &format!("{path}[]"), &format!("{member}[]"), call);
        }
        Shape::Map(value) => {
            each_leaf(value, &format!("{path}{{}}"), &format!("{member}{{}}"), call);
        }
        Shape::Struct(of) => {
            for (name, inner) in &of.members {
                let dot = if path.is_empty() { "" } else { "." };
                let member = format!("{}.{name}", of.name);
                each_leaf(inner, &format!("{path}{dot}{name}"), &member, call);
            }
        }
        Shape::Text | Shape::Whole(..) | Shape::Number | Shape::Boolean | Shape::Any => {
            call(path, member);
        }
    }
}

/// Has every member of everything, and remembers what it was asked for.
struct Walker {
    found: Shape,
}

impl Default for Walker {
    fn default() -> Self {
        Self { found: Shape::Any }
    }
}

impl Walker {
    /// What is found by going on with a walker of its own.
    fn below(
        go: &mut dyn FnMut(&mut dyn ShapeDeserializer) -> Result<(), SerdeError>,
    ) -> (Shape, Result<(), SerdeError>) {
        let mut walker = Self::default();
        let result = go(&mut walker);
        (walker.found, result)
    }

    fn leaf<T>(&mut self, shape: Shape, value: T) -> T {
        self.found = shape;
        value
    }
}

impl ShapeDeserializer for Walker {
    fn read_struct(
        &mut self,
        schema: &Schema<'_>,
        consumer: &mut dyn FnMut(&Schema<'_>, &mut dyn ShapeDeserializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        let mut members = Vec::new();
        let mut result = Ok(());
        for member in schema.members() {
            let (shape, walked) = Self::below(&mut |walker| consumer(member, walker));
            members.push((member.member_name().unwrap_or_default().to_owned(), shape));
            result = result.and(walked);
        }
        let name = schema.original_name().unwrap_or(schema.shape_id().shape_name()).to_owned();
        let union = schema.shape_type() == ShapeType::Union;
        self.found = Shape::Struct(Struct { name, union, members });
        result
    }

    fn read_list(
        &mut self,
        _: &Schema<'_>,
        consumer: &mut dyn FnMut(&mut dyn ShapeDeserializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        let (item, result) = Self::below(consumer);
        self.found = Shape::List(Box::new(item));
        result
    }

    fn read_map(
        &mut self,
        _: &Schema<'_>,
        consumer: &mut dyn FnMut(String, &mut dyn ShapeDeserializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        let (value, result) = Self::below(&mut |walker| consumer(String::new(), walker));
        self.found = Shape::Map(Box::new(value));
        result
    }

    fn read_boolean(&mut self, _: &Schema<'_>) -> Result<bool, SerdeError> {
        Ok(self.leaf(Shape::Boolean, false))
    }

    fn read_byte(&mut self, _: &Schema<'_>) -> Result<i8, SerdeError> {
        Ok(self.leaf(Shape::Whole(i8::MIN.into(), i8::MAX.into()), 0))
    }

    fn read_short(&mut self, _: &Schema<'_>) -> Result<i16, SerdeError> {
        Ok(self.leaf(Shape::Whole(i16::MIN.into(), i16::MAX.into()), 0))
    }

    fn read_integer(&mut self, _: &Schema<'_>) -> Result<i32, SerdeError> {
        Ok(self.leaf(Shape::Whole(i32::MIN.into(), i32::MAX.into()), 0))
    }

    fn read_long(&mut self, _: &Schema<'_>) -> Result<i64, SerdeError> {
        Ok(self.leaf(Shape::Whole(i64::MIN, i64::MAX), 0))
    }

    fn read_float(&mut self, _: &Schema<'_>) -> Result<f32, SerdeError> {
        Ok(self.leaf(Shape::Number, 0.0))
    }

    fn read_double(&mut self, _: &Schema<'_>) -> Result<f64, SerdeError> {
        Ok(self.leaf(Shape::Number, 0.0))
    }

    fn read_big_integer(&mut self, _: &Schema<'_>) -> Result<BigInteger, SerdeError> {
        Err(SerdeError::unsupported("ECS has no big integers"))
    }

    fn read_big_decimal(&mut self, _: &Schema<'_>) -> Result<BigDecimal, SerdeError> {
        Err(SerdeError::unsupported("ECS has no big decimals"))
    }

    fn read_string(&mut self, _: &Schema<'_>) -> Result<String, SerdeError> {
        Ok(self.leaf(Shape::Text, String::new()))
    }

    fn read_blob(&mut self, _: &Schema<'_>) -> Result<Blob, SerdeError> {
        Ok(self.leaf(Shape::Any, Blob::new(Vec::new())))
    }

    fn read_timestamp(&mut self, _: &Schema<'_>) -> Result<DateTime, SerdeError> {
        Ok(self.leaf(Shape::Any, DateTime::from_secs(0)))
    }

    fn read_document(&mut self, _: &Schema<'_>) -> Result<Document, SerdeError> {
        Ok(self.leaf(Shape::Any, Document::Null))
    }

    fn is_null(&self) -> bool {
        false
    }

    fn container_size(&self) -> Option<usize> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_of_each_input_is_walked() {
        let mut walker = Walker::default();
        RegisterTaskDefinitionInput::deserialize(&mut walker).unwrap();
        RegisterDaemonTaskDefinitionInput::deserialize(&mut walker).unwrap();
        CreateServiceInput::deserialize(&mut walker).unwrap();
        UpdateServiceInput::deserialize(&mut walker).unwrap();
        CreateDaemonInput::deserialize(&mut walker).unwrap();
        UpdateDaemonInput::deserialize(&mut walker).unwrap();
        // A newer SDK has more: look at what came, at `rules` and at the canonical form.
        for (root, count, some) in [
            (&TASK_DEFINITION, 127, "volumes[].efsVolumeConfiguration.authorizationConfig.iam"),
            (&DAEMON_TASK_DEFINITION, 68, "containerDefinitions[].linuxParameters.tmpfs[].size"),
            (&SERVICE, 120, "deploymentConfiguration.deploymentCircuitBreaker.rollback"),
            (&SERVICE_UPDATE, 115, "forceNewDeployment"),
            (&DAEMON, 15, "deploymentConfiguration.drainPercent"),
            (&DAEMON_UPDATE, 11, "daemonArn"),
        ] {
            let leaves = root.leaves();
            assert_eq!(leaves.len(), count, "{some}");
            assert!(leaves.iter().any(|leaf| leaf == some), "{some}");
            assert_eq!(leaves.iter().collect::<std::collections::BTreeSet<_>>().len(), count);
        }
        for leaf in [
            "family",
            "requiresCompatibilities[]",
            "tags[].key",
            "containerDefinitions[].portMappings[].hostPort",
            "containerDefinitions[].dockerLabels{}",
            "containerDefinitions[].resourceRequirements[].sharingStrategy.nvidiaMps.memory",
        ] {
            assert!(TASK_DEFINITION.leaves().iter().any(|known| known == leaf), "{leaf}");
        }
    }
}

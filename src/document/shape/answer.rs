//! What AWS answers into a plain tree.

use aws_smithy_schema::Schema;
use aws_smithy_schema::serde::{SerdeError, SerializableStruct, ShapeSerializer};
use aws_smithy_types::date_time::Format;
use aws_smithy_types::{BigDecimal, BigInteger, Blob, DateTime, Document, Number, base64};
use serde_json::{Map as Object, Value as Json};

/// A shape as a plain tree in the API's names; a member that is absent is absent, a moment in time
/// is RFC 3339, and bytes are base64.
///
/// An error is a variant of a union that AWS has and the SDK does not know: what it holds is not
/// there to be compared.
pub fn tree(shape: &dyn SerializableStruct) -> Result<Json, String> {
    structure(shape).map_err(|error| error.to_string())
}

fn structure(shape: &dyn SerializableStruct) -> Result<Json, SerdeError> {
    let mut members = Collector::Members(Object::new());
    shape.serialize_members(&mut members)?;
    Ok(members.finish())
}

/// What is being collected.
enum Collector {
    Members(Object<String, Json>),
    Items(Vec<Json>),
    /// The key of an entry is written before its value.
    Entries(Object<String, Json>, Option<String>),
}

impl Collector {
    fn put(&mut self, schema: &Schema<'_>, value: impl Into<Json>) -> Result<(), SerdeError> {
        let value = value.into();
        match self {
            Self::Members(members) => {
                let name = schema.member_name().unwrap_or(schema.shape_id().shape_name());
                members.insert(name.to_owned(), value);
            }
            Self::Items(items) => items.push(value),
            Self::Entries(entries, key) => match (key.take(), value) {
                (Some(key), value) => {
                    entries.insert(key, value);
                }
                (None, Json::String(text)) => *key = Some(text),
                (None, other) => return Err(SerdeError::custom(format!("{other} is no key"))),
            },
        }
        Ok(())
    }

    fn put_all(
        &mut self,
        schema: &Schema<'_>,
        mut inner: Self,
        write: &dyn Fn(&mut dyn ShapeSerializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        write(&mut inner)?;
        self.put(schema, inner.finish())
    }

    fn finish(self) -> Json {
        match self {
            Self::Members(object) | Self::Entries(object, _) => Json::Object(object),
            Self::Items(items) => Json::Array(items),
        }
    }
}

impl ShapeSerializer for Collector {
    fn write_struct(
        &mut self,
        schema: &Schema<'_>,
        value: &dyn SerializableStruct,
    ) -> Result<(), SerdeError> {
        self.put(schema, structure(value)?)
    }

    fn write_list(
        &mut self,
        schema: &Schema<'_>,
        write: &dyn Fn(&mut dyn ShapeSerializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        self.put_all(schema, Self::Items(Vec::new()), write)
    }

    fn write_map(
        &mut self,
        schema: &Schema<'_>,
        write: &dyn Fn(&mut dyn ShapeSerializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        self.put_all(schema, Self::Entries(Object::new(), None), write)
    }

    fn write_boolean(&mut self, schema: &Schema<'_>, value: bool) -> Result<(), SerdeError> {
        self.put(schema, value)
    }

    fn write_byte(&mut self, schema: &Schema<'_>, value: i8) -> Result<(), SerdeError> {
        self.put(schema, value)
    }

    fn write_short(&mut self, schema: &Schema<'_>, value: i16) -> Result<(), SerdeError> {
        self.put(schema, value)
    }

    fn write_integer(&mut self, schema: &Schema<'_>, value: i32) -> Result<(), SerdeError> {
        self.put(schema, value)
    }

    fn write_long(&mut self, schema: &Schema<'_>, value: i64) -> Result<(), SerdeError> {
        self.put(schema, value)
    }

    fn write_float(&mut self, schema: &Schema<'_>, value: f32) -> Result<(), SerdeError> {
        self.put(schema, value)
    }

    fn write_double(&mut self, schema: &Schema<'_>, value: f64) -> Result<(), SerdeError> {
        self.put(schema, value)
    }

    fn write_big_integer(
        &mut self,
        schema: &Schema<'_>,
        value: &BigInteger,
    ) -> Result<(), SerdeError> {
        self.put(schema, value.as_ref())
    }

    fn write_big_decimal(
        &mut self,
        schema: &Schema<'_>,
        value: &BigDecimal,
    ) -> Result<(), SerdeError> {
        self.put(schema, value.as_ref())
    }

    fn write_string(&mut self, schema: &Schema<'_>, value: &str) -> Result<(), SerdeError> {
        self.put(schema, value)
    }

    fn write_blob(&mut self, schema: &Schema<'_>, value: Blob) -> Result<(), SerdeError> {
        self.put(schema, base64::encode(value))
    }

    fn write_timestamp(&mut self, schema: &Schema<'_>, value: &DateTime) -> Result<(), SerdeError> {
        let text = value.fmt(Format::DateTime);
        self.put(schema, text.map_err(|error| SerdeError::custom(error.to_string()))?)
    }

    fn write_document(&mut self, schema: &Schema<'_>, value: &Document) -> Result<(), SerdeError> {
        self.put(schema, plain(value))
    }

    fn write_null(&mut self, schema: &Schema<'_>) -> Result<(), SerdeError> {
        match self {
            Self::Members(_) => Ok(()),
            Self::Items(_) | Self::Entries(..) => self.put(schema, Json::Null),
        }
    }
}

/// Anything, as a plain tree.
fn plain(document: &Document) -> Json {
    match document {
        Document::Null => Json::Null,
        Document::Bool(value) => Json::Bool(*value),
        Document::Number(Number::PosInt(whole)) => Json::from(*whole),
        Document::Number(Number::NegInt(whole)) => Json::from(*whole),
        Document::Number(Number::Float(number)) => Json::from(*number),
        Document::String(text) => Json::from(text.as_str()),
        Document::Array(items) => items.iter().map(plain).collect(),
        Document::Object(fields) => {
            let fields = fields.iter().map(|(key, value)| (key.clone(), plain(value)));
            Json::Object(fields.collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::types::{
        ContainerDefinition, LogConfiguration, LogDriver, SharingStrategy, Tag, TaskDefinition,
        TaskDefinitionStatus,
    };
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_is_in_the_names_of_the_api_and_has_what_is_there() {
        let log = LogConfiguration::builder()
            .log_driver(LogDriver::Awslogs)
            .options("awslogs-group", "/g")
            .options("mode", "non-blocking");
        let container = ContainerDefinition::builder()
            .name("app")
            .essential(true)
            .set_links(Some(Vec::new()))
            .log_configuration(log.build().unwrap());
        let task = TaskDefinition::builder()
            .family("f")
            .revision(3)
            .status(TaskDefinitionStatus::Active)
            .registered_at(DateTime::from_secs(1_795_334_400))
            .container_definitions(container.build())
            .build();
        assert_eq!(
            tree(&task).unwrap(),
            json!({
                "family": "f",
                "revision": 3,
                "status": "ACTIVE",
                "registeredAt": "2026-11-22T08:00:00Z",
                "containerDefinitions": [{
                    "name": "app",
                    "cpu": 0,
                    "essential": true,
                    "links": [],
                    "logConfiguration": {
                        "logDriver": "awslogs",
                        "options": {"awslogs-group": "/g", "mode": "non-blocking"},
                    },
                }],
            })
        );
        let tag = Tag::builder().key("k").value("v").build();
        assert_eq!(tree(&tag).unwrap(), json!({"key": "k", "value": "v"}));
    }

    /// As a union is of which AWS sent a variant that the SDK does not know.
    struct Unknown;

    impl SerializableStruct for Unknown {
        fn schema(&self) -> &Schema<'_> {
            SharingStrategy::SCHEMA
        }

        fn serialize_members(&self, _: &mut dyn ShapeSerializer) -> Result<(), SerdeError> {
            Err(SerdeError::custom("an unknown variant"))
        }
    }

    #[test]
    fn what_the_sdk_does_not_know_is_an_error_and_not_left_out() {
        let mut collector = Collector::Members(Object::new());
        let error = collector.write_struct(SharingStrategy::SCHEMA, &Unknown).unwrap_err();
        assert_eq!(error.to_string(), "an unknown variant");
        assert_eq!(tree(&Unknown).unwrap_err(), "an unknown variant");
    }
}

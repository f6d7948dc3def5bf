//! A plain tree into the SDK's input.

use aws_smithy_schema::Schema;
use aws_smithy_schema::serde::{SerdeError, ShapeDeserializer};
use aws_smithy_types::date_time::Format;
use aws_smithy_types::{BigDecimal, BigInteger, Blob, DateTime, Document, Number, base64};
use serde_json::Value as Json;

/// The SDK's input of a plain tree in the API's own names, the same JSON that `--cli-input-json` of the
/// AWS CLI takes: `input(&tree, RegisterTaskDefinitionInput::deserialize)`.
///
/// A member that the SDK does not know is an error, since it would be lost. The input goes out
/// through [`Instead`](crate::aws::Instead).
pub fn input<T>(
    tree: &Json,
    read: fn(&mut dyn ShapeDeserializer) -> Result<T, SerdeError>,
) -> Result<T, String> {
    read(&mut Plain { value: tree, at: "the tree".to_owned() }).map_err(|error| error.to_string())
}

/// One value of the tree, and where it stands.
struct Plain<'a> {
    value: &'a Json,
    at: String,
}

impl Plain<'_> {
    fn is_no(&self, what: &str) -> SerdeError {
        SerdeError::custom(format!("{} is no {what}", self.at))
    }

    fn whole<T: TryFrom<i64>>(&self) -> Result<T, SerdeError> {
        let number = self.value.as_i64().and_then(|number| T::try_from(number).ok());
        number.ok_or_else(|| self.is_no("whole number that fits"))
    }

    fn number(&self) -> Result<f64, SerdeError> {
        self.value.as_f64().ok_or_else(|| self.is_no("number"))
    }

    fn text(&self) -> Result<&str, SerdeError> {
        self.value.as_str().ok_or_else(|| self.is_no("string"))
    }
}

impl ShapeDeserializer for Plain<'_> {
    fn read_struct(
        &mut self,
        schema: &Schema<'_>,
        consumer: &mut dyn FnMut(&Schema<'_>, &mut dyn ShapeDeserializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        let object = self.value.as_object().ok_or_else(|| self.is_no("object"))?;
        for (key, value) in object.iter().filter(|(_, value)| !value.is_null()) {
            let Some(member) = schema.member_schema(key) else {
                return Err(SerdeError::custom(format!("{} has no `{key}`", self.at)));
            };
            consumer(member, &mut Plain { value, at: format!("`{key}` in {}", self.at) })?;
        }
        Ok(())
    }

    fn read_list(
        &mut self,
        _: &Schema<'_>,
        consumer: &mut dyn FnMut(&mut dyn ShapeDeserializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        let items = self.value.as_array().ok_or_else(|| self.is_no("list"))?;
        items.iter().enumerate().try_for_each(|(index, value)| {
            consumer(&mut Plain { value, at: format!("[{index}] of {}", self.at) })
        })
    }

    fn read_map(
        &mut self,
        _: &Schema<'_>,
        consumer: &mut dyn FnMut(String, &mut dyn ShapeDeserializer) -> Result<(), SerdeError>,
    ) -> Result<(), SerdeError> {
        let object = self.value.as_object().ok_or_else(|| self.is_no("object"))?;
        object.iter().try_for_each(|(key, value)| {
            consumer(key.clone(), &mut Plain { value, at: format!("`{key}` in {}", self.at) })
        })
    }

    fn read_boolean(&mut self, _: &Schema<'_>) -> Result<bool, SerdeError> {
        self.value.as_bool().ok_or_else(|| self.is_no("boolean"))
    }

    fn read_byte(&mut self, _: &Schema<'_>) -> Result<i8, SerdeError> {
        self.whole()
    }

    fn read_short(&mut self, _: &Schema<'_>) -> Result<i16, SerdeError> {
        self.whole()
    }

    fn read_integer(&mut self, _: &Schema<'_>) -> Result<i32, SerdeError> {
        self.whole()
    }

    fn read_long(&mut self, _: &Schema<'_>) -> Result<i64, SerdeError> {
        self.whole()
    }

    #[expect(clippy::cast_possible_truncation, reason = "AWS keeps it no wider either")]
    fn read_float(&mut self, _: &Schema<'_>) -> Result<f32, SerdeError> {
        Ok(self.number()? as f32)
    }

    fn read_double(&mut self, _: &Schema<'_>) -> Result<f64, SerdeError> {
        self.number()
    }

    fn read_big_integer(&mut self, _: &Schema<'_>) -> Result<BigInteger, SerdeError> {
        self.text()?.parse().map_err(|_| self.is_no("integer"))
    }

    fn read_big_decimal(&mut self, _: &Schema<'_>) -> Result<BigDecimal, SerdeError> {
        self.text()?.parse().map_err(|_| self.is_no("decimal"))
    }

    fn read_string(&mut self, _: &Schema<'_>) -> Result<String, SerdeError> {
        Ok(self.text()?.to_owned())
    }

    fn read_blob(&mut self, _: &Schema<'_>) -> Result<Blob, SerdeError> {
        base64::decode(self.text()?).map(Blob::new).map_err(|_| self.is_no("base64"))
    }

    fn read_timestamp(&mut self, _: &Schema<'_>) -> Result<DateTime, SerdeError> {
        DateTime::from_str(self.text()?, Format::DateTimeWithOffset)
            .map_err(|_| self.is_no("moment in time"))
    }

    fn read_document(&mut self, _: &Schema<'_>) -> Result<Document, SerdeError> {
        Ok(document(self.value))
    }

    fn is_null(&self) -> bool {
        self.value.is_null()
    }

    fn skip_value(&mut self) -> Result<(), SerdeError> {
        Ok(())
    }

    fn container_size(&self) -> Option<usize> {
        None
    }
}

/// Anything, as the SDK has it.
fn document(value: &Json) -> Document {
    match value {
        Json::Null => Document::Null,
        Json::Bool(value) => Document::Bool(*value),
        Json::Number(number) => Document::Number(if let Some(whole) = number.as_u64() {
            Number::PosInt(whole)
        } else if let Some(whole) = number.as_i64() {
            Number::NegInt(whole)
        } else {
            Number::Float(number.as_f64().unwrap_or_default())
        }),
        Json::String(text) => Document::String(text.clone()),
        Json::Array(items) => Document::Array(items.iter().map(document).collect()),
        Json::Object(fields) => {
            let fields = fields.iter().map(|(key, value)| (key.clone(), document(value)));
            Document::Object(fields.collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecs::operation::create_service::CreateServiceInput;
    use aws_sdk_ecs::operation::register_task_definition::RegisterTaskDefinitionInput;
    use aws_sdk_ecs::types::{Compatibility, SharingStrategy};
    use serde_json::json;

    use super::*;
    use crate::document::shape::tree;

    fn register(tree: &Json) -> Result<RegisterTaskDefinitionInput, String> {
        input(tree, RegisterTaskDefinitionInput::deserialize)
    }

    fn full() -> Json {
        json!({
            "family": "f",
            "requiresCompatibilities": ["FARGATE"],
            "cpu": "256",
            "containerDefinitions": [{
                "name": "app",
                "cpu": 10,
                "essential": false,
                "command": ["-o", "x"],
                "dockerLabels": {"a.b": "c"},
                "environment": [{"name": "A", "value": ""}],
                "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/g"}},
                "restartPolicy": {"enabled": true, "ignoredExitCodes": [0, 137]},
                "resourceRequirements": [
                    {"type": "GPU", "sharingStrategy": {"nvidiaMps": {"memory": 512}}},
                ],
            }],
            "tags": [{"key": "k", "value": "v"}],
        })
    }

    #[test]
    fn a_tree_becomes_the_input_and_the_input_the_tree() {
        let input = register(&full()).unwrap();
        assert_eq!(input.family(), Some("f"));
        assert_eq!(input.requires_compatibilities(), [Compatibility::Fargate]);
        let container = &input.container_definitions()[0];
        assert_eq!(container.command(), ["-o", "x"]);
        assert_eq!(container.docker_labels().unwrap()["a.b"], "c");
        let requirement = &container.resource_requirements()[0];
        let Some(SharingStrategy::NvidiaMps(mps)) = requirement.sharing_strategy() else {
            panic!("{requirement:?}");
        };
        assert_eq!(mps.memory(), 512);
        let mut expected = full();
        // The SDK has text where AWS may have none: it sends `value` in any case.
        expected["containerDefinitions"][0]["resourceRequirements"][0]["value"] = json!("");
        assert_eq!(tree(&input).unwrap(), expected);
    }

    #[test]
    fn what_would_be_lost_is_an_error() {
        let mut tree = full();
        tree["containerDefinitions"][0]["logConfiguration"]["option"] = json!({});
        assert_eq!(
            register(&tree).unwrap_err(),
            "`logConfiguration` in [0] of `containerDefinitions` in the tree has no `option`"
        );
        for (value, error) in [
            (
                json!("10"),
                "`cpu` in [0] of `containerDefinitions` in the tree is no whole number that fits",
            ),
            (
                json!(1_u64 << 40),
                "`cpu` in [0] of `containerDefinitions` in the tree is no whole number that fits",
            ),
        ] {
            let mut tree = full();
            tree["containerDefinitions"][0]["cpu"] = value;
            assert_eq!(register(&tree).unwrap_err(), error);
        }
    }

    #[test]
    fn what_has_no_shape_goes_through_as_it_is() {
        let details = json!({"a": [null, true, 1, -1, 1.5, "x"], "b": {}});
        let hook = json!({"hookTargetArn": "arn:x", "hookDetails": details});
        let service = json!({
            "serviceName": "s", "deploymentConfiguration": {"lifecycleHooks": [hook]},
        });
        let input = super::input(&service, CreateServiceInput::deserialize).unwrap();
        let read = tree(&input).unwrap();
        assert_eq!(read["deploymentConfiguration"], service["deploymentConfiguration"]);
    }

    #[test]
    fn null_is_left_out() {
        let mut tree = full();
        tree["containerDefinitions"][0]["command"] = Json::Null;
        tree["volumes"] = Json::Null;
        let input = register(&tree).unwrap();
        assert_eq!(input.volumes, None);
        assert_eq!(input.container_definitions()[0].command, None);
    }
}

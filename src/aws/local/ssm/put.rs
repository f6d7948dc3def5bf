//! `PutParameter`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::super::reply::{Fault, Reply};
use super::super::shape::{self, Member, STRING, Shape, optional, required};
use super::super::state::World;
use super::super::{Call, caller};
use super::record::{Parameter, SECURE};
use super::{NAME, bounds, names, tags, text, validation};

/// The key that an encrypted parameter has where none is named (model, member `KeyId`).
const DEFAULT_KEY: &str = "alias/aws/ssm";

/// The data types (model, member `DataType`, in its text).
const DATA_TYPES: [&str; 3] = ["text", "aws:ec2:image", "aws:ssm:integration"];

/// How many parameters of the standard tier a region may have (model, member `Tier`).
const MOST: usize = 10_000;

fn members() -> [Member; 11] {
    [
        required("Name", NAME),
        required("Value", STRING),
        optional("Description", Shape::Text { min: 0, max: 1024 }),
        optional("Type", Shape::OneOf(&["SecureString", "StringList", "String"])),
        optional("KeyId", KEY),
        optional("Overwrite", Shape::Boolean),
        optional("AllowedPattern", Shape::Text { min: 0, max: 1024 }),
        optional("Tags", tags::TAGS),
        optional("Tier", Shape::OneOf(&["Standard", "Advanced", "Intelligent-Tiering"])),
        optional("DataType", Shape::Text { min: 0, max: 128 }),
        optional("Policies", Shape::Text { min: 1, max: 4096 }),
    ]
}

/// The key that encrypts (model, shape `ParameterKeyId`).
const KEY: Shape =
    Shape::Word { min: 1, max: 256, pattern: "^([a-zA-Z0-9:/_-]+)$", allows: in_key };

fn in_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || ":/_-".contains(c)
}

/// `PutParameter`. In which order AWS finds what is wrong is not documented.
pub(super) fn put(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let input = shape::read(call.body, &members())?;
    // Blanks around it are removed (model).
    let name = text(&input, "Name").unwrap_or_default().trim();
    names::check(call, name)?;
    if input.contains_key("Policies") {
        return Err(Fault::unknown_operation("policies of parameters"));
    }
    let overwrites = input.get("Overwrite") == Some(&json!(true));
    let given = tags::given(&input)?;
    if overwrites && input.contains_key("Tags") {
        // (report)
        return Err(validation(
            "Invalid request: tags and overwrite can't be used together. To create a parameter with \
             tags, please remove overwrite flag. To update tags for an existing parameter, please \
             use AddTagsToResource or RemoveTagsFromResource.",
        ));
    }
    let parameters = &mut world.region.ssm.parameters;
    let before = parameters.get(name);
    if before.is_some() && !overwrites {
        // (report)
        let message = "The parameter already exists. To overwrite this value, set the overwrite \
                       option in the request to true.";
        return Err(Fault::front_end("ParameterAlreadyExists", message.to_owned()));
    }
    if before.is_none() && parameters.len() >= MOST {
        // The text is the model's.
        let message = "You have exceeded the number of parameters for this Amazon Web Services \
                       account. Delete one or more parameters and try again.";
        return Err(Fault::front_end("ParameterLimitExceeded", message.to_owned()));
    }
    let mut parameter = merged(call, &input, before)?;
    parameter.tags.extend(given);
    let answer = json!({ "Version": parameter.version(), "Tier": parameter.tier });
    parameters.insert(name.to_owned(), parameter);
    Ok(Reply::Json(answer))
}

/// What is given laid over what is there: what an update leaves out stays. That is documented of the
/// type and of policies; of the rest an independent server has it.
fn merged(
    call: &Call<'_>,
    input: &Map<String, Value>,
    before: Option<&Parameter>,
) -> Result<Parameter, Fault> {
    let value = text(input, "Value").unwrap_or_default();
    let or_before = |member: &str, before: Option<&String>| {
        text(input, member).map(str::to_owned).or_else(|| before.cloned())
    };
    let of_type = or_before("Type", before.map(|before| &before.r#type));
    // (report)
    let of_type = of_type
        .ok_or_else(|| validation("A parameter type is required when you create a parameter."))?;
    if before.is_some_and(|before| before.r#type != of_type) {
        // That it is refused is the model's, the text is ours.
        let message = "The parameter has another type. Create a new, unique parameter.".to_owned();
        return Err(Fault::front_end("HierarchyTypeMismatchException", message));
    }
    let data_type = or_before("DataType", before.map(|before| &before.data_type));
    let data_type = data_type.unwrap_or_else(|| DATA_TYPES[0].to_owned());
    check_data_type(&data_type, before)?;
    let key = or_before("KeyId", before.and_then(|before| before.key.as_ref()));
    if key.is_some() && of_type != SECURE {
        // The text is ours.
        return Err(validation("KeyId is for parameters of the type SecureString only."));
    }
    let key = key.or_else(|| (of_type == SECURE).then(|| DEFAULT_KEY.to_owned()));
    let tier = bounds::tier(text(input, "Tier"), before.map(|before| before.tier.as_str()), value)?;
    bounds::check(&tier, value)?;
    let pattern = or_before("AllowedPattern", before.map(|before| &before.allowed_pattern));
    let allowed_pattern = pattern.unwrap_or_default();
    bounds::check_pattern(&allowed_pattern, value)?;
    let description = or_before("Description", before.map(|before| &before.description));
    let mut parameter = Parameter {
        r#type: of_type,
        tier,
        data_type,
        description: description.unwrap_or_default(),
        allowed_pattern,
        key,
        values: before.map_or_else(BTreeMap::new, |before| before.values.clone()),
        modified_at: call.now,
        modified_by: caller::arn(call),
        tags: before.map(|before| before.tags.clone()).unwrap_or_default(),
    };
    parameter.add(value.to_owned());
    Ok(parameter)
}

/// That another one is refused of a parameter that is there is what Terraform takes for given; the text is
/// ours. No image is looked up.
fn check_data_type(data_type: &str, before: Option<&Parameter>) -> Result<(), Fault> {
    if !DATA_TYPES.contains(&data_type) {
        // (report)
        return Err(validation(format!(
            "The following data type is not supported: {data_type} (Data type names are all \
             lowercase.)"
        )));
    }
    if before.is_some_and(|before| before.data_type != data_type) {
        return Err(validation("The data type of a parameter cannot be changed."));
    }
    Ok(())
}

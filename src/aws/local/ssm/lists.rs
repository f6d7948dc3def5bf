//! Reading, listing and deleting parameters.

use serde_json::{Map, Value, json};

use super::super::Call;
use super::super::paging::{self, Order};
use super::super::reply::{Fault, Reply};
use super::super::shape::{self, STRING, Shape, optional, required};
use super::super::state::World;
use super::record::Section;
use super::{NAME, filters, missing, names, text, texts, validation};

/// How many names a call takes (model, shape `ParameterNameList`).
const NAMES: Shape = Shape::List { item: &NAME, max: 10 };

/// How many parameters a page holds where nothing is said; AWS's number is not documented, and a page
/// may have fewer.
const PAGE: usize = 10;

/// Why a parameter is not shown.
enum Unknown {
    Parameter,
    Version,
}

/// `GetParameter`
pub(super) fn get(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let members = [required("Name", NAME), optional("WithDecryption", Shape::Boolean)];
    let input = shape::read(call.body, &members)?;
    let name = text(&input, "Name").unwrap_or_default();
    match shown(call, &world.region.ssm, name, decrypts(&input)) {
        Ok(shown) => Ok(Reply::Json(json!({ "Parameter": shown }))),
        Err(Unknown::Parameter) => Err(missing()),
        Err(Unknown::Version) => {
            // The text is an independent server's.
            let (name, version) = name.rsplit_once(':').unwrap_or((name, ""));
            let message = format!(
                "Systems Manager could not find version {version} of {name}. Verify the version and \
                 try again."
            );
            Err(Fault::front_end("ParameterVersionNotFound", message))
        }
    }
}

/// `GetParameters`, in the order of their names (model).
pub(super) fn get_some(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let members = [required("Names", NAMES), optional("WithDecryption", Shape::Boolean)];
    let input = shape::read(call.body, &members)?;
    let mut names = asked(&input)?;
    names.sort_unstable();
    let (mut found, mut unknown) = (Vec::new(), Vec::new());
    for name in names {
        match shown(call, &world.region.ssm, name, decrypts(&input)) {
            Ok(shown) => found.push(shown),
            Err(_) => unknown.push(name),
        }
    }
    Ok(Reply::Json(json!({ "Parameters": found, "InvalidParameters": unknown })))
}

fn decrypts(input: &Map<String, Value>) -> bool {
    input.get("WithDecryption") == Some(&json!(true))
}

/// A parameter by its name or ARN, with the number of a version behind it or without.
fn shown(call: &Call<'_>, section: &Section, text: &str, decrypts: bool) -> Result<Value, Unknown> {
    let by_version = || {
        let (name, version) = text.rsplit_once(':')?;
        Some((names::meant(call, section, name)?, Some(version)))
    };
    let whole = names::meant(call, section, text).map(|name| (name, None));
    let (name, version) = whole.or_else(by_version).ok_or(Unknown::Parameter)?;
    let parameter = section.parameters.get(name).ok_or(Unknown::Parameter)?;
    let number = match version {
        Some(version) => version.parse().map_err(|_| Unknown::Version)?,
        None => parameter.version(),
    };
    if !parameter.values.contains_key(&number) {
        return Err(Unknown::Version);
    }
    let mut shown = parameter.wire(call, name, number, decrypts);
    if let Some(version) = version {
        shown["Selector"] = json!(format!(":{version}"));
    }
    Ok(shown)
}

/// `DescribeParameters`
pub(super) fn describe(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let members = [
        optional("ParameterFilters", filters::FILTERS),
        optional("Filters", filters::FILTERS),
        optional("MaxResults", Shape::Integer { min: 1, max: 50 }),
        optional("NextToken", STRING),
        optional("Shared", Shape::Boolean),
    ];
    let input = shape::read(call.body, &members)?;
    if input.contains_key("Filters") || input.get("Shared") == Some(&json!(true)) {
        return Err(Fault::unknown_operation("these filters of parameters"));
    }
    let wanted = filters::read(&input)?;
    let all = world.region.ssm.parameters.iter();
    let found = all.filter(|(name, parameter)| wanted.iter().all(|one| one.takes(name, parameter)));
    let found = found.map(|(name, parameter)| (name.clone(), parameter.metadata(call, name)));
    let size = input.get("MaxResults").and_then(Value::as_u64);
    let size = size.and_then(|size| usize::try_from(size).ok()).unwrap_or(PAGE);
    let token = text(&input, "NextToken").filter(|token| !token.is_empty());
    let page = paging::page("DescribeParameters", found.collect(), Order::Ascending, size, token);
    let (parameters, next) = page.ok_or_else(|| {
        let message = "The specified token isn't valid.".to_owned();
        Fault::modelled(http::StatusCode::BAD_REQUEST, "InvalidNextToken", message)
    })?;
    let mut answer = json!({ "Parameters": parameters });
    if let Some(next) = next {
        answer["NextToken"] = json!(next);
    }
    Ok(Reply::Json(answer))
}

/// `DeleteParameter`, which takes no ARN (model). What happens to who makes one of the same name within
/// 30 seconds is not documented; here nothing.
pub(super) fn delete(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let input = shape::read(call.body, &[required("Name", NAME)])?;
    let name = text(&input, "Name").unwrap_or_default();
    world.region.ssm.parameters.remove(name).ok_or_else(missing)?;
    Ok(Reply::Json(json!({})))
}

/// `DeleteParameters`
pub(super) fn delete_some(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let input = shape::read(call.body, &[required("Names", NAMES)])?;
    let parameters = &mut world.region.ssm.parameters;
    let (gone, unknown): (Vec<&str>, Vec<&str>) =
        asked(&input)?.into_iter().partition(|name| parameters.remove(*name).is_some());
    Ok(Reply::Json(json!({ "DeletedParameters": gone, "InvalidParameters": unknown })))
}

/// The names of a call, of which there is at least one (model).
fn asked(input: &Map<String, Value>) -> Result<Vec<&str>, Fault> {
    let names = texts(input, "Names");
    if names.is_empty() {
        return Err(validation(
            "1 validation error detected: Value '[]' at 'names' failed to satisfy constraint: Member \
             must have length greater than or equal to 1",
        ));
    }
    Ok(names)
}

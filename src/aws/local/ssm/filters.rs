//! Which parameters a list is about.

use http::StatusCode;
use serde_json::{Map, Value};

use super::super::reply::Fault;
use super::super::shape::{Member, Shape, optional, required};
use super::record::Parameter;
use super::{text, texts};

/// The filters of a call (model, shape `ParameterStringFilter`).
pub(super) const FILTERS: Shape = Shape::List { item: &Shape::Structure(members), max: usize::MAX };

fn members() -> Vec<Member> {
    vec![
        required("Key", Shape::Text { min: 1, max: 132 }),
        optional("Option", Shape::Text { min: 1, max: 10 }),
        optional("Values", Shape::List { item: &Shape::Text { min: 1, max: 1024 }, max: 50 }),
    ]
}

/// One filter: what it looks at, how, and the values that will do.
#[derive(Debug)]
pub(super) struct Filter {
    key: String,
    option: String,
    values: Vec<String>,
}

/// The filters of a request that was read. Which options a key has is the model's text.
pub(super) fn read(input: &Map<String, Value>) -> Result<Vec<Filter>, Fault> {
    let filters = input.get("ParameterFilters").and_then(Value::as_array).into_iter().flatten();
    let mut read: Vec<Filter> = Vec::new();
    for filter in filters.filter_map(Value::as_object) {
        let key = text(filter, "Key").unwrap_or_default().to_owned();
        let options: &[&str] = match key.as_str() {
            "Path" => &["OneLevel", "Recursive"],
            "Name" => &["Equals", "BeginsWith", "Contains"],
            "Type" | "KeyId" | "Tier" | "DataType" => &["Equals", "BeginsWith"],
            tag if tag.len() > 4 && tag.starts_with("tag:") => &["Equals", "BeginsWith"],
            _ => return Err(fault("InvalidFilterKey", "The specified key isn't valid.")),
        };
        let option = text(filter, "Option").unwrap_or(options[0]).to_owned();
        if !options.contains(&option.as_str()) {
            let message = "The specified filter option isn't valid.";
            return Err(fault("InvalidFilterOption", message));
        }
        let values: Vec<_> = texts(filter, "Values").into_iter().map(str::to_owned).collect();
        // A tag may be asked for whatever its value is (an independent server).
        let needs_value = !key.starts_with("tag:");
        if (values.is_empty() && needs_value) || read.iter().any(|other| other.key == key) {
            return Err(fault("InvalidFilterValue", "The filter value isn't valid."));
        }
        read.push(Filter { key, option, values });
    }
    Ok(read)
}

/// The texts are the model's.
fn fault(code: &'static str, message: &str) -> Fault {
    Fault::modelled(StatusCode::BAD_REQUEST, code, message.to_owned())
}

impl Filter {
    /// Whether a parameter is one of those.
    pub(super) fn takes(&self, name: &str, parameter: &Parameter) -> bool {
        let has = match self.key.as_str() {
            "Name" => Some(name),
            "Type" => Some(parameter.r#type.as_str()),
            "KeyId" => parameter.key.as_deref(),
            "Tier" => Some(parameter.tier.as_str()),
            "DataType" => Some(parameter.data_type.as_str()),
            "Path" => return self.values.iter().any(|path| self.is_below(path, name)),
            tag => parameter.tags.get(tag.trim_start_matches("tag:")).map(String::as_str),
        };
        let fits = |has: &str, value: &String| match self.option.as_str() {
            "BeginsWith" => has.starts_with(value.as_str()),
            "Contains" => has.contains(value.as_str()),
            _ => has == value,
        };
        has.is_some_and(|has| {
            self.values.is_empty() || self.values.iter().any(|value| fits(has, value))
        })
    }

    fn is_below(&self, path: &str, name: &str) -> bool {
        let path = path.trim_end_matches('/');
        let rest = name.strip_prefix(path).and_then(|rest| rest.strip_prefix('/'));
        rest.is_some_and(|rest| self.option == "Recursive" || !rest.contains('/'))
    }
}

//! How much of the spans X-Ray indexes: one rule, `Default` (model: "the indexing rules"; only this
//! one is ever seen).

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::super::Call;
use super::super::reply::{Fault, Reply};
use super::super::shape::{self, Member, STRING, Shape, optional, required};
use super::super::state::World;
use super::record::DEFAULT;
use super::rules::text;
use super::settings::{Indexing, Settings};
use super::{invalid_request, page};

/// In percent, as AWS ships it (documentation, "Enable Transaction Search").
const SHIPPED: f64 = 1.0;

/// No bounds (model).
const PERCENTAGE: Shape = Shape::Double { min: f64::NEG_INFINITY, max: f64::INFINITY };

fn rule() -> Vec<Member> {
    vec![optional("Probabilistic", Shape::Structure(probabilistic))]
}

fn probabilistic() -> Vec<Member> {
    vec![required("DesiredSamplingPercentage", PERCENTAGE)]
}

/// `GetIndexingRules`.
pub(super) fn get(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let input = shape::read(call.body, &[optional("NextToken", STRING)])?;
    let rules = vec![(DEFAULT.to_owned(), wire(&world.region.xray.settings))];
    let (rules, next) = page("GetIndexingRules", rules, 10, text(&input, "NextToken"))?;
    Ok(Reply::Json(json!({"IndexingRules": rules, "NextToken": next})))
}

/// `UpdateIndexingRule`. The model has no bounds; that a percentage beyond 100 is refused is an
/// assumption.
pub(super) fn update(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let members = [required("Name", STRING), required("Rule", Shape::Structure(rule))];
    let input = shape::read(call.body, &members)?;
    let name = text(&input, "Name").unwrap_or_default();
    if name != DEFAULT {
        let message = format!("There is no indexing rule {name}");
        return Err(Fault::modelled(StatusCode::NOT_FOUND, "ResourceNotFoundException", message)
            .with("ResourceName", name));
    }
    let percentage = desired(&input).ok_or_else(|| invalid_request("The rule has no value"))?;
    if !(0.0..=100.0).contains(&percentage) {
        return Err(invalid_request("DesiredSamplingPercentage has to be from 0 to 100"));
    }
    let settings = &mut world.region.xray.settings;
    settings.indexing = Some(Indexing { percentage, modified_at: call.now });
    Ok(Reply::Json(json!({"IndexingRule": wire(settings)})))
}

fn desired(input: &Map<String, Value>) -> Option<f64> {
    input.get("Rule")?.get("Probabilistic")?.get("DesiredSamplingPercentage")?.as_f64()
}

/// The rule as it is shown. What AWS measures is what was asked for: there is no traffic here.
fn wire(settings: &Settings) -> Value {
    let untouched = Indexing { percentage: SHIPPED, modified_at: 0 };
    let Indexing { percentage, modified_at } = settings.indexing.as_ref().unwrap_or(&untouched);
    json!({
        "Name": DEFAULT,
        "ModifiedAt": modified_at,
        "Rule": {"Probabilistic": {
            "DesiredSamplingPercentage": percentage,
            "ActualSamplingPercentage": percentage,
        }},
    })
}

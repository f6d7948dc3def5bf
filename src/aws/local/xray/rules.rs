//! Creating, reading, changing and removing sampling rules.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::super::reply::{Fault, Reply};
use super::super::shape::{self, STRING, Shape, optional, required};
use super::super::state::World;
use super::super::{Call, EqualPriorities};
use super::record::{self, DEFAULT, Record, Section};
use super::{fields, invalid_request, page, tags};

/// How many records `GetSamplingRules` gives at once; AWS's number is not documented. One less than
/// a region at its default quota holds, so that paging happens.
pub(super) const PAGE: usize = 25;

/// AWS's text (recording: none; quoted by clients that match on it).
const MISSING: &str = "Sampling rule does not exist";

/// AWS's text (recording: none; quoted by clients that match on it).
const EXISTS: &str = "Sampling rule already exists";

/// AWS's text (recording: an update of Default that sent Priority).
const DEFAULT_UPDATE: &str = "Invalid update request for default sampling rule";

/// `CreateSamplingRule`. In which order AWS finds what is wrong is not documented.
pub(super) fn create(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let members =
        [required("SamplingRule", Shape::Structure(fields::rule)), optional("Tags", tags::LIST)];
    let mut input = shape::read(call.body, &members)?;
    let mut rule = structure(&mut input, "SamplingRule");
    let name = identify(call, &mut rule)?;
    // An ARN has no bounds in the model, but the name in it must still be one.
    if name.chars().count() > 32 {
        return Err(invalid_request("The rule's name is longer than 32 characters"));
    }
    // The model only asks for 1 or more; 1 is the one version there is (documentation).
    if rule.get("Version") != Some(&json!(1)) {
        return Err(invalid_request("The rule's version has to be 1"));
    }
    let tags = tags::from_input(&mut input)?;
    // create-sampling-rule does not list TooManyTagsException (model).
    if tags.len() > tags::LIMIT {
        return Err(invalid_request("A sampling rule can have at most 50 tags"));
    }
    let section = &mut world.region.xray;
    if section.get(&name).is_some() {
        return Err(invalid_request(EXISTS));
    }
    if section.custom().count() >= call.options.rule_quota {
        // No HTTP status in the model, which in rest-json means 400.
        return Err(Fault::modelled(
            StatusCode::BAD_REQUEST,
            "RuleLimitExceededException",
            format!("There are already {} sampling rules", call.options.rule_quota),
        ));
    }
    let rule = from_members(rule)?;
    let record = Record { created_at: call.now, modified_at: call.now, rule, tags };
    check_priority(call, section, &name, &record)?;
    let answer = json!({ "SamplingRuleRecord": record.wire(call, &name) });
    section.put(name, record);
    Ok(Reply::Json(answer))
}

/// `GetSamplingRules`: every rule, page by page.
pub(super) fn get(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let input = shape::read(call.body, &[optional("NextToken", STRING)])?;
    let record =
        |(name, record): (String, Record)| (record::position(&name), record.wire(call, &name));
    let all = world.region.xray.all().into_iter().map(record).collect();
    let (records, next) = page("GetSamplingRules", all, PAGE, text(&input, "NextToken"))?;
    // `NextToken` is there as null on the last page (recording).
    Ok(Reply::Json(json!({ "SamplingRuleRecords": records, "NextToken": next })))
}

/// `UpdateSamplingRule`: what the input does not name stays as it is.
///
/// How AWS lets go of a `SamplingRateBoost` is not documented; here it can be replaced and not
/// removed.
pub(super) fn update(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let members = [required("SamplingRuleUpdate", Shape::Structure(fields::update))];
    let mut input = shape::read(call.body, &members)?;
    let mut changes = structure(&mut input, "SamplingRuleUpdate");
    let name = identify(call, &mut changes)?;
    let section = &mut world.region.xray;
    let mut record = section.get(&name).ok_or_else(|| invalid_request(MISSING))?;
    let allowed = |member: &String| matches!(member.as_str(), "FixedRate" | "ReservoirSize");
    if name == DEFAULT && !changes.keys().all(allowed) {
        return Err(invalid_request(DEFAULT_UPDATE));
    }
    check_left_to_the_service(&changes)?;
    let mut rule = record.members();
    rule.extend(changes);
    record.rule = from_members(rule)?;
    // Set whatever the update said: samplers start a rule afresh when this moves.
    record.modified_at = call.now;
    check_priority(call, section, &name, &record)?;
    let answer = json!({ "SamplingRuleRecord": record.wire(call, &name) });
    section.put(name, record);
    Ok(Reply::Json(answer))
}

/// `DeleteSamplingRule`, which answers with the rule as it was.
pub(super) fn delete(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    // Neither has bounds here (model).
    let members = [optional("RuleName", STRING), optional("RuleARN", STRING)];
    let mut input = shape::read(call.body, &members)?;
    let name = identify(call, &mut input)?;
    if name == DEFAULT {
        // That Default cannot be deleted is documented, AWS's text for it is not.
        return Err(invalid_request("The default sampling rule cannot be deleted"));
    }
    let record = world.region.xray.remove(&name).ok_or_else(|| invalid_request(MISSING))?;
    Ok(Reply::Json(json!({ "SamplingRuleRecord": record.wire(call, &name) })))
}

/// Takes name and ARN out of `members` and says which rule they mean: "Specify a rule by either
/// name or ARN, but not both" (model). AWS's texts for both and neither are not known.
fn identify(call: &Call<'_>, members: &mut Map<String, Value>) -> Result<String, Fault> {
    match (members.remove("RuleName"), members.remove("RuleARN")) {
        (Some(Value::String(name)), None) => Ok(name),
        (None, Some(Value::String(arn))) => record::name_in(call, &arn)
            .map(str::to_owned)
            .ok_or_else(|| invalid_request("The rule's ARN is not one of this account and region")),
        (Some(_), Some(_)) => Err(invalid_request("Specify either RuleName or RuleARN, not both")),
        _ => Err(invalid_request("Specify RuleName or RuleARN")),
    }
}

/// Bounds that the model states for a new rule and leaves out of the update shape: a recording shows
/// that Default's priority of 10000 gets as far as the check for Default. That AWS keeps to the
/// bounds for other rules is an assumption; its text is not known.
fn check_left_to_the_service(changes: &Map<String, Value>) -> Result<(), Fault> {
    let text = Value::Object(changes.clone()).to_string();
    match shape::read(text.as_bytes(), &fields::left_to_the_service()) {
        Ok(_) => Ok(()),
        Err(fault) => Err(invalid_request(&fault.message)),
    }
}

/// Refuses a second custom rule with the same priority where the options ask for that. AWS's text,
/// if there is one, is not known. Default is never in the way: its priority is out of bounds for
/// others.
fn check_priority(
    call: &Call<'_>,
    section: &Section,
    name: &str,
    record: &Record,
) -> Result<(), Fault> {
    let priority = record.rule.priority;
    let mut others = section.custom().filter(|(other, _)| *other != name);
    let taken = others.find(|(_, other)| other.rule.priority == priority);
    match (call.options.equal_priorities, taken) {
        (EqualPriorities::Refuse, Some((other, _))) => Err(invalid_request(&format!(
            "Priority {priority} is already used by the sampling rule {other}"
        ))),
        _ => Ok(()),
    }
}

fn from_members(members: Map<String, Value>) -> Result<record::Rule, Fault> {
    let rule = serde_json::from_value(Value::Object(members));
    rule.map_err(|error| Fault::serialization(error.to_string()))
}

/// Takes a structure out of checked input.
fn structure(input: &mut Map<String, Value>, name: &str) -> Map<String, Value> {
    match input.remove(name) {
        Some(Value::Object(members)) => members,
        _ => Map::new(),
    }
}

/// A string of checked input.
pub(super) fn text<'a>(input: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    input.get(name).and_then(Value::as_str)
}

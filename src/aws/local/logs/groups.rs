//! Making, deleting and listing log groups.

use serde_json::{Map, Value, json};

use super::super::Call;
use super::super::paging::{self, Order};
use super::super::reply::{Fault, Reply};
use super::super::shape::{Shape, optional, required};
use super::super::state::World;
use super::record::{self, Group};
use super::{IDENTIFIER, NAME, invalid, missing, read, settings, tags, text};

/// The classes of log groups (model, shape `LogGroupClass`).
const CLASSES: [&str; 4] = ["STANDARD", "INFREQUENT_ACCESS", "ESSENTIALS", "DELIVERY"];
const CLASS: Shape = Shape::OneOf(&CLASSES);

/// How many log groups a page holds where nothing is said (model).
const PAGE: usize = 50;

/// `CreateLogGroup`
pub(super) fn create(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let members = [
        required("logGroupName", NAME),
        optional("kmsKeyId", settings::KEY),
        optional("tags", tags::TAGS),
        optional("logGroupClass", CLASS),
        optional("deletionProtectionEnabled", Shape::Boolean),
    ];
    let input = read(call, &members)?;
    let name = text(&input, "logGroupName").unwrap_or_default();
    if name.starts_with("aws/") {
        // That it is refused is the model's, the text is ours.
        return Err(invalid("Log group names can't start with the string aws/"));
    }
    let key = text(&input, "kmsKeyId").map(str::to_owned);
    key.as_deref().map_or(Ok(()), settings::check_key)?;
    let tags = tags::given(&input)?;
    let groups = &mut world.region.logs.groups;
    if groups.contains_key(name) {
        // The text that clients match on (report).
        let message = "The specified log group already exists".to_owned();
        return Err(Fault::front_end("ResourceAlreadyExistsException", message));
    }
    let class = text(&input, "logGroupClass").unwrap_or(CLASSES[0]).to_owned();
    let group = Group {
        created_at: call.now,
        retention: settings::fixed_retention(&class),
        class,
        stored_bytes: 0,
        key,
        protected: input.get("deletionProtectionEnabled") == Some(&json!(true)),
        tags,
    };
    groups.insert(name.to_owned(), group);
    Ok(Reply::Json(json!({})))
}

/// `DeleteLogGroup`
pub(super) fn delete(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let input = read(call, &[required("logGroupName", NAME)])?;
    let name = text(&input, "logGroupName").unwrap_or_default();
    let groups = &mut world.region.logs.groups;
    if groups.get(name).ok_or_else(missing)?.protected {
        // The error is the one in the model that no other call of log groups has; the text is ours.
        let message = "The log group is protected from being deleted".to_owned();
        return Err(Fault::front_end("ValidationException", message));
    }
    groups.remove(name);
    Ok(Reply::Json(json!({})))
}

/// `DescribeLogGroups`, in the order of their names (model).
pub(super) fn describe(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    const PATTERN: Shape =
        Shape::Word { min: 0, max: 512, pattern: r"[\.\-_/#A-Za-z0-9]*", allows: super::in_name };
    let members = [
        optional("logGroupNamePrefix", NAME),
        optional("logGroupNamePattern", PATTERN),
        optional("nextToken", Shape::Text { min: 1, max: usize::MAX }),
        optional("limit", Shape::Integer { min: 1, max: 50 }),
        optional("logGroupClass", CLASS),
        optional("logGroupIdentifiers", Shape::List { item: &IDENTIFIER, max: 50 }),
    ];
    let input = read(call, &members)?;
    check_together(&input)?;
    let prefix = text(&input, "logGroupNamePrefix").unwrap_or_default();
    let pattern = text(&input, "logGroupNamePattern").unwrap_or_default();
    let class = text(&input, "logGroupClass");
    let identifiers = identifiers(call, &input);
    let wanted = |(name, group): &(&String, &Group)| {
        name.starts_with(prefix)
            && name.contains(pattern)
            && class.is_none_or(|class| group.class == class)
            && identifiers.as_ref().is_none_or(|all| all.contains(&name.as_str()))
    };
    // Of those found by a part of their name no more is shown (model).
    let shown = |(name, group): (&String, &Group)| {
        let mut shown = group.wire(call, name);
        if input.contains_key("logGroupNamePattern") {
            let kept = ["arn", "creationTime", "logGroupName"];
            shown.as_object_mut().into_iter().for_each(|shown| {
                shown.retain(|member, _| kept.contains(&member.as_str()));
            });
        }
        (name.clone(), shown)
    };
    let all = world.region.logs.groups.iter().filter(wanted).map(shown).collect();
    let size = input.get("limit").and_then(Value::as_u64);
    let size = size.and_then(|size| usize::try_from(size).ok()).unwrap_or(PAGE);
    let token = text(&input, "nextToken");
    let page = paging::page("DescribeLogGroups", all, Order::Ascending, size, token);
    let (groups, next) = page.ok_or_else(|| invalid("The specified nextToken is invalid."))?;
    let mut answer = json!({ "logGroups": groups });
    if let Some(next) = next {
        answer["nextToken"] = json!(next);
    }
    Ok(Reply::Json(answer))
}

/// A part of the name and its beginning exclude each other, and names of whole groups everything
/// else (model). The texts are ours.
fn check_together(input: &Map<String, Value>) -> Result<(), Fault> {
    let has = |member: &str| input.contains_key(member);
    if has("logGroupNamePrefix") && has("logGroupNamePattern") {
        let message = "LogGroup name prefix and LogGroup name pattern are mutually exclusive \
                       parameters.";
        return Err(invalid(message));
    }
    let others = ["logGroupNamePrefix", "logGroupNamePattern", "logGroupClass", "limit"];
    if has("logGroupIdentifiers") && others.into_iter().any(has) {
        return Err(invalid("logGroupIdentifiers can only be given alone"));
    }
    Ok(())
}

/// The names that are asked for. What AWS says of one that is not there is not documented, and no error
/// of the call's says that (model): here it is left out.
fn identifiers<'a>(call: &Call<'_>, input: &'a Map<String, Value>) -> Option<Vec<&'a str>> {
    let all = input.get("logGroupIdentifiers")?.as_array()?;
    let names = all.iter().filter_map(Value::as_str);
    Some(names.map(|text| record::name_in(call, text).unwrap_or(text)).collect())
}

//! The Resource Groups Tagging API: finding resources of all services by their tags.
//!
//! It lists neither X-Ray's resources nor IAM's users and roles (documentation).

mod filters;

use bytes::Bytes;
use http::{Request, StatusCode};
use serde_json::{Value, json};

use super::guard::Asked;
use super::iam::Tags;
use super::paging::{self, Order};
use super::reply::{Fault, Protocol, Reply};
use super::shape::{self, Shape, optional};
use super::state::World;
use super::{Access, Call, Operation, Service};
use filters::Filters;

pub(super) const SERVICE: Service = Service {
    signing_name: "tagging",
    prefix: "tag",
    protocol: Protocol::Json11,
    operations: || vec![GET_RESOURCES.name],
    claims,
    route,
    asks: |_, operation, _| vec![Asked::anywhere(&format!("tag:{operation}"))],
};

const GET_RESOURCES: Operation =
    Operation { name: "GetResources", access: Access::Read, run: get_resources };

/// What stands before an operation's name in the header `X-Amz-Target` (model).
const TARGET: &str = "ResourceGroupsTaggingAPI_20170126.";

/// How many resources a page holds where nothing is said; AWS's number is not in the model.
const PAGE: i64 = 50;

/// A resource and its tags.
type Tagged = (String, Tags);

/// The taggable resources of each service, in the region of the call.
const LISTED: [fn(&Call<'_>, &World) -> Vec<Tagged>; 4] =
    [policies, of_ecs, log_groups, parameters];

fn parameters(call: &Call<'_>, world: &World) -> Vec<Tagged> {
    world.region.ssm.tagged(call).map(|(arn, tags)| (arn, tags.clone())).collect()
}

fn log_groups(call: &Call<'_>, world: &World) -> Vec<Tagged> {
    world.region.logs.tagged(call).map(|(arn, tags)| (arn, tags.clone())).collect()
}

fn of_ecs(call: &Call<'_>, world: &World) -> Vec<Tagged> {
    let tagged = world.region.ecs.tagged(call.account, call.region);
    tagged.map(|(arn, tags)| (arn, tags.clone())).collect()
}

/// IAM's policies, which are global and listed in one region of each partition (documentation).
fn policies(call: &Call<'_>, world: &World) -> Vec<Tagged> {
    if !matches!(call.region, "us-east-1" | "cn-north-1" | "us-gov-west-1") {
        return Vec::new();
    }
    let policies = world.global.iam.taggable_policies(call);
    policies.map(|(arn, tags)| (arn, tags.clone())).collect()
}

/// `GetResources`. A resource that once had tags and has none any more is listed by AWS as well
/// (model); it is not remembered here. The tag policies that `IncludeComplianceDetails` is about
/// there are none of, so it changes nothing.
fn get_resources(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let mut members = vec![
        optional("PaginationToken", Shape::Text { min: 0, max: 2048 }),
        optional("ResourcesPerPage", ANY_NUMBER),
        optional("TagsPerPage", ANY_NUMBER),
    ];
    members.extend(filters::members());
    let input = shape::read(call.body, &members)?;
    let filters = Filters::of(call, &input)?;
    let number = |name| input.get(name).and_then(Value::as_i64);
    let size = number("ResourcesPerPage").unwrap_or(PAGE);
    check_range("ResourcesPerPage", size, 1, 100)?;
    // What it asks for is only a smaller page, and AWS advises against it (model).
    check_range("TagsPerPage", number("TagsPerPage").unwrap_or(100), 100, 500)?;
    let token = input.get("PaginationToken").and_then(Value::as_str);

    let all = LISTED.iter().flat_map(|list| list(call, world));
    let tagged = all.filter(|(_, tags)| !tags.is_empty());
    let wanted = tagged.filter(|(arn, tags)| filters.want(arn, tags));
    let keyed = wanted.map(|resource| (resource.0.clone(), resource)).collect();
    let size = usize::try_from(size).unwrap_or_default();
    let token = token.filter(|token| !token.is_empty());
    let page = paging::page("GetResources", keyed, Order::Ascending, size, token);
    let (items, next) =
        page.ok_or_else(|| invalid("The PaginationToken is not one of this API's"))?;
    let mappings: Vec<_> = items.iter().map(mapping).collect();
    // The last page has an empty token (documentation, the CLI's examples); the model's text speaks
    // of null.
    Ok(Reply::Json(json!({
        "PaginationToken": next.unwrap_or_default(),
        "ResourceTagMappingList": mappings,
    })))
}

/// Bounds of these are in the model's text only.
const ANY_NUMBER: Shape = Shape::Integer { min: i32::MIN, max: i32::MAX };

fn check_range(name: &str, number: i64, min: i64, max: i64) -> Result<(), Fault> {
    if (min..=max).contains(&number) {
        return Ok(());
    }
    Err(invalid(format!("{name} has to be from {min} to {max}, and is {number}")))
}

fn mapping((arn, tags): &Tagged) -> Value {
    let tags: Vec<_> = tags.iter().map(|(k, v)| json!({ "Key": k, "Value": v })).collect();
    json!({ "ResourceARN": arn, "Tags": tags })
}

/// The one error for all that is wrong with a request (model). AWS's texts are not known, but where
/// the comment says so.
fn invalid(message: impl Into<String>) -> Fault {
    Fault::modelled(StatusCode::BAD_REQUEST, "InvalidParameterException", message.into())
}

fn target(request: &Request<Bytes>) -> Option<&str> {
    request.headers().get("x-amz-target")?.to_str().ok()?.strip_prefix(TARGET)
}

fn claims(request: &Request<Bytes>) -> bool {
    target(request).is_some()
}

fn route(request: &Request<Bytes>) -> Result<Operation, Fault> {
    match target(request) {
        Some(name) if name == GET_RESOURCES.name => Ok(GET_RESOURCES),
        other => {
            let asked = format!("the tagging call `{}`", other.unwrap_or_default());
            Err(Fault::unknown_operation(&asked))
        }
    }
}

#[cfg(test)]
mod tests;

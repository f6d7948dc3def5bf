//! Lists of revisions and of families.

use serde_json::{Map, Value, json};

use super::super::Call;
use super::super::paging::{self, Order, Page};
use super::super::reply::{Fault, Reply};
use super::members::{Members as _, Structure};
use super::record::{Section, arn};
use super::{invalid_parameter, shapes};

/// The most that one page holds, and how much it holds where nobody says (model).
const PAGE: i64 = 100;

/// `ListTaskDefinitions`: ARNs by family and revision. `familyPrefix` is a whole family's name here
/// (model).
pub(super) fn revisions(call: &Call<'_>, section: &Section) -> Result<Reply, Fault> {
    let input = shapes::read(call.body, "ListTaskDefinitionsRequest")?;
    let wanted = input.text("status").unwrap_or("ACTIVE");
    let order =
        if input.text("sort") == Some("DESC") { Order::Descending } else { Order::Ascending };
    let family = input.text("familyPrefix");
    let listed = section.all().filter(|(name, _, revision)| {
        family.is_none_or(|family| family == *name) && json!(revision.status) == wanted
    });
    let items = listed.map(|(family, number, _)| {
        // A blank sorts before every character of a family's name.
        (format!("{family} {number:010}"), arn(call.account, call.region, family, number))
    });
    let page = ordered_page(&input, "ListTaskDefinitions", items.collect(), (order, PAGE))?;
    Ok(reply("taskDefinitionArns", page))
}

/// `ListTaskDefinitionFamilies`: names that begin with `familyPrefix`. A family is inactive when
/// none of its revisions is `ACTIVE` (model).
pub(super) fn families(call: &Call<'_>, section: &Section) -> Result<Reply, Fault> {
    let input = shapes::read(call.body, "ListTaskDefinitionFamiliesRequest")?;
    let prefix = input.text("familyPrefix").unwrap_or_default();
    let listed = section.families().filter(|(family, active)| {
        family.starts_with(prefix)
            && match input.text("status") {
                Some("ACTIVE") => *active,
                Some("INACTIVE") => !active,
                _ => true,
            }
    });
    let items = listed.map(|(family, _)| (family.to_owned(), family)).collect();
    let page = page(&input, "ListTaskDefinitionFamilies", items, PAGE)?;
    Ok(reply("families", page))
}

/// The last page has no `nextToken` (recordings).
pub(super) fn reply<T: Into<Value>>(name: &str, (items, next): Page<T>) -> Reply {
    let mut answer = Map::new();
    answer.insert(name.to_owned(), items.into_iter().map(Into::into).collect());
    if let Some(next) = next {
        answer.insert("nextToken".to_owned(), next.into());
    }
    Reply::Json(Value::Object(answer))
}

/// The texts for a bad page size and a bad token are not recorded.
pub(super) fn page<T>(
    input: &Structure,
    operation: &str,
    items: Vec<(String, T)>,
    usual: i64,
) -> Result<Page<T>, Fault> {
    ordered_page(input, operation, items, (Order::Ascending, usual))
}

fn ordered_page<T>(
    input: &Structure,
    operation: &str,
    items: Vec<(String, T)>,
    (order, usual): (Order, i64),
) -> Result<Page<T>, Fault> {
    let size = input.integer("maxResults").unwrap_or(usual);
    let fitting = usize::try_from(size).ok().filter(|_| (1..=PAGE).contains(&size));
    let Some(size) = fitting else {
        let message = format!("Invalid maxResults value. Specify a value between 1 and {PAGE}.");
        return Err(invalid_parameter(message));
    };
    let page = paging::page(operation, items, order, size, input.text("nextToken"));
    page.ok_or_else(|| invalid_parameter("Invalid token."))
}

//! Groups of traces.

use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, RandomState};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::super::reply::{Fault, Reply};
use super::super::shape::{self, Member, STRING, Shape, optional, required};
use super::super::state::World;
use super::super::{Call, caller, paging};
use super::rules::text;
use super::{invalid_request, page, tags};

/// The name of the group that every region has.
const DEFAULT: &str = "Default";

/// How many groups a region may hold, Default not counted (documentation, X-Ray quotas: 25, not
/// adjustable; whether Default counts is not said).
pub(super) const QUOTA: usize = 25;

/// How many groups `GetGroups` gives at once; AWS's number is not documented. One less than a region
/// at its quota holds, so that paging happens.
pub(super) const PAGE: usize = 25;

/// AWS's text (recording: none; quoted by clients that match on it, terraform-provider-aws, `xray/group.go`).
const MISSING: &str = "Group not found";

/// AWS's text is not known.
const EXISTS: &str = "Group already exists";

const NAME: Shape = Shape::Text { min: 1, max: 32 };
const ARN: Shape = Shape::Text { min: 1, max: 400 };
const INSIGHTS: Member = optional("InsightsConfiguration", Shape::Structure(insights));

fn insights() -> Vec<Member> {
    vec![
        optional("InsightsEnabled", Shape::Boolean),
        optional("NotificationsEnabled", Shape::Boolean),
    ]
}

/// The groups of a region, by name: names are told apart by case (model). Default is only in here once
/// somebody touched it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Groups(BTreeMap<String, Group>);

/// One group.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Group {
    /// The end of its ARN, which Default does not have (recordings).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    filter: Option<String>,
    insights: bool,
    notifications: bool,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) tags: BTreeMap<String, String>,
}

impl Groups {
    /// Whether nothing was ever changed here.
    pub(super) fn is_untouched(&self) -> bool {
        self.0.is_empty()
    }

    /// The group called `name`. Default is always there.
    pub(super) fn get(&self, name: &str) -> Option<Group> {
        let held = self.0.get(name).cloned();
        held.or_else(|| (name == DEFAULT).then(Group::default))
    }

    /// Keeps a group under `name`.
    pub(super) fn put(&mut self, name: String, group: Group) {
        self.0.insert(name, group);
    }

    /// The name of the group with this ARN.
    pub(super) fn name_of(&self, call: &Call<'_>, group_arn: &str) -> Option<String> {
        let is_it = |(name, group): &(&String, &Group)| group.arn(call, name) == group_arn;
        let held = self.0.iter().find(is_it).map(|(name, _)| name.clone());
        held.or_else(|| (group_arn == arn(call, DEFAULT)).then(|| DEFAULT.to_owned()))
    }

    fn custom(&self) -> usize {
        self.0.keys().filter(|name| *name != DEFAULT).count()
    }
}

impl Group {
    fn new() -> Self {
        Self { id: Some(new_id()), ..Self::default() }
    }

    /// Its ARN (documentation, Service Authorization Reference; recordings).
    pub(super) fn arn(&self, call: &Call<'_>, name: &str) -> String {
        let plain = arn(call, name);
        self.id.as_ref().map_or(plain.clone(), |id| format!("{plain}/{id}"))
    }

    /// As AWS writes it: `InsightsConfiguration` always there, and a filter only where there is one
    /// (recordings).
    fn wire(&self, call: &Call<'_>, name: &str) -> Value {
        let mut shown = json!({
            "GroupName": name,
            "GroupARN": self.arn(call, name),
            "InsightsConfiguration": {
                "InsightsEnabled": self.insights,
                "NotificationsEnabled": self.notifications,
            },
        });
        if let Some(filter) = &self.filter {
            shown["FilterExpression"] = json!(filter);
        }
        shown
    }

    /// Takes over what input has. What it does not have stays, and is off in a new group: AWS's default
    /// is not documented.
    fn set(&mut self, input: &Map<String, Value>) -> Result<(), Fault> {
        if let Some(filter) = text(input, "FilterExpression") {
            self.filter = Some(filter.to_owned());
        }
        let flag = |name: &str| input.get("InsightsConfiguration")?.get(name)?.as_bool();
        self.insights = flag("InsightsEnabled").unwrap_or(self.insights);
        self.notifications = flag("NotificationsEnabled").unwrap_or(self.notifications);
        // Model, `InsightsConfiguration`. AWS's text is not known.
        if self.notifications && !self.insights {
            return Err(invalid_request("Notifications can only be enabled with insights enabled"));
        }
        Ok(())
    }
}

/// The ARN of a group without the id at its end, as Default has it.
pub(super) fn arn(call: &Call<'_>, name: &str) -> String {
    let (account, region) = (call.account, call.region);
    format!("arn:{}:xray:{region}:{account}:group/{name}", caller::partition(region))
}

/// 52 capital letters and digits (recordings).
fn new_id() -> String {
    const SIGNS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let random = RandomState::new();
    let sign = |place: u8| SIGNS.get((random.hash_one(place) & 31) as usize).copied();
    (0..52).filter_map(sign).map(char::from).collect()
}

/// `CreateGroup`. In which order AWS finds what is wrong is not documented.
pub(super) fn create(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let members = [
        required("GroupName", NAME),
        optional("FilterExpression", STRING),
        INSIGHTS,
        optional("Tags", tags::LIST),
    ];
    let mut input = shape::read(call.body, &members)?;
    let name = text(&input, "GroupName").unwrap_or_default().to_owned();
    check_name(&name)?;
    let tags = tags::from_input(&mut input)?;
    // create-group does not list TooManyTagsException (model).
    if tags.len() > tags::LIMIT {
        return Err(invalid_request("A group can have at most 50 tags"));
    }
    let groups = &mut world.region.xray.groups;
    if groups.get(&name).is_some() {
        return Err(invalid_request(EXISTS));
    }
    if groups.custom() >= QUOTA {
        // Of the errors that the model lists, this is the one that is left for it.
        return Err(invalid_request(&format!("There are already {QUOTA} groups")));
    }
    let mut group = Group { tags, ..Group::new() };
    group.set(&input)?;
    let answer = json!({ "Group": group.wire(call, &name) });
    groups.put(name, group);
    Ok(Reply::Json(answer))
}

/// "Up to 32 alphanumeric characters and dashes" (documentation, "Configuring groups"); `Default` is
/// reserved (model). AWS's texts are not known.
fn check_name(name: &str) -> Result<(), Fault> {
    if name == DEFAULT {
        return Err(invalid_request("Default is a reserved group name"));
    }
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return Err(invalid_request("A group's name has letters, digits and dashes"));
    }
    Ok(())
}

/// `GetGroup`.
pub(super) fn get_one(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let (name, group, _) = named(call, world, &[])?;
    Ok(Reply::Json(json!({ "Group": group.wire(call, &name) })))
}

/// `GetGroups`: every group, page by page, without tags.
pub(super) fn get(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let token = Shape::Text { min: 1, max: 100 };
    let input = shape::read(call.body, &[optional("NextToken", token)])?;
    let groups = &world.region.xray.groups;
    let mut all: BTreeMap<String, Group> = groups.0.clone();
    all.extend(groups.get(DEFAULT).map(|group| (DEFAULT.to_owned(), group)));
    // In an order that is none to rely on: AWS's is not documented.
    let place = |name: &str| format!("{:016x}", paging::hash(name));
    let all = all.iter().map(|(name, group)| (place(name), group.wire(call, name))).collect();
    let (groups, next) = page("GetGroups", all, PAGE, text(&input, "NextToken"))?;
    Ok(Reply::Json(json!({ "Groups": groups, "NextToken": next })))
}

/// `UpdateGroup`: what the input does not name stays as it is. How AWS lets go of a filter is not
/// documented; here it can be replaced and not removed.
pub(super) fn update(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let members = [optional("FilterExpression", STRING), INSIGHTS];
    let (name, mut group, input) = named(call, world, &members)?;
    // The console turns insights on for Default; that it has no filter is so in each recording.
    if name == DEFAULT && input.contains_key("FilterExpression") {
        return Err(invalid_request("The default group has no filter expression"));
    }
    group.set(&input)?;
    let answer = json!({ "Group": group.wire(call, &name) });
    world.region.xray.groups.put(name, group);
    Ok(Reply::Json(answer))
}

/// `DeleteGroup`.
pub(super) fn delete(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    let (name, ..) = named(call, world, &[])?;
    if name == DEFAULT {
        // That Default cannot be deleted is documented, AWS's text for it is not.
        return Err(invalid_request("The default group cannot be deleted"));
    }
    world.region.xray.groups.0.remove(&name);
    Ok(Reply::Json(json!({})))
}

/// The group that input names, by its name or its ARN, and the rest of the input. What AWS does about
/// both and about neither is not documented; here both are refused, as for rules.
fn named(
    call: &Call<'_>,
    world: &World,
    members: &[Member],
) -> Result<(String, Group, Map<String, Value>), Fault> {
    let both = [optional("GroupName", NAME), optional("GroupARN", ARN)];
    let input = shape::read(call.body, &[&both, members].concat())?;
    let groups = &world.region.xray.groups;
    let name = match (text(&input, "GroupName"), text(&input, "GroupARN")) {
        (Some(name), None) => Some(name.to_owned()),
        (None, Some(arn)) => groups.name_of(call, arn),
        (Some(_), Some(_)) => {
            return Err(invalid_request("Specify either GroupName or GroupARN, not both"));
        }
        (None, None) => return Err(invalid_request("Specify GroupName or GroupARN")),
    };
    let found = name.and_then(|name| Some((groups.get(&name)?, name)));
    let (group, name) = found.ok_or_else(|| invalid_request(MISSING))?;
    Ok((name, group, input))
}

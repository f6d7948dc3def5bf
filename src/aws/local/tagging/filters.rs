//! Which resources a call wants.

use serde_json::{Map, Value};

use super::super::iam::Tags;
use super::super::reply::Fault;
use super::super::shape::{Member, Shape, optional};
use super::super::{Call, caller};
use super::invalid;

const KEY: Shape = Shape::Text { min: 1, max: 128 };
const VALUE: Shape = Shape::Text { min: 0, max: 256 };
const TYPE: Shape = Shape::Text { min: 0, max: 256 };
const ARN: Shape = Shape::Text { min: 1, max: 1011 };

/// The types of the services that this local AWS has. AWS knows many more, of which there is
/// nothing here to list. Roles and users have a type and are never listed.
const TYPES: [(&str, &[&str]); 4] = [
    (
        "ecs",
        &[
            "capacity-provider",
            "cluster",
            "container-instance",
            "service",
            "task",
            "task-definition",
            "task-set",
        ],
    ),
    (
        "iam",
        &[
            "instance-profile",
            "mfa",
            "oidc-provider",
            "policy",
            "role",
            "saml-provider",
            "server-certificate",
            "user",
        ],
    ),
    ("logs", &["destination", "log-group"]),
    ("ssm", &["document", "maintenancewindow", "opsmetadata", "parameter", "patchbaseline"]),
];

/// The members of the input that choose resources (model).
pub(super) fn members() -> Vec<Member> {
    vec![
        optional("TagFilters", Shape::List { item: &Shape::Structure(tag_filter), max: 50 }),
        // At most 100 (model, in its text).
        optional("ResourceTypeFilters", Shape::List { item: &TYPE, max: 100 }),
        optional("ResourceARNList", Shape::List { item: &ARN, max: 100 }),
    ]
}

fn tag_filter() -> Vec<Member> {
    vec![optional("Key", KEY), optional("Values", Shape::List { item: &VALUE, max: 20 })]
}

/// What a resource has to be to be listed.
#[derive(Debug)]
pub(super) struct Filters {
    /// Keys, each with the values that will do; none means any.
    tags: Vec<(String, Vec<String>)>,
    /// `service` or `service:type`.
    types: Vec<String>,
    arns: Vec<String>,
}

impl Filters {
    pub(super) fn of(call: &Call<'_>, input: &Map<String, Value>) -> Result<Self, Fault> {
        let tags = input.get("TagFilters").and_then(Value::as_array).into_iter().flatten();
        let tags = tags.map(|filter| {
            let key = filter.get("Key").and_then(Value::as_str);
            let key = key.ok_or_else(|| invalid("A TagFilter needs a Key"))?;
            Ok((key.to_owned(), strings(filter.get("Values"))))
        });
        let filters = Self {
            tags: tags.collect::<Result<_, Fault>>()?,
            types: strings(input.get("ResourceTypeFilters")),
            arns: strings(input.get("ResourceARNList")),
        };
        filters.types.iter().try_for_each(|wanted| check_type(wanted))?;
        filters.arns.iter().try_for_each(|arn| check_arn(call, arn))?;
        if input.contains_key("ResourceARNList") {
            filters.check_alone(input)?;
        }
        Ok(filters)
    }

    /// A list of ARNs stands alone (model).
    fn check_alone(&self, input: &Map<String, Value>) -> Result<(), Fault> {
        if self.arns.is_empty() {
            return Err(invalid("ResourceARNList has to have from 1 to 100 members"));
        }
        let others = [
            "TagFilters",
            "ResourceTypeFilters",
            "ResourcesPerPage",
            "TagsPerPage",
            "PaginationToken",
        ];
        match others.iter().find(|other| input.contains_key(**other)) {
            Some(other) => {
                Err(invalid(format!("ResourceARNList and {other} cannot be given together")))
            }
            None => Ok(()),
        }
    }

    /// Every key has to be there, with one of its values.
    pub(super) fn want(&self, arn: &str, tags: &Tags) -> bool {
        let has = |(key, values): &(String, Vec<String>)| {
            tags.get(key).is_some_and(|value| values.is_empty() || values.contains(value))
        };
        let listed = self.arns.is_empty() || self.arns.iter().any(|wanted| wanted == arn);
        let typed = self.types.is_empty() || self.types.iter().any(|wanted| is_of(wanted, arn));
        listed && typed && self.tags.iter().all(has)
    }
}

fn is_of(wanted: &str, arn: &str) -> bool {
    let mut parts = arn.splitn(6, ':').skip(2);
    let service = parts.next().unwrap_or_default();
    let kind = parts.nth(2).and_then(|entity| entity.split(['/', ':']).next()).unwrap_or_default();
    wanted == service || wanted == format!("{service}:{kind}")
}

fn check_type(wanted: &str) -> Result<(), Fault> {
    let (service, kind) = wanted.split_once(':').unwrap_or((wanted, ""));
    match TYPES.iter().find(|(known, _)| *known == service) {
        // (report: a service that goes by another name)
        None => Err(invalid(format!(
            "Unsupported service={service} in ResourceTypeFilter - {service}:{kind}"
        ))),
        Some((_, kinds)) if wanted.contains(':') && !kinds.contains(&kind) => Err(invalid(
            format!("Unsupported resource type={kind} in ResourceTypeFilter - {wanted}"),
        )),
        Some(_) => Ok(()),
    }
}

/// Of another partition it is refused (model, at the error).
fn check_arn(call: &Call<'_>, arn: &str) -> Result<(), Fault> {
    let parts: Vec<_> = arn.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", partition, _, _, _, entity]
            if *partition == caller::partition(call.region) && !entity.is_empty() =>
        {
            Ok(())
        }
        // (report)
        _ => Err(invalid(format!("{arn} not a valid AmazonResourceName (ARN)"))),
    }
}

fn strings(value: Option<&Value>) -> Vec<String> {
    let list = value.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}

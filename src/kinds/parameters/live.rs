//! Parameters in AWS.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_sdk_ssm::operation::put_parameter::builders::PutParameterFluentBuilder;
use aws_sdk_ssm::types::{
    ParameterMetadata, ParameterStringFilter, ParameterTier, ParameterType, ResourceTypeForTagging,
    Tag,
};
use aws_smithy_types::date_time::Format;
use futures::future::{join, join_all};
use serde_json::{Value, json};

use super::Parameters;
use super::spec::{
    self, DATA_TYPE, DESCRIPTION, KEY, NAME, PATTERN, SECURE, STANDARD, TIER, TYPE, VALUE,
};
use crate::aws::{Aws, Failure, Reason, next_page};
use crate::kinds::tags::{fields_change, gone_tags, mark_tags};
use crate::kinds::{About, Kind as _, Landed, Live, Look, Observation, Unreadable};
use crate::plan::{Action, Step};
use crate::safety::{Mark, STACK_TAG};

const DESCRIBE: &str = "ssm:DescribeParameters";
const PUT: &str = "ssm:PutParameter";

/// How many values a filter takes, and how many names a call that reads values.
///
/// Source: service model, `ParameterStringFilterValueList` and `ParameterNameList`.
const VALUES: usize = 50;
const NAMES: usize = 10;

/// How long a name may be taken by a parameter that was deleted.
///
/// Source: service model, `DeleteParameter`: "wait for at least 30 seconds to create a parameter with the
/// same name".
const DELETED: Duration = Duration::from_mins(1);

/// The parameters that are named, and those that carry the mark: a list can be asked for a tag, and shows
/// everything but values and tags, so that there is nothing to find out first as of other kinds.
pub(super) async fn observe(aws: &Aws, look: &Look) -> Observation {
    let section = Parameters.section();
    let unreadable = |about, failure: &Failure| Unreadable {
        section,
        about,
        because: failure.told(),
        seen: None,
    };
    let mut observation = Observation::default();
    let (named, others) = join(named(aws, look), others(aws, look)).await;
    let mut found = BTreeMap::new();
    match named {
        Ok(named) => found.extend(named),
        Err(failure) => observation.unreadable.push(unreadable(About::Section, &failure)),
    }
    match others {
        Ok(others) => found.extend(others),
        Err(failure) => observation.unreadable.push(unreadable(About::Removed, &failure)),
    }
    let plain: Vec<&String> =
        found.iter().filter(|(_, one)| !is_secure(one)).map(|(name, _)| name).collect();
    for (name, read) in contents(aws, look, &plain).await {
        match read {
            Ok(Some((value, tags))) => {
                observation.live.push(live(&found[name], name, Some(&value), tags));
            }
            Ok(None) => {}
            Err(failure) => {
                observation.unreadable.push(unreadable(About::Resource(name.clone()), &failure));
            }
        }
    }
    // Of what is encrypted nothing more is asked.
    let secure = found.iter().filter(|(_, one)| is_secure(one));
    observation.live.extend(secure.map(|(name, one)| live(one, name, None, BTreeMap::new())));
    observation
}

type Tags = BTreeMap<String, String>;
/// The value and the tags of a parameter that is still there.
type Content = Result<Option<(String, Tags)>, Failure>;

/// What these parameters hold, read side by side. Where all is to go, values are read of what carries the
/// mark, and of nothing else.
async fn contents<'a>(
    aws: &Aws,
    look: &Look,
    names: &[&'a String],
) -> BTreeMap<&'a String, Content> {
    let tagged = join_all(names.iter().map(|name| tags(aws, name)));
    let (values, tagged) = if look.goes {
        let tagged = tagged.await;
        let is_ours = |tags: &Result<Option<Tags>, Failure>| match tags {
            Ok(Some(tags)) => tags.get(STACK_TAG).is_some_and(|owner| look.is_for(owner)),
            _ => false,
        };
        let ours = names.iter().zip(&tagged).filter(|(_, tags)| is_ours(tags));
        let ours: Vec<_> = ours.map(|(name, _)| *name).collect();
        (values(aws, &ours).await, tagged)
    } else {
        join(values(aws, names), tagged).await
    };
    let content = |(name, tags): (&&'a String, Result<Option<Tags>, Failure>)| {
        let content = match (tags, values.get(*name).cloned()) {
            (Err(failure), _) | (_, Some(Err(failure))) => Err(failure),
            (Ok(Some(tags)), Some(Ok(value))) => Ok(Some((value, tags))),
            _ => Ok(None),
        };
        (*name, content)
    };
    names.iter().zip(tagged).map(content).collect()
}

type Found = BTreeMap<String, ParameterMetadata>;

async fn named(aws: &Aws, look: &Look) -> Result<Found, Failure> {
    let names: BTreeSet<_> = look.named.iter().map(|named| named.name.clone()).collect();
    listed(aws, NAME, names).await
}

/// What is looked for beside what is named.
async fn others(aws: &Aws, look: &Look) -> Result<Found, Failure> {
    if look.all.is_some() {
        let mut all = scan(aws, None).await?;
        all.retain(|name, _| look.takes(&Parameters, name));
        return Ok(all);
    }
    let owners = look.owners().map(str::to_owned).collect();
    listed(aws, &format!("tag:{STACK_TAG}"), owners).await
}

/// The parameters of which this is one of the values.
async fn listed(aws: &Aws, key: &str, values: BTreeSet<String>) -> Result<Found, Failure> {
    let values: Vec<_> = values.into_iter().collect();
    let filters = values.chunks(VALUES).map(|some| {
        let filter = ParameterStringFilter::builder().key(key).set_values(Some(some.to_vec()));
        filter.build().map_err(|_| unbuildable(DESCRIBE))
    });
    let lists = join_all(filters.map(|filter| async { scan(aws, Some(filter?)).await })).await;
    let mut found = Found::new();
    for list in lists {
        found.extend(list?);
    }
    Ok(found)
}

/// A page may have fewer than it has room for, or none, and another one behind it.
async fn scan(aws: &Aws, filter: Option<ParameterStringFilter>) -> Result<Found, Failure> {
    let mut found = Found::new();
    let mut token = None;
    loop {
        let request = aws
            .ssm
            .describe_parameters()
            .set_parameter_filters(filter.clone().map(|filter| vec![filter]))
            .max_results(50)
            .set_next_token(token.clone());
        let answer = aws.call(DESCRIBE, request.send()).await?;
        let list = answer.parameters.unwrap_or_default().into_iter();
        found.extend(list.filter_map(|one| Some((one.name.clone()?, one))));
        match next_page(DESCRIBE, token.as_deref(), answer.next_token)? {
            None => return Ok(found),
            next => token = next,
        }
    }
}

/// The values of parameters by their names. Nothing is decrypted: what is encrypted is not asked for.
async fn values(aws: &Aws, names: &[&String]) -> BTreeMap<String, Result<String, Failure>> {
    let read = async |some: &[&String]| {
        let names = some.iter().map(|name| (*name).clone()).collect();
        let request = aws.ssm.get_parameters().set_names(Some(names)).with_decryption(false);
        aws.call("ssm:GetParameters", request.send()).await
    };
    let answers = join_all(names.chunks(NAMES).map(&read)).await;
    let mut found = BTreeMap::new();
    for (some, answer) in names.chunks(NAMES).zip(answers) {
        match answer {
            Ok(answer) => {
                let list = answer.parameters.unwrap_or_default().into_iter();
                found.extend(list.filter_map(|one| Some((one.name?, Ok(one.value?)))));
            }
            // One that may not be read hides all that were asked for with it.
            Err(failure) => {
                found.extend(some.iter().map(|name| ((*name).clone(), Err(failure.clone()))));
            }
        }
    }
    found
}

/// The tags of what is there.
async fn tags(aws: &Aws, name: &str) -> Result<Option<Tags>, Failure> {
    let request = aws
        .ssm
        .list_tags_for_resource()
        .resource_type(ResourceTypeForTagging::Parameter)
        .resource_id(name);
    match aws.call("ssm:ListTagsForResource", request.send()).await {
        Err(failure) if is_gone(&failure) => Ok(None),
        answer => {
            let tags = answer?.tag_list.unwrap_or_default().into_iter();
            Ok(Some(tags.map(|tag| (tag.key, tag.value)).collect()))
        }
    }
}

fn is_gone(failure: &Failure) -> bool {
    let codes = ["ParameterNotFound", "InvalidResourceId"];
    failure.reason == Reason::Refused && codes.contains(&failure.code.as_str())
}

fn is_secure(one: &ParameterMetadata) -> bool {
    one.r#type == Some(ParameterType::SecureString)
}

fn live(one: &ParameterMetadata, name: &str, value: Option<&str>, mut tags: Tags) -> Live {
    let mark = Mark::take_from(&mut tags);
    let of_type = one.r#type.as_ref().map_or(SECURE, ParameterType::as_str);
    let tier = one.tier.as_ref().map_or(STANDARD, ParameterTier::as_str);
    let mut document = json!({ NAME: name, TYPE: of_type, TIER: tier });
    let texts = [
        (VALUE, value),
        (DESCRIPTION, one.description.as_deref()),
        (DATA_TYPE, one.data_type.as_deref()),
        (PATTERN, one.allowed_pattern.as_deref()),
        (KEY, one.key_id.as_deref().filter(|_| is_secure(one))),
    ];
    for (field, text) in texts {
        if let Some(text) = text {
            document[field] = json!(text);
        }
    }
    if !tags.is_empty() {
        document["Tags"] = json!(tags);
    }
    spec::settle(&mut document);
    Live {
        section: Parameters.section(),
        name: name.to_owned(),
        arn: one.arn.clone(),
        sensitive: Parameters.looks_secret(&document),
        document,
        mark,
        modified: one.last_modified_date.and_then(|time| time.fmt(Format::DateTime).ok()),
        facts: Value::Null,
    }
}

/// Does what a step says. Where it takes several calls the digest is written last.
pub(super) async fn carry_out(aws: &Aws, step: &Step) -> Result<Landed, Failure> {
    match step.action {
        Action::Keep | Action::Blocked => {}
        Action::Delete => delete(aws, step).await?,
        Action::Create => create(aws, step).await?,
        Action::Replace => {
            delete(aws, step).await?;
            let what = format!("Parameter Store to let go of the name {}", step.name);
            let is_taken = |failure: &Failure| failure.code == "ParameterAlreadyExists";
            aws.while_passing(&what, DELETED, is_taken, async || create(aws, step).await).await?;
        }
        Action::Update | Action::Adopt | Action::Move => update(aws, step).await?,
    }
    Ok(Landed::Whole)
}

/// A parameter that is gone is deleted: the SDK's retry of a call whose answer was lost finds just that,
/// or is denied, where a policy allows what carries the mark, and nothing else.
async fn delete(aws: &Aws, step: &Step) -> Result<(), Failure> {
    let request = aws.ssm.delete_parameter().name(&step.name).send();
    match aws.call("ssm:DeleteParameter", request).await {
        Err(failure) if is_gone(&failure) => Ok(()),
        Err(failure) if failure.reason == Reason::Denied => {
            match listed(aws, NAME, BTreeSet::from([step.name.clone()])).await {
                Ok(found) if found.is_empty() => Ok(()),
                _ => Err(failure),
            }
        }
        answer => answer.map(drop),
    }
}

/// One that is there already with the step's tags is the one this step makes: its answer was lost, and the
/// SDK's retry found the name taken by it.
async fn create(aws: &Aws, step: &Step) -> Result<(), Failure> {
    let wanted = mark_tags(step, true);
    let request = put(aws, step).set_tags(Some(sdk_tags(PUT, wanted.clone())?));
    match aws.call(PUT, request.send()).await {
        Err(failure)
            if failure.code == "ParameterAlreadyExists"
                || failure.reason == Reason::Unintelligible =>
        {
            let live = tags(aws, &step.name).await.ok().flatten().unwrap_or_default();
            let is_ours = wanted.iter().all(|(key, value)| live.get(key) == Some(value));
            if is_ours { Ok(()) } else { Err(failure) }
        }
        answer => answer.map(drop),
    }
}

async fn update(aws: &Aws, step: &Step) -> Result<(), Failure> {
    let of = ResourceTypeForTagging::Parameter;
    let gone = gone_tags(step);
    if !gone.is_empty() {
        let request = aws.ssm.remove_tags_from_resource().resource_type(of.clone());
        let request = request.resource_id(&step.name).set_tag_keys(Some(gone));
        aws.call("ssm:RemoveTagsFromResource", request.send()).await?;
    }
    if fields_change(step) {
        // What is left out stays, so that what is to go is written empty.
        let has = |field: &str| step.document.as_ref().is_some_and(|all| all.get(field).is_some());
        let mut request = put(aws, step).overwrite(true);
        if !has(DESCRIPTION) {
            request = request.description("");
        }
        if !has(PATTERN) {
            request = request.allowed_pattern("");
        }
        aws.call(PUT, request.send()).await?;
    }
    let action = "ssm:AddTagsToResource";
    let tags = sdk_tags(action, mark_tags(step, true))?;
    let request = aws.ssm.add_tags_to_resource().resource_type(of).resource_id(&step.name);
    aws.call(action, request.set_tags(Some(tags)).send()).await.map(drop)
}

/// Everything that a step's document has, all of which each write says.
fn put(aws: &Aws, step: &Step) -> PutParameterFluentBuilder {
    let document = step.document.as_ref().unwrap_or(&Value::Null);
    let text = |field: &str| document[field].as_str().map(str::to_owned);
    aws.ssm
        .put_parameter()
        .name(&step.name)
        .set_type(text(TYPE).as_deref().map(ParameterType::from))
        .set_value(text(VALUE))
        .set_description(text(DESCRIPTION))
        .set_tier(text(TIER).as_deref().map(ParameterTier::from))
        .set_data_type(text(DATA_TYPE))
        .set_allowed_pattern(text(PATTERN))
}

fn sdk_tags(action: &'static str, tags: Vec<(String, String)>) -> Result<Vec<Tag>, Failure> {
    let tag = |(key, value)| Tag::builder().key(key).value(value).build();
    tags.into_iter().map(tag).collect::<Result<_, _>>().map_err(|_| unbuildable(action))
}

/// The builders check what `spec` has checked: members that are missing.
fn unbuildable(action: &'static str) -> Failure {
    let message = "the request cannot be built from the plan".to_owned();
    Failure::unsaid(action, Reason::Refused, message)
}

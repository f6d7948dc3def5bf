//! A stack as a CloudFormation template that is of no account and no region: what the stack says of its
//! own becomes `AWS::AccountId`, `AWS::Region`, and references to its own resources, so that `StackSets` can
//! roll it out over many accounts.
//!
//! What follows from the account and the region is found by reading the stack twice: once as it is, and
//! once as if it lived elsewhere, the [`Twin`]. What stands for them there stands in no text by itself.

mod layout;
mod naming;
mod neutral;
mod policies;
mod properties;
mod resource;
mod sections;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map as Object, Value, json};

pub(crate) use layout::Layout;
use naming::Ids;
use neutral::Neutral;
use resource::{Beside, Draft, Said, secrets_out};
use sections::{Section, section};

use super::Rendered;
use crate::error::{Error, Result};
use crate::plan::Address;
use crate::stack::{Place, Stack, Wanted};

/// The same stack, read as if it lived at another place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Twin<'a>(pub &'a Stack);

/// Where a stack is taken to live for its twin: an account and a region that nobody has, in the partition
/// of its own.
pub(crate) fn stand_in(place: &Place) -> Place {
    const REGIONS: [&str; 7] = [
        "zz-zz-0",
        "cn-zz-0",
        "us-gov-zz-0",
        "us-iso-zz-0",
        "us-isob-zz-0",
        "us-isof-zz-0",
        "eusc-zz-0",
    ];
    let account = if place.account == "000000000000" { "000000000001" } else { "000000000000" };
    let at = |region: &&str| Place { account: account.to_owned(), region: (*region).to_owned() };
    let same = REGIONS.iter().map(at).find(|other| other.partition() == place.partition());
    same.unwrap_or_else(|| at(&REGIONS[0]))
}

/// The template, without our mark: what CloudFormation makes is CloudFormation's, and with the mark a
/// plan of the stack would take it for its own.
pub(crate) fn cloudformation(stack: &Stack, twin: Twin<'_>, layout: Layout) -> Result<Rendered> {
    let mut draft = Draft::default();
    let build = |wanted: &Wanted| Some((wanted.address.clone(), build(wanted, twin, &mut draft)?));
    let built: Built = twin.0.wanted.iter().filter_map(build).collect();
    if built.is_empty() {
        let error = Error::new("nothing of the stack can be said in a CloudFormation template");
        return Err(draft.unsaid.into_iter().fold(error, Error::hint));
    }
    let (resources, literal) = resources(stack, twin, &built, draft.beside);
    let mut notes = notes(stack, &built, &literal, &draft.parameters);
    let mut template = json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": format!("The tracing of {}, as tracewright's stack has it", stack.name),
        "Resources": resources,
    });
    if !draft.parameters.is_empty() {
        template["Parameters"] = Value::Object(draft.parameters);
    }
    if !draft.unsaid.is_empty() {
        template["Metadata"] = json!({"NotInThisTemplate": draft.unsaid});
    }
    let text = layout.text(&template);
    notes.extend(too_large(&text));
    Ok(Rendered { text, notes, unsaid: draft.unsaid })
}

/// The resources by their IDs, and the addresses of those in which the account or the region stands by
/// itself.
fn resources(
    stack: &Stack,
    twin: Twin<'_>,
    built: &Built,
    beside: Vec<Beside>,
) -> (Object<String, Value>, Vec<String>) {
    let ids = Ids::of(built.iter().map(|(address, (section, _))| (address, section.noun)));
    let (mut resources, mut literal) = (Object::new(), Vec::new());
    let protected = protected(stack);
    for wanted in &twin.0.wanted {
        let address = &wanted.address;
        let Some((section, properties)) = built.get(address) else { continue };
        let needed = needed(stack, address, built);
        let mut neutral = Neutral::new(stack, twin.0, &ids, &needed, built);
        let mut properties = properties.clone();
        neutral.apply(&mut properties);
        if neutral.literal {
            literal.push(address.to_string());
        }
        let by_name = needed.iter().filter(|other| !neutral.referred.contains(*other));
        let stands_on = beside.iter().filter(|one| one.under == *address);
        let after: Vec<_> =
            by_name.map(|other| ids.get(other)).chain(stands_on.map(|one| one.id)).collect();
        let mut resource = json!({"Type": section.of, "Properties": properties});
        if !after.is_empty() {
            resource["DependsOn"] = json!(after);
        }
        for (attribute, word) in kept(wanted, section, protected.contains(address)) {
            resource[attribute] = json!(word);
        }
        resources.insert(ids.get(address).to_owned(), resource);
    }
    for mut one in beside {
        if protected.contains(&one.under) {
            one.resource["DeletionPolicy"] = json!("Retain");
            one.resource["UpdateReplacePolicy"] = json!("Retain");
        }
        Neutral::new(stack, twin.0, &ids, &[], built).apply(&mut one.resource);
        resources.insert(one.id.to_owned(), one.resource);
    }
    (resources, literal)
}

/// What is built, by address.
type Built = BTreeMap<Address, (&'static Section, Value)>;

fn build(wanted: &Wanted, twin: Twin<'_>, draft: &mut Draft) -> Option<(&'static Section, Value)> {
    let address = wanted.address.to_string();
    let Some(section) = section(&wanted.address.section) else {
        draft.unsaid.push(format!("{address}: CloudFormation has nothing for it"));
        return None;
    };
    let (document, sent) = match secrets_out(wanted, section, draft) {
        Ok(both) => both,
        Err(why) => {
            draft.unsaid.push(format!("{address}: {why}"));
            return None;
        }
    };
    let mut said = Said { address: &wanted.address, name: &wanted.name, draft, stack: twin.0 };
    if wanted.absent {
        said.cannot("a template has no word for what is not to be there");
        return None;
    }
    if !wanted.unmanaged.is_empty() {
        said.cannot(&format!("that others may fill {}", wanted.unmanaged.join(", ")));
    }
    if wanted.settings.get("keep_revisions").is_some() {
        said.cannot("`keep_revisions`: CloudFormation keeps one");
    }
    let mut properties = (section.properties)(&document, &sent, &mut said);
    if properties.is_null() {
        return None;
    }
    if is_looked_up(&properties) {
        said.cannot("`{{resolve:…}}` stands in it, which CloudFormation would look up");
        return None;
    }
    if !section.name.is_empty() {
        properties[section.name] = json!(wanted.name);
    }
    if let Value::Object(settings) = &wanted.settings
        && settings.contains_key("image_from")
    {
        said.cannot("that a pipeline owns the image: the template has the file's");
    }
    Some((section, properties))
}

/// Whether a text of it is one that CloudFormation puts another in the place of, and which nothing escapes.
///
/// Source: CloudFormation user guide, "Get values stored in other services using dynamic references".
fn is_looked_up(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains("{{resolve:"),
        Value::Array(items) => items.iter().any(is_looked_up),
        Value::Object(fields) => fields.values().any(is_looked_up),
        _ => false,
    }
}

/// What is protected, and what it stands on: that is kept with it.
fn protected(stack: &Stack) -> BTreeSet<&Address> {
    let mut kept = BTreeSet::new();
    let mut left: Vec<_> =
        stack.wanted.iter().filter(|one| one.protect).map(|one| &one.address).collect();
    while let Some(address) = left.pop() {
        if kept.insert(address) {
            let wanted = stack.wanted.iter().find(|wanted| wanted.address == *address);
            left.extend(wanted.into_iter().flat_map(|wanted| &wanted.depends_on));
        }
    }
    kept
}

/// What a resource needs that is in the template, in the stack's own order: two roles that trust each other
/// are no circle there.
fn needed(stack: &Stack, address: &Address, built: &Built) -> Vec<Address> {
    let wanted = stack.wanted.iter().find(|wanted| wanted.address == *address);
    let on = wanted.into_iter().flat_map(|wanted| &wanted.depends_on);
    on.filter(|other| built.contains_key(other)).cloned().collect()
}

/// What becomes of a resource that is taken out of the template, or made anew.
///
/// Source: CloudFormation user guide, "`DeletionPolicy` attribute", "`UpdateReplacePolicy` attribute".
fn kept(
    wanted: &Wanted,
    section: &Section,
    is_protected: bool,
) -> Vec<(&'static str, &'static str)> {
    // Without it CloudFormation deregisters the revision before, which a stack keeps unless it says
    // how many.
    let keeps_revisions =
        section.of.ends_with("TaskDefinition") && wanted.settings.get("keep_revisions").is_none();
    match (is_protected, keeps_revisions) {
        (true, _) => vec![("DeletionPolicy", "Retain"), ("UpdateReplacePolicy", "Retain")],
        (false, true) => vec![("DeletionPolicy", "Delete"), ("UpdateReplacePolicy", "Retain")],
        (false, false) => Vec::new(),
    }
}

fn notes(
    stack: &Stack,
    built: &Built,
    literal: &[String],
    parameters: &Object<String, Value>,
) -> Vec<String> {
    const MOST: usize = 8;
    let types: BTreeSet<_> = built.values().map(|(section, _)| section.of).collect();
    let mut notes = Vec::new();
    if types.iter().any(|of| of.starts_with("AWS::IAM::")) {
        notes.push(
            "the template names roles or policies: it takes `--capabilities CAPABILITY_NAMED_IAM`, and one \
             region of each account, since these are in all of them"
                .to_owned(),
        );
    }
    if !parameters.is_empty() {
        let names: Vec<_> = parameters.keys().cloned().collect();
        notes.push(format!("secrets are parameters of the template: {}", names.join(", ")));
    }
    if !literal.is_empty() {
        let mut named = literal.iter().take(MOST).cloned().collect::<Vec<_>>().join(", ");
        if literal.len() > MOST {
            named += &format!(" and {} more", literal.len() - MOST);
        }
        notes.push(format!(
            "{} or {} is written out in {named}, and stays; `${{account}}` and `${{region}}` would follow \
             where the template goes",
            stack.place.account, stack.place.region,
        ));
    }
    notes
}

/// Source: CloudFormation user guide, "Quotas": "Template body size".
fn too_large(text: &str) -> Option<String> {
    const IN_A_CALL: usize = 51_200;
    const IN_S3: usize = 1_000_000;
    let size = text.len();
    if size > IN_S3 {
        return Some(format!("the template has {size} bytes, and CloudFormation takes {IN_S3}"));
    }
    (size > IN_A_CALL).then(|| {
        format!(
            "the template has {size} bytes: more than {IN_A_CALL} have to come from S3, `--template-url` or \
             `aws cloudformation deploy --s3-bucket`"
        )
    })
}

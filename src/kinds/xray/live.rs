//! What carries tags that its own scan does not show.

use std::collections::BTreeMap;

use aws_sdk_xray::types::Tag;
use futures::future::join_all;
use serde_json::{Value, json};

use crate::aws::{Aws, Failure, Reason, next_page};
use crate::kinds::tags::{gone_tags, mark_tags};
use crate::kinds::{About, Kind, Live, Look, Observation, Unreadable};
use crate::plan::Step;
use crate::safety::Mark;

/// One that a scan showed.
pub(in crate::kinds) struct Seen {
    /// Its name.
    pub(in crate::kinds) name: String,
    /// Its ARN.
    pub(in crate::kinds) arn: Option<String>,
    /// The canonical document, but for the tags.
    pub(in crate::kinds) document: Value,
    /// When AWS says it was last changed.
    pub(in crate::kinds) modified: Option<String>,
}

/// What a scan showed, as far as the look is about it, each with its tags, which are read side by side.
///
/// A scan shows all, so that all are looked at where the mark is asked for: it is in the tags.
pub(in crate::kinds) async fn observe(
    kind: &dyn Kind,
    aws: &Aws,
    look: &Look,
    scanned: Result<Vec<Seen>, Failure>,
) -> Observation {
    let section = kind.section();
    let mut observation = Observation::default();
    let scanned = match scanned {
        Ok(scanned) => scanned,
        Err(failure) => {
            let because = failure.told();
            let about = About::Section;
            observation.unreadable.push(Unreadable { section, about, because, seen: None });
            return observation;
        }
    };
    let by_mark = look.owners().next().is_some();
    let is_meant = |seen: &Seen| by_mark || look.names(&seen.name) || look.takes(kind, &seen.name);
    let tagged = scanned.into_iter().filter(is_meant).map(|seen| async {
        let tags = tags(aws, seen.arn.as_deref().unwrap_or_default()).await;
        (seen, tags)
    });
    for (seen, tags) in join_all(tagged).await {
        match tags {
            Ok(tags) => observation.live.push(live(kind, seen, tags)),
            Err(failure) => {
                let about = About::Resource(seen.name);
                let (because, seen) = (failure.told(), Some(seen.document));
                observation.unreadable.push(Unreadable { section, about, because, seen });
            }
        }
    }
    observation
}

fn live(kind: &dyn Kind, seen: Seen, mut tags: BTreeMap<String, String>) -> Live {
    let Seen { name, arn, mut document, modified } = seen;
    let mark = Mark::take_from(&mut tags);
    if !tags.is_empty() {
        document[kind.tags_field()] = json!(tags);
    }
    Live {
        section: kind.section(),
        sensitive: kind.looks_secret(&document),
        facts: Value::Null,
        name,
        arn,
        document,
        mark,
        modified,
    }
}

async fn tags(aws: &Aws, arn: &str) -> Result<BTreeMap<String, String>, Failure> {
    let mut tags = BTreeMap::new();
    let mut token = None;
    loop {
        let request = aws.xray.list_tags_for_resource().resource_arn(arn);
        let request = request.set_next_token(token.clone()).send();
        let answer = aws.call("xray:ListTagsForResource", request).await?;
        tags.extend(answer.tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)));
        match next_page("xray:ListTagsForResource", token.as_deref(), answer.next_token)? {
            None => return Ok(tags),
            next => token = next,
        }
    }
}

/// Whether what has this ARN is what the step makes: its mark and digest say so; what somebody else made
/// has others.
pub(in crate::kinds) async fn carries(aws: &Aws, arn: &str, step: &Step, finished: bool) -> bool {
    let live = tags(aws, arn).await.unwrap_or_default();
    mark_tags(step, finished).iter().all(|(key, value)| live.get(key) == Some(value))
}

/// Takes tags off that go, and the digest with them.
pub(in crate::kinds) async fn untag(aws: &Aws, step: &Step, arn: &str) -> Result<(), Failure> {
    let gone = gone_tags(step);
    if gone.is_empty() {
        return Ok(());
    }
    let request = aws.xray.untag_resource().resource_arn(arn).set_tag_keys(Some(gone));
    aws.call("xray:UntagResource", request.send()).await.map(drop)
}

/// Writes every tag, our mark and the digest among them.
pub(in crate::kinds) async fn tag(aws: &Aws, step: &Step, arn: &str) -> Result<(), Failure> {
    let tags = sdk_tags(mark_tags(step, true))?;
    let request = aws.xray.tag_resource().resource_arn(arn).set_tags(Some(tags));
    aws.call("xray:TagResource", request.send()).await.map(drop)
}

/// Tags as the SDK has them.
pub(in crate::kinds) fn sdk_tags(tags: Vec<(String, String)>) -> Result<Vec<Tag>, Failure> {
    tags.into_iter()
        .map(|(key, value)| Tag::builder().key(key).value(value).build())
        .collect::<Result<_, _>>()
        .map_err(|_| unbuildable("xray:TagResource"))
}

/// A request that the SDK's builder does not take.
pub(in crate::kinds) fn unbuildable(action: &'static str) -> Failure {
    let message = "the request cannot be built from the plan".to_owned();
    Failure::unsaid(action, Reason::Refused, message)
}

/// X-Ray has one error code for everything it refuses, so that only the text tells.
pub(in crate::kinds) fn says(failure: &Failure, text: &str) -> bool {
    failure.reason == Reason::Refused && failure.message.to_lowercase().contains(text)
}

//! What daemons need of IAM.

use std::collections::BTreeSet;

use super::spec::DEFINITION;
use super::{Daemons, canonical};
use crate::iam::{Grant, literal};
use crate::kinds::Purpose;
use crate::kinds::daemon_task_definitions::roles;
use crate::kinds::grants::{LOOK, giving, marked, wanted};
use crate::kinds::task_definitions::revisions::family;
use crate::stack::{Stack, Wanted};

/// `ListClusters` and `ListDaemons` are for all clusters; of `ListTagsForResource` the Service
/// Authorization Reference names no daemons, so that it is for all, too. A daemon is made with its tags,
/// for which `TagResource` is asked, and passes the roles of what it runs on: those of families that are
/// not the stack's are not known.
pub(super) fn grants(stack: &Stack, purpose: Purpose) -> Vec<Grant> {
    let look = ["ecs:ListClusters", "ecs:ListDaemons", "ecs:ListTagsForResource"];
    let every = |sort: &str| canonical::arn(&stack.place, &format!("{sort}/*"));
    let describe = [
        ("LookAtDaemons", "ecs:DescribeDaemon", vec![every("daemon")]),
        (
            "LookAtDeployments",
            "ecs:DescribeDaemonDeployments",
            vec![every("daemon"), every("daemon-deployment")],
        ),
        (
            "LookAtRevisions",
            "ecs:DescribeDaemonRevisions",
            vec![every("daemon"), every("daemon-revision")],
        ),
    ];
    let mut grants = vec![Grant::anywhere(LOOK, &look)];
    grants.extend(describe.into_iter().map(|(sid, action, on)| Grant::new(sid, &[action], on)));
    if purpose == Purpose::Look {
        return grants;
    }
    let daemons = || wanted(&Daemons, stack);
    let named = daemons().filter_map(|daemon| {
        let cluster = canonical::cluster(&daemon.document, &stack.place)?;
        let resource = format!("daemon/{}/{}", literal(&cluster), literal(&daemon.name));
        Some(canonical::arn(&stack.place, &resource))
    });
    grants.push(Grant::new(
        "ChangeDaemons",
        &[
            "ecs:CreateDaemon",
            "ecs:DeleteDaemon",
            "ecs:TagResource",
            "ecs:UntagResource",
            "ecs:UpdateDaemon",
        ],
        named,
    ));
    let gone = Grant::new("DeleteDaemons", &["ecs:DeleteDaemon"], [every("daemon")]);
    grants.push(marked(gone, &Daemons, stack));
    let families: BTreeSet<_> = daemons().filter_map(|daemon| runs(stack, daemon)).collect();
    if !families.is_empty() {
        grants.push(roles(stack, &families.into_iter().collect::<Vec<_>>()));
    }
    grants.extend(giving(&Daemons, stack, "ecs:TagResource", every("daemon")));
    grants
}

/// The family that a daemon runs.
fn runs<'a>(stack: &'a Stack, daemon: &'a Wanted) -> Option<&'a str> {
    let text = daemon.document[DEFINITION].as_str()?;
    let referred = daemon.depends_on.iter().find(|on| on.section == "daemon_task_definitions");
    if let Some(address) = referred {
        let family = stack.wanted.iter().find(|wanted| wanted.address == *address);
        return family.map(|family| family.name.as_str());
    }
    Some(family(text))
}

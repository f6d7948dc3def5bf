//! What is protected stays, and what stays keeps what it stands on.

use super::address::Address;
use super::step::{Action, Detail, Protection, Step};
use super::whose::Whose;
use crate::kinds::{self, Kind, Live, Observation, Ownership};
use crate::stack::{Stack, Wanted};

/// Whether a live resource is protected, and is to be.
pub(super) fn protection(kind: &dyn Kind, wanted: &Wanted, live: &Live) -> Protection {
    match kind.ownership() {
        Ownership::Tag => Protection { after: wanted.protect, ..as_it_is(live) },
        Ownership::Declaration => Protection::default(),
    }
}

/// A live resource's protection, which stays.
pub(super) fn as_it_is(live: &Live) -> Protection {
    let protected = live.mark.as_ref().is_some_and(|mark| mark.protected);
    Protection { before: protected, after: protected }
}

/// What turning it on or off is, in a sentence.
pub(super) fn told(protection: Protection) -> Option<String> {
    let what = match (protection.before, protection.after) {
        (false, true) => "is protected from now on: it is neither deleted nor made anew",
        (true, false) => "is not protected any more",
        _ => return None,
    };
    Some(what.to_owned())
}

/// A protected resource that would have to be made anew.
pub(super) fn not_replaced(step: Step, why: &str) -> Step {
    let because = format!("protected, and kept as it is: {why}; set `protect: false` first");
    Step { action: Action::Keep, because, ..step }
}

/// A resource that is to be made anew and that becomes protected, or was, or changes hands: its mark
/// changes and nothing else, and then it is judged anew.
pub(super) fn first_the_mark(
    step: Step,
    wanted: &Wanted,
    (whose, stack): (&Whose, &Stack),
    why: &str,
) -> Step {
    let action = match whose {
        Whose::Nobodys => Action::Adopt,
        Whose::Former(_) | Whose::Given(_) => Action::Move,
        Whose::Ours | Whose::Anothers(_) => Action::Update,
    };
    let because = whose.comes(stack).unwrap_or_else(|| "as the file's settings ask".to_owned());
    let mut told: Vec<_> = told(step.protection).into_iter().collect();
    told.push(if step.protection.after {
        format!("is not made anew: {why}")
    } else {
        format!("is made anew by the next apply: {why}")
    });
    Step {
        action,
        because,
        address: wanted.address.clone(),
        place: Some(wanted.place.clone()),
        adopts: *whose == Whose::Nobodys,
        detail: Detail { told, ..step.detail },
        ..step
    }
}

/// A protected resource that left the file, or that the file calls otherwise.
pub(super) fn not_removed(step: Step, heir: Option<&Wanted>) -> Step {
    let way_out = match heir {
        Some(heir) => {
            let field = kinds::of(&heir.address.section).name_field();
            format!("give it its name back (`{field}`), apply `protect: false`, and rename it then")
        }
        None => "to delete it, put it back with `protect: false`, apply, and take it out again"
            .to_owned(),
    };
    let because = format!("protected, and kept: {}; {way_out}", step.because);
    kept(Step { because, ..step })
}

/// A protected resource of a stack that is destroyed.
pub(super) fn not_destroyed(step: Step, wanted: Option<&Wanted>) -> Step {
    let way_out = match wanted {
        // Nothing in AWS says that it is protected.
        Some(wanted)
            if kinds::of(&wanted.address.section).ownership() == Ownership::Declaration =>
        {
            "set `protect: false` first"
        }
        Some(_) => "set `protect: false` first, and apply",
        None => "put it back into the file with `protect: false` first, and apply",
    };
    kept(Step { because: format!("protected, and kept: {}; {way_out}", step.because), ..step })
}

fn kept(step: Step) -> Step {
    let detail = Detail::default();
    Step { action: Action::Keep, changes: Vec::new(), detail, depends_on: Vec::new(), ..step }
}

/// Keeps what is kept whole: what it names stays with it, since AWS would refuse to delete that or
/// leave a name behind that leads nowhere; and what needs it as it would have been waits.
pub(super) fn spread(steps: &mut [Step], observed: &Observation, stack: &Stack) {
    loop {
        let next = steps.iter().enumerate().find_map(|(at, step)| {
            let because = named_by_kept(step, steps, observed, stack)
                .or_else(|| needs_what_is_not_made(step, steps, observed, stack));
            because.map(|because| (at, because))
        });
        let Some((at, because)) = next else { return };
        let step = &mut steps[at];
        if step.action == Action::Delete {
            *step = kept(Step { because, ..step.clone() });
        } else {
            // What is not there has nothing to be compared with.
            if step.action == Action::Create {
                step.changes.clear();
            }
            step.action = Action::Keep;
            step.because = because;
        }
    }
}

/// Why a step that takes an ARN away has to leave it: something that is kept names it.
fn named_by_kept(
    step: &Step,
    steps: &[Step],
    observed: &Observation,
    stack: &Stack,
) -> Option<String> {
    let arn = step.arn.as_ref()?;
    let goes = match step.action {
        Action::Delete => true,
        Action::Replace => {
            let anew = Step { arn: None, ..step.clone() };
            anew.arn(&stack.place).as_ref() != Some(arn)
        }
        _ => false,
    };
    let kept = || steps.iter().filter(|step| step.action == Action::Keep);
    let names = |kept: &&Step| {
        live(observed, kept)
            .is_some_and(|live| kinds::of(live.section).needs(&live.document).contains(arn))
    };
    let kept = goes.then(|| kept().find(names)).flatten()?;
    Some(format!("{}; kept with {}, which is kept and names it", step.because, kept.address))
}

/// Why a step has to wait: it refers to a resource as the file has it, and that is kept as it is.
fn needs_what_is_not_made(
    step: &Step,
    steps: &[Step],
    observed: &Observation,
    stack: &Stack,
) -> Option<String> {
    if !step.action.acts() || step.action == Action::Delete {
        return None;
    }
    let is_kept = |address: &&Address| {
        let is_it = |step: &Step| step.action == Action::Keep && step.address == **address;
        steps.iter().any(is_it) && !is_made(address, observed, stack)
    };
    let missing = step.depends_on.iter().find(is_kept)?;
    let stays = if step.action == Action::Create { "not made yet" } else { "kept as it is" };
    Some(format!("{stays}: it refers to {missing} as the file has it, and that is kept"))
}

/// Whether what the file calls so has the ARN that others refer to.
fn is_made(address: &Address, observed: &Observation, stack: &Stack) -> bool {
    let wanted = stack.wanted.iter().find(|wanted| wanted.address == *address);
    let arn = wanted.and_then(|wanted| {
        kinds::of(&address.section).arn(&wanted.name, &wanted.document, &stack.place)
    });
    arn.is_none() || observed.live.iter().any(|live| live.arn == arn)
}

fn live<'a>(observed: &'a Observation, step: &Step) -> Option<&'a Live> {
    let is_it = |live: &&Live| live.section == step.address.section && live.name == step.name;
    observed.live.iter().find(is_it)
}

//! What is looked at to go back.

use serde_json::Value;

use super::Past;
use crate::kinds::{self, Kind, Look, Named, Observation};
use crate::stack::{Stack, Wanted};

/// What is looked at to go back, section by section: what goes back and all that the stack owns
/// there, then what goes.
pub fn looks(past: &[Past], owner: &dyn Fn(&dyn Kind) -> String) -> Vec<(&'static dyn Kind, Look)> {
    let mut looks = Vec::new();
    for kind in kinds::ALL {
        let of_kind = || past.iter().filter(|past| past.start.address.section == kind.section());
        if of_kind().next().is_none() {
            continue;
        }
        let named = |wanted: bool| -> Vec<Named> {
            let those = of_kind().filter(|past| past.start.before.is_some() == wanted);
            those.flat_map(named).collect()
        };
        let owner = Some(owner(kind));
        looks.push((kind, Look { named: named(true), owner: owner.clone(), ..Look::default() }));
        let going = named(false);
        if !going.is_empty() {
            let owner = owner.filter(|_| kind.remakes());
            looks.push((kind, Look { named: going, owner, goes: true, ..Look::default() }));
        }
    }
    looks
}

/// One for each ARN that the resource may have.
fn named(past: &Past) -> Vec<Named> {
    let one = |arn| Named { name: past.start.name.clone(), arn, ..Named::default() };
    if past.arns.is_empty() || past.kind().remakes() {
        return vec![one(None)];
    }
    past.arns.iter().map(|arn| one(Some(arn.clone()))).collect()
}

/// Puts what was seen together: of what is seen twice, what the later look saw, which asked for more.
pub fn seen(looks: Vec<Observation>) -> Observation {
    let mut all = Observation::default();
    for look in looks {
        for live in look.live {
            all.live.retain(|known| known.section != live.section || known.name != live.name);
            all.live.push(live);
        }
        all.unreadable.extend(look.unreadable);
    }
    all
}

/// What is looked at once more, since what goes back says what else there is to know of it.
pub fn knowing(
    looks: &[(&'static dyn Kind, Look)],
    stack: &Stack,
) -> Vec<(&'static dyn Kind, Look)> {
    let knowing = looks.iter().filter(|(_, look)| !look.goes).filter_map(|(kind, look)| {
        let mut look = look.clone();
        for named in &mut look.named {
            let is_it = |wanted: &&Wanted| {
                wanted.address.section == kind.section() && wanted.name == named.name
            };
            let wanted = stack.wanted.iter().find(is_it);
            named.known = wanted.map_or(Value::Null, |wanted| wanted.settings.clone());
        }
        look.named.iter().any(|named| !named.known.is_null()).then_some((*kind, look))
    });
    knowing.collect()
}

/// What was seen, with what a second look saw in its place.
pub fn again(
    mut seen: Observation,
    knowing: &[(&'static dyn Kind, Look)],
    looked: Vec<Observation>,
) -> Observation {
    for ((kind, _), look) in knowing.iter().zip(looked) {
        seen.unreadable.retain(|one| one.section != kind.section());
        seen = self::seen(vec![seen, look]);
    }
    seen
}

//! Which fault a call meets.

use std::sync::{Mutex, PoisonError};

use wildmatch::WildMatch;

use super::super::Access;
use super::super::reread::Chance;
use super::script::{Effect, Only, Rule, Script};

/// A script, and how far it is.
#[derive(Debug)]
pub(in super::super) struct Faults {
    chance: Chance,
    rules: Mutex<Vec<Watch>>,
}

/// A rule, and the calls that it has seen.
#[derive(Debug)]
struct Watch {
    pattern: WildMatch,
    matched: u64,
    struck: u64,
    rule: Rule,
}

impl Faults {
    pub(in super::super) fn of(script: &Script) -> Self {
        let watch = |rule: &Rule| Watch {
            pattern: WildMatch::new(&rule.call),
            matched: 0,
            struck: 0,
            rule: rule.clone(),
        };
        let rules = Mutex::new(script.rules.iter().map(watch).collect());
        Self { chance: Chance::new(script.seed), rules }
    }

    /// What goes wrong with this call. Every rule sees it, also after one has struck.
    pub(super) fn meet(&self, call: &str, access: Access) -> Option<Effect> {
        let mut rules = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        let mut met = None;
        for watch in rules.iter_mut().filter_map(|watch| watch.sees(call, access)) {
            if met.is_none() && watch.strikes(&self.chance) {
                watch.struck += 1;
                met = Some(watch.rule.effect.clone());
            }
        }
        met
    }

    /// How many faults there were.
    pub(in super::super) fn struck(&self) -> u64 {
        let rules = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        rules.iter().map(|watch| watch.struck).sum()
    }
}

impl Watch {
    /// Counts a call if it matches.
    fn sees(&mut self, call: &str, access: Access) -> Option<&mut Self> {
        let meant = match self.rule.only {
            None => true,
            Some(Only::Reads) => access == Access::Read,
            Some(Only::Writes) => access == Access::Write,
        };
        if !meant || !self.pattern.matches(call) {
            return None;
        }
        self.matched += 1;
        Some(self)
    }

    fn strikes(&self, chance: &Chance) -> bool {
        let Rule { nth, times, chance: odds, .. } = &self.rule;
        let most = times.or(nth.filter(|_| odds.is_none()).map(|_| 1));
        self.matched >= nth.unwrap_or(1)
            && most.is_none_or(|most| self.struck < most)
            && odds.is_none_or(|odds| chance.happens(odds))
    }
}

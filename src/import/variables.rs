//! What a file does not say itself becomes a variable of the stack.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::haul::{Haul, Variable, variable_name};
use crate::document::{Diagnostic, Node, Value};

/// What a variable stands for that is a dollar and nothing else.
pub(super) const DOLLAR: &str = "$";

/// The variables that one reader asks for, each for one thing. Those that come to be used are handed
/// over, the others forgotten.
#[derive(Default)]
pub(super) struct Variables {
    /// The variables of what was imported before.
    known: BTreeMap<String, Variable>,
    /// By what they stand for.
    by_source: HashMap<String, String>,
    by_name: BTreeMap<String, Declared>,
    /// How often a name was wanted.
    wanted: HashMap<String, usize>,
    /// The sources, in the order that they were met, each with the name it wanted.
    met: Vec<(String, String)>,
}

/// A variable that was asked for.
pub(super) struct Declared {
    /// What it stands for.
    pub source: String,
    /// Its default.
    pub default: Option<Value>,
    note: Option<Diagnostic>,
}

/// What a variable is to be.
pub(super) struct Wish<'a> {
    /// What it stands for: one source has one variable.
    pub source: String,
    /// What it is best called.
    pub hint: &'a str,
    pub default: Option<Value>,
    /// Whether another file may mean the same by the same name.
    pub shared: bool,
    /// What is said about it, if it is used.
    pub note: Option<Diagnostic>,
}

impl Variables {
    /// None yet, beside those of what was imported before.
    pub(super) fn beside(known: &BTreeMap<String, Variable>) -> Self {
        Self { known: known.clone(), ..Self::default() }
    }

    /// The name of the variable for this source.
    pub(super) fn declare(&mut self, wish: Wish<'_>) -> String {
        if let Some(name) = self.by_source.get(&wish.source) {
            return name.clone();
        }
        let base = variable_name(wish.hint);
        let is_free = |name: &str| {
            let before = self.known.get(name);
            let means_it = |before: &Variable| wish.shared && before.default == wish.default;
            !self.by_name.contains_key(name) && before.is_none_or(means_it)
        };
        let count = self.wanted.entry(base.clone()).or_default();
        let name = loop {
            *count += 1;
            let name = if *count == 1 { base.clone() } else { format!("{base}_{count}") };
            if is_free(&name) {
                break name;
            }
        };
        let note = wish.note.map(|note| {
            let message = format!("{}; it becomes the variable `{name}`", note.message);
            Diagnostic { message, ..note }
        });
        let declared = Declared { source: wish.source.clone(), default: wish.default, note };
        self.by_name.insert(name.clone(), declared);
        self.met.push((wish.source.clone(), base));
        self.by_source.insert(wish.source, name.clone());
        name
    }

    /// The variable of a name.
    pub(super) fn get(&self, name: &str) -> Option<&Declared> {
        self.by_name.get(name)
    }

    /// A point to go back to.
    pub(super) fn mark(&self) -> usize {
        self.met.len()
    }

    /// Forgets what was declared since.
    pub(super) fn back_to(&mut self, mark: usize) {
        for (source, base) in self.met.split_off(mark.min(self.met.len())) {
            if let Some(name) = self.by_source.remove(&source) {
                self.by_name.remove(&name);
            }
            // The name is free again; later ones are looked for from there.
            self.wanted.remove(&base);
        }
    }

    /// Hands over those that these bodies refer to, and what is to be said about them. The names of
    /// those come back that stand for what the file gives a default for.
    pub(super) fn hand_over<'n>(
        self,
        bodies: impl Iterator<Item = &'n Node>,
        haul: &mut Haul,
    ) -> Vec<String> {
        let mut used = BTreeSet::new();
        bodies.for_each(|body| collect(body, &mut used));
        let mut given = Vec::new();
        for (name, Declared { default, note, source }) in self.by_name {
            if used.contains(name.as_str()) {
                if default.is_some() && source != DOLLAR {
                    given.push(name.clone());
                }
                haul.variable(&name, default);
                haul.found.all.extend(note);
            }
        }
        given
    }
}

/// The names of the variables that a tree refers to.
fn collect<'n>(node: &'n Node, used: &mut BTreeSet<&'n str>) {
    match &node.value {
        Value::String(text) if node.interpolated => {
            let names = text.split("${var.").skip(1);
            used.extend(names.filter_map(|rest| rest.split_once('}').map(|(name, _)| name)));
        }
        Value::Seq(items) => items.iter().for_each(|item| collect(item, used)),
        Value::Map(map) => map.entries.iter().for_each(|entry| collect(&entry.value, used)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(source: &str, default: Option<&str>, shared: bool) -> Wish<'static> {
        let default = default.map(|text| Value::String(text.to_owned()));
        Wish { source: source.to_owned(), hint: "ImageTag", default, shared, note: None }
    }

    #[test]
    fn one_source_has_one_variable_and_two_have_two() {
        let mut variables = Variables::default();
        assert_eq!(variables.declare(wish("a", None, true)), "image_tag");
        assert_eq!(variables.declare(wish("b", None, true)), "image_tag_2");
        assert_eq!(variables.declare(wish("a", None, true)), "image_tag");
    }

    #[test]
    fn a_variable_of_another_file_is_the_same_if_it_may_be() {
        let beside = |default: Option<Value>, wish: Wish<'_>| {
            let known = BTreeMap::from([("image_tag".to_owned(), Variable { default })]);
            Variables::beside(&known).declare(wish)
        };
        assert_eq!(beside(Some(Value::Null), wish("a", Some("x"), true)), "image_tag_2");
        assert_eq!(beside(None, wish("a", None, true)), "image_tag");
        assert_eq!(beside(None, wish("a", None, false)), "image_tag_2");
    }

    #[test]
    fn what_was_tried_is_forgotten() {
        let mut variables = Variables::default();
        variables.declare(wish("a", None, true));
        let mark = variables.mark();
        variables.declare(wish("b", None, true));
        variables.back_to(mark);
        assert!(variables.get("image_tag_2").is_none());
        assert_eq!(variables.declare(wish("c", None, true)), "image_tag_2");
    }
}

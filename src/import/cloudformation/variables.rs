//! What a template does not have becomes a variable of the stack.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::document::{Diagnostic, Node, Value};
use crate::import::haul::{Haul, Variable, variable_name};

/// The variables of one template, each for one thing.
#[derive(Default)]
pub(super) struct Variables {
    /// By what they stand for.
    by_source: HashMap<String, String>,
    by_name: BTreeMap<String, Declared>,
    /// How often a name was wanted.
    wanted: HashMap<String, usize>,
    /// The sources, in the order that they were met, each with the name it wanted.
    met: Vec<(String, String)>,
}

struct Declared {
    default: Option<Value>,
    note: Option<Diagnostic>,
}

/// What a variable is to be.
pub(super) struct Wish<'a> {
    /// What it stands for: one source has one variable.
    pub source: String,
    /// What it is best called.
    pub hint: &'a str,
    pub default: Option<Value>,
    /// Whether another template may mean the same by the same name.
    pub shared: bool,
    /// What is said about it, if it is used.
    pub note: Option<Diagnostic>,
}

impl Variables {
    /// The reference to the variable for this source.
    pub(super) fn declare(&mut self, wish: Wish<'_>, known: &BTreeMap<String, Variable>) -> String {
        if let Some(name) = self.by_source.get(&wish.source) {
            return format!("${{var.{name}}}");
        }
        let base = variable_name(&snake(wish.hint));
        let is_free = |name: &str| {
            !self.by_name.contains_key(name)
                && known.get(name).is_none_or(|known| wish.shared && known.default == wish.default)
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
        self.by_name.insert(name.clone(), Declared { default: wish.default, note });
        let reference = format!("${{var.{name}}}");
        self.met.push((wish.source.clone(), base));
        self.by_source.insert(wish.source, name);
        reference
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

    /// Hands over those that these bodies refer to, and what is to be said about them.
    pub(super) fn hand_over<'n>(self, bodies: impl Iterator<Item = &'n Node>, haul: &mut Haul) {
        let mut used = BTreeSet::new();
        bodies.for_each(|body| collect(body, &mut used));
        for (name, Declared { default, note }) in self.by_name {
            if used.contains(name.as_str()) {
                haul.variable(&name, default);
                haul.found.all.extend(note);
            }
        }
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

/// `BackendImageURI` as `backend_image_uri`.
fn snake(text: &str) -> String {
    let chars: Vec<_> = text.chars().collect();
    let mut snake = String::with_capacity(text.len() + 4);
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| chars[at]);
        let after = chars.get(at + 1);
        let begins_word = c.is_ascii_uppercase()
            && before.is_some_and(|before| {
                before.is_ascii_lowercase()
                    || before.is_ascii_digit()
                    || before.is_ascii_uppercase() && after.is_some_and(char::is_ascii_lowercase)
            });
        if begins_word {
            snake.push('_');
        }
        snake.push(*c);
    }
    snake
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
        let mut known = BTreeMap::new();
        let mut variables = Variables::default();
        assert_eq!(variables.declare(wish("a", None, true), &known), "${var.image_tag}");
        assert_eq!(variables.declare(wish("b", None, true), &known), "${var.image_tag_2}");
        assert_eq!(variables.declare(wish("a", None, true), &known), "${var.image_tag}");
        // Of another template.
        known.insert("image_tag".to_owned(), Variable { default: Some(Value::Null) });
        let mut variables = Variables::default();
        assert_eq!(variables.declare(wish("a", Some("x"), true), &known), "${var.image_tag_2}");
        let mut variables = Variables::default();
        known.insert("image_tag".to_owned(), Variable::default());
        assert_eq!(variables.declare(wish("a", None, true), &known), "${var.image_tag}");
        let mut variables = Variables::default();
        assert_eq!(variables.declare(wish("a", None, false), &known), "${var.image_tag_2}");
    }

    #[test]
    fn names_are_words() {
        assert_eq!(snake("BackendImageURI"), "Backend_Image_URI");
        assert_eq!(snake("ECRImage2Tag"), "ECR_Image2_Tag");
        assert_eq!(variable_name(&snake("network-VpcId")), "network_vpc_id");
    }
}

//! Documents grown out of the schemas that the kinds publish, so that a field which is new there is
//! grown as well.

use serde_json::{Map, Value, json};

/// Numbers that follow from one seed.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next one, by `SplitMix64`.
    pub(super) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below this one.
    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.roll() % (end as u64)).unwrap()
    }

    pub(super) fn between(&mut self, from: i64, to: i64) -> i64 {
        from + i64::try_from(self.roll() % u64::try_from(to - from + 1).unwrap()).unwrap()
    }

    pub(super) fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            let other = self.below(at + 1);
            items.swap(at, other);
        }
    }

    /// Text of the characters that tags are made of.
    pub(super) fn tag(&mut self) -> String {
        self.text().replace(['$', '*'], "+")
    }

    /// Text as people write it, and as they do not.
    pub(super) fn text(&mut self) -> String {
        let letters: Vec<_> = "abcdefgXYZ0123456789-_./:=@é$*".chars().collect();
        let length = 3 + self.below(8);
        let mut text: Vec<_> = (0..length).map(|_| *self.pick(&letters)).collect();
        if self.one_in(8) {
            text.insert(1, ' ');
        }
        text.into_iter().collect()
    }
}

/// What is known of values beside the schema: by the path of the leaf.
pub(super) type Known = fn(&str, &mut Dice) -> Option<Value>;

/// What a schema says a value is.
enum Node<'a> {
    Struct(&'a Map<String, Value>),
    List(&'a Value),
    Map(&'a Value),
    Leaf,
}

fn node(schema: &Value) -> Node<'_> {
    if let Some(members) = schema.get("properties").and_then(Value::as_object) {
        Node::Struct(members)
    } else if let Some(items) = schema.get("items") {
        Node::List(items)
    } else if let Some(values) = schema.get("additionalProperties").filter(|v| v.is_object()) {
        Node::Map(values)
    } else if schema.get("$ref").or_else(|| schema["anyOf"][0].get("$ref")).is_some() {
        // Tags are the only shape that has a name.
        Node::Map(&Value::Null)
    } else {
        Node::Leaf
    }
}

fn below(path: &str, member: &str) -> String {
    if path.is_empty() { member.to_owned() } else { format!("{path}.{member}") }
}

/// The paths of all leaves of a schema: `a.b`, `list[].c`, `map{}`.
pub(super) fn leaves(schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    each_leaf(schema, "", &mut found);
    found
}

fn each_leaf(schema: &Value, path: &str, found: &mut Vec<String>) {
    match node(schema) {
        Node::Struct(members) => {
            members.iter().for_each(|(name, inner)| each_leaf(inner, &below(path, name), found));
        }
        Node::List(items) => each_leaf(items, &format!("{path}[]"), found),
        Node::Map(values) => each_leaf(values, &format!("{path}{{}}"), found),
        Node::Leaf => found.push(path.to_owned()),
    }
}

/// Grows documents of one schema.
pub(super) struct Grower<'a> {
    pub(super) known: Known,
    /// The leaf that has to be in it.
    pub(super) must: &'a str,
    /// One in so many of the members that may be left out is there.
    pub(super) sparse: usize,
}

impl Grower<'_> {
    pub(super) fn grow(&self, schema: &Value, path: &str, dice: &mut Dice) -> Value {
        if let Some(value) = (self.known)(path, dice) {
            return value;
        }
        match node(schema) {
            Node::Struct(members) => self.structure(schema, members, path, dice),
            Node::List(items) => {
                let path = format!("{path}[]");
                let count = usize::from(self.leads(&path)) + dice.below(3);
                (0..count).map(|_| self.grow(items, &path, dice)).collect()
            }
            Node::Map(values) => {
                let path = format!("{path}{{}}");
                let count = usize::from(self.leads(&path)) + dice.below(3);
                let key = |dice: &mut Dice| match (self.known)(&format!("{path}key"), dice) {
                    Some(key) => key.as_str().unwrap().to_owned(),
                    None => dice.text(),
                };
                (0..count).map(|_| (key(dice), self.grow(values, &path, dice))).collect()
            }
            Node::Leaf => leaf(schema, dice),
        }
    }

    fn structure(
        &self,
        schema: &Value,
        members: &Map<String, Value>,
        path: &str,
        dice: &mut Dice,
    ) -> Value {
        let required = schema["required"].as_array().into_iter().flatten();
        let required: Vec<_> = required.filter_map(Value::as_str).collect();
        let is_union = schema.get("maxProperties") == Some(&json!(1));
        let mut grown = Map::new();
        let wanted = |name: &str, dice: &mut Dice| {
            required.contains(&name) || self.leads(&below(path, name)) || dice.one_in(self.sparse)
        };
        for (name, inner) in members {
            if wanted(name, dice) || (is_union && grown.is_empty()) {
                grown.insert(name.clone(), self.grow(inner, &below(path, name), dice));
            }
        }
        Value::Object(grown)
    }

    /// Whether what has to be there lies at this path, or below it.
    fn leads(&self, path: &str) -> bool {
        let rest = self.must.strip_prefix(path);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[', '{']))
    }
}

/// A value of a leaf's type, in its bounds.
fn leaf(schema: &Value, dice: &mut Dice) -> Value {
    let one = schema.get("anyOf").map_or(schema, |any| &any[0]);
    if let Some(values) = one["enum"].as_array() {
        return dice.pick(values).clone();
    }
    let is = |ty: &str| {
        let types = &one["type"];
        *types == ty || types.as_array().is_some_and(|all| all[0] == ty)
    };
    let bound = |name: &str, otherwise| schema[name].as_i64().unwrap_or(otherwise);
    if is("integer") {
        let least = bound("minimum", 1);
        json!(dice.between(least, bound("maximum", least + 1000)))
    } else if is("number") {
        // The bounds of all of them are 0 and 1.
        json!(f64::from(u32::try_from(dice.below(10_001)).unwrap()) / 10_000.0)
    } else if is("boolean") {
        json!(dice.one_in(2))
    } else {
        let text = dice.text();
        let most = usize::try_from(bound("maxLength", 1000)).unwrap();
        json!(text.chars().take(most).collect::<String>())
    }
}

/// Every place in a document that a path of leaves means.
pub(super) fn places(document: &Value, pattern: &str) -> Vec<Vec<String>> {
    let steps = pattern.replace("[]", ".[]").replace("{}", ".{}");
    let mut found = vec![(Vec::new(), document)];
    for step in steps.split('.') {
        let mut deeper = Vec::new();
        for (path, value) in found {
            let join = |key: String| [path.clone(), vec![key]].concat();
            match (step, value) {
                ("[]", Value::Array(items)) => {
                    deeper
                        .extend(items.iter().enumerate().map(|(at, v)| (join(at.to_string()), v)));
                }
                ("{}", Value::Object(items)) => {
                    deeper.extend(items.iter().map(|(key, value)| (join(key.clone()), value)));
                }
                (name, value) => {
                    deeper.extend(value.get(name).map(|value| (join(name.to_owned()), value)));
                }
            }
        }
        found = deeper;
    }
    found.into_iter().map(|(path, _)| path).collect()
}

/// What stands at a place.
pub(super) fn at<'a>(document: &'a mut Value, place: &[String]) -> &'a mut Value {
    place.iter().fold(document, |value, key| match value {
        Value::Array(items) => &mut items[key.parse::<usize>().unwrap()],
        other => &mut other[key.as_str()],
    })
}

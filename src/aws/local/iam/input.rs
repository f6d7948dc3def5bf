//! The members of a request, checked against the model the way IAM's front end does it: what breaks
//! a bound is gathered into one `ValidationError`.

use super::super::Call;
use super::super::form::Form;
use super::super::reply::Fault;
use super::fault;
use super::paging::Wish;
use super::shapes::{MARKER, TAG_KEY, TAG_VALUE, Text};

/// A request while its members are read. Reading goes on after a violation; [`Input::finish`] says
/// all of them.
#[derive(Debug)]
pub(super) struct Input {
    form: Form,
    violations: Vec<String>,
}

impl Input {
    pub(super) fn of(call: &Call<'_>) -> Self {
        Self { form: Form::parse(call.body), violations: Vec::new() }
    }

    /// A string that has to be there; an empty one until `finish` has refused it.
    pub(super) fn required(&mut self, member: &str, shape: &Text) -> String {
        self.optional(member, shape).unwrap_or_else(|| {
            self.refuse(&first_small(member), "not be null");
            String::new()
        })
    }

    pub(super) fn optional(&mut self, member: &str, shape: &Text) -> Option<String> {
        let value = self.form.get(member)?.to_owned();
        self.check(&first_small(member), &value, shape);
        Some(value)
    }

    pub(super) fn integer(&mut self, member: &str, min: i32, max: i32) -> Option<i32> {
        let value: i32 = self.form.get(member)?.parse().ok().or_else(|| {
            // What AWS says to a number that is none is not known.
            self.refuse(&first_small(member), "be a 32-bit integer");
            None
        })?;
        if value > max {
            let bound = format!("have value less than or equal to {max}");
            self.refuse(&first_small(member), &bound);
        }
        if value < min {
            let bound = format!("have value greater than or equal to {min}");
            self.refuse(&first_small(member), &bound);
        }
        Some(value)
    }

    /// A boolean; absent is false.
    pub(super) fn flag(&mut self, member: &str) -> bool {
        match self.form.get(member) {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => {
                self.refuse(&first_small(member), "be true or false");
                false
            }
        }
    }

    pub(super) fn choice(&mut self, member: &str, values: &[&str]) -> Option<String> {
        let value = self.form.get(member)?.to_owned();
        self.check_choice(&first_small(member), &value, values);
        Some(value)
    }

    pub(super) fn choices(&mut self, member: &str, values: &[&str]) -> Vec<String> {
        let chosen = self.list(member, |form, name| form.get(name).map(str::to_owned));
        for (index, value) in chosen.iter().enumerate() {
            let place = format!("{}.{}.member", first_small(member), index + 1);
            self.check_choice(&place, value, values);
        }
        chosen
    }

    /// `Tags`, as they stand there. The list holds at most 50 (model).
    pub(super) fn tags(&mut self) -> Vec<(String, String)> {
        let tags = self.list("Tags", |form, name| {
            let part = |part| form.get(&format!("{name}.{part}")).map(str::to_owned);
            form.has_under(name).then(|| (part("Key"), part("Value")))
        });
        self.at_most_50("tags", tags.len());
        let mut read = Vec::with_capacity(tags.len());
        for (index, (key, value)) in tags.into_iter().enumerate() {
            let place = format!("tags.{}.member", index + 1);
            read.push((
                self.part(key, &format!("{place}.key"), &TAG_KEY),
                self.part(value, &format!("{place}.value"), &TAG_VALUE),
            ));
        }
        read
    }

    /// `Tags` where an operation asks for them.
    pub(super) fn required_tags(&mut self) -> Vec<(String, String)> {
        self.require_list("Tags");
        self.tags()
    }

    /// `TagKeys`.
    pub(super) fn tag_keys(&mut self) -> Vec<String> {
        self.require_list("TagKeys");
        let keys = self.list("TagKeys", |form, name| form.get(name).map(str::to_owned));
        self.at_most_50("tagKeys", keys.len());
        for (index, key) in keys.iter().enumerate() {
            self.check(&format!("tagKeys.{}.member", index + 1), key, &TAG_KEY);
        }
        keys
    }

    /// `Marker` and `MaxItems`. A page holds 100 where nothing is said (documentation).
    pub(super) fn paging(&mut self) -> Wish {
        let marker = self.optional("Marker", &MARKER);
        let size = self.integer("MaxItems", 1, 1000).unwrap_or(100);
        Wish { marker, size: usize::try_from(size).unwrap_or_default() }
    }

    /// Refuses the request if anything was wrong with it. IAM does not repeat the values
    /// (recordings).
    pub(super) fn finish(self) -> Result<(), Fault> {
        let count = self.violations.len();
        if count == 0 {
            return Ok(());
        }
        let errors = if count == 1 { "error" } else { "errors" };
        let list = self.violations.join("; ");
        Err(fault::validation(format!("{count} validation {errors} detected: {list}")))
    }

    /// The members of a list: `Name.member.1`, `Name.member.2`, as far as they go.
    fn list<T>(&self, member: &str, item: impl Fn(&Form, &str) -> Option<T>) -> Vec<T> {
        (1..).map_while(|index| item(&self.form, &format!("{member}.member.{index}"))).collect()
    }

    /// An empty list is there too, as `Name=`.
    fn require_list(&mut self, member: &str) {
        if !self.form.has_under(member) {
            self.refuse(&first_small(member), "not be null");
        }
    }

    fn part(&mut self, value: Option<String>, place: &str, shape: &Text) -> String {
        let Some(value) = value else {
            self.refuse(place, "not be null");
            return String::new();
        };
        self.check(place, &value, shape);
        value
    }

    fn at_most_50(&mut self, place: &str, count: usize) {
        if count > 50 {
            self.refuse(place, "have length less than or equal to 50");
        }
    }

    fn check_choice(&mut self, place: &str, value: &str, values: &[&str]) {
        if !values.contains(&value) {
            // (recording)
            self.refuse(place, "satisfy enum value set");
        }
    }

    fn check(&mut self, place: &str, value: &str, shape: &Text) {
        let length = value.chars().count();
        if length > shape.max {
            let bound = format!("have length less than or equal to {}", shape.max);
            self.refuse(place, &bound);
        }
        if length < shape.min {
            let bound = format!("have length greater than or equal to {}", shape.min);
            self.refuse(place, &bound);
        } else if let Some((pattern, matches)) = shape.pattern
            && !matches(value)
        {
            self.refuse(place, &format!("satisfy regular expression pattern: {pattern}"));
        }
    }

    fn refuse(&mut self, place: &str, constraint: &str) {
        self.violations.push(format!(
            "Value at '{place}' failed to satisfy constraint: Member must {constraint}"
        ));
    }
}

/// Members are named with a small first letter in these texts (recording).
fn first_small(member: &str) -> String {
    let mut rest = member.chars();
    rest.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(rest).collect()
}

//! Answers of the query protocol.

use std::fmt::Display;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use super::super::reply::Reply;
use super::super::xml::{Answer, Content, Element};
use super::NAMESPACE;
use super::paging::Page;
use super::record::Tags;

/// What an answer says, being written.
#[derive(Debug, Default)]
pub(super) struct Xml(Vec<Element>);

/// The answer of an operation that has one.
pub(super) fn answer(action: &str, fill: impl FnOnce(&mut Xml)) -> Reply {
    let mut xml = Xml::default();
    fill(&mut xml);
    respond(action, Some(xml.0))
}

/// The answer of an operation that has nothing to say.
pub(super) fn done(action: &str) -> Reply {
    respond(action, None)
}

fn respond(action: &str, result: Option<Vec<Element>>) -> Reply {
    Reply::Xml(Answer { action: action.to_owned(), namespace: NAMESPACE, result })
}

impl Xml {
    pub(super) fn inside(&mut self, name: &str, fill: impl FnOnce(&mut Self)) {
        let mut inner = Self::default();
        fill(&mut inner);
        self.0.push(Element { name: name.to_owned(), content: Content::Elements(inner.0) });
    }

    pub(super) fn text(&mut self, name: &str, value: impl Display) {
        self.0.push(Element::text(name, value.to_string()));
    }

    /// The text, if there is any; IAM leaves out what is not set (recordings).
    pub(super) fn optional(&mut self, name: &str, value: Option<&String>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    pub(super) fn document(&mut self, name: &str, text: &str) {
        let content = Content::Document(text.to_owned());
        self.0.push(Element { name: name.to_owned(), content });
    }

    pub(super) fn time(&mut self, name: &str, seconds: u64) {
        let seconds = i64::try_from(seconds).unwrap_or_default();
        let time = DateTime::from_secs(seconds).fmt(Format::DateTime);
        // A clock beyond all years can only be one that was set for a test.
        self.text(name, time.unwrap_or_else(|_| "1970-01-01T00:00:00Z".to_owned()));
    }

    pub(super) fn list<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        mut fill: impl FnMut(&mut Self, T),
    ) {
        self.inside(name, |xml| {
            for item in items {
                xml.inside("member", |xml| fill(xml, item));
            }
        });
    }

    pub(super) fn tags<'a>(&mut self, tags: impl IntoIterator<Item = (&'a String, &'a String)>) {
        self.list("Tags", tags, |xml, (key, value)| {
            xml.text("Key", key);
            xml.text("Value", value);
        });
    }

    /// Tags where none means that the list is left out (recordings: roles).
    pub(super) fn some_tags(&mut self, tags: &Tags) {
        if !tags.is_empty() {
            self.tags(tags);
        }
    }

    /// Whether there is more, and where.
    pub(super) fn paging<T>(&mut self, page: &Page<T>) {
        self.text("IsTruncated", page.next.is_some());
        self.optional("Marker", page.next.as_ref());
    }
}

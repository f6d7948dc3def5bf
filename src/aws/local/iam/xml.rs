//! Answers of the query protocol.

use std::fmt::Display;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

use super::super::form::percent_encode;
use super::super::reply::{Reply, xml_text};
use super::NAMESPACE;
use super::paging::Page;
use super::record::Tags;

/// An XML document being written.
#[derive(Debug, Default)]
pub(super) struct Xml(String);

/// The answer of an operation that has one.
pub(super) fn answer(action: &str, fill: impl FnOnce(&mut Xml)) -> Reply {
    respond(action, |xml| xml.inside(&format!("{action}Result"), fill))
}

/// The answer of an operation that has nothing to say.
pub(super) fn done(action: &str) -> Reply {
    respond(action, |_| ())
}

fn respond(action: &str, fill: impl FnOnce(&mut Xml)) -> Reply {
    let mut xml = Xml::default();
    fill(&mut xml);
    Reply::Xml(format!(
        "<{action}Response xmlns=\"{NAMESPACE}\">{}<ResponseMetadata><RequestId>{{request_id}}\
         </RequestId></ResponseMetadata></{action}Response>\n",
        xml.0
    ))
}

impl Xml {
    pub(super) fn inside(&mut self, name: &str, fill: impl FnOnce(&mut Self)) {
        self.0.push_str(&format!("<{name}>"));
        fill(self);
        self.0.push_str(&format!("</{name}>"));
    }

    pub(super) fn text(&mut self, name: &str, value: impl Display) {
        self.inside(name, |xml| xml.0.push_str(&xml_text(&value.to_string())));
    }

    /// The text, if there is any; IAM leaves out what is not set (recordings).
    pub(super) fn optional(&mut self, name: &str, value: Option<&String>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    /// A policy document, percent-encoded (model; recordings).
    pub(super) fn document(&mut self, name: &str, text: &str) {
        self.text(name, percent_encode(text));
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

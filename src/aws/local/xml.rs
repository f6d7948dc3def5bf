//! Answers in XML, which the query protocol has.

use super::form::percent_encode;

/// What an operation answers.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) action: String,
    pub(super) namespace: &'static str,
    /// None where the operation has nothing to say.
    pub(super) result: Option<Vec<Element>>,
}

/// A name and what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) content: Content,
}

/// What an element holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    Elements(Vec<Element>),
    Text(String),
    /// A policy document, which goes out percent-encoded (model of IAM; recordings).
    Document(String),
}

impl Answer {
    /// The whole of it as text, with the request's id.
    pub(super) fn text(&self, request_id: &str) -> String {
        let Self { action, namespace, result } = self;
        let mut text = format!("<{action}Response xmlns=\"{namespace}\">");
        if let Some(result) = result {
            let content = Content::Elements(result.clone());
            Element { name: format!("{action}Result"), content }.write(&mut text);
        }
        text + "<ResponseMetadata><RequestId>"
            + request_id
            + "</RequestId></ResponseMetadata></"
            + action
            + "Response>\n"
    }
}

impl Element {
    /// An element with nothing but text in it.
    pub(super) fn text(name: &str, text: String) -> Self {
        Self { name: name.to_owned(), content: Content::Text(text) }
    }

    fn write(&self, text: &mut String) {
        let name = &self.name;
        text.push_str(&format!("<{name}>"));
        match &self.content {
            Content::Elements(elements) => elements.iter().for_each(|inner| inner.write(text)),
            Content::Text(content) => text.push_str(&escaped(content)),
            Content::Document(document) => text.push_str(&escaped(&percent_encode(document))),
        }
        text.push_str(&format!("</{name}>"));
    }
}

/// Text as XML content. Control characters, which XML 1.0 cannot carry at all, become `U+FFFD`.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\t' | '\n' => escaped.push(c),
            // A parser makes a line feed of one that is not escaped.
            '\r' => escaped.push_str("&#13;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {
                escaped.push('\u{fffd}');
            }
            c => escaped.push(c),
        }
    }
    escaped
}

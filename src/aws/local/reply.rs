//! Answers and errors, written the way AWS's protocols write them.

use std::borrow::Cow;
use std::hash::{BuildHasher, RandomState};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, DATE, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use serde_json::{Map, Value, json};

use super::xml::{self, Answer};

/// How a service writes its errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    /// `rest-json`, as X-Ray speaks it.
    RestJson,
    /// `query`, as STS speaks it: a form in, XML out.
    Query,
    /// `json` 1.1, as ECS speaks it: the operation's name in a header, the error's in the body.
    Json11,
}

/// What an operation answers when all is well.
#[derive(Debug)]
pub(super) enum Reply {
    Json(Value),
    /// JSON of which the text counts, and not only what it says.
    Written(String),
    Xml(Answer),
}

/// An error as a client of AWS gets it.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) status: StatusCode,
    pub(super) code: Cow<'static, str>,
    pub(super) message: String,
    /// Further members of a modelled error.
    members: Vec<(&'static str, String)>,
    /// The key of the message in JSON: X-Ray's modelled errors call it `Message` (model), AWS's
    /// common front end `message`.
    message_key: &'static str,
}

impl Fault {
    /// An error that the service's model lists.
    pub(super) fn modelled(status: StatusCode, code: &'static str, message: String) -> Self {
        let code = Cow::Borrowed(code);
        Self { status, code, message, members: Vec::new(), message_key: "Message" }
    }

    /// An error that AWS's common front end gives before the service sees the request.
    pub(super) fn front_end(code: impl Into<Cow<'static, str>>, message: String) -> Self {
        let (status, code) = (StatusCode::BAD_REQUEST, code.into());
        Self { status, code, message, members: Vec::new(), message_key: "message" }
    }

    /// The body could not be read as the operation's input.
    pub(super) fn serialization(message: String) -> Self {
        Self::front_end("SerializationException", message)
    }

    /// A call that the local AWS does not know.
    pub(super) fn unknown_operation(asked: &str) -> Self {
        let message = format!("the local AWS does not know {asked}");
        Self::front_end("UnknownOperationException", message).with_status(StatusCode::NOT_FOUND)
    }

    /// The local AWS itself failed.
    pub(super) fn internal(message: String) -> Self {
        Self::front_end("InternalFailure", message).with_status(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The same error under another HTTP status.
    pub(super) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The same error with one more member.
    pub(super) fn with(mut self, member: &'static str, value: &str) -> Self {
        self.members.push((member, value.to_owned()));
        self
    }
}

/// Puts an outcome on the wire.
pub(super) fn response(
    protocol: Protocol,
    outcome: Result<Reply, Fault>,
    now: u64,
) -> Response<Bytes> {
    let id = request_id();
    let mut error_type = None;
    let (status, content_type, body) = match outcome {
        Ok(Reply::Json(value)) => (StatusCode::OK, json_type(protocol), value.to_string()),
        Ok(Reply::Written(text)) => (StatusCode::OK, json_type(protocol), text),
        Ok(Reply::Xml(answer)) => (StatusCode::OK, "text/xml", answer.text(&id)),
        Err(fault) => {
            error_type = HeaderValue::from_str(&fault.code).ok();
            match protocol {
                Protocol::RestJson | Protocol::Json11 => {
                    (fault.status, json_type(protocol), json_error(&fault, protocol))
                }
                Protocol::Query => (fault.status, "text/xml", xml_error(&fault, &id)),
            }
        }
    };
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(HeaderName::from_static("x-amzn-requestid"), id);
    }
    // rest-json clients take the error's name from here.
    if let (Some(code), Protocol::RestJson) = (error_type, protocol) {
        headers.insert(HeaderName::from_static("x-amzn-errortype"), code);
    }
    let seconds = i64::try_from(now).unwrap_or_default();
    let date = DateTime::from_secs(seconds).fmt(Format::HttpDate).ok();
    if let Some(date) = date.and_then(|date| HeaderValue::from_str(&date).ok()) {
        headers.insert(DATE, date);
    }
    response
}

fn json_type(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Json11 => "application/x-amz-json-1.1",
        Protocol::RestJson | Protocol::Query => "application/json",
    }
}

fn json_error(fault: &Fault, protocol: Protocol) -> String {
    let mut body = Map::new();
    // Not needed by rest-json, but a JSON 1.1 client that came to the wrong place reads its code
    // here.
    let lost = fault.status == StatusCode::NOT_FOUND && fault.message_key == "message";
    if lost || protocol == Protocol::Json11 {
        body.insert("__type".to_owned(), json!(fault.code));
    }
    body.insert(fault.message_key.to_owned(), json!(fault.message));
    for (member, value) in &fault.members {
        body.insert((*member).to_owned(), json!(value));
    }
    Value::Object(body).to_string()
}

fn xml_error(fault: &Fault, id: &str) -> String {
    let blame = if fault.status.is_server_error() { "Receiver" } else { "Sender" };
    format!(
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  <Error>\n    \
         <Type>{blame}</Type>\n    <Code>{}</Code>\n    <Message>{}</Message>\n  </Error>\n  \
         <RequestId>{id}</RequestId>\n</ErrorResponse>\n",
        fault.code,
        xml::escaped(&fault.message),
    )
}

/// A random id in the form of a version 4 UUID. The standard library seeds its hashers at random,
/// which is random enough for an id that only has to look different each time.
fn request_id() -> String {
    let random = || RandomState::new().hash_one(0_u8);
    let (high, low) = (random(), random());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        0x8000 | ((low >> 48) & 0x3fff),
        low & 0xffff_ffff_ffff,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_carries_its_name_in_a_header_and_its_message_in_the_body() {
        let fault =
            Fault::modelled(StatusCode::NOT_FOUND, "ResourceNotFoundException", "no".into())
                .with("ResourceName", "arn");
        let answer = response(Protocol::RestJson, Err(fault), 1_530_923_107);
        assert_eq!(answer.status(), 404);
        assert_eq!(answer.headers()["x-amzn-ErrorType"], "ResourceNotFoundException");
        assert_eq!(answer.headers()[DATE], "Sat, 07 Jul 2018 00:25:07 GMT");
        assert_eq!(answer.headers()["x-amzn-RequestId"].len(), 36);
        assert_eq!(answer.body(), r#"{"Message":"no","ResourceName":"arn"}"#);
    }

    #[test]
    fn xml_errors_escape_what_the_caller_sent() {
        let fault = Fault::front_end("InvalidAction", "<a>&\u{1}".to_owned());
        let answer = response(Protocol::Query, Err(fault), 0);
        let body = String::from_utf8(answer.body().to_vec()).unwrap();
        assert!(body.contains("<Message>&lt;a&gt;&amp;\u{fffd}</Message>"), "{body}");
    }

    #[test]
    fn a_clock_beyond_all_years_still_gives_an_answer() {
        let answer = response(Protocol::RestJson, Ok(Reply::Json(json!({}))), u64::MAX);
        assert_eq!(answer.status(), 200);
        let ids = (0..50).map(|_| request_id()).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(ids.len(), 50);
    }
}

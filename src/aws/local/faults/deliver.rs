//! A request's way through the faults, and what comes back.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use futures::stream;
use http::{Request, Response, StatusCode};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Frame;

use super::super::reply::{self, Fault};
use super::super::{LocalAws, Operation, Service, caller, service_for};
use super::script::{Effect, Refusal};

/// What comes back of a request.
#[derive(Debug)]
pub(in super::super) enum Delivery {
    /// An answer.
    Whole(Response<Bytes>),
    /// An answer that breaks off half-way.
    Cut(Response<BoxBody<Bytes, io::Error>>),
    /// Nothing: the connection is gone.
    Nothing,
}

impl LocalAws {
    /// Answers a request as a network and a long day do: after a while, and not always.
    pub(in super::super) async fn deliver(&self, request: &Request<Bytes>) -> Delivery {
        self.pause().await;
        if self.0.killed.is_dead() {
            return std::future::pending().await;
        }
        let Some((service, effect)) = self.fault(request) else {
            return Delivery::Whole(self.handle(request));
        };
        let carried_out = || self.handle(request);
        match effect {
            Effect::Refused(refusal) => Delivery::Whole(self.refused(service, refusal)),
            Effect::Unreachable => Delivery::Nothing,
            Effect::AnswerLost => {
                carried_out();
                Delivery::Nothing
            }
            Effect::AnswerHeld(milliseconds) => {
                let answer = carried_out();
                tokio::time::sleep(Duration::from_millis(milliseconds)).await;
                Delivery::Whole(answer)
            }
            Effect::AnswerCut => Delivery::Cut(cut(carried_out())),
            Effect::AnswerReplaced(refusal) => {
                carried_out();
                Delivery::Whole(self.refused(service, refusal))
            }
            Effect::KilledBefore => self.0.killed.die().await,
            Effect::KilledAfter => {
                carried_out();
                self.0.killed.die().await
            }
            Effect::ClockJumped(seconds) => {
                self.jump(seconds);
                Delivery::Whole(carried_out())
            }
        }
    }

    /// What the script has for this request. One that no service knows is left alone.
    fn fault(&self, request: &Request<Bytes>) -> Option<(&'static Service, Effect)> {
        let faults = self.0.faults.as_ref()?;
        let (service, operation) = called(request)?;
        let call = format!("{}:{}", service.prefix, operation.name);
        Some((service, faults.meet(&call, operation.access)?))
    }

    fn refused(&self, service: &Service, refusal: Refusal) -> Response<Bytes> {
        let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
        let fault = Fault::front_end(refusal.code, refusal.message).with_status(status);
        reply::response(service.protocol, Err(fault), self.now())
    }
}

fn called(request: &Request<Bytes>) -> Option<(&'static Service, Operation)> {
    let scope = caller::scope(request.headers()).ok()?;
    let service = service_for(request, scope.as_ref())?;
    Some((service, (service.route)(request).ok()?))
}

/// The first half of an answer that says how long it is.
fn cut(answer: Response<Bytes>) -> Response<BoxBody<Bytes, io::Error>> {
    let (mut parts, body) = answer.into_parts();
    parts.headers.insert(http::header::CONTENT_LENGTH, body.len().into());
    let half = body.slice(..body.len() / 2);
    let broken = io::Error::new(io::ErrorKind::UnexpectedEof, "the answer broke off");
    let frames = stream::iter([Ok(Frame::data(half)), Err(broken)]);
    Response::from_parts(parts, StreamBody::new(frames).boxed())
}

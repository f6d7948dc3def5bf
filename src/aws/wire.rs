//! What is seen of a service on the wire: where it is, how often it was asked, and its clock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::DateTime;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::date_time::Format;

/// Watches the requests of one service's client.
#[derive(Debug, Clone, Default)]
pub(super) struct Wire {
    seen: Arc<Mutex<Seen>>,
}

#[derive(Debug, Default)]
struct Seen {
    endpoint: Option<String>,
    sent: usize,
    skew: Option<i64>,
}

impl Wire {
    /// Where requests go, `https://xray.us-east-1.amazonaws.com`, once one went.
    pub(super) fn endpoint(&self) -> Option<String> {
        self.lock().endpoint.clone()
    }

    /// How many requests went out, retries included.
    pub(super) fn sent(&self) -> usize {
        self.lock().sent
    }

    /// This machine's time less the service's at its last answer, in seconds.
    pub(super) fn skew(&self) -> Option<i64> {
        self.lock().skew
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for Wire {
    fn name(&self) -> &'static str {
        "Wire"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let uri: Option<http::Uri> = context.request().uri().parse().ok();
        let place = |uri: http::Uri| Some(format!("{}://{}", uri.scheme_str()?, uri.authority()?));
        let mut seen = self.lock();
        seen.endpoint = uri.and_then(place);
        seen.sent += 1;
        Ok(())
    }

    fn read_after_transmit(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let date = context.response().headers().get("date");
        let date = date.and_then(|date| DateTime::from_str(date, Format::HttpDate).ok());
        if let Some(date) = date {
            let skew = DateTime::from(SystemTime::now()).secs() - date.secs();
            self.lock().skew = Some(skew);
        }
        Ok(())
    }
}

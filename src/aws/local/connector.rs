//! Plugs the local AWS into the SDK in the place of its HTTP client, so that the real clients run
//! unchanged and open no socket.

use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use http_body_util::BodyExt as _;

use super::LocalAws;
use super::faults::Delivery;

impl HttpClient for LocalAws {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let read_timeout = settings.read_timeout();
        SharedHttpConnector::new(Connector { local: self.clone(), read_timeout })
    }
}

/// The connection of one SDK client to the local AWS.
#[derive(Debug)]
struct Connector {
    local: LocalAws,
    /// The SDK leaves it to the HTTP client to keep this.
    read_timeout: Option<Duration>,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (local, read_timeout) = (self.local.clone(), self.read_timeout);
        HttpConnectorFuture::new(async move {
            match read_timeout {
                None => answer(&local, request).await,
                Some(limit) => tokio::time::timeout(limit, answer(&local, request))
                    .await
                    .unwrap_or_else(|elapsed| Err(ConnectorError::timeout(elapsed.into()))),
            }
        })
    }
}

async fn answer(local: &LocalAws, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(ConnectorError::user)?.to_bytes();
    let response = match local.deliver(&http::Request::from_parts(parts, body)).await {
        Delivery::Whole(response) => response.map(SdkBody::from),
        Delivery::Cut(response) => response.map(SdkBody::from_body_1_x),
        Delivery::Nothing => return Err(ConnectorError::io("the connection was lost".into())),
    };
    HttpResponse::try_from(response).map_err(|error| ConnectorError::other(error.into(), None))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use aws_sdk_xray::config::{BehaviorVersion, Credentials, Region};
    use aws_sdk_xray::error::ProvideErrorMetadata as _;
    use aws_sdk_xray::types::SamplingRule;

    use super::super::Options;
    use super::*;

    fn client(options: Options, region: &str) -> aws_sdk_xray::Client {
        let config = aws_sdk_xray::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(LocalAws::in_memory(options))
            .credentials_provider(Credentials::for_tests())
            .region(Region::new(region.to_owned()))
            .retry_config(aws_sdk_xray::config::retry::RetryConfig::disabled())
            .build();
        aws_sdk_xray::Client::from_conf(config)
    }

    fn rule(name: &str, priority: i32) -> SamplingRule {
        SamplingRule::builder()
            .rule_name(name)
            .resource_arn("*")
            .priority(priority)
            .fixed_rate(0.1)
            .reservoir_size(1)
            .service_name("*")
            .service_type("*")
            .host("*")
            .http_method("*")
            .url_path("*")
            .version(1)
            .build()
            .unwrap()
    }

    #[tokio::test]
    async fn the_real_client_creates_reads_and_gets_typed_errors() {
        let client = client(Options::default(), "eu-west-1");
        let made = client.create_sampling_rule().sampling_rule(rule("a", 7)).send().await.unwrap();
        let record = made.sampling_rule_record().unwrap();
        let arn = record.sampling_rule().unwrap().rule_arn().unwrap();
        assert_eq!(arn, "arn:aws:xray:eu-west-1:123456789012:sampling-rule/a");

        let read = client.get_sampling_rules().send().await.unwrap();
        assert_eq!(read.sampling_rule_records().len(), 2);
        assert_eq!(read.next_token(), None);

        let again = client.create_sampling_rule().sampling_rule(rule("a", 7)).send().await;
        let error = again.unwrap_err().into_service_error();
        assert!(error.is_invalid_request_exception(), "{error:?}");
        assert_eq!(error.message(), Some("Sampling rule already exists"));

        let long = "n".repeat(33);
        let refused = client.create_sampling_rule().sampling_rule(rule(&long, 7)).send().await;
        let error = refused.unwrap_err().into_service_error();
        assert_eq!(error.code(), Some("ValidationException"));
        assert!(error.message().unwrap().contains("'samplingRule.ruleName'"));

        let error = client.get_insight().send().await.unwrap_err().into_service_error();
        assert_eq!(error.code(), Some("UnknownOperationException"));
    }

    #[tokio::test]
    async fn sts_tells_the_account() {
        let config = aws_sdk_sts::Config::builder()
            .behavior_version(aws_sdk_sts::config::BehaviorVersion::latest())
            .http_client(LocalAws::in_memory(Options::default()))
            .credentials_provider(aws_sdk_sts::config::Credentials::for_tests())
            .region(aws_sdk_sts::config::Region::new("eu-west-1"))
            .build();
        let caller =
            aws_sdk_sts::Client::from_conf(config).get_caller_identity().send().await.unwrap();
        assert_eq!(caller.account(), Some("123456789012"));
    }

    #[tokio::test]
    async fn calls_issued_together_overlap() {
        let latency = Duration::from_millis(200);
        let client = client(Options { latency, ..Options::default() }, "eu-west-1");
        let begun = Instant::now();
        let calls = (0..8).map(|_| client.get_sampling_rules().send());
        let answers = futures::future::join_all(calls).await;
        assert!(answers.iter().all(Result::is_ok));
        assert!(begun.elapsed() >= latency);
        assert!(begun.elapsed() < 4 * latency, "{:?}", begun.elapsed());
    }

    #[tokio::test]
    async fn a_read_timeout_is_kept() {
        let local =
            LocalAws::in_memory(Options { latency: Duration::from_mins(1), ..Options::default() });
        let connector = Connector { local, read_timeout: Some(Duration::from_millis(20)) };
        let error = connector.call(HttpRequest::new(SdkBody::empty())).await.unwrap_err();
        assert!(error.is_timeout());
    }
}

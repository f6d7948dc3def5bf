//! Sending an input that was not made with a fluent builder.

use std::fmt::Debug;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeSerializationInterceptorContextMut;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// A whole input that goes out in place of the one the fluent builder made, which need not be filled
/// in, so that no member is set by hand:
///
/// ```ignore
/// let input = shape::input(&tree, RegisterTaskDefinitionInput::deserialize)?;
/// ecs.register_task_definition().customize().interceptor(Instead(input)).send().await
/// ```
#[derive(Debug, Clone)]
pub struct Instead<T>(pub T);

impl<T: Clone + Debug + Send + Sync + 'static> Intercept for Instead<T> {
    fn name(&self) -> &'static str {
        "Instead"
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let input = context.input_mut().downcast_mut::<T>();
        *input.ok_or("this is the input of another operation")? = self.0.clone();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use aws_sdk_ecs::config::{BehaviorVersion, Credentials, Region};
    use aws_sdk_ecs::operation::register_task_definition::RegisterTaskDefinitionInput;
    use aws_smithy_runtime_api::client::http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
    };
    use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
    use aws_smithy_types::body::SdkBody;
    use serde_json::{Value, json};

    use super::*;
    use crate::document::shape;

    /// Keeps what was sent, and answers with it as what is registered.
    #[derive(Debug, Clone, Default)]
    struct Echo(Arc<Mutex<Value>>);

    impl HttpClient for Echo {
        fn http_connector(
            &self,
            _: &HttpConnectorSettings,
            _: &RuntimeComponents,
        ) -> SharedHttpConnector {
            SharedHttpConnector::new(self.clone())
        }
    }

    impl HttpConnector for Echo {
        fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
            let sent: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
            *self.0.lock().unwrap() = sent.clone();
            let body = json!({"taskDefinition": sent}).to_string();
            let response = HttpResponse::new(200.try_into().unwrap(), SdkBody::from(body));
            HttpConnectorFuture::ready(Ok(response))
        }
    }

    fn client(echo: Echo) -> aws_sdk_ecs::Client {
        let config = aws_sdk_ecs::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(echo)
            .credentials_provider(Credentials::for_tests())
            .region(Region::new("eu-west-1"))
            .build();
        aws_sdk_ecs::Client::from_conf(config)
    }

    #[tokio::test]
    async fn a_tree_goes_out_and_comes_back_with_no_member_set_by_hand() {
        let tree = json!({
            "family": "f",
            "networkMode": "awsvpc",
            "containerDefinitions": [{
                "name": "app", "cpu": 1, "essential": true, "portMappings": [{"containerPort": 80}],
            }],
        });
        let echo = Echo::default();
        let call = client(echo.clone()).register_task_definition();
        let input = shape::input(&tree, RegisterTaskDefinitionInput::deserialize).unwrap();
        let answer = call.customize().interceptor(Instead(input)).send().await.unwrap();
        assert_eq!(*echo.0.lock().unwrap(), tree);
        let mut answered = shape::tree(answer.task_definition().unwrap()).unwrap();
        // Where there is no number, the SDK has 0.
        assert_eq!(answered.as_object_mut().unwrap().remove("revision"), Some(json!(0)));
        assert_eq!(answered, tree);
    }

    #[tokio::test]
    async fn the_input_of_another_operation_is_not_sent() {
        let echo = Echo::default();
        let input = shape::input(&json!({"family": "f"}), RegisterTaskDefinitionInput::deserialize)
            .unwrap();
        let call = client(echo.clone()).list_clusters().customize().interceptor(Instead(input));
        assert!(call.send().await.is_err());
        assert_eq!(*echo.0.lock().unwrap(), Value::Null);
    }
}

//! STS: who the caller is. Nothing else of it is needed here.

use bytes::Bytes;
use http::Request;

use super::form::is_form;
use super::guard::Asked;
use super::reply::{Fault, Protocol, Reply};
use super::xml::{Answer, Element};
use super::{Access, Call, Operation, Service, caller};

pub(super) const SERVICE: Service = Service {
    signing_name: "sts",
    prefix: "sts",
    protocol: Protocol::Query,
    operations: || vec![GET_CALLER_IDENTITY.name],
    claims: is_form,
    route,
    // AWS answers this to everybody, also to whom a policy denies it (documentation). Servers by others
    // ask for it, and here it is asked for wherever a policy is given.
    asks: |_, operation, _| vec![Asked::anywhere(&format!("sts:{operation}"))],
};

const GET_CALLER_IDENTITY: Operation = Operation {
    name: "GetCallerIdentity",
    access: Access::Read,
    run: |call, _| Ok(caller_identity(call)),
};

/// The name of the API's XML, which has its version in it (model).
const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

fn route(request: &Request<Bytes>) -> Result<Operation, Fault> {
    match action(request).as_deref() {
        Some(name) if name == GET_CALLER_IDENTITY.name => Ok(GET_CALLER_IDENTITY),
        Some(other) => Err(Fault::front_end(
            "InvalidAction",
            format!(
                "the local AWS does not know the STS action {other}; it knows GetCallerIdentity"
            ),
        )),
        None => Err(Fault::front_end("MissingAction", "The form has no Action".to_owned())),
    }
}

/// The `Action` of the form, which the query protocol also takes from the URL.
fn action(request: &Request<Bytes>) -> Option<String> {
    let body = String::from_utf8_lossy(request.body());
    let query = request.uri().query().unwrap_or_default();
    let pairs = body.split('&').chain(query.split('&'));
    let value = pairs.filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == "Action");
    value.map(|(_, value)| value.trim().to_owned())
}

fn caller_identity(call: &Call<'_>) -> Reply {
    let partition = caller::partition(call.region);
    let account = call.account;
    let result = [
        ("Arn", format!("arn:{partition}:iam::{account}:user/local")),
        ("UserId", "AIDALOCALLOCALLOCAL00".to_owned()),
        ("Account", account.to_owned()),
    ];
    Reply::Xml(Answer {
        action: "GetCallerIdentity".to_owned(),
        namespace: NAMESPACE,
        result: Some(result.map(|(name, text)| Element::text(name, text)).into()),
    })
}

#[cfg(test)]
mod tests {
    use super::super::{LocalAws, Options};
    use super::*;

    fn ask(body: &'static str, key: &str, region: &str) -> (u16, String) {
        let scope = format!("AWS4-HMAC-SHA256 Credential={key}/20261122/{region}/sts/aws4_request");
        let request = Request::post("/")
            .header("authorization", scope)
            .body(Bytes::from_static(body.as_bytes()))
            .unwrap();
        let answer = LocalAws::in_memory(Options::default()).handle(&request);
        let text = String::from_utf8(answer.body().to_vec()).unwrap();
        (answer.status().as_u16(), text)
    }

    #[test]
    fn the_caller_is_the_account_of_the_key() {
        let body = "Action=GetCallerIdentity&Version=2011-06-15";
        let (status, text) = ask(body, "111122223333", "us-east-1");
        assert_eq!(status, 200);
        assert!(text.contains("<Account>111122223333</Account>"), "{text}");
        assert!(text.contains("<Arn>arn:aws:iam::111122223333:user/local</Arn>"), "{text}");
        assert!(text.contains("<RequestId>"), "{text}");
        let (_, text) = ask(body, "AKIA", "cn-north-1");
        assert!(text.contains("<Arn>arn:aws-cn:iam::123456789012:user/local</Arn>"), "{text}");
    }

    #[test]
    fn other_actions_are_refused_by_name() {
        let (status, text) = ask("Action=AssumeRole", "AKIA", "us-east-1");
        assert_eq!(status, 400);
        assert!(text.contains("<Code>InvalidAction</Code>") && text.contains("AssumeRole"));
        assert!(ask("Version=1", "AKIA", "us-east-1").1.contains("<Code>MissingAction</Code>"));
    }
}

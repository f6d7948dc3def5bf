//! STS: who the caller is, and roles that a caller takes on. Nothing else of it is needed here.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use bytes::Bytes;
use http::Request;

use super::form::{Form, is_form};
use super::guard;
use super::reply::{Fault, Protocol, Reply};
use super::xml::{Answer, Content, Element};
use super::{Access, Call, Operation, Service, caller};

pub(super) const SERVICE: Service = Service {
    signing_name: "sts",
    prefix: "sts",
    protocol: Protocol::Query,
    operations: || OPERATIONS.iter().map(|operation| operation.name).collect(),
    claims: is_form,
    route,
    // AWS answers this to everybody, also to whom a policy denies it (documentation). Servers by others
    // ask for it, and here it is asked for wherever a policy is given.
    asks: |call, operation, _| {
        let (form, action) = (Form::parse(call.body), format!("sts:{operation}"));
        vec![match form.get("RoleArn") {
            Some(role) => guard::Asked::on(&action, role),
            None => guard::Asked::anywhere(&action),
        }]
    },
};

const OPERATIONS: [Operation; 2] = [
    Operation { name: "AssumeRole", access: Access::Read, run: |call, _| assume_role(call) },
    Operation {
        name: "GetCallerIdentity",
        access: Access::Read,
        run: |call, _| Ok(caller_identity(call)),
    },
];

/// The name of the API's XML, which has its version in it (model).
const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// How long a session lasts that says nothing of it, in seconds (documentation).
const AN_HOUR: u64 = 3600;

fn route(request: &Request<Bytes>) -> Result<Operation, Fault> {
    let Some(asked) = action(request) else {
        return Err(Fault::front_end("MissingAction", "The form has no Action".to_owned()));
    };
    let known = OPERATIONS.iter().find(|operation| operation.name == asked);
    known.copied().ok_or_else(|| {
        let names: Vec<_> = OPERATIONS.iter().map(|operation| operation.name).collect();
        let names = names.join(" and ");
        let message =
            format!("the local AWS does not know the STS action {asked}; it knows {names}");
        Fault::front_end("InvalidAction", message)
    })
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
    // The id of a session is the role's and the session's name (documentation: `AssumedRoleId`).
    let id = match call.token.and_then(|token| token.rsplit_once('/')) {
        Some((_, session)) => format!("{ROLE_ID}:{session}"),
        None => "AIDALOCALLOCALLOCAL00".to_owned(),
    };
    answer(
        "GetCallerIdentity",
        vec![
            Element::text("Arn", caller::arn(call)),
            Element::text("UserId", id),
            Element::text("Account", call.account.to_owned()),
        ],
    )
}

/// The id of every role, as far as STS tells it.
const ROLE_ID: &str = "AROALOCALLOCALLOCAL00";

/// Gives out temporary credentials of a role. Whether the role is there and whom it trusts is not
/// looked at: as everywhere, a role that the local AWS does not have is one that somebody else made.
fn assume_role(call: &Call<'_>) -> Result<Reply, Fault> {
    let form = Form::parse(call.body);
    let asked = Asked::read(&form)?;
    let Asked { account, role, session, seconds } = &asked;
    let expires = i64::try_from(call.now + seconds).unwrap_or(i64::MAX);
    let expires = DateTime::from_secs(expires).fmt(Format::DateTime).unwrap_or_default();
    let partition = caller::partition(call.region);
    let credentials = vec![
        Element::text("AccessKeyId", format!("{}{account}", caller::TEMPORARY)),
        Element::text("SecretAccessKey", "local".to_owned()),
        Element::text("SessionToken", format!("{}{role}/{session}", caller::SESSION)),
        Element::text("Expiration", expires),
    ];
    let user = vec![
        Element::text("AssumedRoleId", format!("{ROLE_ID}:{session}")),
        Element::text(
            "Arn",
            format!("arn:{partition}:sts::{account}:assumed-role/{role}/{session}"),
        ),
    ];
    let part = |name: &str, elements| Element {
        name: name.to_owned(),
        content: Content::Elements(elements),
    };
    Ok(answer("AssumeRole", vec![part("Credentials", credentials), part("AssumedRoleUser", user)]))
}

/// What a call to `AssumeRole` asks for.
struct Asked<'a> {
    account: &'a str,
    role: &'a str,
    session: &'a str,
    seconds: u64,
}

impl<'a> Asked<'a> {
    fn read(form: &'a Form) -> Result<Self, Fault> {
        let (arn, session) = (form.get("RoleArn"), form.get("RoleSessionName"));
        let mut broken = Vec::new();
        let mut refuse = |member: &str, bound: String| {
            broken.push(format!(
                "Value at '{member}' failed to satisfy constraint: Member must {bound}"
            ));
        };
        for (member, value, min, max) in
            [("roleArn", arn, 20, 2048), ("roleSessionName", session, 2, 64)]
        {
            match value.map(|value| value.chars().count()) {
                None => refuse(member, "not be null".to_owned()),
                Some(length) if length < min => {
                    refuse(member, format!("have length greater than or equal to {min}"));
                }
                Some(length) if length > max => {
                    refuse(member, format!("have length less than or equal to {max}"));
                }
                Some(_) => {}
            }
        }
        let is_name = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
        if session.is_some_and(|session| !session.chars().all(is_name)) {
            let pattern = r"satisfy regular expression pattern: [\w+=,.@-]*";
            refuse("roleSessionName", pattern.to_owned());
        }
        let seconds = form.get("DurationSeconds").map_or(Some(AN_HOUR), |text| text.parse().ok());
        match seconds {
            Some(900..=43_200) => {}
            Some(low) if low < 900 => {
                refuse("durationSeconds", "have value greater than or equal to 900".to_owned());
            }
            _ => refuse("durationSeconds", "have value less than or equal to 43200".to_owned()),
        }
        if !broken.is_empty() {
            return Err(validation(gathered(&broken)));
        }
        let (arn, session) = (arn.unwrap_or_default(), session.unwrap_or_default());
        let (account, role) =
            role_of(arn).ok_or_else(|| validation("Request ARN is invalid".to_owned()))?;
        Ok(Self { account, role, session, seconds: seconds.unwrap_or(AN_HOUR) })
    }
}

/// The account and the name of a role, from its ARN. Sessions are named by the last part of its path
/// (documentation: IAM ARNs).
fn role_of(arn: &str) -> Option<(&str, &str)> {
    let parts: Vec<_> = arn.splitn(6, ':').collect();
    let ["arn", _, "iam", "", account, resource] = parts[..] else { return None };
    let name = resource.strip_prefix("role/")?.rsplit('/').next()?;
    let is_account = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
    (is_account && (1..=64).contains(&name.len())).then_some((account, name))
}

/// All that broke a bound, as AWS's query front ends gather it (recordings, of IAM).
fn gathered(broken: &[String]) -> String {
    let (count, s) = (broken.len(), if broken.len() == 1 { "" } else { "s" });
    format!("{count} validation error{s} detected: {}", broken.join("; "))
}

/// Not in the model; common to AWS's query protocol. The text for a bad ARN is quoted by users.
fn validation(message: String) -> Fault {
    Fault::front_end("ValidationError", message)
}

fn answer(action: &str, result: Vec<Element>) -> Reply {
    Reply::Xml(Answer { action: action.to_owned(), namespace: NAMESPACE, result: Some(result) })
}

#[cfg(test)]
mod tests {
    use super::super::{LocalAws, Options};
    use super::*;

    fn ask(body: &'static str, key: &str, region: &str) -> (u16, String) {
        ask_with(body, key, region, None)
    }

    fn ask_with(body: &'static str, key: &str, region: &str, token: Option<&str>) -> (u16, String) {
        let scope = format!("AWS4-HMAC-SHA256 Credential={key}/20261122/{region}/sts/aws4_request");
        let mut request = Request::post("/").header("authorization", scope);
        if let Some(token) = token {
            request = request.header("X-Amz-Security-Token", token);
        }
        let request = request.body(Bytes::from_static(body.as_bytes())).unwrap();
        let options = Options { now: Some(1_795_334_400), ..Options::default() };
        let answer = LocalAws::in_memory(options).handle(&request);
        let text = String::from_utf8(answer.body().to_vec()).unwrap();
        (answer.status().as_u16(), text)
    }

    const WHO: &str = "Action=GetCallerIdentity&Version=2011-06-15";

    #[test]
    fn the_caller_is_the_account_of_the_key() {
        let (status, text) = ask(WHO, "111122223333", "us-east-1");
        assert_eq!(status, 200);
        assert!(text.contains("<Account>111122223333</Account>"), "{text}");
        assert!(text.contains("<Arn>arn:aws:iam::111122223333:user/local</Arn>"), "{text}");
        assert!(text.contains("<RequestId>"), "{text}");
        let (_, text) = ask(WHO, "AKIA", "cn-north-1");
        assert!(text.contains("<Arn>arn:aws-cn:iam::123456789012:user/local</Arn>"), "{text}");
    }

    #[test]
    fn a_role_that_is_assumed_is_the_caller_from_then_on() {
        let body = "Action=AssumeRole&RoleSessionName=tracewright&\
                    RoleArn=arn%3Aaws%3Aiam%3A%3A444455556666%3Arole%2Fci%2Fdeploy";
        let (status, text) = ask(body, "111122223333", "us-east-1");
        assert_eq!(status, 200, "{text}");
        for part in [
            "<AccessKeyId>ASIA444455556666</AccessKeyId>",
            "<SessionToken>local/deploy/tracewright</SessionToken>",
            "<Expiration>2026-11-22T09:00:00Z</Expiration>",
            "<Arn>arn:aws:sts::444455556666:assumed-role/deploy/tracewright</Arn>",
        ] {
            assert!(text.contains(part), "no {part} in {text}");
        }
        let token = Some("local/deploy/tracewright");
        let (_, text) = ask_with(WHO, "ASIA444455556666", "us-east-1", token);
        assert!(text.contains("<Account>444455556666</Account>"), "{text}");
        let arn = "<Arn>arn:aws:sts::444455556666:assumed-role/deploy/tracewright</Arn>";
        assert!(text.contains(arn) && text.contains(":tracewright</UserId>"), "{text}");
    }

    #[test]
    fn what_breaks_a_bound_is_refused_as_aws_does_it() {
        let refused = |body: &'static str, message: &str| {
            let (status, text) = ask(body, "111122223333", "us-east-1");
            assert_eq!(status, 400, "{text}");
            assert!(text.contains("<Code>ValidationError</Code>"), "{text}");
            assert!(text.contains(message), "no {message:?} in {text}");
        };
        refused("Action=AssumeRole", "2 validation errors detected: Value at 'roleArn'");
        let arn = "Action=AssumeRole&RoleSessionName=ab&RoleArn=arn:aws:iam::1:role/deployment";
        refused(arn, "Request ARN is invalid");
        let user = "Action=AssumeRole&RoleSessionName=ab&RoleArn=arn:aws:iam::111122223333:user/x";
        refused(user, "Request ARN is invalid");
        let session =
            "Action=AssumeRole&RoleSessionName=a/b&RoleArn=arn:aws:iam::111122223333:role/x";
        refused(session, "satisfy regular expression pattern: [\\w+=,.@-]*");
        let short = "Action=AssumeRole&RoleSessionName=ab&DurationSeconds=1&RoleArn=arn:aws:iam::111122223333:role/x";
        refused(short, "greater than or equal to 900");
    }

    #[test]
    fn other_actions_are_refused_by_name() {
        let (status, text) = ask("Action=GetSessionToken", "AKIA", "us-east-1");
        assert_eq!(status, 400);
        assert!(text.contains("<Code>InvalidAction</Code>") && text.contains("GetSessionToken"));
        assert!(ask("Version=1", "AKIA", "us-east-1").1.contains("<Code>MissingAction</Code>"));
    }
}

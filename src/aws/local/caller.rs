//! Who calls: the service, region and account a request is for, from its signature.

use http::HeaderMap;
use http::header::AUTHORIZATION;

use super::reply::Fault;
use super::state::State;
use super::{Call, Options};

/// The algorithm of Signature Version 4, as it opens the `Authorization` header.
const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// Where temporary credentials have their session token.
const TOKEN: &str = "x-amz-security-token";

/// What access keys of temporary credentials begin with (documentation: IAM's unique identifiers).
pub(super) const TEMPORARY: &str = "ASIA";

/// What a session token of ours begins with; behind it stand the role's name and the session's.
pub(super) const SESSION: &str = "local/";

/// The account of a caller about whom nothing at all is known.
const SOME_ACCOUNT: &str = "123456789012";

/// The region of a caller about whom nothing at all is known.
const SOME_REGION: &str = "us-east-1";

/// The credential scope of a signed request.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Scope {
    pub(super) access_key: String,
    pub(super) region: String,
    pub(super) service: String,
    /// The session token of temporary credentials.
    pub(super) token: Option<String>,
}

/// Reads the credential scope out of `Authorization: AWS4-HMAC-SHA256
/// Credential=KEY/DATE/REGION/SERVICE/aws4_request, …`. The signature is not verified.
///
/// No such header is an unsigned request, which AWS would refuse but the samplers of the X-Ray SDKs
/// send: they believe that they talk to a daemon that signs for them.
pub(super) fn scope(headers: &HeaderMap) -> Result<Option<Scope>, Fault> {
    let Some(value) = headers.get(AUTHORIZATION) else {
        return Ok(None);
    };
    let Some(fields) = value.to_str().ok().and_then(|value| value.strip_prefix(ALGORITHM)) else {
        return Ok(None);
    };
    let credential = fields.split(',').find_map(|field| field.trim().strip_prefix("Credential="));
    let parts = credential.unwrap_or_default().split('/').collect::<Vec<_>>();
    match parts.as_slice() {
        [access_key, _date, region, service, "aws4_request"]
            if !access_key.is_empty() && is_plain(region) && is_plain(service) =>
        {
            Ok(Some(Scope {
                access_key: (*access_key).to_owned(),
                region: (*region).to_owned(),
                service: (*service).to_owned(),
                token: headers.get(TOKEN).and_then(|token| token.to_str().ok()).map(str::to_owned),
            }))
        }
        // The code is among the errors common to all AWS services (documentation).
        _ => Err(Fault::front_end(
            "IncompleteSignatureException",
            "The Authorization header has no Credential of the form \
             KEY/DATE/REGION/SERVICE/aws4_request"
                .to_owned(),
        )),
    }
}

/// Region and service names become keys of the state file and parts of ARNs.
fn is_plain(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=64).contains(&name.len()) && name.chars().all(allowed)
}

/// An access key that is itself an account id names the account, as other local servers do it, and so
/// does one that `AssumeRole` gave out, which has it behind the letters of temporary keys; otherwise the default does, otherwise the only account there is.
pub(super) fn account(scope: Option<&Scope>, options: &Options, state: &State) -> String {
    let key = scope.map(|scope| scope.access_key.as_str());
    let key = key.map(|key| key.strip_prefix(TEMPORARY).unwrap_or(key));
    let from_key = key.filter(|key| key.len() == 12 && key.bytes().all(|b| b.is_ascii_digit()));
    from_key
        .or(options.default_account.as_deref())
        .or_else(|| state.only_account())
        .unwrap_or(SOME_ACCOUNT)
        .to_owned()
}

/// The ARN of who calls: a session of a role where the token names one, or else a user.
pub(super) fn arn(call: &Call<'_>) -> String {
    let (partition, account) = (partition(call.region), call.account);
    match call.token.and_then(|token| token.strip_prefix(SESSION)) {
        Some(session) => format!("arn:{partition}:sts::{account}:assumed-role/{session}"),
        None => format!("arn:{partition}:iam::{account}:user/local"),
    }
}

/// The signature names the region; an unsigned request gets the default, otherwise the only region
/// that the account has anything in.
pub(super) fn region(
    scope: Option<&Scope>,
    options: &Options,
    state: &State,
    account: &str,
) -> String {
    scope
        .map(|scope| scope.region.as_str())
        .or(options.default_region.as_deref())
        .or_else(|| state.only_region(account))
        .unwrap_or(SOME_REGION)
        .to_owned()
}

/// The partition a region lies in, by the prefixes AWS gives its regions.
pub(super) fn partition(region: &str) -> &'static str {
    const PREFIXES: [(&str, &str); 6] = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-iso-", "aws-iso"),
        ("us-isob-", "aws-iso-b"),
        ("us-isof-", "aws-iso-f"),
        ("eusc-", "aws-eusc"),
    ];
    let found = PREFIXES.iter().find(|(prefix, _)| region.starts_with(prefix));
    found.map_or("aws", |(_, partition)| partition)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope_of(value: &str) -> Result<Option<Scope>, Fault> {
        scope(&HeaderMap::from_iter([(AUTHORIZATION, value.parse().unwrap())]))
    }

    #[test]
    fn the_scope_is_read_from_the_signature() {
        let value = "AWS4-HMAC-SHA256 Credential=AKIA/20261122/eu-west-1/xray/aws4_request, \
                     SignedHeaders=host, Signature=00";
        let scope = scope_of(value).unwrap().unwrap();
        assert_eq!((scope.region.as_str(), scope.service.as_str()), ("eu-west-1", "xray"));
    }

    #[test]
    fn other_authorizations_count_as_unsigned_and_broken_signatures_are_refused() {
        assert_eq!(scope(&HeaderMap::new()).unwrap(), None);
        assert_eq!(scope_of("Bearer x").unwrap(), None);
        for broken in ["", " Credential=a/b/c", " Credential=A/2026/EU west/xray/aws4_request"] {
            let fault = scope_of(&format!("AWS4-HMAC-SHA256{broken}")).unwrap_err();
            assert_eq!(fault.code, "IncompleteSignatureException", "{broken}");
        }
    }

    #[test]
    fn the_account_is_the_key_then_the_default_then_the_only_one() {
        let signed = |key: &str| Scope {
            access_key: key.to_owned(),
            region: "eu-west-1".to_owned(),
            service: "xray".to_owned(),
            token: None,
        };
        let mut state = State::default();
        let plain = Options::default();
        let with_default =
            Options { default_account: Some("222222222222".to_owned()), ..Options::default() };
        assert_eq!(account(Some(&signed("111111111111")), &with_default, &state), "111111111111");
        assert_eq!(account(Some(&signed("AKIA")), &with_default, &state), "222222222222");
        assert_eq!(account(None, &plain, &state), SOME_ACCOUNT);
        assert_eq!(account(Some(&signed("ASIA555555555555")), &plain, &state), "555555555555");
        state.seed("333333333333", "eu-west-1");
        assert_eq!(account(None, &plain, &state), "333333333333");
        assert_eq!(region(None, &plain, &state, "333333333333"), "eu-west-1");
        state.seed("444444444444", "eu-west-1");
        assert_eq!(account(None, &plain, &state), SOME_ACCOUNT);
        state.seed("333333333333", "eu-west-2");
        assert_eq!(region(None, &plain, &state, "333333333333"), SOME_REGION);
        let with_region =
            Options { default_region: Some("eu-north-1".to_owned()), ..Options::default() };
        assert_eq!(region(None, &with_region, &state, "333333333333"), "eu-north-1");
    }
}

//! What AWS, or the way to it, may answer.

use std::net::TcpListener;

use super::{RULE, calm};
use crate::fake_server::{Answer, FakeServer, calling};
use crate::harness::{Output, Scenario};

/// Applies one rule.
#[track_caller]
fn apply(scenario: &Scenario) -> Output {
    scenario.stack(&format!("sampling_rules: {{ a: {{ {RULE} }} }}\n"));
    calm(scenario.run("apply stack.yaml --yes"))
}

/// A server of the stack's account that says this of every rule there is.
fn rules_are(answer: Answer) -> FakeServer {
    FakeServer::start(move |operation| match operation {
        "GetCallerIdentity" => Answer::caller("123456789012"),
        _ => answer.clone(),
    })
}

/// A server on which this operation alone fails.
fn failing(operation: &'static str, answer: Answer) -> FakeServer {
    FakeServer::start(move |asked| match asked {
        _ if asked == operation => answer.clone(),
        "GetCallerIdentity" => Answer::caller("123456789012"),
        "GetSamplingRules" => Answer::no_rules(),
        _ => Answer::new(200, "{}"),
    })
}

#[test]
fn another_account_is_refused_before_any_other_call() {
    let server = FakeServer::start(|_| Answer::caller("999999999999"));
    insta::assert_snapshot!(apply(&server.scenario()), @"
    ------- stderr -------
    error: the stack is for account 123456789012, and the credentials are of account
           999999999999 (arn:aws:iam::999999999999:user/jane)
      = help: use credentials of the stack's account, for example with `--profile`;
              nothing else was asked of AWS
    [exit 4]
    ");
    assert_eq!(server.asked(), ["GetCallerIdentity"]);
    let server = FakeServer::start(|_| Answer::caller("999999999999"));
    let scenario = server.scenario();
    scenario.stack(&format!("sampling_rules: {{ a: {{ {RULE} }} }}\n"));
    for line in ["plan stack.yaml", "destroy stack.yaml --yes", "show stack.yaml sampling_rules.a"]
    {
        scenario.run(line).exits(4).says("999999999999");
    }
    assert_eq!(server.asked(), ["GetCallerIdentity"; 3]);
}

#[test]
fn no_credentials() {
    insta::assert_snapshot!(apply(&Scenario::new()), @"
    ------- stderr -------
    error: no credentials for sts:GetCallerIdentity
      = help: log in with `aws sso login`, name a profile with `--profile`, or set
              AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY
      = help: `--local` needs none and tries a stack out without AWS
    [exit 1]
    ");
}

#[test]
fn a_profile_that_is_not_there() {
    let scenario = Scenario::new();
    scenario.stack(&format!("sampling_rules: {{ a: {{ {RULE} }} }}\n"));
    insta::assert_snapshot!(calm(scenario.run("plan stack.yaml --profile nowhere")), @"
    ------- stderr -------
    error: no credentials for sts:GetCallerIdentity: the AWS configuration files
           have no profile `nowhere`, or no way to log in for it
      = help: log in with `aws sso login`, name a profile with `--profile`, or set
              AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY
      = help: `--local` needs none and tries a stack out without AWS
    [exit 1]
    ");
}

#[test]
fn a_profile_that_is_named_wins_over_keys_in_the_environment() {
    let server = rules_are(Answer::no_rules());
    let scenario = server.scenario();
    scenario.stack(&format!("sampling_rules: {{ a: {{ {RULE} }} }}\n"));
    scenario.write(".aws/config", "[profile broken]\ncredential_process = false\n");
    insta::assert_snapshot!(calm(scenario.run("plan stack.yaml --profile broken")), @"
    ------- stderr -------
    error: no credentials for sts:GetCallerIdentity: Error retrieving credentials:
           external process exited with code exit status: 1. Stderr:
      = help: log in with `aws sso login`, name a profile with `--profile`, or set
              AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY
      = help: `--local` needs none and tries a stack out without AWS
    [exit 1]
    ");
    assert!(server.asked().is_empty());
}

#[test]
fn an_expired_token() {
    let expired = "The security token included in the request is expired";
    let server = FakeServer::start(move |_| Answer::sts_error(403, "ExpiredToken", expired));
    insta::assert_snapshot!(apply(&server.scenario()), @"
    ------- stderr -------
    error: the credentials have expired (sts:GetCallerIdentity): ExpiredToken: The
           security token included in the request is expired
      = help: get new credentials, for example with `aws sso login`
    [exit 1]
    ");
    assert_eq!(server.asked(), ["GetCallerIdentity"]);
    // Between the account guard and the first read.
    let server = rules_are(Answer::xray_error(403, "ExpiredTokenException", expired));
    insta::assert_snapshot!(apply(&server.scenario()), @"
    shop  account 123456789012  eu-west-1

    ? sampling_rules
        not known: the credentials have expired (xray:GetSamplingRules):
        ExpiredTokenException: The security token included in the request is
        expired; get new credentials, for example with `aws sso login`

    Plan: 1 not known.
    ------- stderr -------
    error: not all of the stack could be read; nothing was changed
      = help: the plan above says what, and why
    [exit 7]
    ");
    assert_eq!(server.asked(), ["GetCallerIdentity", "GetSamplingRules"]);
}

#[test]
fn credentials_that_aws_does_not_know() {
    let server = FakeServer::start(|_| {
        Answer::sts_error(
            403,
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
        )
    });
    insta::assert_snapshot!(apply(&server.scenario()), @"
    ------- stderr -------
    error: AWS does not accept the credentials (sts:GetCallerIdentity):
           InvalidClientTokenId: The security token included in the request is
           invalid.
      = help: check the access key and the profile; a clock that is off spoils
              signatures too
      = help: `tracewright doctor` looks at each of them
    [exit 1]
    ");
}

#[test]
fn a_read_that_is_denied_names_the_action() {
    let denied = "User: arn:aws:iam::123456789012:user/jane is not authorized to perform: \
                  xray:GetSamplingRules because no identity-based policy allows it";
    let server = rules_are(Answer::xray_error(403, "AccessDeniedException", denied));
    let scenario = server.scenario();
    insta::assert_snapshot!(apply(&scenario), @"
    shop  account 123456789012  eu-west-1

    ? sampling_rules
        not known: AWS denied xray:GetSamplingRules: AccessDeniedException: User:
        arn:aws:iam::123456789012:user/jane is not authorized to perform:
        xray:GetSamplingRules because no identity-based policy allows it; allow
        `xray:GetSamplingRules` for the role or user that runs this;
        `tracewright permissions stack.yaml --for apply` prints what it needs

    Plan: 1 not known.
    ------- stderr -------
    error: not all of the stack could be read; nothing was changed
      = help: the plan above says what, and why
    [exit 7]
    ");
    assert_eq!(server.asked(), ["GetCallerIdentity", "GetSamplingRules"]);
    insta::assert_snapshot!(scenario.run("plan stack.yaml --detailed-exitcode"), @"
    shop  account 123456789012  eu-west-1

    ? sampling_rules
        not known: AWS denied xray:GetSamplingRules: AccessDeniedException: User:
        arn:aws:iam::123456789012:user/jane is not authorized to perform:
        xray:GetSamplingRules because no identity-based policy allows it; allow
        `xray:GetSamplingRules` for the role or user that runs this;
        `tracewright permissions stack.yaml --for plan` prints what it needs

    Plan: 1 not known.
    [exit 7]
    ");
    insta::assert_snapshot!(scenario.run("show stack.yaml sampling_rules.a"), @"
    ------- stderr -------
    error: sampling_rules.a is not known: AWS denied xray:GetSamplingRules:
           AccessDeniedException: User: arn:aws:iam::123456789012:user/jane is not
           authorized to perform: xray:GetSamplingRules because no identity-based
           policy allows it; allow `xray:GetSamplingRules` for the role or user that
           runs this
    [exit 7]
    ");
}

#[test]
fn a_write_that_is_denied_names_the_action() {
    let server = failing(
        "CreateSamplingRule",
        Answer::xray_error(
            403,
            "AccessDeniedException",
            "not authorized to perform: xray:CreateSamplingRule",
        ),
    );
    insta::assert_snapshot!(apply(&server.scenario()), @"
    shop  account 123456789012  eu-west-1

    + sampling_rules.a  not in AWS yet  stack.yaml:4
        FixedRate      0.1
        Priority       1
        ReservoirSize  1

    Plan: 1 to create.
    Stopped part-way: nothing finished; 1 failed, 0 not tried.
      failed     sampling_rules.a: AWS denied xray:CreateSamplingRule:
                 AccessDeniedException: not authorized to perform:
                 xray:CreateSamplingRule
    Next:
      tracewright apply stack.yaml
    ------- stderr -------
    failed  sampling_rules.a: AWS denied xray:CreateSamplingRule: AccessDeniedException: not authorized to perform: xray:CreateSamplingRule
      = help: allow `xray:CreateSamplingRule` for the role or user that runs this;
              `tracewright permissions stack.yaml --for apply` prints what it needs
      = help: `tracewright show --journal` has all of it, and the way back
    [exit 6]
    ");
}

#[test]
fn an_endpoint_that_nobody_listens_on() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let scenario = calling(&format!("http://{free}")).env("AWS_MAX_ATTEMPTS", "1");
    insta::assert_snapshot!(apply(&scenario), @"
    ------- stderr -------
    error: sts:GetCallerIdentity was not answered by http://127.0.0.1:[PORT]:
           Connection refused (os error 111)
      = help: check the network, the region, and the endpoint if the environment or
              the profile sets one
    [exit 1]
    ");
}

#[test]
fn an_endpoint_that_is_no_url() {
    insta::assert_snapshot!(apply(&calling("localhost:4599").env("AWS_MAX_ATTEMPTS", "1")), @"
    ------- stderr -------
    error: sts:GetCallerIdentity was not answered: endpoint must contain scheme
      = help: check the network, the region, and the endpoint if the environment or
              the profile sets one
    [exit 1]
    ");
}

#[test]
fn throttling_that_does_not_end() {
    // Answered with how long to wait, in milliseconds, so that the test need not.
    let throttled = Answer::xray_error(400, "ThrottledException", "Rate exceeded")
        .header("x-amz-retry-after", "5");
    let server = rules_are(throttled.clone());
    insta::assert_snapshot!(apply(&server.scenario()), @"
    shop  account 123456789012  eu-west-1

    ? sampling_rules
        not known: AWS kept throttling xray:GetSamplingRules: ThrottledException:
        Rate exceeded; wait a minute and run it again

    Plan: 1 not known.
    ------- stderr -------
    error: not all of the stack could be read; nothing was changed
      = help: the plan above says what, and why
    [exit 7]
    ");
    assert_eq!(server.asked().iter().filter(|asked| *asked == "GetSamplingRules").count(), 6);

    // As the AWS configuration says, where it says something.
    let server = rules_are(throttled);
    apply(&server.scenario().env("AWS_MAX_ATTEMPTS", "2")).exits(7);
    assert_eq!(server.asked().iter().filter(|asked| *asked == "GetSamplingRules").count(), 2);
}

#[test]
fn answers_that_are_not_aws_s() {
    let once = |server: &FakeServer| apply(&server.scenario().env("AWS_MAX_ATTEMPTS", "1"));
    let server = FakeServer::start(|_| Answer::new(200, "<html>Welcome to the airport</html>"));
    insta::assert_snapshot!(once(&server), @"
    ------- stderr -------
    error: sts:GetCallerIdentity failed at http://127.0.0.1:[PORT]: the answer (HTTP
           200) is not one of AWS's
      = help: if AWS_ENDPOINT_URL is set, the server there may not know this service
    [exit 1]
    ");
    let server = FakeServer::start(|_| Answer::new(502, "<html>Bad gateway</html>"));
    insta::assert_snapshot!(once(&server), @"
    ------- stderr -------
    error: sts:GetCallerIdentity failed at http://127.0.0.1:[PORT]: the answer (HTTP
           502) is not one of AWS's
      = help: if AWS_ENDPOINT_URL is set, the server there may not know this service
    [exit 1]
    ");
    let server = rules_are(Answer::new(200, "{\"SamplingRuleRecords\": [{"));
    insta::assert_snapshot!(once(&server), @"
    shop  account 123456789012  eu-west-1

    ? sampling_rules
        not known: xray:GetSamplingRules failed at http://127.0.0.1:[PORT]: the
        answer (HTTP 200) is not one of AWS's; if AWS_ENDPOINT_URL is set, the
        server there may not know this service

    Plan: 1 not known.
    ------- stderr -------
    error: not all of the stack could be read; nothing was changed
      = help: the plan above says what, and why
    [exit 7]
    ");
    let server = rules_are(Answer::new(404, "{}"));
    insta::assert_snapshot!(once(&server), @"
    shop  account 123456789012  eu-west-1

    ? sampling_rules
        not known: xray:GetSamplingRules failed at http://127.0.0.1:[PORT]: the
        answer (HTTP 404) is not one of AWS's; if AWS_ENDPOINT_URL is set, the
        server there may not know this service

    Plan: 1 not known.
    ------- stderr -------
    error: not all of the stack could be read; nothing was changed
      = help: the plan above says what, and why
    [exit 7]
    ");
    // AWS's words end on a terminal as well.
    let hostile = "\u{1b}[31mred\u{202e}";
    let server = rules_are(Answer::xray_error(400, "InvalidRequestException", hostile));
    let said = once(&server);
    assert!(
        !said.stdout.contains(['\u{1b}', '\u{202e}'])
            && !said.stderr.contains(['\u{1b}', '\u{202e}']),
        "{said}"
    );
}

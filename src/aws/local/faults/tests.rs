use std::time::Instant;

use aws_sdk_xray::config::retry::RetryConfig;
use aws_sdk_xray::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_xray::error::{DisplayErrorContext, ProvideErrorMetadata as _};
use tokio::net::TcpListener;

use super::super::{LocalAws, Options, serve};
use super::*;

fn script(text: &str) -> Script {
    Script::parse(text).unwrap()
}

fn local(text: &str) -> LocalAws {
    let faults = Some(script(text));
    LocalAws::in_memory(Options { faults, kill: Kill::Hang, now: Some(1000), ..Options::default() })
}

fn config() -> aws_sdk_xray::config::Builder {
    aws_sdk_xray::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(Credentials::for_tests())
        .region(Region::new("eu-west-1"))
        .retry_config(RetryConfig::disabled())
}

/// A client in this process.
fn inside(local: &LocalAws) -> aws_sdk_xray::Client {
    aws_sdk_xray::Client::from_conf(config().http_client(local.clone()).build())
}

/// A client that comes over the wire. The server ends with the test's runtime.
async fn outside(local: &LocalAws) -> aws_sdk_xray::Client {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(serve::serve(local.clone(), listener, std::future::pending::<()>()));
    aws_sdk_xray::Client::from_conf(config().endpoint_url(url).build())
}

async fn create(client: &aws_sdk_xray::Client, name: &str) -> Result<(), String> {
    let rule = aws_sdk_xray::types::SamplingRule::builder()
        .rule_name(name)
        .resource_arn("*")
        .priority(1)
        .fixed_rate(0.0)
        .reservoir_size(0)
        .service_name("*")
        .service_type("*")
        .host("*")
        .http_method("*")
        .url_path("*")
        .version(1)
        .build()
        .unwrap();
    let answer = client.create_sampling_rule().sampling_rule(rule).send().await;
    answer.map(drop).map_err(|error| match error.code() {
        Some(code) => format!("{code}: {}", error.message().unwrap_or_default()),
        None => format!("{}", DisplayErrorContext(error)),
    })
}

/// The names of the rules that the local AWS really has.
fn rules(local: &LocalAws) -> Vec<String> {
    let rules = &local.state()["accounts"]["123456789012"]["eu-west-1"]["xray"]["rules"];
    rules.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

#[tokio::test]
async fn what_goes_wrong_before_a_call_leaves_no_trace_and_what_goes_wrong_after_it_does() {
    let faults = r#"{"rules": [
        {"nth": 1, "effect": {"refused": {"code": "ThrottledException", "message": "slow", "status": 429}}},
        {"nth": 2, "effect": "unreachable"},
        {"nth": 3, "effect": "answer_lost"},
        {"nth": 4, "effect": "answer_cut"},
        {"nth": 5, "effect": {"answer_replaced": {"code": "InternalFailure", "status": 500}}}
    ]}"#;
    for wire in [false, true] {
        let local = local(faults);
        let client = if wire { outside(&local).await } else { inside(&local) };
        let refused = create(&client, "a").await.unwrap_err();
        assert_eq!(refused, "ThrottledException: slow");
        assert!(create(&client, "b").await.unwrap_err().contains("dispatch failure"));
        assert_eq!(rules(&local), Vec::<String>::new());
        assert!(create(&client, "c").await.unwrap_err().contains("dispatch failure"));
        let cut = create(&client, "d").await.unwrap_err();
        assert!(cut.contains("response error") || cut.contains("dispatch failure"), "{cut}");
        let replaced = create(&client, "e").await.unwrap_err();
        assert_eq!(replaced, "InternalFailure: ");
        assert_eq!(rules(&local), ["c", "d", "e"]);
        assert_eq!(local.faults_met(), 5);
        create(&client, "f").await.unwrap();
    }
}

#[tokio::test]
async fn a_refusal_is_written_as_the_service_that_is_called_writes_it() {
    let local = local(
        r#"{"rules": [{"effect": {"refused": {"code": "AccessDenied", "message": "no <way>", "status": 403}}}]}"#,
    );
    let iam = aws_sdk_iam::Config::builder()
        .behavior_version(aws_sdk_iam::config::BehaviorVersion::latest())
        .credentials_provider(aws_sdk_iam::config::Credentials::for_tests())
        .region(aws_sdk_iam::config::Region::new("us-east-1"))
        .http_client(local.clone());
    let error = aws_sdk_iam::Client::from_conf(iam.build()).list_roles().send().await.unwrap_err();
    assert_eq!((error.code(), error.message()), (Some("AccessDenied"), Some("no <way>")));
    let ecs = aws_sdk_ecs::Config::builder()
        .behavior_version(aws_sdk_ecs::config::BehaviorVersion::latest())
        .credentials_provider(aws_sdk_ecs::config::Credentials::for_tests())
        .region(aws_sdk_ecs::config::Region::new("us-east-1"))
        .http_client(local);
    let ecs = aws_sdk_ecs::Client::from_conf(ecs.build());
    let error = ecs.list_task_definitions().send().await.unwrap_err();
    assert_eq!((error.code(), error.message()), (Some("AccessDenied"), Some("no <way>")));
}

#[tokio::test]
async fn an_answer_is_held_back_and_a_clock_jumps() {
    let local = local(
        r#"{"rules": [
            {"call": "xray:CreateSamplingRule", "nth": 1, "effect": {"answer_held": 60}},
            {"call": "xray:CreateSamplingRule", "nth": 2, "effect": {"clock_jumped": 3600}}
        ]}"#,
    );
    let client = inside(&local);
    let start = Instant::now();
    create(&client, "a").await.unwrap();
    assert!(start.elapsed().as_millis() >= 60);
    create(&client, "b").await.unwrap();
    create(&client, "c").await.unwrap();
    let read = client.get_sampling_rules().send().await.unwrap();
    let made = |name: &str| {
        let of = |record: &&aws_sdk_xray::types::SamplingRuleRecord| {
            record.sampling_rule().unwrap().rule_name() == Some(name)
        };
        let record = read.sampling_rule_records().iter().find(of).unwrap();
        record.created_at().unwrap().secs()
    };
    assert_eq!([made("a"), made("b"), made("c")], [1000, 4600, 4600]);
}

#[tokio::test]
async fn who_is_killed_hears_nothing_and_does_nothing_more() {
    for (effect, done) in [("killed_before", 1), ("killed_after", 2)] {
        let rules_text =
            format!(r#"{{"rules": [{{"only": "writes", "nth": 2, "effect": "{effect}"}}]}}"#);
        let local = local(&rules_text);
        let client = inside(&local);
        let work = async {
            create(&client, "a").await.unwrap();
            drop(client.get_sampling_rules().send().await.unwrap());
            let (_, _) = tokio::join!(create(&client, "b"), create(&client, "c"));
        };
        tokio::select! {
            () = work => panic!("it lives"),
            () = local.killed() => {}
        }
        assert_eq!(rules(&local).len(), done, "{effect}");
        // Another process goes on where that one ended.
        let next = local.anew(Options::default());
        create(&inside(&next), "d").await.unwrap();
        assert_eq!(rules(&local).len(), done + 1);
    }
}

#[test]
fn a_rule_strikes_when_and_as_often_as_it_says() {
    use super::super::Access::{Read, Write};
    let strikes = |rule: &str, calls: &[(&str, super::super::Access)]| {
        let faults = Faults::of(&script(&format!("{{\"seed\": 7, \"rules\": [{rule}]}}")));
        let met = calls.iter().map(|(call, access)| faults.meet(call, *access).is_some());
        met.map(|met| if met { 'x' } else { '.' }).collect::<String>()
    };
    let reads = [("xray:GetSamplingRules", Read); 6];
    assert_eq!(strikes(r#"{"effect": "unreachable"}"#, &reads), "xxxxxx");
    assert_eq!(strikes(r#"{"effect": "unreachable", "nth": 3}"#, &reads), "..x...");
    assert_eq!(strikes(r#"{"effect": "unreachable", "nth": 3, "times": 2}"#, &reads), "..xx..");
    assert_eq!(strikes(r#"{"effect": "unreachable", "times": 2}"#, &reads), "xx....");
    let some = strikes(r#"{"effect": "unreachable", "chance": 0.5, "nth": 2}"#, &reads);
    assert!(some.starts_with('.') && some.contains('x') && some[1..].contains('.'), "{some}");
    let mixed = [("xray:TagResource", Write), ("ecs:TagResource", Write), ("xray:GetGroups", Read)];
    assert_eq!(strikes(r#"{"effect": "unreachable", "only": "writes"}"#, &mixed), "xx.");
    assert_eq!(strikes(r#"{"effect": "unreachable", "call": "xray:*"}"#, &mixed), "x.x");
    assert_eq!(
        strikes(r#"{"effect": "unreachable", "call": "*:TagResource", "nth": 2}"#, &mixed),
        ".x."
    );
}

#[test]
fn what_is_no_script_says_where() {
    let wrong = |text: &str| Script::parse(text).unwrap_err().to_string();
    let rule =
        |rule: &str| wrong(&format!("{{\"rules\": [{{\"effect\": \"unreachable\"}},\n{rule}]}}"));
    insta::assert_snapshot!(
        [
            wrong("{}"),
            wrong("{\"rules\": [\n{\"effect\": \"killed\"}]}"),
            rule("{\"effect\": \"unreachable\", \"nht\": 1}"),
            rule("{\"effect\": {\"refused\": {\"message\": \"no\"}}}"),
            rule("{\"effect\": \"unreachable\", \"call\": \"xray:CreateSamplingRules\"}"),
            rule("{\"effect\": \"unreachable\", \"nth\": 0}"),
            rule("{\"effect\": \"unreachable\", \"chance\": 50}"),
            rule("{\"effect\": {\"refused\": {\"code\": \"no code\"}}}"),
            rule("{\"effect\": {\"answer_replaced\": {\"code\": \"A\", \"status\": 200}}}"),
        ]
        .join("\n"),
        @r#"
    missing field `rules` at line 1 column 2
    unknown variant `killed`, expected one of `refused`, `unreachable`, `answer_lost`, `answer_held`, `answer_cut`, `answer_replaced`, `killed_before`, `killed_after`, `clock_jumped` at line 2 column 19
    unknown field `nht`, expected one of `call`, `only`, `nth`, `times`, `chance`, `effect` at line 2 column 31
    missing field `code` at line 2 column 40
    rules[1].call: the local AWS has no call "xray:CreateSamplingRules"; write it like xray:CreateSamplingRule or xray:*
    rules[1].nth: the first is 1, and there is no 0
    rules[1].chance: a number from 0 to 1
    rules[1].effect.refused.code: an error code like ThrottlingException
    rules[1].effect.answer_replaced.status: an HTTP status from 400 to 599
    "#
    );
}

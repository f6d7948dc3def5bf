use super::*;

fn report(rule: &str, client: u64) -> Value {
    json!({
        "RuleName": rule, "ClientID": format!("{client:024x}"), "Timestamp": T0,
        "RequestCount": 110, "SampledCount": 20, "BorrowCount": 10,
    })
}

fn targets(client: &Client, reports: &[Value]) -> Value {
    client.ok(
        "SamplingTargets",
        &json!({"SamplingStatisticsDocuments": reports}).to_string(),
    )
}

fn quotas(answer: &Value) -> Vec<i64> {
    let targets = answer["SamplingTargetDocuments"].as_array().unwrap();
    targets
        .iter()
        .map(|target| target["ReservoirQuota"].as_i64().unwrap())
        .collect()
}

fn with_reservoir(size: i32) -> Client {
    let client = Client::with(at(T0));
    client.ok(
        "CreateSamplingRule",
        &rule_with("a", 1, &json!({"ReservoirSize": size})),
    );
    client
}

#[test]
fn a_target_has_the_shape_of_the_recorded_one() {
    let answer = targets(&Client::with(at(T0)), &[report("Default", 1)]);
    assert_eq!(
        answer,
        json!({
            "LastRuleModification": 0,
            "SamplingTargetDocuments": [{
                "RuleName": "Default", "FixedRate": 0.05, "Interval": 10,
                "ReservoirQuota": 1, "ReservoirQuotaTTL": T0 + 300,
            }],
            "UnprocessedStatistics": [], "UnprocessedBoostStatistics": [],
        })
    );
}

#[test]
fn the_shares_of_a_reservoir_add_up_to_it() {
    for size in [0, 1, 7, 10] {
        for clients in 1..=9_u64 {
            let client = with_reservoir(size);
            let reports = (0..clients).map(|n| report("a", n)).collect::<Vec<_>>();
            let quotas = quotas(&targets(&client, &reports));
            assert_eq!(
                quotas.iter().sum::<i64>(),
                i64::from(size),
                "{size} among {clients}"
            );
            let (least, most) = (quotas.iter().min().unwrap(), quotas.iter().max().unwrap());
            assert!(most - least <= 1, "{quotas:?}");
        }
    }
}

#[test]
fn clients_of_earlier_calls_share_too() {
    let client = with_reservoir(10);
    assert_eq!(quotas(&targets(&client, &[report("a", 1)])), [10]);
    assert_eq!(quotas(&targets(&client, &[report("a", 2)])), [5]);
    assert_eq!(quotas(&targets(&client, &[report("a", 1)])), [5]);
}

#[test]
fn unknown_rules_are_reported_and_the_rest_is_answered() {
    let client = with_reservoir(1);
    let boost = |rule: &str| {
        json!({"RuleName": rule, "ServiceName": "s", "Timestamp": T0, "AnomalyCount": 1,
               "TotalCount": 2, "SampledAnomalyCount": 0})
    };
    let body = json!({
        "SamplingStatisticsDocuments": [report("a", 1), report("cats-rule", 1)],
        "SamplingBoostStatisticsDocuments": [boost("a"), boost("dogs-rule")],
    });
    let answer = client.ok("SamplingTargets", &body.to_string());
    let unknown =
        |name: &str| json!([{"RuleName": name, "ErrorCode": "400", "Message": "Unknown rule"}]);
    assert_eq!(answer["UnprocessedStatistics"], unknown("cats-rule"));
    assert_eq!(answer["UnprocessedBoostStatistics"], unknown("dogs-rule"));
    assert_eq!(quotas(&answer).len(), 1);
    assert_eq!(answer["LastRuleModification"], json!(T0));
    assert_eq!(
        answer["SamplingTargetDocuments"][0].get("SamplingBoost"),
        None
    );
}

#[test]
fn reports_keep_to_the_model() {
    let client = with_reservoir(1);
    let error = |member: &str, value: Value| {
        let mut report = report("a", 1);
        report[member] = value;
        let body = json!({"SamplingStatisticsDocuments": [report]}).to_string();
        client.err("SamplingTargets", &body).code
    };
    assert_eq!(error("ClientID", json!("short")), VALIDATION);
    assert_eq!(error("RequestCount", json!(-1)), VALIDATION);
    assert_eq!(error("Timestamp", Value::Null), VALIDATION);
    assert_eq!(error("Timestamp", json!("now")), "SerializationException");
    assert_eq!(client.err("SamplingTargets", "{}").code, VALIDATION);
    let many = vec![report("a", 1); 26];
    let body = json!({"SamplingStatisticsDocuments": many}).to_string();
    assert_eq!(client.err("SamplingTargets", &body).code, VALIDATION);
    assert_eq!(quotas(&targets(&client, &many[..25])).len(), 25);
    assert_eq!(targets(&client, &[])["SamplingTargetDocuments"], json!([]));
}

#[test]
fn what_was_reported_is_summed_up_per_rule_and_ten_seconds() {
    let client = with_reservoir(1);
    targets(
        &client,
        &[
            report("a", 1),
            report("a", 2),
            report("Default", 1),
            report("none", 1),
        ],
    );
    targets(&client, &[report("a", 1)]);
    let answer = client.ok("SamplingStatisticSummaries", "{}");
    let summary = |rule: &str, times: u64| {
        json!({"RuleName": rule, "Timestamp": T0, "RequestCount": 110 * times,
               "SampledCount": 20 * times, "BorrowCount": 10 * times})
    };
    let expected = [summary("Default", 1), summary("a", 3)];
    assert_eq!(
        answer,
        json!({"SamplingStatisticSummaries": expected, "NextToken": null})
    );
    let elsewhere = client
        .in_region("eu-west-1")
        .ok("SamplingStatisticSummaries", "{}");
    assert_eq!(elsewhere["SamplingStatisticSummaries"], json!([]));
}

#[test]
fn counts_beyond_an_integer_stay_at_its_end() {
    let client = with_reservoir(1);
    let mut report = report("a", 1);
    report["RequestCount"] = json!(i32::MAX);
    for _ in 0..3 {
        targets(&client, std::slice::from_ref(&report));
    }
    let answer = client.ok("SamplingStatisticSummaries", "");
    assert_eq!(
        answer["SamplingStatisticSummaries"][0]["RequestCount"],
        i32::MAX
    );
}

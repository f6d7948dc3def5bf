//! What samplers talk about every ten seconds: they report what they sampled and get their share
//! of each rule's reservoir.
//!
//! Reports are kept in memory only. Nobody expects them to outlive the process, and they come far
//! too often for a file.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value, json};

use super::super::Call;
use super::super::reply::{Fault, Reply};
use super::super::shape::{self, Member, STRING, Shape, optional, required};
use super::super::state::World;
use super::rules::text;
use super::{fields, page};

/// How many seconds a sampler is told to wait until its next report (recording).
const INTERVAL: u64 = 10;

/// How many seconds a quota holds. The documentation's example asks at 2018-07-07T00:20:06 and gets
/// a quota until 00:25:07.
const QUOTA_TTL: u64 = 300;

/// How long after its last report a client still counts when a reservoir is shared. AWS's number
/// is not known; two intervals forgive one late report.
const CLIENT_TTL: u64 = 2 * INTERVAL;

/// How long summaries are kept. AWS says "recent".
const SUMMARY_TTL: u64 = 600;

/// How many summaries come at once; AWS's number is not documented.
const PAGE: usize = 100;

const COUNT: Shape = Shape::Integer { min: 0, max: i32::MAX };

/// "A unique identifier for the service in hexadecimal", 24 characters, without a pattern (model).
const CLIENT_ID: Shape = Shape::Text { min: 24, max: 24 };

/// The reports of every region, by account and region.
#[derive(Debug, Default)]
pub(in super::super) struct Reports(Mutex<BTreeMap<(String, String), RegionReports>>);

#[derive(Debug, Default)]
struct RegionReports {
    /// When each client last reported on a rule, by rule and client.
    clients: BTreeMap<String, BTreeMap<String, u64>>,
    /// Counts by the begin of their window and by rule. A summary covers "a 10-second window"
    /// (model).
    windows: BTreeMap<(u64, String), Counts>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    requests: u64,
    sampled: u64,
    borrowed: u64,
}

impl Reports {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<(String, String), RegionReports>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RegionReports {
    fn note(&mut self, now: u64, report: &Map<String, Value>) {
        let rule = text(report, "RuleName").unwrap_or_default().to_owned();
        let client = text(report, "ClientID").unwrap_or_default().to_owned();
        self.clients.entry(rule.clone()).or_default().insert(client, now);
        let counts = self.windows.entry((now - now % INTERVAL, rule)).or_default();
        let add = |sum: &mut u64, name| {
            *sum = sum.saturating_add(report.get(name).and_then(Value::as_u64).unwrap_or_default());
        };
        add(&mut counts.requests, "RequestCount");
        add(&mut counts.sampled, "SampledCount");
        add(&mut counts.borrowed, "BorrowCount");
    }

    fn forget_old(&mut self, now: u64) {
        self.windows.retain(|(begin, _), _| begin.saturating_add(SUMMARY_TTL) >= now);
        self.clients.retain(|_, clients| {
            clients.retain(|_, seen| seen.saturating_add(CLIENT_TTL) >= now);
            !clients.is_empty()
        });
    }

    /// One client's part of a reservoir. What does not divide evenly goes to the first clients, so
    /// that the parts add up to the reservoir. How AWS shares is not documented.
    fn share(&self, rule: &str, client: &str, reservoir: i32) -> i32 {
        let Some(clients) = self.clients.get(rule) else {
            return reservoir;
        };
        let place = clients.keys().position(|other| other == client).unwrap_or_default();
        let (Ok(count), Ok(place)) = (i32::try_from(clients.len()), i32::try_from(place)) else {
            return 0;
        };
        reservoir / count.max(1) + i32::from(place < reservoir % count.max(1))
    }
}

fn statistics() -> Vec<Member> {
    vec![
        required("RuleName", fields::RULE_NAME),
        required("ClientID", CLIENT_ID),
        required("Timestamp", Shape::Timestamp),
        required("RequestCount", COUNT),
        required("SampledCount", COUNT),
        optional("BorrowCount", COUNT),
    ]
}

fn boost_statistics() -> Vec<Member> {
    vec![
        required("RuleName", fields::RULE_NAME),
        required("ServiceName", Shape::Text { min: 0, max: 64 }),
        required("Timestamp", Shape::Timestamp),
        required("AnomalyCount", COUNT),
        required("TotalCount", COUNT),
        required("SampledAnomalyCount", COUNT),
    ]
}

/// `GetSamplingTargets`.
///
/// Statistics for boosts are checked and taken, and no target carries a `SamplingBoost`: how AWS
/// computes one is not published.
pub(super) fn targets(call: &Call<'_>, world: &mut World) -> Result<Reply, Fault> {
    const STATISTICS: Shape = Shape::List { item: &Shape::Structure(statistics), max: 25 };
    const BOOSTS: Shape = Shape::List { item: &Shape::Structure(boost_statistics), max: 25 };
    let members = [
        required("SamplingStatisticsDocuments", STATISTICS),
        optional("SamplingBoostStatisticsDocuments", BOOSTS),
    ];
    let input = shape::read(call.body, &members)?;
    let section = &world.region.xray;
    let is_known = |report: &&Map<String, Value>| {
        text(report, "RuleName").is_some_and(|name| section.get(name).is_some())
    };
    let (known, unknown): (Vec<_>, Vec<_>) =
        documents(&input, "SamplingStatisticsDocuments").partition(is_known);

    let mut all = call.memory.sampling.lock();
    // Everywhere, not only in this region: nobody else comes by to clear up after a region that has
    // fallen silent.
    all.retain(|_, reports| {
        reports.forget_old(call.now);
        !reports.windows.is_empty()
    });
    let reports = all.entry((call.account.to_owned(), call.region.to_owned())).or_default();
    // All first, then the shares: clients that report together share already.
    for report in &known {
        reports.note(call.now, report);
    }
    let target = |report: &&Map<String, Value>| {
        let name = text(report, "RuleName")?;
        let rule = section.get(name)?.rule;
        let client = text(report, "ClientID").unwrap_or_default();
        Some(json!({
            "RuleName": name,
            "FixedRate": rule.fixed_rate,
            "ReservoirQuota": reports.share(name, client, rule.reservoir_size),
            "ReservoirQuotaTTL": call.now.saturating_add(QUOTA_TTL),
            "Interval": INTERVAL,
        }))
    };
    let last_change = section.all().iter().map(|(_, record)| record.modified_at).max();
    let boosts = documents(&input, "SamplingBoostStatisticsDocuments");
    let unknown_boosts = boosts.filter(|report| !is_known(report)).map(unprocessed);
    Ok(Reply::Json(json!({
        "SamplingTargetDocuments": known.iter().filter_map(target).collect::<Vec<_>>(),
        "LastRuleModification": last_change.unwrap_or_default(),
        "UnprocessedStatistics": unknown.into_iter().map(unprocessed).collect::<Vec<_>>(),
        "UnprocessedBoostStatistics": unknown_boosts.collect::<Vec<_>>(),
    })))
}

/// `GetSamplingStatisticSummaries`: what was reported lately, per rule and ten seconds.
pub(super) fn summaries(call: &Call<'_>, _: &mut World) -> Result<Reply, Fault> {
    let input = shape::read(call.body, &[optional("NextToken", STRING)])?;
    let mut all = call.memory.sampling.lock();
    let key = (call.account.to_owned(), call.region.to_owned());
    let summary = |((begin, rule), counts): (&(u64, String), &Counts)| {
        let number = |count: u64| i32::try_from(count).unwrap_or(i32::MAX);
        let summary = json!({
            "RuleName": rule,
            "Timestamp": begin,
            "RequestCount": number(counts.requests),
            "BorrowCount": number(counts.borrowed),
            "SampledCount": number(counts.sampled),
        });
        (format!("{begin:020}{rule}"), summary)
    };
    let list = match all.get_mut(&key) {
        Some(reports) => {
            reports.forget_old(call.now);
            reports.windows.iter().map(summary).collect()
        }
        None => Vec::new(),
    };
    let operation = "GetSamplingStatisticSummaries";
    let (list, next) = page(operation, list, PAGE, text(&input, "NextToken"))?;
    Ok(Reply::Json(json!({ "SamplingStatisticSummaries": list, "NextToken": next })))
}

fn documents<'a>(
    input: &'a Map<String, Value>,
    name: &str,
) -> impl Iterator<Item = &'a Map<String, Value>> {
    let list = input.get(name).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_object)
}

/// AWS's code and text (documentation's example).
fn unprocessed(report: &Map<String, Value>) -> Value {
    json!({
        "RuleName": text(report, "RuleName"),
        "ErrorCode": "400",
        "Message": "Unknown rule",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_fell_silent_leaves_its_share_to_the_others() {
        let mut reports = RegionReports::default();
        for (client, now) in [("silent", 100), ("alive", 115)] {
            let report = json!({ "RuleName": "a", "ClientID": client });
            reports.note(now, report.as_object().unwrap());
        }
        reports.forget_old(120);
        assert_eq!(reports.share("a", "alive", 10), 5);
        reports.forget_old(121);
        assert_eq!(reports.share("a", "alive", 10), 10);
    }

    #[test]
    fn nothing_is_kept_for_ever() {
        let mut reports = RegionReports::default();
        reports.note(100, &Map::new());
        reports.forget_old(u64::MAX);
        assert!(reports.windows.is_empty() && reports.clients.is_empty());
    }
}

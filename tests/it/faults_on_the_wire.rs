//! Faults on the wire: the program applies an example through microburst, a proxy that throttles,
//! fails, resets, keeps waiting and cuts answers short, to servers by others. However often it has to
//! be run, the end is as without faults.
//!
//! Which call meets which fault follows from a seed, `TRACEWRIGHT_TEST_SEED`, which a test that fails
//! names.

use std::thread;

use serde_json::{Value, json};

use crate::harness::{Scenario, told};
use crate::servers::Server;

/// The calls that faults are done to. All of what an example asks for is among them.
const CALLS: [&str; 26] = [
    "AttachRolePolicy",
    "CreatePolicy",
    "CreatePolicyVersion",
    "CreateRole",
    "CreateSamplingRule",
    "DeletePolicy",
    "DeletePolicyVersion",
    "DeleteRole",
    "DeleteRolePolicy",
    "DeleteSamplingRule",
    "DeregisterTaskDefinition",
    "DescribeTaskDefinition",
    "DetachRolePolicy",
    "GetAccountAuthorizationDetails",
    "GetPolicy",
    "GetRole",
    "GetSamplingRules",
    "ListTagsForResource",
    "PutRolePolicy",
    "RegisterTaskDefinition",
    "TagPolicy",
    "TagResource",
    "TagRole",
    "UntagPolicy",
    "UntagRole",
    "UpdateSamplingRule",
];

/// How many faults a phase of a test plans; a fault is done to one call up to twice.
const FAULTS: usize = 14;

const APPLY: &str = "apply stacks/cruddur.yaml --yes --allow-deletes 9";

/// Runs until there is nothing left to do; with as many faults, one is rarely enough.
const RUNS: usize = 8;

/// A sequence of numbers that a seed stands for.
struct Chance(u64);

impl Chance {
    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % end
    }

    fn fault(&mut self) -> Value {
        let error = |code: &str, status: u16| json!({"code": code, "status": status});
        let kinds = [
            json!({"error": error("ThrottlingException", 400)}),
            json!({"error": error("Throttling", 400)}),
            json!({"error": error("InternalFailure", 500)}),
            json!({"error": error("ServiceUnavailable", 503)}),
            // Not passed on: the connection is reset, or there is no answer in time.
            json!({"reset": true}),
            json!({"timeout_ms": 300}),
            // Passed on and carried out: the answer breaks off.
            json!({"response": {"abort_frac": 0.3}}),
            json!({"response": {"abort_frac": 0.6}}),
        ];
        let mut fault = kinds[self.below(kinds.len())].clone();
        fault["service"] = json!("*");
        fault["operation"] = json!(CALLS[self.below(CALLS.len())]);
        fault["times"] = json!(1 + self.below(2));
        fault
    }
}

/// Names the seed if the test fails.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if thread::panicking() {
            told(&format!("run it again with TRACEWRIGHT_TEST_SEED={}", self.0));
        }
    }
}

/// A server, and the way to it that faults are done on.
struct Faulty {
    proxy: Server,
    server: Server,
    chance: Chance,
    _seed: Seed,
}

impl Faulty {
    /// The faults of the next phase, in place of those that are left. A registration is carried out
    /// each time, and its answer keeps the tool waiting for its other half until it gives up; there is
    /// just one such fault, since that takes ten seconds.
    fn plan(&mut self, phase: usize) {
        let half = json!({
            "service": "ecs",
            "operation": "RegisterTaskDefinition",
            "response": {"truncate_frac": 0.5},
            "times": 1,
        });
        let slow = (phase == 1).then_some(half);
        let others: Vec<_> = (0..FAULTS).map(|_| self.chance.fault()).collect();
        self.set(&slow.into_iter().chain(others).collect());
    }

    fn set(&self, faults: &Value) {
        let headers = "Content-Type: application/json\r\n";
        let answer = self.proxy.request("POST", "/_microburst/rules", headers, &faults.to_string());
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    /// How many faults were done.
    fn done(&self) -> usize {
        let answer = self.proxy.request("GET", "/_microburst/fired?limit=100000", "", "");
        let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
        let fired: Value =
            serde_json::from_str(body).unwrap_or_else(|error| panic!("{error} {body}"));
        fired.as_array().map_or(0, Vec::len)
    }
}

/// Applies the example until there is nothing left to do, and returns how many retries it took.
fn until_quiet(scenario: &Scenario) -> usize {
    let mut retries = 0;
    for _ in 0..RUNS {
        let run = scenario.run(&format!("{APPLY} --stats"));
        let line = run.stderr.lines().find_map(|line| line.strip_prefix("stats: and "));
        let count = line.and_then(|line| line.split(' ').next()?.parse::<usize>().ok());
        retries += count.unwrap_or_default();
        assert!([0, 1, 5, 6, 7].contains(&run.code), "{run}");
        if run.code == 0 && run.stdout.contains("Nothing to do") {
            return retries;
        }
    }
    panic!("{RUNS} runs were not enough");
}

/// What is live, as a stack file has it, and the numbers of revisions and versions, which it has not.
fn what_is_there(server: &Server) -> String {
    let scenario = server.called_by(Scenario::new());
    let import = scenario.run("import --live --name all --account 123456789012 --region us-east-1");
    let revisions = server.ask(
        "ecs",
        "AmazonEC2ContainerServiceV20141113.ListTaskDefinitions",
        r#"{"familyPrefix": "backend-flask", "status": "ACTIVE"}"#,
    );
    let versions = server.ask(
        "iam",
        "",
        "Action=ListPolicyVersions&Version=2010-05-08&PolicyArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Apolicy%2Fcruddur-read-parameters",
    );
    let revisions = ["backend-flask:1\"", "backend-flask:2\"", "backend-flask:3\""]
        .map(|revision| revisions.contains(revision));
    let versions =
        ["v1", "v2", "v3"].map(|version| versions.contains(&format!("<VersionId>{version}<")));
    format!("{}\nrevisions {revisions:?}\nversions {versions:?}", import.stdout)
}

/// The second state of the example: a revision, a version and a rule more.
fn change(scenario: &Scenario, has_rules: bool) {
    scenario.edit("stacks/cruddur.yaml", "backend-flask:1.0.0", "backend-flask:2.0.0");
    scenario.edit("aws/policies/read-parameters.json", "ssm:GetParameters", "ssm:GetParameter");
    scenario.edit("stacks/cruddur.yaml", "      session-manager: {", "      sessions: {");
    if has_rules {
        scenario.edit("aws/json/xray.json", "\"FixedRate\": 0.1", "\"FixedRate\": 0.25");
    }
}

fn change_nothing(_: &Scenario, _: bool) {}

/// The last state: the policy alone, since a file that declares nothing is refused, and `destroy`
/// looks at what not every server has.
fn take_out(scenario: &Scenario, has_rules: bool) {
    let text = scenario.read("stacks/cruddur.yaml");
    let (envelope, _) = text.split_once("vars:").expect("variables");
    let (_, policies) = text.split_once("\npolicies:").expect("policies");
    let rules = if has_rules { "sampling_rules: {}\n" } else { "" };
    let text = format!("{envelope}{rules}task_definitions: {{}}\nroles: {{}}\npolicies:{policies}");
    scenario.write("stacks/cruddur.yaml", text);
}

fn example(has_rules: bool) -> Scenario {
    let scenario = Scenario::with_examples();
    if !has_rules {
        let text = scenario.read("stacks/cruddur.yaml");
        let (before, rest) = text.split_once("sampling_rules:").expect("rules");
        let (_, after) = rest.split_once("# The input of `aws ecs").expect("task definitions");
        scenario.write("stacks/cruddur.yaml", format!("{before}# {after}"));
    }
    scenario
}

/// Applies the example, changes it, and takes most of it out, twice: once as it should go and
/// once with faults.
fn ends_as_without_faults(
    test: &str,
    seed: u64,
    has_rules: bool,
    start: &dyn Fn() -> Option<Server>,
) {
    let (Some(server), Some(calm)) = (start(), start()) else { return };
    let Some(proxy) = Server::microburst(&server, test) else { return };
    let seed = std::env::var("TRACEWRIGHT_TEST_SEED").map_or(seed, |seed| seed.parse().unwrap());
    let mut faulty = Faulty { proxy, server, chance: Chance(seed), _seed: Seed(seed) };

    let undisturbed = calm.called_by(example(has_rules));
    let disturbed = faulty.proxy.called_by(example(has_rules));
    let mut retries = 0;
    for (number, phase) in [change_nothing, change, take_out].into_iter().enumerate() {
        phase(&undisturbed, has_rules);
        phase(&disturbed, has_rules);
        undisturbed.run(APPLY).exits(0);
        faulty.plan(number);
        retries += until_quiet(&disturbed);
        faulty.set(&json!([]));
        disturbed.run("plan stacks/cruddur.yaml --detailed-exitcode").exits(0);
        assert_eq!(what_is_there(&faulty.server), what_is_there(&calm));
    }
    let done = faulty.done();
    told(&format!("{test}: seed {seed}, {done} faults, {retries} retries that the runs told of"));
    assert!(done >= 10, "{done} faults");
    assert!(retries > 0, "no run told of a retry");
}

#[test]
fn the_local_aws_ends_as_without_faults() {
    let test = "the_local_aws_ends_as_without_faults";
    let folders = [Scenario::new(), Scenario::new()];
    let next = std::cell::Cell::new(0);
    ends_as_without_faults(test, 1, true, &|| {
        next.set(next.get() + 1);
        Some(Server::local_aws(&folders[next.get() - 1]))
    });
}

#[test]
fn fakecloud_ends_as_without_faults() {
    let test = "fakecloud_ends_as_without_faults";
    ends_as_without_faults(test, 2, true, &|| Server::fakecloud(test));
}

#[test]
fn moto_ends_as_without_faults() {
    let test = "moto_ends_as_without_faults";
    ends_as_without_faults(test, 3, false, &|| Server::moto(test));
}

#[test]
fn ministack_ends_as_without_faults() {
    let test = "ministack_ends_as_without_faults";
    ends_as_without_faults(test, 4, false, &|| Server::ministack(test));
}

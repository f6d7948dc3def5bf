"""The X-Ray SDK for Python samples the way the rules in the local AWS say.

The SDK asks GetSamplingRules every five minutes and GetSamplingTargets every ten
seconds, from threads of its own. Here the same methods are called directly.
"""

import os
import subprocess
import tempfile
import time
from contextlib import contextmanager

from aws_xray_sdk.core.context import Context
from aws_xray_sdk.core.daemon_config import DaemonConfig
from aws_xray_sdk.core.sampling.sampler import DefaultSampler

import servers
from clients import Boto3, Call
from sequence_xray import create, update

REQUESTS = 300

STACK = """\
stack: sampler
account: "123456789012"
region: us-east-1
sampling_rules:
  health:
    Priority: 10
    FixedRate: 0
    ReservoirSize: 0
    URLPath: /health*
  rest:
    Priority: 20
    FixedRate: 1
    ReservoirSize: 0
    ServiceName: shop
"""

RULES = [
    create(RuleName="silent", Priority=10, FixedRate=0, ReservoirSize=0, ServiceName="silent"),
    create(RuleName="loud", Priority=20, FixedRate=1, ReservoirSize=0, ServiceName="loud"),
    create(RuleName="api", Priority=30, FixedRate=1, ReservoirSize=0, ServiceName="mixed", URLPath="/api/*"),
    create(RuleName="other", Priority=40, FixedRate=0, ReservoirSize=0, ServiceName="mixed"),
    create(RuleName="quota", Priority=50, FixedRate=0, ReservoirSize=7, ServiceName="quota"),
    # A classic SDK cannot match attributes and has to leave this rule alone.
    create(RuleName="attributes", Priority=1, FixedRate=1, ReservoirSize=0, Attributes={"a": "b"}),
]


def run(checks, binary):
    with tempfile.TemporaryDirectory() as folder, servers.local_aws(binary, folder) as server:
        obeys(checks, server)
    with tempfile.TemporaryDirectory() as folder:
        obeys_what_was_applied(checks, binary, folder)


def obeys(checks, server):
    boto3 = Boto3(server.url)
    for call in RULES:
        checks.check(f"setup: {call.params['SamplingRule']['RuleName']}", not boto3.ask(call).refused)
    with sampler_of(server) as sampler:
        poll_rules(sampler)
        read = {rule.name for rule in sampler._cache.rules}
        checks.equal("sampler: reads the rules it can use", read, {"silent", "loud", "api", "other", "quota", "Default"})

        checks.equal("sampler: rate 0 and no reservoir, nothing is sampled", decisions(sampler, service="silent"), {False})
        checks.equal("sampler: rate 1, everything is sampled", decisions(sampler, service="loud"), {"loud"})
        checks.equal("sampler: the first rule that matches decides", decisions(sampler, service="mixed", path="/api/cart"), {"api"})
        checks.equal("sampler: what it does not match goes to the next", decisions(sampler, service="mixed", path="/"), {False})
        decided = sampler._cache.get_matched_rule({"service": "unknown"}, int(time.time()))
        checks.equal("sampler: the rest goes to Default", decided.name, "Default")

        gets_a_quota(checks, sampler)
        reports(checks, boto3)
        notices_a_change(checks, boto3, sampler)

        boto3.ask(Call("delete_sampling_rule", {"RuleName": "loud"}))
        poll_rules(sampler)
        checks.check("sampler: a deleted rule is gone", "loud" not in {rule.name for rule in sampler._cache.rules})


def gets_a_quota(checks, sampler):
    """A sampler borrows one request per second until it has reported and got its share."""
    rule = next(rule for rule in sampler._cache.rules if rule.name == "quota")
    checks.equal("sampler: borrows before it has a quota", sampled_in_one_second(sampler, rule), 1)
    poll_targets(sampler)
    checks.equal("sampler: gets the whole reservoir as the only client", rule.reservoir.quota, 7)
    checks.check("sampler: the quota lasts", (rule.reservoir.TTL or 0) > time.time(), rule.reservoir.TTL)
    checks.equal("sampler: takes its quota and no more", sampled_in_one_second(sampler, rule), 7)


def reports(checks, boto3):
    told = boto3.ask(Call("get_sampling_statistic_summaries", {}, every_page=True)).result
    sums = {}
    for summary in told["SamplingStatisticSummaries"]:
        counts = sums.setdefault(summary["RuleName"], [0, 0])
        counts[0] += summary["RequestCount"]
        counts[1] += summary["SampledCount"]
    checks.equal("sampler: reports what it did not sample", sums.get("silent"), [REQUESTS, 0])
    checks.equal("sampler: reports what it sampled", sums.get("loud"), [REQUESTS, REQUESTS])


def notices_a_change(checks, boto3, sampler):
    # The SDK compares whole seconds: a change has to come after the second of its last poll.
    time.sleep(1.1)
    boto3.ask(update(RuleName="silent", FixedRate=1))
    decisions(sampler, service="silent")
    sampler._rule_poller._time_elapsed = 0
    poll_targets(sampler)
    checks.equal("sampler: the new rate comes with the targets", decisions(sampler, service="silent"), {"silent"})
    woken = sampler._rule_poller._time_elapsed > 0
    checks.check("sampler: a change makes it ask for the rules again", woken)


def obeys_what_was_applied(checks, binary, folder):
    with open(os.path.join(folder, "stack.yaml"), "w", encoding="utf-8") as file:
        file.write(STACK)
    command = [binary, "apply", "stack.yaml", "--local=state.json", "--yes"]
    done = subprocess.run(
        command,
        cwd=folder,
        env=servers.bare_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    said = done.stdout + done.stderr
    if not checks.check("sampler: a stack is applied", done.returncode == 0, said):
        return
    with servers.local_aws(binary, folder) as server, sampler_of(server) as sampler:
        poll_rules(sampler)
        checks.equal("sampler: obeys the stack's first rule", decisions(sampler, service="shop", path="/health/live"), {False})
        checks.equal("sampler: obeys the stack's second rule", decisions(sampler, service="shop", path="/cart"), {"rest"})


# ---- the SDK without its clock ----------------------------------------------


@contextmanager
def sampler_of(server):
    name = "AWS_XRAY_DAEMON_ADDRESS"
    before = os.environ.get(name)
    os.environ[name] = f"127.0.0.1:{server.port}"
    try:
        sampler = DefaultSampler()
        sampler.load_settings(DaemonConfig(), Context())
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
    # Otherwise the first decision starts the polling threads.
    sampler._started = True
    yield sampler


def poll_rules(sampler):
    sampler._rule_poller._refresh_cache()


def poll_targets(sampler):
    sampler._target_poller._do_work()


def decisions(sampler, **request):
    return {sampler.should_trace(dict(request)) for _ in range(REQUESTS)}


def sampled_in_one_second(sampler, rule):
    now = int(time.time())
    return sum(bool(sampler._process_matched_rule(rule, now)) for _ in range(REQUESTS))

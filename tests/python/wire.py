"""Holds the local AWS against AWS's documentation and against fakecloud.

One sequence of calls (sequence.py) goes through boto3, and part of it through
awscli too, to the local AWS and to fakecloud. Then

* the local AWS must have answered as AWS's service model and documentation say,
* both clients must have seen the same,
* the servers must agree, except for what DIFFERENCES explains. A difference that
  is not explained fails, and so does an explanation that nothing needs any more.

fakecloud is by others, so this keeps the local AWS from being a mirror of our
own assumptions. Without it the first two parts run.
"""

import os
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import servers
from checks import required, show
from clients import AwsCli, Boto3, same_to_both
from sequence import (
    ARN,
    BAD_RULES,
    BAD_TAGS,
    BAD_UPDATES,
    CASES,
    READ,
    WRONG_RULES,
    WRONG_TAGS,
    WRONG_UPDATES,
    Ok,
    create,
    delete,
    list_tags,
    untag,
    update,
)

def names(verb, table, part, but=""):
    return [f"{verb}: {name} [{part}]" for name, *_ in table if not but or not name.startswith(but)]


def places(part, *steps):
    return [f"{step} [{part}]" for step in steps]


# Why the two servers differ, who is right and where that stands. "The model" is the
# service model that comes with botocore (xray, 2016-04-12). A place is "STEP [PART]",
# with one of the parts answer (one accepts, one refuses), code, message, result, and
# state (what is there afterwards).
DIFFERENCES = {
    "AWS refuses, fakecloud checks no values: the model's min and max of each shape": [
        *names("create", BAD_RULES, "answer", but="without "),
        *names("create", BAD_TAGS, "answer"),
        *names("tag", BAD_TAGS, "answer"),
        *names("update", BAD_UPDATES, "answer"),
        *places("answer", "report: 26 documents", "report: short ClientID", "report: negative count"),
    ],
    "AWS refuses, we take it: the model bounds these in SamplingRule, and in SamplingRuleUpdate it"
    " leaves that to the service; fakecloud checks no values": [
        *[f"update: {name} [answer]" for name in ("priority 0", "priority 10000", "rate 5", "reservoir -1")],
        "update Default: FixedRate 2 [answer]",
    ],
    "AWS refuses, fakecloud makes a name or takes both: 'Specify a rule by either name or ARN, but"
    " not both' (the model, SamplingRule and SamplingRuleUpdate, and DeleteSamplingRuleRequest)": [
        *names("create", WRONG_RULES[:2], "answer"),
        *places("answer", "update: both name and ARN", "delete: both name and ARN"),
    ],
    "AWS refuses, we take it: 1 is the only 'version of the sampling rule format' (the model's"
    " documentation of SamplingRule.Version); fakecloud checks no values": [
        *names("create", WRONG_RULES[2:], "answer"),
    ],
    "AWS refuses, fakecloud does not: the aws: prefix is reserved and the characters of tags are"
    " listed (the model's documentation of TagResourceRequest)": [
        *names("create", WRONG_TAGS, "answer"),
        *names("tag", WRONG_TAGS, "answer"),
    ],
    "AWS refuses, fakecloud does not: 'Maximum number of user-applied tags per resource: 50' (the"
    " model's documentation of CreateSamplingRuleRequest)": places("answer", "create: 51 tags"),
    "AWS refuses, fakecloud changes it: 'Invalid update request for default sampling rule' is what"
    " users of AWS quote (a bug report to terraform-provider-aws)": [
        *places("answer", "update Default: Priority", "update Default: Host", "update Default: Attributes"),
    ],
    "AWS refuses, fakecloud has no quota: 25 custom rules for each region (X-Ray endpoints and"
    " quotas, AWS General Reference)": places("answer", "the 26th rule"),
    "AWS refuses, fakecloud converts or keeps it: the model's types; SerializationException is what"
    " AWS's JSON protocols answer": [
        *[f"create: {name} [answer]" for name in (
            "Priority is a string", "Priority is 1.5", "FixedRate is a string", "Host is a number",
            "Attributes is a list", "an attribute is a number", "Tags is a map",
        )],
    ],
    "What cannot be read as the operation's input is a SerializationException in AWS's JSON"
    " protocols, before the service sees it; fakecloud has the service's error": [
        *places("code", "create: body cut short", "create: body is a list", "create: SamplingRule is a string"),
    ],
    "A missing required member is AWS's common ValidationException (AWS APIs, common errors: 'The"
    " input fails to satisfy the constraints'), before the service sees it; fakecloud has the"
    " service's error": [
        *[f"create: {name} [code]" for name, *_ in BAD_RULES if name.startswith("without ")],
        *places(
            "code", "report: no documents member", "create: no rule", "create: Priority is null",
            "create: no body", "update: no update", "list tags: no ARN", "tag: no tags", "untag: no keys",
        ),
    ],
    "The words are those that clients of AWS look for (terraform-provider-aws, sampling_rule.go:"
    " 'Sampling rule does not exist'; alchemy: 'Sampling rule already exists'); fakecloud has its own": [
        *places(
            "message", "create again", "create Default", "a duplicate at the quota", "delete again",
            "delete: a missing ARN", "update: a missing rule", "update: a missing ARN",
            "update: the name in other case",
        ),
    ],
    "AWS's words are not published: each server has its own": [
        *places(
            "message", "delete Default", "delete Default by ARN", "read with a bad token",
            "update: neither name nor ARN", "delete: neither name nor ARN", "list tags of a deleted rule",
            "list tags: a missing rule", "tag: a missing rule", "untag: a missing rule", "tag: the 51st",
        ),
    ],
    "A refused TagResource leaves no tags behind, fakecloud's adds them first: AWS's error says"
    " that the request failed (the model, TooManyTagsException)": places("state", "tag: the 51st"),
    "AWS's Default rule has CreatedAt 0 (AWS CLI reference, get-sampling-rules, example); fakecloud"
    " gives the time it was started": [
        *places("result", "nothing but Default", "read", "update Default", "read the other region", "read all pages"),
    ],
    "AWS pages (the model, GetSamplingRulesRequest.NextToken) and does not say how much is on a"
    " page; the local AWS uses 25, so that clients meet it; fakecloud never pages": [
        *places("result", "read the first page"),
    ],
    "Who is asking is made up by both; AWS names the user whose key it is (STS reference,"
    " GetCallerIdentity)": places("result", "who is asking"),
    "How AWS shares a reservoir is not published; the local AWS shares all of it, fakecloud gives 1."
    " UnprocessedBoostStatistics is in the model and not in fakecloud": [
        *places("result", "report", "report on Default", "report nothing", "report a boost"),
    ],
    "AWS does not process an unknown rule and says so: ErrorCode 400, 'Unknown rule' (X-Ray"
    " developer guide, sampling targets, example); fakecloud gives it a target": [
        *places("result", "report on an unknown rule"),
    ],
    "AWS tells what samplers have reported (the model, GetSamplingStatisticSummaries); fakecloud"
    " keeps no statistics": places("result", "summaries"),
}


def run(checks, binary):
    other = os.environ.get("TRACEWRIGHT_TEST_FAKECLOUD")
    with tempfile.TemporaryDirectory() as folder:
        jobs = {"local AWS": lambda: walk_local(binary, folder)}
        if other:
            jobs["fakecloud"] = lambda: walk_fakecloud(other, folder)
        seen = at_once(jobs)
        expect(checks, seen["local AWS"])
        for name, walked in seen.items():
            clients_agree(checks, name, walked)
        if other:
            compare(checks, seen["local AWS"], seen["fakecloud"])
        elif required("fakecloud"):
            checks.check("fakecloud is there", False, "TRACEWRIGHT_TEST_FAKECLOUD is not set")
        else:
            checks.skip("wire: comparison of the local AWS with fakecloud", "there is no fakecloud")
        survives_a_restart(checks, binary, folder)
        shares_its_state(checks, binary, folder)


# ---- the walk ---------------------------------------------------------------


def walk_local(binary, folder):
    with servers.local_aws(binary, folder) as server:
        client = Boto3(server.url)
        return walk(server, lambda: empty(client))


def walk_fakecloud(binary, folder):
    with servers.fakecloud(binary, folder) as server:
        return walk(server, lambda: servers.reset_fakecloud(server))


def walk(server, clean):
    """What each client saw: {(client, step): (answer, world before, world after)}."""
    boto3, awscli = Boto3(server.url), AwsCli(server.url)
    seen = {}
    for case in CASES:
        for client in [boto3, awscli] if case.both_clients else [boto3]:
            before = start(boto3, clean, case.setup)
            good = list(case.setup)
            for step in case.steps:
                answer = client.ask(step.call)
                after = world(boto3)
                assert (client.name, step.name) not in seen, f"two steps are named {step.name}"
                seen[client.name, step.name] = (answer, before, after)
                if isinstance(step.expect, Ok):
                    good.append(step.call)
                elif after != before:
                    # What AWS would have refused must not show in the steps that follow.
                    after = start(boto3, clean, good)
                before = after
    return seen


def start(client, clean, calls):
    clean()
    for call in calls:
        client.ask(call)
    return world(client)


def world(client):
    """All that a change could have changed: every rule and its tags."""
    records = client.ask(READ).result
    if not isinstance(records, dict):
        return {"unreadable": records}
    rules = {record["SamplingRule"]["RuleName"]: record["SamplingRule"] for record in records["SamplingRuleRecords"]}
    tags = {}
    for name in rules:
        # A name that a server should have refused may make an ARN it cannot find again.
        told = client.ask(replace(list_tags(ARN + name), every_page=True)).result
        tags[name] = {tag["Key"]: tag.get("Value") for tag in told["Tags"]} if told else None
    return {"rules": rules, "tags": tags}


def empty(client):
    """Puts a server that has no reset of its own back to a fresh account's state."""
    before = world(client)
    for name, tags in before["tags"].items():
        if name == "Default":
            if tags:
                client.ask(untag(name, *tags))
            fresh = {"FixedRate": 0.05, "ReservoirSize": 1}
            if contains(before["rules"][name], fresh):
                continue
            client.ask(update(RuleName=name, **fresh))
        else:
            client.ask(delete(RuleName=name))


def at_once(jobs):
    """Runs the jobs side by side, as most of the time goes into starting awscli."""
    done, failed = {}, []

    def work(name, job):
        try:
            done[name] = job()
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=job) for job in jobs.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return done


# ---- the verdicts -----------------------------------------------------------


def expect(checks, seen):
    for case in CASES:
        for step in case.steps:
            answer, before, after = seen["boto3", step.name]
            name = f"local AWS: {step.name}"
            if isinstance(step.expect, Ok):
                if checks.check(name, not answer.refused, answer):
                    checks.check(f"{name}: status", answer.status == 200, answer)
                    contained(checks, f"{name}: result", answer.result, step.expect.result)
                    contained(checks, f"{name}: state", after, step.expect.then)
            else:
                want = step.expect
                checks.equal(f"{name}: code", (answer.status, answer.code), (want.status, want.code))
                told = want.about.lower() in (answer.message or "").lower()
                checks.check(f"{name}: message", told and answer.message, f"{answer}\nshould be about: {want.about}")
                checks.equal(f"{name}: nothing changed", after, before)


def contained(checks, name, got, want):
    if want is not None:
        checks.check(name, contains(got, want), f"got:  {show(got)}\nwant: {show(want)}")


def contains(got, want):
    """Whether `got` has all that `want` has; None means absent, "…" means any string."""
    if isinstance(want, dict):
        return isinstance(got, dict) and all(
            key not in got if inner is None else key in got and contains(got[key], inner)
            for key, inner in want.items()
        )
    if isinstance(want, list):
        return isinstance(got, list) and len(got) == len(want) and all(map(contains, got, want))
    return isinstance(got, str) if want == "…" else got == want


def clients_agree(checks, server, seen):
    for (client, step), (answer, _, after) in seen.items():
        if client != "boto3":
            same, _, same_after = seen["boto3", step]
            detail = f"boto3:  {same}\n{client}: {answer}"
            checks.check(f"{server}: {client} sees what boto3 sees: {step}", same_to_both(same, answer), detail)
            checks.equal(f"{server}: {client} does what boto3 does: {step}", after, same_after)


def compare(checks, local, other):
    explained = {place for places in DIFFERENCES.values() for place in places}
    found = set()
    for case in CASES:
        for step in case.steps:
            unexplained = []
            for part, ours, theirs in differences(local["boto3", step.name], other["boto3", step.name]):
                place = f"{step.name} [{part}]"
                found.add(place)
                if place not in explained:
                    unexplained.append(f"{part}\n  local AWS: {show(ours)}\n  fakecloud: {show(theirs)}")
            checks.check(f"same or explained: {step.name}", not unexplained, "\n".join(unexplained))
    for place in sorted(explained):
        checks.check(f"still differs: {place}", place in found, "take its line out of DIFFERENCES")


def differences(local, other):
    (ours, _, our_world), (theirs, _, their_world) = local, other
    if ours.refused != theirs.refused:
        # What follows from that, the state above all, needs no explanation of its own.
        yield "answer", ours.message or ours.result, theirs.message or theirs.result
        return
    codes = (ours.status, ours.code), (theirs.status, theirs.code)
    parts = {
        "code": codes,
        # Another code has other words.
        "message": (ours.message, theirs.message) if codes[0] == codes[1] else (None, None),
        "result": (ours.result, theirs.result),
        "state": (our_world, their_world),
    }
    for part, (one, two) in parts.items():
        if one != two:
            yield part, one, two


def survives_a_restart(checks, binary, folder):
    """The state file is the whole memory of the local AWS."""
    state = "restart.json"
    with servers.local_aws(binary, folder, state) as server:
        client = Boto3(server.url)
        client.ask(create(tags=[{"Key": "team", "Value": "a"}]))
        before = world(client)
    checks.check("restart: the rule was there", len(before["rules"]) == 2, show(before))
    with servers.local_aws(binary, folder, state) as server:
        checks.equal("restart: nothing is forgotten", world(Boto3(server.url)), before)
    mode = os.stat(os.path.join(folder, state)).st_mode & 0o777
    checks.equal("restart: only the owner may read the state", oct(mode), oct(0o600))


def shares_its_state(checks, binary, folder):
    """Two local AWS on one state, written to at once, lose nothing and count right."""
    state = "shared.json"
    with servers.local_aws(binary, folder, state) as one, servers.local_aws(binary, folder, state) as two:
        clients = [Boto3(server.url) for server in [one, two] for _ in range(4)]
        for client in clients:
            client.ask(READ)
        with ThreadPoolExecutor(len(clients)) as pool:
            made = list(pool.map(
                lambda n: clients[n % len(clients)].ask(create(RuleName=f"rule-{n}", Priority=n + 1)), range(40)
            ))
        refused = [answer.code for answer in made if answer.refused]
        checks.equal("shared state: what is over the quota is refused", refused, ["RuleLimitExceededException"] * 15)
        worlds = [world(clients[0]), world(clients[-1])]
        checks.equal("shared state: nothing is lost", [len(seen["rules"]) for seen in worlds], [26, 26])

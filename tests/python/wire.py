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
from dataclasses import replace

import servers
from checks import required, show
from clients import AwsCli, Boto3, Call, same_to_both
from sequence import ARN, CASES, READ, Ok, list_tags

# Why the two servers differ, who is right, and where. "STEP [PART]" has one of the
# parts: answer (one accepts, one refuses), code, message, result, state (what is
# there afterwards).
DIFFERENCES = {}


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


# ---- the walk ---------------------------------------------------------------


def walk_local(binary, folder):
    with servers.local_aws(binary, folder) as server:
        return walk(server, lambda: empty(Boto3(server.url)))


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
    for name, tags in world(client)["tags"].items():
        if name == "Default":
            if tags:
                client.ask(Call("untag_resource", {"ResourceARN": ARN + name, "TagKeys": list(tags)}))
            fresh = {"RuleName": name, "FixedRate": 0.05, "ReservoirSize": 1}
            client.ask(Call("update_sampling_rule", {"SamplingRuleUpdate": fresh}))
        else:
            client.ask(Call("delete_sampling_rule", {"RuleName": name}))


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
    explained = {place: reason for reason, places in DIFFERENCES.items() for place in places}
    found = {}
    for case in CASES:
        for step in case.steps:
            for part, ours, theirs in differences(local["boto3", step.name], other["boto3", step.name]):
                found[f"{step.name} [{part}]"] = f"local AWS: {show(ours)}\nfakecloud: {show(theirs)}"
            checks.check(f"compared: {step.name}", True)
    for place, detail in found.items():
        checks.check(f"explained: {place}", place in explained, detail)
    for place in explained:
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
        for case in CASES[:1]:
            client.ask(case.steps[2].call)
        before = world(client)
    checks.check("restart: the rule was there", len(before["rules"]) == 2, show(before))
    with servers.local_aws(binary, folder, state) as server:
        checks.equal("restart: nothing is forgotten", world(Boto3(server.url)), before)
    mode = os.stat(os.path.join(folder, state)).st_mode & 0o777
    checks.equal("restart: only the owner may read the state", oct(mode), oct(0o600))

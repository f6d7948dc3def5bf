"""Holds the local AWS against AWS's documentation and against servers by others.

For each service one sequence of calls (sequence_*.py) goes through boto3, and part
of it through awscli too, to the local AWS and to every other server that has the
service. Then

* the local AWS must have answered as AWS's service model and documentation say,
* both clients must have seen the same,
* the servers must agree, except for what a table explains (differences_*.py). A
  difference that is not explained fails, and so does an explanation that nothing
  needs any more.

The others keep the local AWS from being a mirror of our own assumptions. Without
them the first two parts run.
"""

import os
import tempfile
from concurrent.futures import ProcessPoolExecutor

import servers
import suites
from checks import required, show
from clients import AwsCli, Boto3, same_to_both
from differences import Explained, differences
from steps import Ok, contains

LOCAL = "local AWS"


def run(checks, binary):
    programs = {LOCAL: binary}
    for name, (_, variable) in servers.OTHERS.items():
        if os.environ.get(variable):
            programs[name] = os.environ[variable]
        elif required(name):
            checks.check(f"{name} is there", False, f"{variable} is not set")
        else:
            checks.skip(f"wire: comparison of the local AWS with {name}", f"there is no {name}")
    # Side by side, in processes of their own: most of the time goes into the clients.
    with ProcessPoolExecutor(len(programs)) as pool:
        seen = dict(zip(programs, pool.map(walk, programs.keys(), programs.values())))
    for suite in suites.ALL:
        expect(checks, suite, seen[LOCAL][suite.name])
        for name, walked in seen.items():
            if suite.name in walked:
                clients_agree(checks, suite, name, walked[suite.name])
            if suite.name in walked and name != LOCAL:
                compare(checks, suite, name, seen[LOCAL][suite.name], walked[suite.name])


# ---- the walk ---------------------------------------------------------------


def walk(name, program):
    """What each client saw: {suite: {(client, step): (answer, world before, world after)}}."""
    start = servers.local_aws if name == LOCAL else servers.OTHERS[name][0]
    has = [suite for suite in suites.ALL if name == LOCAL or name in suite.others]
    with tempfile.TemporaryDirectory() as folder, start(program, folder) as server, AwsCli(server.url) as awscli:
        boto3 = Boto3(server.url)
        return {suite.name: walk_suite(server, suite, boto3, awscli) for suite in has}


def walk_suite(server, suite, boto3, awscli):
    seen = {}

    def start(calls):
        server.reset()
        for call in calls:
            boto3.ask(call)
        return suite.world(boto3)

    for case in suite.cases:
        for client in [boto3, awscli] if case.both_clients else [boto3]:
            before = start(case.setup)
            good = list(case.setup)
            for step in case.steps:
                if client is awscli and step.call.as_sent:
                    continue
                answer = client.ask(step.call)
                after = suite.world(boto3)
                assert (client.name, step.name) not in seen, f"two steps are named {step.name}"
                seen[client.name, step.name] = (answer, before, after)
                if isinstance(step.expect, Ok):
                    good.append(step.call)
                elif after != before:
                    # What AWS would have refused must not show in the steps that follow.
                    after = start(good)
                before = after
    return seen


# ---- the verdicts -----------------------------------------------------------


def expect(checks, suite, seen):
    for step in suite.steps():
        answer, before, after = seen["boto3", step.name]
        name = f"local AWS: {suite.name}: {step.name}"
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


def clients_agree(checks, suite, server, seen):
    for (client, step), (answer, _, after) in seen.items():
        if client != "boto3":
            same, _, same_after = seen["boto3", step]
            detail = f"boto3:  {same}\n{client}: {answer}"
            name = f"{server}: {suite.name}: {step}"
            checks.check(f"{client} sees what boto3 sees: {name}", same_to_both(same, answer), detail)
            checks.equal(f"{client} does what boto3 does: {name}", after, same_after)


def compare(checks, suite, name, local, other):
    explained = Explained(suite.differences, name)
    for step in suite.steps():
        unexplained = [
            f"[{part}]\n  local AWS: {show(ours)}\n  {name}: {show(theirs)}"
            for part, ours, theirs in differences(local["boto3", step.name], other["boto3", step.name])
            if not explained.explains(f"{step.name} [{part}]")
        ]
        where = f"{suite.name}: {step.name}"
        checks.check(f"same in {name}, or explained: {where}", not unexplained, "\n".join(unexplained))
    for place in explained.idle():
        checks.check(f"still differs in {name}: {suite.name}: {place}", False, "take its line out of the table")
    checks.check(f"every explanation of {name} is needed: {suite.name}", not explained.idle())

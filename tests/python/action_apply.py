"""The action on a merge: what was reviewed is applied, and nothing else."""

import json
import os
import signal
import subprocess
import sys
import time

from github_api import FORBIDDEN, JOB_LOGIN, REPOSITORY, Fault
from job import DIGEST, ROOT, SHA, each, job, plan

OTHER = "f" * 16


def run(checks, _binary):
    scenarios = (
        the_reviewed_digest_is_the_one_that_is_expected,
        only_our_own_comment_is_believed,
        only_the_merge_into_this_branch_counts,
        without_a_review_the_plan_is_shown_and_nothing_is_done,
        what_to_expect_can_be_given,
        a_saved_plan_has_to_be_the_reviewed_one,
        what_cannot_be_looked_up_is_not_taken_for_reviewed,
        the_end_is_the_tool_s,
        a_cancelled_run_is_interrupted_once,
    )
    each(lambda scenario: scenario(checks), scenarios)


def merge(one, body=None, number=7):
    one.github.merged(SHA, number)
    one.github.comment(number, "lovely", "reviewer")
    return one.github.comment(number, body or plan())


def push(one, told=None, **inputs):
    return one.run("apply", told, event_name="push", event={"ref": "refs/heads/main"}, **inputs)


def called(one):
    """The verb of each call and the digest that it was to expect."""
    verbs = [call["args"] for call in one.calls()]
    return [(args[0], args[args.index("--expect-digest") + 1] if "--expect-digest" in args else None) for args in verbs]


def the_reviewed_digest_is_the_one_that_is_expected(checks):
    with job() as one:
        merge(one)
        outputs = {"task-definition-arn": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:8"}
        done = push(one, {"outputs": outputs}, stacks="stacks")
        checks.equal("apply: what was reviewed is applied", (done.exit, called(one)), (0, [("apply", DIGEST)]))
        checks.check("apply: without a question", "--yes" in one.calls()[0]["args"])
        checks.equal("apply: the ARN is an output", done.outputs["task-definition-arn"], outputs["task-definition-arn"])
        checks.equal("apply: nothing is written at GitHub", one.github.writes(), [])
        checks.equal("apply: the run sees no token", one.calls()[0]["extra"], [])


def only_our_own_comment_is_believed(checks):
    with job() as one:
        one.github.merged(SHA, 7)
        one.github.comment(7, plan(OTHER), "mallory")
        one.github.comment(7, plan(OTHER, key="other"), JOB_LOGIN)
        one.github.comment(7, plan())
        push(one)
        checks.equal("apply: another's digest is nobody's", called(one), [("apply", DIGEST)])
    marker = f"<!-- tracewright:report v1 verb=plan digest={DIGEST} -->"
    first = "<!-- tracewright:comment default -->"
    for name, body in {
        "further down": f"{first}\nNo plan.\n{marker}\n",
        "of an apply": f"{first}\n{marker.replace('verb=plan', 'verb=apply')}\n",
        "that is no hex": f"{first}\n{marker.replace(DIGEST, '$(touch pwned)')}\n",
        "that is an option": f"{first}\n{marker.replace(DIGEST, '--yes')}\n",
        "with more behind it": f"{first}\n{marker} x\n",
        "cut off": first,
    }.items():
        with job() as one:
            merge(one, body)
            done = push(one, {"exit": 2})
            checks.equal(f"apply: a digest {name} is none", (done.exit, called(one)), (5, [("plan", None)]))
    with job() as one:
        merge(one, plan().replace("\n", "\r\n"))
        push(one)
        checks.equal("apply: lines may end as a browser ends them", called(one), [("apply", DIGEST)])


def only_the_merge_into_this_branch_counts(checks):
    with job() as one:
        one.github.merged(SHA, 5, base="release")
        one.github.merged(SHA, 6, merged_at=None)
        one.github.merged(SHA, 8, merge_commit_sha="0" * 40)
        for number in (5, 6, 8):
            one.github.comment(number, plan(OTHER))
        merge(one)
        push(one)
        checks.equal("apply: the pull request whose merge this is", called(one), [("apply", DIGEST)])
    with job() as one:
        for number in (5, 6):
            one.github.merged(SHA, number, merge_commit_sha="0" * 40)
            one.github.comment(number, plan())
        done = push(one, {"exit": 2})
        checks.equal("apply: two that it might be are none", (done.exit, called(one)), (5, [("plan", None)]))


def without_a_review_the_plan_is_shown_and_nothing_is_done(checks):
    with job() as one:
        done = push(one, {"exit": 2, "outputs": {"changes": "true"}}, stacks="stacks", vars="x=1")
        checks.equal("apply: no pull request, no apply", (done.exit, called(one)), (5, [("plan", None)]))
        checks.check("apply: of the same stacks", one.calls()[0]["args"][-3:] == ["--var=x=1", "--", "stacks"], one.calls())
        checks.check("apply: the plan is in the log", "plan of the stub" in done.log, done.log)
        checks.check("apply: and why", "no pull requests merged into main" in done.log, done.log)
        checks.equal("apply: the outputs are the plan's", done.outputs["changes"], "true")
    with job() as one:
        one.github.merged(SHA, 7)
        done = push(one, {"exit": 2})
        checks.check("apply: a pull request without a plan", done.exit == 5 and "no comment" in done.log, done.log)
    with job() as one:
        done = push(one, {"exit": 0})
        checks.check("apply: with nothing to do nothing is missed", done.exit == 0 and "::notice" in done.log, done.log)
    for code in (1, 4, 7):
        with job() as one:
            checks.equal(f"apply: a plan that ends with {code} ends so", push(one, {"exit": code}).exit, code)


def what_to_expect_can_be_given(checks):
    with job() as one:
        given = push(one, expect=OTHER)
        none = push(one, expect="none")
        checks.equal("apply: by a digest, and by none", called(one), [("apply", OTHER), ("apply", None)])
        checks.equal("apply: both succeed, and GitHub is not asked", (given.exit, none.exit, one.github.calls), (0, 0, []))
        for wrong in ("--yes", "REVIEWED", "abc", "$(id)"):
            refused = push(one, expect=wrong)
            checks.equal(f"apply: {wrong} is nothing to expect", (refused.exit, len(one.calls())), (64, 2))
        # Even where the step before it had said nothing.
        env = {**one.runner.environment, "STUB": "{}", "INPUT_VERB": "apply", "INPUT_STACKS": "stacks"}
        env["INPUT_BINARY"] = str(next(one.runner.temp.glob("tracewright/*/*/tracewright")))
        script = [sys.executable, ROOT / "action" / "run.py"]
        left_out = subprocess.run(script, env=env, cwd=one.workspace, capture_output=True, text=True, timeout=60)
        checks.equal("apply: nothing said is not none", (left_out.returncode, len(one.calls())), (1, 2))


def a_saved_plan_has_to_be_the_reviewed_one(checks):
    with job() as one:
        merge(one)
        saved = one.workspace / "plan.json"
        saved.write_text('{"digest": "%s"}' % DIGEST)
        done = push(one, plan_file="plan.json", stacks="")
        args = one.calls()[0]["args"]
        checks.equal("apply: the reviewed plan is carried out", (done.exit, args[-2:]), (0, ["--plan", "plan.json"]))
        for text, code in (('{"digest": "%s"}' % OTHER, 5), ("[]", 1), ("{", 1)):
            saved.write_text(text)
            refused = push(one, plan_file="plan.json", stacks="")
            checks.equal(f"apply: {text} is not", (refused.exit, len(one.calls())), (code, 1))


def what_cannot_be_looked_up_is_not_taken_for_reviewed(checks):
    pulls, comments = f"/repos/{REPOSITORY}/commits/{SHA}/pulls", f"/repos/{REPOSITORY}/issues/7/comments"
    for path in (pulls, comments):
        with job() as one:
            merge(one)
            one.github.faults = [Fault("GET", path, *FORBIDDEN)]
            done = push(one)
            checks.equal(f"apply: {path} forbidden ends it", (done.exit, one.calls()), (1, []))
            checks.check("apply: with what is missing", "pull-requests: read" in done.log, done.log)
            one.github.faults = [Fault("GET", path, 502)]
            checks.equal(f"apply: {path} is asked again", push(one).exit, 0)


def the_end_is_the_tool_s(checks):
    for code in (1, 4, 5, 6, 7):
        with job() as one:
            merge(one)
            done = push(one, {"exit": code, "markdown": plan().split("\n", 1)[1]})
            checks.equal(f"apply: {code} ends the job", (done.exit, done.outputs["exit-code"]), (code, str(code)))
            checks.equal(f"apply: {code} is what one run says", called(one), [("apply", DIGEST)])
    with job() as one:
        merge(one)
        (one.workspace / "plan.json").write_text(json.dumps({"digest": DIGEST}))
        done = push(one, {"exit": 5, "markdown": "no plan"}, plan_file="plan.json")
        verbs = [call["args"][0] for call in one.calls()]
        checks.equal("apply: what a stale plan file would be now is put into the summary", (done.exit, verbs), (5, ["apply", "plan"]))


def a_cancelled_run_is_interrupted_once(checks):
    with job() as one:
        merge(one)
        program = next(one.runner.temp.glob("tracewright/*/*/tracewright"))
        # Counts interrupts for a while after the first, as a tool does that ends in good order.
        program.write_text(
            "#!/usr/bin/env bash\n"
            '[ "$1" = --version ] && exit 0\n'
            "count=0\n"
            "trap 'count=$((count + 1))' INT\n"
            'touch "$HOME/began"\n'
            "for _ in $(seq 100); do sleep 0.1; [ $count = 0 ] || break; done\n"
            "sleep 0.5\n"
            'echo "interrupted $count times"\n'
            "exit 130\n"
        )

        def cancel(name, process):
            if name == "Run tracewright":
                until(lambda: (one.runner.home / "began").exists())
                # As at a terminal; a runner signals just this one.
                os.killpg(process.pid, signal.SIGINT)

        done = one.runner.run("push", env={"STUB": "{}"}, interrupt=cancel, verb="apply", version="0.1.0")
        checks.check("apply: a run that is cancelled ends in good order", "interrupted 1 times" in done.log, done.log)
        checks.equal("apply: and says so", (done.exit, done.outputs["exit-code"]), (130, "130"))


def until(what, seconds=20):
    end = time.monotonic() + seconds
    while not what() and time.monotonic() < end:
        time.sleep(0.02)

"""The action on a schedule: one issue while there is drift."""

from github_api import FORBIDDEN, JOB_LOGIN, REPOSITORY, Fault
from job import DRIFT_MARK, each, job

ISSUES = f"/repos/{REPOSITORY}/issues"
MOVED = {"exit": 3, "outputs": {"drift": "true"}, "markdown": "moved"}
STILL = {"exit": 0, "outputs": {"drift": "false"}, "markdown": "none"}


def run(checks, _binary):
    scenarios = (
        an_issue_is_opened_edited_and_closed,
        what_is_not_known_changes_nothing,
        only_our_own_issue_is_touched,
        what_goes_wrong_on_the_way,
        somebody_has_to_hear_of_it,
        a_long_report_is_cut,
    )
    each(lambda scenario: scenario(checks), scenarios)


def schedule(one, told, **inputs):
    return one.run("drift", told, event_name="schedule", event={"schedule": "0 6 * * *"}, **inputs)


def open_issues(one):
    return [issue["body"] for issue in one.github.issues if issue["state"] == "open"]


def an_issue_is_opened_edited_and_closed(checks):
    with job() as one:
        first = schedule(one, MOVED)
        checks.equal("drift: told in an issue it is no failure", (first.exit, first.outputs["drift"]), (0, "true"))
        checks.equal("drift: in words", first.outputs["summary"], "drift: drift (exit code 3)")
        checks.equal("drift: one issue", [body.split("\n")[:2] for body in open_issues(one)], [[DRIFT_MARK, "moved"]])
        checks.check("drift: with a link to its run", "actions/runs/42" in open_issues(one)[0], open_issues(one))
        checks.check("drift: no variable is given", not [a for a in one.calls()[0]["args"] if a.startswith("--var")])
        schedule(one, {**MOVED, "markdown": "moved on"})
        checks.equal("drift: the same issue", [body.split("\n")[1] for body in open_issues(one)], ["moved on"])
        number = one.github.issues[0]["number"]
        last = schedule(one, STILL)
        checks.equal("drift: closed when it is gone", (last.exit, open_issues(one)), (0, []))
        said = one.github.comments[number][0]["body"]
        checks.check("drift: with a word", "gone" in said and "actions/runs/42" in said, said)
        checks.equal("drift: kept as it was", one.github.issues[0]["body"].split("\n")[1], "moved on")
        before = len(one.github.writes())
        schedule(one, STILL)
        checks.equal("drift: no more is said", len(one.github.writes()), before)
        schedule(one, MOVED)
        checks.equal("drift: what moves again is an issue of its own", len(one.github.issues), 2)


def what_is_not_known_changes_nothing(checks):
    for code in (1, 7, 130):
        with job() as one:
            mine = one.github.issue(f"{DRIFT_MARK}\nmoved")
            done = schedule(one, {"exit": code, "outputs": {"drift": "false"}})
            checks.equal(f"drift: {code} ends the job", done.exit, code)
            checks.equal(f"drift: {code} neither closes nor hides", (mine["state"], one.github.writes()), ("open", []))
    with job() as one:
        done = schedule(one, {**MOVED, "exit": 7})
        checks.equal("drift: what was seen is told, and the job fails", (done.exit, len(open_issues(one))), (7, 1))
        checks.check("drift: with what is not known", "exit code 7" in open_issues(one)[0], open_issues(one))


def only_our_own_issue_is_touched(checks):
    with job() as one:
        for number in range(120):
            one.github.issue(f"an issue {number}", "somebody")
        one.github.issue(f"{DRIFT_MARK}\nforged", "mallory")
        one.github.issue(f"{DRIFT_MARK}\na pull request", JOB_LOGIN, pull_request={"url": "x"})
        one.github.issue("<!-- tracewright:drift other -->\nanother's", JOB_LOGIN)
        before = [dict(issue) for issue in one.github.issues]
        schedule(one, STILL)
        checks.equal("drift: nothing of others is closed", one.github.issues, before)
        schedule(one, MOVED)
        schedule(one, MOVED)
        checks.equal("drift: nor edited", one.github.issues[: len(before)], before)
        checks.equal("drift: its own is one", len(one.github.issues), len(before) + 1)


def what_goes_wrong_on_the_way(checks):
    for name, fault in {
        "502 on the list": Fault("GET", ISSUES, 502),
        "502 after opening it": Fault("POST", ISSUES, 502, after=True),
        "502 instead of opening it": Fault("POST", ISSUES, 502),
    }.items():
        with job() as one:
            one.github.faults = [fault]
            done = schedule(one, MOVED)
            checks.equal(f"drift: {name} is got over", (done.exit, len(open_issues(one))), (0, 1))


def somebody_has_to_hear_of_it(checks):
    with job() as one:
        checks.equal("drift: without an issue it fails", schedule(one, MOVED, comment="false").exit, 3)
        checks.equal("drift: and asks nobody", one.github.calls, [])
    with job() as one:
        one.github.faults = [Fault("POST", ISSUES, *FORBIDDEN)]
        done = schedule(one, MOVED)
        checks.check("drift: nor where none may be opened", done.exit == 3 and "issues: write" in done.log, done.log)
        one.github.faults = [Fault("GET", ISSUES, *FORBIDDEN)]
        checks.equal("drift: without drift that is a warning", schedule(one, STILL).exit, 0)


def a_long_report_is_cut(checks):
    with job() as one:
        done = schedule(one, {**MOVED, "markdown": "fit"}, budget="64900")
        checks.check("drift: a long report is an issue", done.exit == 0 and len(open_issues(one)) == 1, done.log)
        checks.check("drift: within the limit", len(open_issues(one)[0].encode("utf-16-le")) // 2 <= 65_536)

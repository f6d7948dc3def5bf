"""The action with the real program and its embedded local AWS: from a pull request to drift."""

import json
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

from job import DRIFT_MARK, MARK, ROOT, SHA, each, job

LONGEST = 65_536
LOCAL = {"args": "--local", "stacks": "stacks/shop.yaml"}
REPORT = re.compile(r"<!-- tracewright:report v1 verb=plan digest=([0-9a-f]+) -->")

# Names that would break out of a log, Markdown, an expression or a terminal.
HOSTILE = [
    "::error::pwned", "\n::set-output name=changes::pwned\n", "-->", "<!-- tracewright:comment default -->",
    "```\n# pwned", "${{ github.token }}", "$(touch pwned)", "\u001b[2Jpwned", "\u202egnp", "<script>", "@everyone", "|x|",
]


def run(checks, binary):
    scenarios = (
        from_a_pull_request_to_drift,
        what_was_not_reviewed_is_not_applied,
        several_stacks_are_one_plan,
        four_hundred_changes_fit_into_a_comment,
        hostile_names_stay_where_they_are,
        a_cancelled_apply_says_what_is_done,
    )

    def play(scenario):
        with job(binary) as one:
            scenario(checks, one)

    each(play, scenarios)


def from_a_pull_request_to_drift(checks, one):
    shutil.rmtree(one.workspace / "stacks")
    for folder in ("aws", "stacks"):
        shutil.copytree(ROOT / folder, one.workspace / folder)
    given = {**LOCAL, "stacks": "stacks/cruddur.yaml"}

    planned = one.run("plan", **given)
    if not checks.equal("real: a plan", (planned.exit, planned.outputs["changes"]), (0, "true")):
        return print(planned.log)
    lines = comment(one).split("\n")
    digest = REPORT.fullmatch(lines[1])
    checks.equal("real: the comment's two first lines", (lines[0], bool(digest)), (MARK, True))
    checks.equal("real: its digest is an output", planned.outputs["digest"], digest[1])
    checks.check("real: the summary has the plan", "CruddurTaskRole" in planned.summary, planned.summary)
    checks.check("real: so has the comment", "CruddurTaskRole" in comment(one), comment(one))
    added = int(planned.outputs["to_add"])
    checks.equal("real: the summary in a line", planned.outputs["summary"], f"plan: {added} to add, {planned.outputs['to_change']} to change, 0 to destroy")
    document = json.loads(Path(planned.outputs["json-file"]).read_text())
    checks.equal("real: the plan as JSON", document.get("digest"), digest[1])

    one.github.merged(SHA, 7)
    applied = push(one, **given)
    checks.check("real: what was reviewed is applied", applied.exit == 0, applied.log)
    arn = applied.outputs["task-definition-arn"]
    checks.check("real: with the ARN for the next step", re.fullmatch(r"arn:aws:ecs:us-east-1:\d{12}:task-definition/backend-flask:1", arn), arn)
    checks.equal("real: and all of them", list(json.loads(applied.outputs["task-definitions"]).values()), [arn])
    again = one.run("plan", **given)
    checks.equal("real: then there is nothing to do", (again.exit, again.outputs["changes"]), (0, "false"))

    still = schedule(one, **given)
    checks.equal("real: no drift, no issue", (still.exit, still.outputs["drift"], one.github.issues), (0, "false", []))
    move(one, 0.1, 0.25)
    moved = schedule(one, **given)
    checks.equal("real: drift", (moved.exit, moved.outputs["drift"], len(one.github.issues)), (0, "true", 1))
    body = one.github.issues[0]["body"]
    checks.check("real: stands in an issue", body.startswith(DRIFT_MARK) and "Cruddur" in body and "0.25" in body, body)
    move(one, 0.25, 0.1)
    gone = schedule(one, **given)
    checks.equal("real: which is closed when it is gone", (gone.exit, one.github.issues[0]["state"]), (0, "closed"))


def what_was_not_reviewed_is_not_applied(checks, one):
    one.run("plan", **LOCAL)
    one.github.merged(SHA, 7)
    stack = one.workspace / "stacks" / "shop.yaml"
    stack.write_text(stack.read_text().replace("0.5", "0.75"))
    for name, inputs in {"another plan": {}, "another digest": {"expect": "0" * 16}}.items():
        done = push(one, **LOCAL, **inputs)
        checks.equal(f"real: {name} is not applied", (done.exit, done.outputs["exit-code"]), (5, "5"))
        checks.check(f"real: {name} is shown", "0.75" in done.log and "0.75" in done.summary, done.log + done.summary)
    checks.equal("real: nothing was changed", one.run("plan", **LOCAL).outputs["to_add"], "1")
    # The plan is the reviewed one now.
    checks.equal("real: what is reviewed anew is applied", push(one, **LOCAL).exit, 0)
    one.github.comments.clear()
    checks.equal("real: with nothing to do no review is missed", push(one, **LOCAL).exit, 0)
    stack.write_text(stack.read_text().replace("0.75", "0.25"))
    done = push(one, **LOCAL)
    checks.check("real: without a comment the plan is shown", done.exit == 5 and "0.25" in done.log, done.log)


def several_stacks_are_one_plan(checks, one):
    stacks = one.workspace / "stacks"
    text = (stacks / "shop.yaml").read_text()
    (stacks / "sub").mkdir()
    (stacks / "sub" / "mall.yaml").write_text(text.replace("stack: shop", "stack: mall").replace("checkout", "cart"))
    folder = {**LOCAL, "stacks": "stacks"}
    planned = one.run("plan", **folder)
    checks.equal("real: a folder of stacks", (planned.exit, planned.outputs["to_add"]), (0, "2"))
    said = comment(one)
    checks.check("real: in one comment", "shop.yaml" in said and "mall.yaml" in said and len(one.github.comments[7]) == 1, said)
    one.github.merged(SHA, 7)
    names = json.dumps(["stacks/shop.yaml", "stacks/sub/mall.yaml"])
    checks.equal("real: applied by the digest of all", push(one, args="--local", stacks=names).exit, 0)
    checks.equal("real: and nothing is left to do", one.run("plan", **folder).outputs["changes"], "false")

    # As the matrix of the example deals them out.
    dealt = subprocess.run([one.program, "matrix", "stacks", "--shards", "2"], cwd=one.workspace, capture_output=True, text=True, timeout=60)
    checks.equal("real: a matrix is one line", dealt.stdout.count("\n"), 1)
    for shard in json.loads(dealt.stdout)["include"]:
        done = one.run("plan", args="--local", stacks=shard["stacks"], comment_key=f"shard-{shard['shard']}")
        checks.equal("real: a shard is planned", (done.exit, done.outputs["changes"]), (0, "false"))
    checks.equal("real: each in a comment of its own", len(one.github.comments[7]), 3)


def four_hundred_changes_fit_into_a_comment(checks, one):
    document = '{ Version: "2012-10-17", Statement: [{ Effect: Allow, Action: "xray:*", Resource: "*" }] }'
    policies = [f"  policy-{n}: {{ PolicyDocument: {document} }}" for n in range(400)]
    stack = one.workspace / "stacks" / "shop.yaml"
    head = stack.read_text().split("sampling_rules")[0]
    stack.write_text(head + "policies:\n" + "\n".join(policies) + "\n")
    done = one.run("plan", **LOCAL)
    said = comment(one)
    checks.equal("real: 400 changes", (done.exit, done.outputs["to_add"]), (0, "400"))
    checks.check("real: in one comment within the limit", len(said.encode("utf-16-le")) // 2 <= LONGEST, len(said))
    checks.check("real: that says so", "400" in said and len(said) > 20_000, said[:500])
    small = one.run("plan", **LOCAL, budget="5000")
    checks.check("real: or within what is wanted", small.exit == 0 and len(comment(one)) < 6000, len(comment(one)))


def hostile_names_stay_where_they_are(checks, one):
    stack = one.workspace / "stacks" / "shop.yaml"
    head = stack.read_text().split("sampling_rules")[0]
    policies = {
        f"p{number}": {"Description": f"x{text}", "Tags": {"x": "y"}, "PolicyDocument": {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "xray:*", "Resource": f"arn:aws:xray:*:*:group/{text}"}]}}
        for number, text in enumerate(HOSTILE)
    }
    stack.write_text(head + "policies: " + json.dumps(policies) + "\n")
    done = one.run("plan", **LOCAL)
    said = comment(one) if one.github.comments else ""
    checks.check("real: hostile texts", said.startswith(MARK) and said.count("tracewright:comment") <= 2, said[:2000] + done.log)
    checks.check("real: the marker's line is the tool's", REPORT.fullmatch(said.split("\n")[1]) or done.exit, said[:200])
    checks.equal("real: only these commands reach the runner", commands(done.log) - {"error", "warning", "notice"}, set())
    checks.check("real: no escapes reach log, summary or comment", not re.search("[\x1b\u202e]", done.log + done.summary + said))
    checks.equal("real: nothing was run", list(one.workspace.rglob("pwned")), [])


def a_cancelled_apply_says_what_is_done(checks, one):
    stack = one.workspace / "stacks" / "shop.yaml"
    rules = [f"  r{n}: {{ Priority: {n}, FixedRate: 0, ReservoirSize: 0 }}" for n in range(1, 20)]
    stack.write_text(stack.read_text() + "\n".join(rules) + "\n")

    def cancel(name, process):
        if name == "Run tracewright":
            end = time.monotonic() + 30
            journal = one.workspace / ".tracewright" / "journal"
            # The second line is a step under way.
            while "\n{" not in "".join(f.read_text() for f in journal.glob("*")) and time.monotonic() < end:
                time.sleep(0.05)
            os.kill(process.pid, signal.SIGINT)

    slow = {"TRACEWRIGHT_LOCAL_LATENCY_MS": "300"}
    done = one.runner.run("push", env=slow, interrupt=cancel, verb="apply", version="0.1.0", expect="none", **LOCAL)
    checks.equal("real: a cancelled apply ends in good order", done.outputs["exit-code"], "130")
    checks.check("real: and names the way on", "apply stacks/shop.yaml" in done.log, done.log[-1500:])
    rest = push(one, expect="none", **LOCAL)
    checks.equal("real: which is the same again", rest.exit, 0)


def push(one, **inputs):
    return one.run("apply", event_name="push", event={}, **inputs)


def schedule(one, **inputs):
    return one.run("drift", event_name="schedule", event={}, **inputs)


def comment(one):
    return one.github.comments[7][0]["body"]


def move(one, old, new):
    """Somebody changes the rate of the rule Cruddur in AWS."""
    path = one.workspace / ".tracewright" / "local.json"
    state = json.loads(path.read_text())
    rule = state["accounts"]["123456789012"]["us-east-1"]["xray"]["rules"]["Cruddur"]["rule"]
    assert rule["FixedRate"] == old, rule
    rule["FixedRate"] = new
    path.write_text(json.dumps(state))


def commands(log):
    """The workflow commands that a runner would act on; between `stop-commands` and its word, none."""
    found, word = set(), None
    for line in log.splitlines():
        match = re.match(r"\s*::([\w-]+)(?: [^:]*)?::(.*)", line)
        if match and word is None and match[1] == "stop-commands":
            word = match[2]
        elif match and match[1] == word:
            word = None
        elif match and word is None:
            found.add(match[1])
    return found

"""Our own workflows, the examples and the action's scripts: actionlint, shellcheck, and rules of our own.

TRACEWRIGHT_TEST_ACTIONLINT names the program of the one; the other is beside this Python.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

from job import ROOT

EXAMPLES = ["apply.yml", "drift.yml", "matrix.yml", "plan.yml"]
OURS = ["ci.yml", "release.yml"]
# How an example names this action, wherever it lives.
ACTION = re.compile(r"OWNER/tracewright@v\d+\.\d+\.\d+")
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
WRITES = {
    "examples/workflows/plan.yml": {"id-token", "pull-requests"},
    "examples/workflows/matrix.yml": {"id-token", "pull-requests"},
    "examples/workflows/apply.yml": {"id-token"},
    "examples/workflows/drift.yml": {"id-token", "issues"},
    ".github/workflows/ci.yml": set(),
    ".github/workflows/release.yml": {"id-token", "attestations", "contents"},
}


def run(checks, _binary):
    workflows = {f"{folder}/{name}": ROOT / folder / name for folder, names in (
        ("examples/workflows", EXAMPLES), (".github/workflows", OURS)) for name in names}
    there = {str(path.relative_to(ROOT)) for folder in ("examples", ".github") for path in (ROOT / folder).rglob("*.y*ml")}
    checks.equal("workflows: these are all", there, set(workflows))
    for name, path in workflows.items():
        by_the_rules(checks, name, path.read_text(encoding="utf-8"))
    the_same_files_are_planned_and_applied(checks, workflows)
    versions_are_this_one(checks, workflows)
    actionlint(checks, workflows)
    shellcheck(checks)


def by_the_rules(checks, name, text):
    workflow = yaml.safe_load(text)
    # YAML takes `on` for true.
    events = workflow[True]
    checks.check(f"{name}: no event that lends secrets to strangers", not {"pull_request_target", "workflow_run"} & set(events), events)
    checks.check(f"{name}: one run at a time", "concurrency" in workflow)
    writes = set()
    for job_name, job in workflow["jobs"].items():
        permissions = {**(workflow["permissions"] or {}), **job.get("permissions", {})}
        writes |= {what for what, level in permissions.items() if level == "write"}
        checks.check(f"{name}: {job_name} has an end", "timeout-minutes" in job)
        for step in job["steps"]:
            used = step.get("uses")
            pinned = used is None or used == "./" or PINNED.fullmatch(used) or ACTION.fullmatch(used)
            checks.check(f"{name}: {used} is pinned", pinned)
            checks.check(f"{name}: no expression is part of a script", "${{" not in step.get("run", ""), step)
            if used and used.startswith("actions/checkout@"):
                checks.equal(f"{name}: the checkout keeps no token", step["with"]["persist-credentials"], False)
    checks.equal(f"{name}: it may write", writes, WRITES[name])
    for line in text.splitlines():
        if "uses:" in line and PINNED.search(line):
            checks.check(f"{name}: a pin says its release: {line.strip()}", re.search(r"# v\d+\.\d+\.\d+$", line))
    checks.check(f"{name}: no long-lived key", not re.search(r"aws-(secret-)?access-key|secrets\.(?!GITHUB_TOKEN)", text))


def the_same_files_are_planned_and_applied(checks, workflows):
    plan, apply = (yaml.safe_load(workflows[f"examples/workflows/{name}.yml"].read_text()) for name in ("plan", "apply"))
    checks.equal("workflows: plan and apply begin with the same files", plan[True]["pull_request"]["paths"], apply[True]["push"]["paths"])

    def given(workflow):
        steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
        return {name: value for step in steps if ACTION.fullmatch(step.get("uses", "")) for name, value in step["with"].items() if name not in ("verb", "expect")}

    checks.equal("workflows: and take the same stacks", given(plan), given(apply))


def versions_are_this_one(checks, workflows):
    version = re.search(r'^version = "(.*)"$', (ROOT / "Cargo.toml").read_text(), re.M)[1]
    texts = [path.read_text() for path in workflows.values()] + [(ROOT / "README.md").read_text()]
    named = {found for text in texts for found in re.findall(r"OWNER/tracewright@v([\w.]+)", text)}
    checks.equal("workflows: the action's version is the crate's", named, {version})


def actionlint(checks, workflows):
    program = os.environ.get("TRACEWRIGHT_TEST_ACTIONLINT") or shutil.which("actionlint")
    if not program:
        return checks.skip("actionlint over the workflows", "TRACEWRIGHT_TEST_ACTIONLINT names no program")
    if program == "none":
        return print("NOT RUN: actionlint over the workflows: it could not be had")
    with tempfile.TemporaryDirectory() as folder:
        # As if each were in the repository of the action, so that the action's inputs and outputs are
        # looked at too.
        home = Path(folder, ".github", "workflows")
        home.mkdir(parents=True)
        Path(folder, ".git").mkdir()
        shutil.copy(ROOT / "action.yml", folder)
        copies = []
        for name, path in workflows.items():
            copies.append(home / name.replace("/", "-").lstrip("."))
            copies[-1].write_text(ACTION.sub("./", path.read_text(encoding="utf-8")), encoding="utf-8")
        checker = shellcheck_program() or ""
        command = [program, "-no-color", "-shellcheck", checker, "-pyflakes", "", *copies]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
        checks.check("workflows: actionlint finds nothing", done.returncode == 0, done.stdout + done.stderr)
        # It would find something, were something there.
        wrong = home / "wrong.yml"
        wrong.write_text(copies[EXAMPLES.index("plan.yml")].read_text().replace("verb: plan", "verbs: plan"))
        done = subprocess.run([*command[:6], wrong], cwd=folder, capture_output=True, text=True, timeout=120)
        checks.check("workflows: actionlint knows the action's inputs", done.returncode == 1 and '"verbs"' in done.stdout, done.stdout)


def shellcheck(checks):
    program = shellcheck_program()
    if not program:
        return checks.skip("shellcheck over the scripts", "it is not installed")
    scripts = [*sorted((ROOT / "action").glob("*.sh")), ROOT / ".ci" / "run", ROOT / ".ci" / "package"]
    done = subprocess.run([program, *scripts], capture_output=True, text=True, timeout=120)
    checks.check("workflows: shellcheck finds nothing", done.returncode == 0, done.stdout + done.stderr)


def shellcheck_program():
    return shutil.which("shellcheck", path=os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]]))

"""Runs tracewright with the action's inputs, and keeps its exit code for the steps that follow."""

import glob
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile

import workflow
from workflow import Stop

# What a comment or an issue has beside the report: a marker and some words.
BESIDE = 1_000
SMALLEST_BUDGET, BUDGET = 2_000, 60_000
PENDING, STALE = 2, 5
# What a report of counts alone would hide.
ENDS = {4: "refused", 5: "stale", 6: "stopped part-way", 7: "not all could be checked", 130: "interrupted"}


def main():
    try:
        os.chdir(workflow.given("WORKING_DIRECTORY", "."))
    except OSError as error:
        raise Stop(f"the input `working-directory` is no folder to be in: {error}", 64) from None
    verb, expect = workflow.given("VERB"), workflow.given("EXPECT")
    folder = tempfile.mkdtemp(prefix="tracewright-", dir=os.environ.get("RUNNER_TEMP"))
    files = {"markdown": os.path.join(folder, "report.md"), "json": os.path.join(folder, "report.json")}
    if verb == "apply":
        code = apply(files, expect)
    else:
        code = look(verb, files)
    tell(verb, code, files)
    return 0


def look(verb, files):
    """Runs a verb that changes nothing."""
    return run(verb, files, [*saved_as(verb), *given_args(verb)])


def apply(files, expect):
    if not expect:
        # Left out is not `none`: that has to be said.
        raise Stop("nothing says what apply is to go by")
    if expect != "missing":
        code = run("apply", files, ["--yes", *expected(expect), *given_args("apply")])
        if code == STALE and workflow.given("PLAN_FILE") and stacks():
            # A plan file that is stale is refused as it is: the summary is to have what it would be now.
            run("plan", files, given_args("plan"), log=False)
        return code
    # Nothing was reviewed: what would be done is shown, and is not done.
    code = run("plan", files, ["--detailed-exitcode", *given_args("plan")])
    whence = workflow.given("WHENCE", "none was looked for")
    if code == 0:
        workflow.notice(f"There is nothing to do, so that no reviewed plan is missed ({whence}).")
        return 0
    workflow.annotate(
        "error", f"This is not a plan that was reviewed: {whence}. Nothing was changed; review the plan above."
    )
    return STALE if code == PENDING else code


def expected(expect):
    """The arguments that make it the reviewed plan, and no other, that is carried out."""
    path = workflow.given("PLAN_FILE")
    if not path:
        return [] if expect == "none" else ["--expect-digest", expect]
    if expect != "none":
        try:
            with open(path, encoding="utf-8") as file:
                digest = json.load(file)["digest"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Stop(f"the plan file {path} cannot be read: {error}") from None
        if digest != expect:
            raise Stop(
                f"{path} is not the plan that was reviewed: its digest is {workflow.plain(digest)}, not "
                f"{expect}; nothing was changed",
                STALE,
            )
    return ["--plan", path]


def saved_as(verb):
    path = workflow.given("PLAN_FILE")
    return ["--out", path] if verb == "plan" and path else []


def run(verb, files, args, log=True):
    """One run of the tool, which writes the job's summary and the outputs; its exit code."""
    budget = min(number_of("BUDGET", BUDGET), workflow.LONGEST - BESIDE)
    command = [workflow.given("BINARY"), verb, "--format", "github", "--budget", str(budget)]
    command += ["--markdown-into", files["markdown"], "--json-into", files["json"], *args]
    environment = dict(os.environ)
    for name in list(environment):
        if name.startswith("INPUT_"):
            del environment[name]
    sys.stdout.flush()
    # A run that is cancelled is interrupted here alone, and hands that on: the tool then ends in good
    # order and says what is done.
    running = []
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda which, _: [child.send_signal(which) for child in running])
    child = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=None if log else subprocess.DEVNULL,
        stderr=None if log else subprocess.DEVNULL,
        start_new_session=True,
    )
    running.append(child)
    code = child.wait()
    return code if code >= 0 else 128 - code


def given_args(verb):
    """What the tool is given beside its own files: inputs as arguments, none through a shell."""
    args = [f"--var={line}" for line in lines("VARS")]
    args += [f"--var-file={line}" for line in lines("VAR_FILE")]
    args += [f"--allow-env={name}" for line in lines("ALLOW_ENV") for name in line.replace(",", " ").split()]
    try:
        args += shlex.split(workflow.given("ARGS"), comments=False)
    except ValueError as error:
        raise Stop(f"the input `args` cannot be taken apart: {error}", 64) from None
    paths = stacks()
    if not paths and not (verb == "apply" and workflow.given("PLAN_FILE")):
        raise Stop("the input `stacks` names no stack file and no folder", 64)
    # Behind `--` nothing is an option, whatever a file is called.
    return [*args, *(["--", *paths] if paths else [])]


def stacks():
    """The stack files and folders: a list in JSON, as `tracewright matrix` has it, or one a line."""
    text = workflow.given("STACKS")
    if re.match(r"\[\s*[\"\]]", text):
        try:
            names = json.loads(text)
        except ValueError as error:
            raise Stop(f"the input `stacks` begins as JSON does, and is none: {error}", 64) from None
        if not all(isinstance(name, str) and name for name in names):
            raise Stop("the input `stacks` is a JSON list of something else than names", 64)
        # A list of a program's: each name stands for itself.
        return names
    found = []
    for line in split(text):
        for path in matches(line.strip()):
            if path not in found:
                found.append(path)
    return found


def matches(name):
    if not name or os.path.lexists(name) or not glob.has_magic(name):
        return [name] if name else []
    paths = sorted(glob.glob(name, recursive=True))
    if not paths:
        raise Stop(f"no file matches {name!r} in {os.getcwd()}", 64)
    return paths


def lines(name):
    return [line.lstrip() for line in split(os.environ.get("INPUT_" + name, "")) if line.strip()]


def split(text):
    """The lines of an input, by line feeds alone: a value may hold whatever else Python takes for an end."""
    return text.replace("\r\n", "\n").split("\n")


def number_of(name, otherwise):
    text = workflow.given(name, str(otherwise))
    if not (text.isascii() and text.isdigit() and SMALLEST_BUDGET <= int(text) <= workflow.LONGEST):
        least, most = SMALLEST_BUDGET, workflow.LONGEST
        raise Stop(f"the input `{name.lower()}` is a number from {least} to {most}, and not {text!r}", 64)
    return int(text)


def tell(verb, code, files):
    """The outputs that are the action's own; the tool has written the others."""
    found = {f"{name}_file": path for name, path in files.items() if os.path.exists(path)}
    plan = workflow.given("PLAN_FILE")
    if plan and os.path.exists(plan):
        found["plan_file"] = os.path.abspath(plan)
    workflow.output(exit_code=code, summary=summary(verb, code), **found)


def summary(verb, code):
    """The run in one line, for a message that a later step sends."""
    told = workflow.outputs()
    if verb == "drift" and told.get("drift"):
        words = "drift" if told["drift"] == "true" else "no drift"
    elif all(told.get(name) for name in ("to_add", "to_change", "to_destroy")):
        words = "{to_add} to add, {to_change} to change, {to_destroy} to destroy".format_map(told)
    else:
        words = "not known"
    ended = f"{ENDS[code]}, exit code {code}" if code in ENDS else f"exit code {code}"
    return f"{verb}: {words}" + (f" ({ended})" if code else "")


if __name__ == "__main__":
    workflow.step(main)

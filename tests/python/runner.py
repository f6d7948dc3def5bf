"""Runs a composite action as a runner of GitHub Actions does, from its action.yml.

Expressions are what action.yml uses of them: contexts, strings, `==`, `!=`, `&&`, `||`, `!`, parentheses,
`cancelled()`.
https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

import json
import os
import re
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import yaml

SECONDS = 120
SHELL = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail"]
EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.S)
# Of these, none of our runs is cancelled.
STATUS = re.compile(r"(?<!\w)cancelled\(\)")
TOKEN = re.compile(r"\s*(==|!=|&&|\|\||[!()]|'(?:[^']|'')*'|[A-Za-z_][\w.-]*)")


@dataclass
class Run:
    exit: int
    log: str
    outputs: dict
    # The names of the steps that ran, and the outputs of those with an id.
    ran: list
    steps: dict
    summary: str
    path: list
    environments: dict = field(default_factory=dict)


class Runner:
    """One job on a machine of its own: folders under `home`, a checkout in `workspace`."""

    def __init__(self, action, home, environment):
        self.action = Path(action)
        self.home = Path(home)
        self.workspace = self.home / "work"
        self.temp = self.home / "temp"
        for folder in (self.workspace, self.temp):
            folder.mkdir(parents=True, exist_ok=True)
        self.environment = environment
        self.definition = yaml.safe_load((self.action / "action.yml").read_text(encoding="utf-8"))

    def run(self, event_name="pull_request", event=None, github=None, interrupt=None, env=None, **inputs):
        """The action with these inputs, `_` for `-` in their names. `interrupt` is called with each
        step's process, and may send it a signal."""
        inputs = {name.replace("_", "-"): value for name, value in inputs.items()}
        known = self.definition["inputs"]
        unknown = set(inputs) - set(known)
        assert not unknown, f"action.yml has no input {unknown}"
        github = {"token": "job-token", "action_ref": "", "action_repository": "", **(github or {})}
        contexts = {"github": github, "inputs": {}, "steps": {}}
        for name, about in known.items():
            contexts["inputs"][name] = inputs.get(name, evaluated(about.get("default", ""), contexts))
        event_path = self.temp / "event.json"
        event_path.write_text(json.dumps(event or {}), encoding="utf-8")
        summary = self.temp / "summary.md"
        summary.write_text("")
        run = Run(0, "", {}, [], {}, "", [])
        for number, step in enumerate(self.definition["runs"]["steps"]):
            # Without a status function in it, an `if` is about success as well.
            wanted = STATUS.search(step.get("if", "")) or run.exit == 0
            if not wanted or not truthy(value_of(step.get("if", "'true'"), contexts)):
                continue
            self.step(number, step, contexts, run, event_name, event_path, summary, interrupt, env or {})
        run.summary = summary.read_text(encoding="utf-8")
        run.outputs = {
            name: evaluated(about["value"], contexts) for name, about in self.definition["outputs"].items()
        }
        return run

    def step(self, number, step, contexts, run, event_name, event_path, summary, interrupt, env):
        assert "${{" not in step["run"], f"{step['name']}: an expression in a script is part of the script"
        files = {name: self.temp / f"{name}-{number}" for name in ("output", "path", "script")}
        for file in files.values():
            file.write_text("")
        files["script"].write_text(step["run"], encoding="utf-8")
        given = {name: evaluated(value, contexts) for name, value in step.get("env", {}).items()}
        environment = {
            **self.environment,
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(self.action),
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_EVENT_NAME": event_name,
            "GITHUB_EVENT_PATH": str(event_path),
            "GITHUB_OUTPUT": str(files["output"]),
            "GITHUB_PATH": str(files["path"]),
            "GITHUB_STEP_SUMMARY": str(summary),
            "RUNNER_TEMP": str(self.temp),
            **env,
            **given,
        }
        process = subprocess.Popen(
            [*SHELL, str(files["script"])],
            cwd=self.workspace,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        if interrupt:
            interrupt(step["name"], process)
        try:
            log, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            raise
        outputs = read_outputs(files["output"].read_text(encoding="utf-8"))
        run.log += log
        run.ran.append(step["name"])
        run.environments[step["name"]] = environment
        run.path += files["path"].read_text(encoding="utf-8").split()
        if "id" in step:
            run.steps[step["id"]] = outputs
            outcome = "failure" if process.returncode else "success"
            contexts["steps"][step["id"]] = {"outputs": outputs, "outcome": outcome}
        if process.returncode and not run.exit:
            run.exit = process.returncode


def read_outputs(text):
    """The file behind GITHUB_OUTPUT: `NAME=VALUE`, or `NAME<<WORD`, lines, and WORD."""
    found, lines = {}, iter(text.split("\n"))
    for line in lines:
        equals, heredoc = line.find("="), line.find("<<")
        if heredoc >= 0 and (equals < 0 or heredoc < equals):
            name, word = line.split("<<", 1)
            value = []
            for inner in lines:
                if inner == word:
                    break
                value.append(inner)
            else:
                raise ValueError(f"the output {name} has no end")
            found[name] = "\n".join(value)
        elif equals >= 0:
            name, value = line.split("=", 1)
            found[name] = value
        elif line:
            raise ValueError(f"no output: {line!r}")
    return found


def evaluated(text, contexts):
    """A text with its expressions put in."""
    return EXPRESSION.sub(lambda found: str(value_of(found[1], contexts)), str(text))


def value_of(expression, contexts):
    stripped = STATUS.sub("''", EXPRESSION.sub(lambda found: found[1], expression))
    tokens = TOKEN.findall(stripped)
    assert "".join(tokens) == re.sub(r"\s+(?=(?:[^']*'[^']*')*[^']*$)", "", stripped), expression
    reader = Reader(tokens, contexts)
    value = reader.either()
    assert not reader.tokens, f"more than an expression: {expression}"
    return value


class Reader:
    def __init__(self, tokens, contexts):
        self.tokens = list(tokens)
        self.contexts = contexts

    def take(self, *wanted):
        if self.tokens and self.tokens[0] in wanted:
            return self.tokens.pop(0)
        return None

    def either(self):
        value = self.both()
        while self.take("||"):
            other = self.both()
            value = value if truthy(value) else other
        return value

    def both(self):
        value = self.equal()
        while self.take("&&"):
            other = self.equal()
            value = other if truthy(value) else value
        return value

    def equal(self):
        value = self.single()
        while sign := self.take("==", "!="):
            # GitHub compares texts without their case.
            same = str(value).lower() == str(self.single()).lower()
            value = same if sign == "==" else not same
        return value

    def single(self):
        if self.take("!"):
            return not truthy(self.single())
        if self.take("("):
            value = self.either()
            assert self.take(")"), "no closing parenthesis"
            return value
        token = self.tokens.pop(0)
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        value = self.contexts
        # What a context does not have is empty.
        for part in token.split("."):
            value = value.get(part, "") if isinstance(value, dict) else ""
        return value


def truthy(value):
    return value not in ("", False, None)

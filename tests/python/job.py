"""A job that uses the action: a runner, GitHub's API on loopback, and tracewright, real or as told."""

import contextlib
import json
import platform
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import servers
from github_api import REPOSITORY, GitHub
from runner import Runner

ROOT = Path(__file__).resolve().parents[2]
VERSION = "0.1.0"
SHA = "3f2a" * 10
DIGEST = "0123456789abcdef"
MARK = "<!-- tracewright:comment default -->"
DRIFT_MARK = "<!-- tracewright:drift default -->"

STACK = """\
stack: shop
account: "123456789012"
region: us-east-1
sampling_rules:
  checkout: { Priority: 100, FixedRate: 0.5, ReservoirSize: 1, URLPath: /checkout/* }
"""

# Says and does what STUB, JSON, has: `exit`, `outputs`, `markdown`; writes down how it was called. A
# markdown that is a number is that many characters, whatever the budget; `fit` keeps to the budget.
STUB = """\
#!{python}
import json, os, sys
args = sys.argv[1:]
if args == ["--version"]:
    sys.exit(print("tracewright {version}"))
with open(os.environ["STUB_CALLS"], "a") as calls:
    seen = {{name: os.environ.get(name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}}
    extra = sorted(name for name in os.environ if name.startswith("INPUT_") or "TOKEN" in name)
    calls.write(json.dumps({{"args": args, "cwd": os.getcwd(), "seen": seen, "extra": extra}}) + "\\n")
told = json.loads(os.environ["STUB"])
value = lambda name: args[args.index(name) + 1]
print(args[0], "of the stub")
markdown = told.get("markdown", "the report")
if markdown == "fit":
    markdown = "<!-- tracewright:report v1 verb=plan digest={digest} -->\\n" + "é" * ((int(value("--budget")) - 100) // 2)
elif isinstance(markdown, int):
    markdown = "x" * markdown
if markdown is not None:
    open(value("--markdown-into"), "w", encoding="utf-8").write(markdown)
if "--out" in args:
    open(value("--out"), "w").write('{{"digest": "{digest}"}}')
if os.environ.get("GITHUB_OUTPUT"):
    with open(os.environ["GITHUB_OUTPUT"], "a") as outputs:
        for name, text in told.get("outputs", {{}}).items():
            outputs.write(f"{{name}}<<END\\n{{text}}\\nEND\\n")
sys.exit(told.get("exit", 0))
"""


def plan(digest=DIGEST, text="the plan", key="default"):
    """A comment as the action writes it."""
    return f"<!-- tracewright:comment {key} -->\n<!-- tracewright:report v1 verb=plan digest={digest} -->\n{text}\n"


HEAD = "ab" * 20


def pull_request(number=7, **more):
    return {"pull_request": {"number": number, "head": {"sha": HEAD}}, **more}


def without_footer(body):
    """A comment without the line that names the commit and the run."""
    said, footer, end = body.rpartition(f"\n\nOf the commit {HEAD}, by [this run](")
    return said if footer and end.endswith("/actions/runs/42)\n") else body


class Job:
    def __init__(self, folder, github):
        self.github = github
        self.calls_file = Path(folder) / "calls"
        environment = servers.bare_environment(
            HOME=str(folder),
            GITHUB_API_URL=github.url,
            GITHUB_SERVER_URL=github.url,
            GITHUB_REPOSITORY=REPOSITORY,
            GITHUB_SHA=SHA,
            GITHUB_REF_NAME="main",
            GITHUB_RUN_ID="42",
            STUB_CALLS=str(self.calls_file),
            PYTHONDONTWRITEBYTECODE="1",
        )
        self.runner = Runner(ROOT, folder, environment)
        self.workspace = self.runner.workspace
        (self.workspace / "stacks").mkdir()
        (self.workspace / "stacks" / "shop.yaml").write_text(STACK)
        (self.workspace / ".git").mkdir()

    def have(self, program):
        """Puts a program where the action keeps what it has installed."""
        self.program = program
        folder = self.runner.temp / "tracewright" / VERSION / target()
        folder.mkdir(parents=True)
        if program is None:
            stub = STUB.format(python=sys.executable, version=VERSION, digest=DIGEST)
            (folder / "tracewright").write_text(stub)
            (folder / "tracewright").chmod(0o755)
        else:
            (folder / "tracewright").symlink_to(program)
        Path(f"{folder}.complete").touch()

    def run(self, verb, told=None, event_name="pull_request", event=None, **inputs):
        """The action with an event's file that fits; `told` is what the stub does."""
        event = pull_request() if event is None and event_name == "pull_request" else event
        inputs.setdefault("version", VERSION)
        env = {"STUB": json.dumps(told or {}), **inputs.pop("env", {})}
        return self.runner.run(event_name, event, env=env, verb=verb, **inputs)

    def calls(self):
        """How the stub was called."""
        if not self.calls_file.exists():
            return []
        return [json.loads(line) for line in self.calls_file.read_text().splitlines()]


def target():
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    return f"{machine}-{'apple-darwin' if sys.platform == 'darwin' else 'unknown-linux-gnu'}"


@contextlib.contextmanager
def job(program=None):
    """A fresh job, with the stub in place of the program where none is given."""
    folder, github = tempfile.mkdtemp(prefix="tracewright-job-"), GitHub()
    try:
        one = Job(folder, github)
        one.have(program)
        yield one
    finally:
        github.stop()
        shutil.rmtree(folder, ignore_errors=True)


def each(play, scenarios):
    """Plays scenarios side by side: most of their time is waiting."""
    with ThreadPoolExecutor(4) as pool:
        for _ in pool.map(play, scenarios):
            pass

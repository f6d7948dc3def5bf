"""What the runner of GitHub Actions gives a step, and how a step answers it."""

import json
import os
import re
import sys

# What a comment or an issue may hold; GitHub refuses one character more (HTTP 422).
LONGEST = 65_536


class Stop(Exception):
    """Ends a step with a sentence for the person who reads the log, and an exit code."""

    def __init__(self, sentence, code=1):
        super().__init__(sentence)
        self.code = code


def given(name, otherwise=""):
    """An input of the action, as action.yml hands it on; blank is not given."""
    value = os.environ.get("INPUT_" + name, "").strip()
    return value or otherwise


def from_runner(name):
    """A variable that every runner sets."""
    value = os.environ.get(name)
    if not value:
        raise Stop(f"{name} is not set: this runs in a job of GitHub Actions")
    return value


def event():
    """What the event that began the run says of itself."""
    path = os.environ.get("GITHUB_EVENT_PATH")
    if not path:
        return {}
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def key():
    """The word that tells this report from the others on the same pull request."""
    word = given("COMMENT_KEY", "default")
    # It goes into an HTML comment, which `--` would end.
    if not re.fullmatch(r"[A-Za-z0-9_.]+(-[A-Za-z0-9_.]+)*", word) or len(word) > 64:
        raise Stop("the input `comment-key` is of letters, digits, `_`, `.` and single `-`, at most 64", 64)
    return word


def output(**values):
    """Sets outputs of the step. What goes here is one line each."""
    path = os.environ.get("GITHUB_OUTPUT")
    if not path:
        return
    with open(path, "a", encoding="utf-8") as file:
        for name, value in values.items():
            name, value = name.replace("_", "-"), str(value)
            if "\n" in value or "\r" in value:
                raise Stop(f"the output `{name}` would have a line break in it")
            file.write(f"{name}={value}\n")


def outputs():
    """The outputs of this step so far, its own and those of the program that it ran."""
    found, path = {}, os.environ.get("GITHUB_OUTPUT")
    if not path:
        return found
    with open(path, encoding="utf-8", newline="") as file:
        rest = iter(file.read().split("\n"))
    for line in rest:
        heredoc = re.match(r"([^=<]+)<<(.+)", line)
        if heredoc:
            inner = iter(lambda: next(rest, heredoc[2]), heredoc[2])
            found[heredoc[1]] = "\n".join(inner)
        elif "=" in line:
            name, value = line.split("=", 1)
            found[name] = value
    return found


def length(text):
    """The characters of a text as GitHub might count them at most: in units of UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def warn(sentence):
    annotate("warning", sentence)


def notice(sentence):
    annotate("notice", sentence)


def annotate(level, sentence):
    # The data of a workflow command ends with its line; these three are its escapes.
    data = plain(sentence, keep="\n").replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    print(f"::{level} title=tracewright::{data}", flush=True)


def plain(text, keep="", most=1000):
    """A text of somebody else's without what a log or a terminal would act on."""
    kept = "".join(c if c.isprintable() or c in keep else " " for c in str(text))
    return kept if len(kept) <= most else kept[:most] + "…"


def step(main):
    """Runs a step's `main`, and says in one annotation why it could not be done."""
    try:
        sys.exit(main())
    except Stop as stop:
        annotate("error", str(stop))
        sys.exit(stop.code)
    except Exception as error:
        annotate("error", f"this step of the action ended with {type(error).__name__}: {error}")
        raise

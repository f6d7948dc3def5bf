"""How two servers' answers differ, and the words in which the tables explain it.

A place is "STEP [PART]", with one of the parts answer (one accepts, one refuses),
code, message, result, and state (what is there afterwards). Within a result and a
state it may go on with a path, "STEP [result taskDefinition.cpu]"; without one it
means all of it. `*` stands for anything, in the step as in the path.
"""

import re


class Differs:
    """A reason, and where it shows: in all of the other servers, and in each."""

    def __init__(self, reason, everywhere=(), **places):
        self.reason = reason
        self._everywhere = everywhere
        self._places = places

    def places(self, server):
        return [*self._everywhere, *self._places.get(server, [])]


def places(part, *steps):
    return [f"{step} [{part}]" for step in steps]


def anywhere(*paths):
    """Members that differ wherever they are told, in results as in the state."""
    return [f"* [{part} *{path}]" for path in paths for part in ("result", "state")]


def names(verb, table, part, but=""):
    """The places of a table of changes, each of which is a step of that verb."""
    return [f"{verb}: {name} [{part}]" for name, *_ in table if not but or not name.startswith(but)]


class Explained:
    """The explanations for one server, and which of them were needed."""

    def __init__(self, table, server):
        self._patterns = {
            place: pattern(place) for differs in table for place in differs.places(server)
        }
        self._needed = set()

    def explains(self, place):
        found = [text for text, expression in self._patterns.items() if expression.fullmatch(place)]
        self._needed.update(found)
        return bool(found)

    def idle(self):
        return sorted(set(self._patterns) - self._needed)


def pattern(place):
    text = ".*".join(map(re.escape, place.split("*")))
    return re.compile(text.removesuffix(r"\]") + r"( .*)?\]" if place.endswith("]") else text, re.S)


def differences(local, other):
    """Yields (part, ours, theirs) for all that two servers do not share in a step."""
    (ours, _, our_world), (theirs, _, their_world) = local, other
    if ours.refused != theirs.refused:
        # What follows from that, the state above all, needs no explanation of its own.
        yield "answer", ours.message or ours.result, theirs.message or theirs.result
        return
    codes = (ours.status, ours.code), (theirs.status, theirs.code)
    if codes[0] != codes[1]:
        # Another code has other words.
        yield "code", *codes
    elif ours.message != theirs.message:
        yield "message", ours.message, theirs.message
    for part, one, two in [("result", ours.result, theirs.result), ("state", our_world, their_world)]:
        for path, left, right in apart(one, two):
            yield f"{part} {path}".rstrip(), left, right


def apart(one, two, path=""):
    """The smallest parts in which two trees differ: lists of one length element by element."""
    if isinstance(one, dict) and isinstance(two, dict):
        for key in sorted(one.keys() | two.keys()):
            yield from apart(one.get(key), two.get(key), f"{path}.{key}" if path else key)
    elif isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        for left, right in zip(one, two):
            yield from apart(left, right, path)
    elif one != two:
        yield path, one, two

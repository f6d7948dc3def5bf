"""The words a sequence of calls is written in."""

from dataclasses import dataclass, field
from typing import Callable

from clients import Call


@dataclass(frozen=True)
class Ok:
    """Accepted; the answer contains `result`, and afterwards the world contains `then`."""

    result: object = None
    then: object = None


@dataclass(frozen=True)
class Refused:
    """Refused with this code; the message says `about`. Nothing may have changed."""

    code: str
    about: str
    status: int = 400


@dataclass(frozen=True)
class Step:
    name: str
    call: Call
    expect: Ok | Refused


@dataclass(frozen=True)
class Case:
    """Steps from a clean start; `setup` is carried out first and has to succeed."""

    name: str
    steps: list
    setup: list = field(default_factory=list)
    # Refusals go through one client: both of them only read the error.
    both_clients: bool = False


@dataclass(frozen=True)
class Suite:
    """A service: what is asked of it, and what could have changed by that."""

    name: str
    cases: list
    world: Callable
    # Why the servers differ, one Differs for each reason.
    differences: list
    # The servers by others that have this service.
    others: tuple = ("moto", "ministack", "fakecloud")

    def steps(self):
        return [step for case in self.cases for step in case.steps]


def contains(got, want):
    """Whether `got` has all that `want` has; None means absent, "…" means any string."""
    if isinstance(want, dict):
        return isinstance(got, dict) and all(
            key not in got if inner is None else key in got and contains(got[key], inner)
            for key, inner in want.items()
        )
    if isinstance(want, list):
        return isinstance(got, list) and len(got) == len(want) and all(map(contains, got, want))
    return isinstance(got, str) if want == "…" else got == want

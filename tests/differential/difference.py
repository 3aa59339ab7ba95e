"""What differs between two answers, and which of it is meant to."""

import re
import tomllib
from dataclasses import dataclass

from cloud import AnyOf

MISSING = "nothing"


@dataclass(frozen=True)
class Difference:
    """One place in the answers to one call."""

    call: str
    place: str
    theirs: object
    ours: object

    def __str__(self):
        return f"{self.place}: {shorten(self.theirs)}  |  {shorten(self.ours)}"


def shorten(value):
    text = " ".join(str(value).split())
    return text if len(text) < 300 else text[:300] + "…"


def of_answers(call, theirs, ours):
    """All differences between two answers; where the status differs, all else does."""
    if theirs["status"] != ours["status"]:
        return [Difference(str(call), "status", *(f"{answer['status']} {answer['body']}" for answer in (theirs, ours)))]
    return list(below(call, theirs, ours))


def below(call, theirs, ours, place=""):
    """The differences below a place, in the order of the real answer."""
    if isinstance(theirs, AnyOf) and isinstance(ours, AnyOf) and not (theirs and ours):
        return
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for key in [*theirs, *(key for key in ours if key not in theirs)]:
            inside = f"{place}.{key}".lstrip(".")
            yield from below(call, theirs.get(key, MISSING), ours.get(key, MISSING), inside)
    elif isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        for index, pair in enumerate(zip(theirs, ours)):
            yield from below(call, *pair, f"{place}[{index}]")
    elif theirs != ours:
        yield Difference(str(call), place, theirs, ours)


@dataclass(frozen=True)
class Expected:
    """A difference that is on purpose."""

    call: str
    place: str
    reason: str

    def fits(self, difference):
        return re.fullmatch(self.call, difference.call) and re.fullmatch(self.place, difference.place)

    def __str__(self):
        return f"{self.reason} ({self.call} … {self.place})"


class Expectations:
    """`expected_differences.toml`: regular expressions for a whole call and a whole place, with the reason."""

    def __init__(self, text):
        self._rows = [Expected(**row) for row in tomllib.loads(text).get("expected", [])]
        self._met = set()

    def meet(self, difference):
        """Whether a difference is on purpose."""
        met = {row for row in self._rows if row.fits(difference)}
        self._met |= met
        return bool(met)

    def unmet(self):
        """The rows that nothing differed for."""
        return [row for row in self._rows if row not in self._met]

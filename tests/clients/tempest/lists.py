"""What is known of each test: that it passes, or why it is left out."""

import sys
import tomllib


class Lists:
    """`passing.txt`, an id a line, and `left_out.toml`, reasons and whom they concern.

    A reason concerns an id, or all below a module or class that do not pass; the longest name that fits an id counts.
    """

    def __init__(self, folder):
        self._file = folder / "passing.txt"
        self.passing = set(self._file.read_text().split())
        groups = tomllib.loads((folder / "left_out.toml").read_text())["left_out"]
        self.reasons = {name: group["reason"] for group in groups for name in group["tests"]}

    def record(self, names):
        self.passing |= set(names)
        self._file.write_text("".join(f"{name}\n" for name in sorted(self.passing)))

    def check(self, tests):
        """Ends the program unless each of tempest's tests passes or has its reason, and nothing else is listed."""
        left_out = tests.keys() - self.passing
        used = {name: self.name_that_fits(name) for name in left_out}
        troubles = {
            "pass and are left out": self.passing & self.reasons.keys(),
            "neither pass nor are left out": {name for name, fitting in used.items() if not fitting},
            "are unknown to tempest": self.passing - tests.keys(),
            "give a reason to no test": self.reasons.keys() - set(used.values()) - self.passing,
        }
        for trouble, names in troubles.items():
            if names:
                print(f"{len(names)} names in passing.txt or left_out.toml {trouble}:", *sorted(names), sep="\n    ")
        if any(troubles.values()):
            sys.exit(1)

    def name_that_fits(self, test):
        """The longest name that has a reason and is the test's, or its class's, or of a package around."""
        parts = test.split(".")
        names = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
        return next((name for name in names if name in self.reasons), None)

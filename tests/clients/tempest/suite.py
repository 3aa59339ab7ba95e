"""Finds tempest's tests, and runs them in processes forked from this one: a class at a time, as they share what it makes."""

import multiprocessing
import re
import unittest
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass

import fixtures
import testtools
from tempest.test_discover import test_discover

@dataclass
class Outcome:
    """How a test ended: `kind` is ok, FAILED or skipped; `text` is the reason and the log."""

    kind: str
    text: str = ""

    def gist(self):
        """The reason to skip; or the test's own line that failed, the exception and what was asked then."""
        if self.kind == "skipped":
            return [self.text]
        frames = re.findall(r'File ".*packages/(tempest/(?!lib/|common/utils/|test.py)[^"]*)", line (\d+), in (.*)\n +(.*)', self.text)
        frame = "{0}:{1} {2}: {3}".format(*frames[-1]) if frames else ""
        exception = re.split(r"^ .*\n", self.text.rstrip(), flags=re.MULTILINE)[-1]
        requests = re.findall(r"Request \(.*?\): (\d+ .*)", self.text)
        # What was asked after a refusal only cleans up.
        refused = [request for request in requests if request[0] in "45"]
        return [line for line in [frame, *exception.splitlines()[:6], *(refused or requests)[-1:]] if line]


def discover():
    """All tests by their ids, without the tags in brackets."""
    found = test_discover.load_tests(unittest.TestLoader(), unittest.TestSuite(), None)
    tests = {identifier(test): test for test in testtools.iterate_tests(found)}
    return dict(sorted(tests.items()))


def identifier(test):
    return test.id().split("[")[0]


def run(tests, workers, tell):
    """Runs tests; calls `tell(id, outcome)` for each as it ends, and returns the outcomes by id."""
    classes = defaultdict(list)
    for name, test in tests.items():
        classes[type(test)].append(name)
    outcomes = {}
    with ProcessPoolExecutor(workers, multiprocessing.get_context("fork"), keep, (tests,)) as pool:
        # The larger first, so that no worker ends with a long one alone.
        jobs = [pool.submit(run_class, names) for names in sorted(classes.values(), key=len, reverse=True)]
        for job in as_completed(jobs):
            for name, outcome in job.result().items():
                outcomes[name] = outcome
                tell(name, outcome)
    return outcomes


# What a worker has from the process it was forked from: tests cannot be sent.
inherited = {}


def keep(tests):
    inherited.update(tests)


def run_class(names):
    # Each test keeps a log of its own; this one has what comes before and after.
    with fixtures.FakeLogger(level=None) as log:
        result = Outcomes(log)
        unittest.TestSuite(inherited[name] for name in names).run(result)
    return {name: result.outcome(name) for name in names}


class Outcomes(unittest.TestResult):
    """Notes how each test of one class ended, and what its class said before the first or after the last."""

    def __init__(self, log):
        super().__init__()
        self.log = log
        self.of_tests = {}
        self.of_class = None

    def outcome(self, name):
        return self.of_class or self.of_tests[name]

    def note(self, test, kind, text=""):
        if isinstance(test, testtools.TestCase):
            self.of_tests[identifier(test)] = Outcome(kind, text)
        else:
            self.of_class = Outcome(kind, text if kind == "skipped" else self.log.output + text)

    def addSuccess(self, test):
        self.note(test, "ok")

    def addFailure(self, test, err):
        self.note(test, "FAILED", self._exc_info_to_string(err, test))

    addError = addFailure

    def addSkip(self, test, reason):
        self.note(test, "skipped", reason)

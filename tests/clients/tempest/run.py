#!/usr/bin/env python3
"""Runs OpenStack's own integration suite, tempest, against the simulator.

    run.py                          the tests that are known to pass
    run.py tempest.api.network      those whose ids match any of these regular expressions
    run.py --record tempest.api     the same; those that pass are known to, from then on

Tells where and why a test failed. All that it asked and was answered is in `target/tempest/`, a file a test.
"""

import argparse
import contextlib
import os
import re
import shutil
import sys
import textwrap
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.append(str(FOLDER.parent))

import environment

WORK = environment.TARGET / "tempest"


def main():
    options = read_arguments()
    environment.enter()
    prepare_folder()
    with simulator(options.url) as url:
        configure(url)
        return report(*run(options), options)


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("patterns", nargs="*", metavar="REGEX", help="run the tests whose ids match any of these")
    parser.add_argument("--record", action="store_true", help="add what passes to passing.txt")
    parser.add_argument("--url", help="a simulator that runs already, with the settings in mimic.toml")
    parser.add_argument("--workers", type=int, default=2, help="how many classes of tests run at once (2)")
    return parser.parse_args()


def prepare_folder():
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)


@contextlib.contextmanager
def simulator(url):
    """The address of a simulator: the given one's, or that of one of our own."""
    if url:
        yield url
        return
    from simulator import Simulator

    ours = Simulator(cwd=WORK, config=FOLDER / "mimic.toml")
    try:
        ours.wait_until_it_listens()
        yield ours.url
    finally:
        code = ours.stop()
        (WORK / "mimic.log").write_text("".join(ours.output))
        if code != 0:
            sys.exit(f"mimic ended with {code}:\n{''.join(ours.output)}")


def configure(url):
    """Writes tempest's settings; tempest reads them when it is first imported."""
    settings = (FOLDER / "tempest.conf").read_text().format(url=url, folder=FOLDER, work=WORK)
    (WORK / "tempest.conf").write_text(settings)
    os.environ |= {
        "TEMPEST_CONFIG_DIR": str(WORK),
        "OS_LOG_CAPTURE": "1",
        "OS_TEST_TIMEOUT": "120",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }


def run(options):
    """Runs the chosen tests; returns the lists and how each test ended."""
    import suite
    from lists import Lists

    tests = suite.discover()
    lists = Lists(FOLDER)
    lists.check(tests)
    patterns = [re.compile(pattern) for pattern in options.patterns]
    if patterns:
        chosen = [name for name in tests if any(pattern.search(name) for pattern in patterns)]
    else:
        chosen = lists.passing
    return lists, suite.run({name: tests[name] for name in chosen}, options.workers, tell_of_one)


def tell_of_one(name, outcome):
    """Tells how a test ended, and keeps all that it said."""
    print(f"{outcome.kind:8}{name}", flush=True)
    if outcome.kind != "ok":
        (WORK / f"{name}.txt").write_text(outcome.text)
        print(textwrap.indent("\n".join(outcome.gist()), "        | "), flush=True)


def report(lists, outcomes, options):
    """Tells what is to be known of the whole; returns the exit code."""
    passed = {name for name, outcome in outcomes.items() if outcome.kind == "ok"}
    failed = [name for name, outcome in outcomes.items() if outcome.kind == "FAILED"]
    lost = sorted(lists.passing & outcomes.keys() - passed)
    new = sorted(passed - lists.passing)
    if options.record:
        lists.record(new)
    tell("passed before", lost)
    tell("pass and are recorded now" if options.record else "pass, and `--record` would record them", new)
    print(f"\n{len(passed)} passed, {len(failed)} failed, {len(outcomes) - len(passed) - len(failed)} skipped")
    return 1 if failed or lost else 0


def tell(what, names):
    if names:
        print(f"\n{len(names)} {what}:", *names, sep="\n    ")


if __name__ == "__main__":
    sys.exit(main())

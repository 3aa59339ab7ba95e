#!/usr/bin/env python3
"""Sends the same calls to the simulator and to real services, and tells where the answers differ.

    run.py --keystone http://HOST/identity --nova http://HOST/compute --glance http://HOST/image --password SECRET

The real ones can be those of a DevStack, or any whose administrator's password you know. The calls make and delete
projects, users, servers and images there, with names that begin with `mimic-`. What differs on purpose is in
`expected_differences.toml`, with the reason.
"""

import argparse
import contextlib
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.append(str(FOLDER.parent / "clients"))

import environment


def main():
    options = read_arguments()
    environment.enter()
    from calls import compute, creation, fleet, identity, image, policy
    from cloud import Cloud
    from difference import Expectations

    expectations = Expectations((FOLDER / "expected_differences.toml").read_text())
    modules = (identity, image, compute, creation, fleet, policy)
    areas = {module.__name__.removeprefix("calls."): module for module in modules}
    with simulator() as ours:
        theirs = {"identity": options.keystone, "compute": options.nova, "image": options.glance}
        clouds = Cloud(theirs, options.user, options.password, options.project), Cloud(ours, "admin", "password", "admin")
        steps = [step for name in options.areas or areas for step in areas[name].steps()]
        try:
            counts = compare(steps, clouds, expectations)
        finally:
            for cloud in clouds:
                cloud.clean()
    return summary(*counts, [] if options.areas else expectations.unmet())


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for service in ("keystone", "nova", "glance"):
        parser.add_argument(f"--{service}", required=True, metavar="URL", help="the service's root, above the version")
    parser.add_argument("--user", default="admin")
    parser.add_argument("--password", required=True)
    parser.add_argument("--project", default="admin")
    parser.add_argument("areas", nargs="*", help="files of `calls/`; all of them if none is named")
    return parser.parse_args()


@contextlib.contextmanager
def simulator():
    """The roots of the services of a simulator of our own."""
    from simulator import Simulator

    with tempfile.TemporaryDirectory() as folder:
        ours = Simulator(cwd=folder, clock="elastic")
        try:
            ours.wait_until_it_listens()
            yield {name: f"{ours.url}/{name}" for name in ("identity", "compute", "image")}
        finally:
            ours.stop()


def compare(steps, clouds, expectations):
    """Takes each step on both clouds; tells what differs. Returns the numbers of calls, differences and expected ones."""
    from difference import of_answers

    calls = shown = expected = 0
    for step in steps:
        if isinstance(step, str):
            for cloud in clouds:
                cloud.settle(step)
            continue
        if clouds[0].lacks(step) != clouds[1].lacks(step):
            # What was made on one side alone: that it was, has been told.
            continue
        calls += 1
        found = of_answers(step, *(cloud.ask(step) for cloud in clouds))
        unexpected = [difference for difference in found if not expectations.meet(difference)]
        expected += len(found) - len(unexpected)
        shown += len(unexpected)
        if unexpected:
            print(step, *unexpected, sep="\n    ")
    return calls, shown, expected


def summary(calls, shown, expected, unmet):
    for row in unmet:
        print(f"nothing differs any more where it was expected: {row}")
    print(f"\n{calls} calls: {shown} differences (theirs | ours), and {expected} on purpose")
    return 1 if shown or unmet else 0


if __name__ == "__main__":
    sys.exit(main())

"""Clients that need another Python than the one that runs the tests: it is looked for, and they are skipped without."""

import fcntl
import shutil
import subprocess
from pathlib import Path

from environment import TARGET

# Seconds that the package registry may take, once.
PATIENCE_TO_INSTALL = 600


def find(*versions):
    """The first Python of one of these versions, in order; `None` where there is none."""
    for version in versions:
        on_path = shutil.which(f"python{version}")
        of_pyenv = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
        for python in [on_path, *reversed(of_pyenv)]:
            if python and runs(python, version):
                return str(python)
    return None


def runs(python, version):
    """Whether it is of that version: pyenv puts programs on the path that run nothing."""
    question = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([python, "-c", question], capture_output=True, text=True)
    return done.returncode == 0 and done.stdout.strip() == version


def packages(python, requirement, *more):
    """Where a package and what it needs are: below `target/`, installed at their first use. `more` pins what it needs."""
    directory = TARGET / f"clients-{requirement.replace('==', '-')}"
    directory.mkdir(parents=True, exist_ok=True)
    # Another process may be at it.
    with open(directory / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (directory / "complete").exists():
            pip = [python, "-m", "pip", "install", "--quiet", "--target", directory / "packages", requirement, *more]
            done = subprocess.run(pip, capture_output=True, text=True, timeout=PATIENCE_TO_INSTALL)
            assert done.returncode == 0, f"the test needs the Python package registry once:\n{done.stderr}"
            (directory / "complete").touch()
    return directory / "packages"

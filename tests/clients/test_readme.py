"""The README's tour, taken: every command in it is run, and has to say what the README says."""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

from simulator import BINARY, PATIENCE, REPOSITORY
from steps import wait_for

MIMIC = "cargo run --quiet --"
# What differs from run to run, and what stands for it.
VARIABLE = [
    (r"http://127\.0\.0\.1:\d+", "URL"),
    (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME"),
]
# A fenced scenario, or indented lines with the empty ones between them.
BLOCK = re.compile(
    r"^```scn\S*\n(?P<file>(?:(?!```).*\n)*)|^(?P<text>    .*\n(?:    .*\n|\n(?=    ))*)", re.MULTILINE
)


def tour():
    """The blocks of the tour: ("text", what is shown) or ("file", what is to be saved), in order."""
    readme = (REPOSITORY / "README.md").read_text()
    section = readme.split("## Five minutes\n")[1].split("\n## ")[0]
    for found in BLOCK.finditer(section):
        yield found.lastgroup, textwrap.dedent(found[found.lastgroup])


def commands(text):
    """The commands in a block, each with what it says."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        lines = part.splitlines(keepends=True)
        end = next(number for number, line in enumerate(lines, 1) if not line.rstrip().endswith(("\\", "|")))
        yield "".join(lines[:end]), "".join(lines[end:])


def without_variable_parts(text):
    for pattern, name in VARIABLE:
        text = re.sub(pattern, name, text)
    return text.strip()


def test_the_tour_goes_as_the_readme_says(mimic_with, tmp_path):
    shutil.copytree(REPOSITORY / "scenarios", tmp_path / "scenarios")
    mimic = mimic_with("scenarios/")
    wait_for(lambda: "MIMIC_URL" in mimic.output[-1])
    exports = dict(re.findall(r"export (\w+)=(\S+)", "".join(mimic.output)))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | exports | {"PATH": path}

    def run(command):
        command = command.replace(MIMIC, BINARY)
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=2 * PATIENCE,
        )
        return done.stdout

    def save(text):
        def looked():
            status = mimic.admin("GET", "/status")
            return status["generation"], status["last_error"]

        before = looked()
        (tmp_path / "scenarios" / "mine.scn").write_text(text)
        wait_for(lambda: looked() != before)

    steps = list(tour())
    assert steps[0][1].startswith("mimic ")
    assert without_variable_parts("".join(mimic.output)) == without_variable_parts(steps[0][1])
    for kind, text in steps[1:]:
        if kind == "file":
            save(text)
            continue
        for command, said in commands(text):
            assert without_variable_parts(run(command)) == without_variable_parts(said), command

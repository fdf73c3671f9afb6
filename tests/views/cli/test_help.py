"""Help of every command: it says what the command does, shows an example that parses, names its limits, and loads nothing heavy."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from hexameter import __version__
from hexameter.views.cli.command import Command
from hexameter.views.cli.registry import COMMANDS
from hexameter.views.cli.tree import FAMILIES, GROUPS, build
from tests.views.homes import hexameter

ROOT = Path(__file__).parents[3]
HEAVY = ("pyarrow", "duckdb", "ibis", "polars", "pandas", "numpy", "sqlalchemy", "alembic", "deltalake", "pyspark")


def _examples(command: Command) -> list[list[str]]:
    joined = command.example.replace("\\\n", " ")
    return [shlex.split(line) for line in joined.splitlines()]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name)
def test_help_of_a_command(command: Command) -> None:
    done = hexameter(*command.path, "--help")
    assert (done.status, done.err) == (0, "")
    assert command.summary in " ".join(done.out.split())
    assert "\nExample" in done.out and "\nLimits\n" in done.out
    assert "--home" in done.out and "--json" in done.out
    assert max(map(len, done.out.splitlines())) <= 80
    for line in command.example.splitlines():
        assert f"  {line}" in done.out, "an example is not folded: it is there to be copied"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name)
def test_examples_parse_as_they_stand(command: Command) -> None:
    assert _examples(command)
    for words in _examples(command):
        if words[:1] == ["eval"]:
            words = shlex.split(words[1].removeprefix("$(").removesuffix(")"))
        assert words[0] == "hexameter"
        assert tuple(words[1 : 1 + len(command.path)]) == command.path
        function, _, _ = build(COMMANDS, "").parse_args(words[1:], exit_on_error=False, print_error=False)
        assert function is command.run


def test_the_list_of_commands_names_every_one() -> None:
    out = hexameter("--help").out
    assert hexameter().out == out
    for word in {command.path[0] for command in COMMANDS}:
        assert f"\n  {word} " in out
    assert [out.index(f"\n{title}\n") for title in GROUPS] == sorted(out.index(f"\n{title}\n") for title in GROUPS)
    assert {command.path[0] for command in COMMANDS if len(command.path) > 1} == set(FAMILIES)


def test_paths_are_told_apart() -> None:
    assert len({command.path for command in COMMANDS}) == len(COMMANDS)


def test_version() -> None:
    released = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert hexameter("--version").out == f"hexameter {released}\n" == f"hexameter {__version__}\n"


def test_kpis_help_reads_aloud() -> None:
    said = " ".join(hexameter("kpis", "--help").out.split())
    for sentence in (
        "Beside each number stands how many posts it counts and how many had to be left out.",
        "A dash (—) means: not read, and says why; it never means zero.",
        "Views are TikTok's public count: plays that started, not plays of five seconds.",
    ):
        assert sentence in said


PROBE = """
import json, sys
from hexameter.main import open_app
from hexameter.views.cli.run import run
for words in (["--help"], ["kpis", "--help"], ["kpi"], ["--version"]):
    run(words, open_app, "0")
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_help_and_usage_errors_load_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True, env={**os.environ, "COLUMNS": "80"})
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert "cyclopts" in loaded
    assert loaded.isdisjoint(HEAVY), f"loaded for help: {sorted(loaded & set(HEAVY))}"

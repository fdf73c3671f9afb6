"""Completion scripts: there for each shell, understood by the shells at hand, installed where the shell looks."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from hexameter.views.cli.commands.completion import SHELLS
from hexameter.views.cli.registry import COMMANDS
from tests.views.homes import hexameter


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_knows_every_command(shell: str, tmp_path: Path) -> None:
    done = hexameter("completion", "print", shell, home=tmp_path)
    assert (done.status, done.err) == (0, "")
    for word in {word for command in COMMANDS for word in command.path}:
        assert word in done.out
    assert "--as-of" in done.out
    program = shutil.which(shell)
    if program:
        script = tmp_path / "script"
        script.write_text(done.out, encoding="utf-8")
        assert subprocess.run([program, "-n", str(script)], capture_output=True, text=True, check=False).stderr == ""


def test_json_holds_the_script_whole(tmp_path: Path) -> None:
    found = hexameter("completion", "print", "bash", "--json", home=tmp_path).document
    assert found["script"] + "\n" == hexameter("completion", "print", "bash", home=tmp_path).out


def test_installed_where_it_was_told(tmp_path: Path) -> None:
    place = tmp_path / "deep" / "hexameter.fish"
    done = hexameter("completion", "install", "fish", "--to", place, home=tmp_path)
    assert done.status == 0
    assert str(place) in "".join(done.out.split())
    assert place.read_text(encoding="utf-8") + "\n" == hexameter("completion", "print", "fish", home=tmp_path).out

"""Secrets open with their key, for what they were sealed, and nowhere else."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from hexameter.campaigns.tracking.vault import KEY_FILE, Vault
from hexameter.errors import BadValue, Unusable


def test_what_was_sealed_opens_again(tmp_path: Path) -> None:
    sealed = Vault(tmp_path).seal("act.SECRET", about="account 1")
    assert "SECRET" not in sealed
    assert Vault(tmp_path).open(sealed, about="account 1") == "act.SECRET"
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir()] == [KEY_FILE]


def test_a_home_is_not_touched_before_there_is_a_secret(tmp_path: Path) -> None:
    Vault(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("key", [Fernet.generate_key().decode(), "ab12" * 16], ids=["a Fernet key", "any long text"])
def test_a_key_from_the_settings_leaves_no_file(tmp_path: Path, key: str) -> None:
    assert Vault(tmp_path, key).open(Vault(tmp_path, key).seal("x")) == "x"
    assert list(tmp_path.iterdir()) == []


def test_keys_are_exchanged_without_losing_anything(tmp_path: Path) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    before = Vault(tmp_path, old).seal("x")
    both = Vault(tmp_path, f"{new}, {old}")
    assert both.open(before) == "x"
    assert Vault(tmp_path, new).open(both.seal("y")) == "y"


def test_a_wrong_key_and_damage_are_told_without_the_secret(tmp_path: Path) -> None:
    sealed = Vault(tmp_path).seal("act.SECRET", about="account 1")
    wrong = [(Vault(tmp_path, Fernet.generate_key().decode()), sealed), (Vault(tmp_path), sealed[:-8]), (Vault(tmp_path), "é")]
    for vault, text in wrong:
        with pytest.raises(Unusable, match="damaged or was sealed with another key") as refused:
            vault.open(text, about="account 1")
        assert "SECRET" not in str(refused.value) and refused.value.__cause__ is None
    with pytest.raises(Unusable, match="sealed for something else"):
        Vault(tmp_path).open(sealed, about="account 2")


def test_a_short_key_is_refused_without_being_shown(tmp_path: Path) -> None:
    with pytest.raises(BadValue, match="has 8 characters; expected at least 32") as refused:
        Vault(tmp_path, "changeme").seal("x")
    assert "changeme" not in f"{refused.value!r} {refused.value}"


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    Vault(tmp_path).seal("x")
    (tmp_path / KEY_FILE).chmod(0o644)
    with pytest.raises(Unusable, match="Others can read the key file .* chmod 600"):
        Vault(tmp_path).seal("x")


def test_a_damaged_key_file_is_named(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).touch(0o600)
    with pytest.raises(Unusable, match=f"{KEY_FILE} is damaged"):
        Vault(tmp_path).seal("x")


def test_a_home_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unusable, match="cannot be used"):
        Vault(tmp_path / "file").seal("x")


def test_threads_and_processes_make_one_key(tmp_path: Path) -> None:
    code = "import sys, pathlib; from hexameter.campaigns.tracking.vault import Vault; print(Vault(pathlib.Path(sys.argv[1])).seal('x'))"
    makers = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    gate = threading.Barrier(4)

    def make(_: int) -> str:
        gate.wait()
        return Vault(tmp_path).seal("x")

    with ThreadPoolExecutor(4) as pool:
        sealed = list(pool.map(make, range(4)))
    sealed += [maker.communicate(timeout=60)[0].strip() for maker in makers]
    assert [Vault(tmp_path).open(text) for text in sealed] == ["x"] * 7
    assert os.listdir(tmp_path) == [KEY_FILE]

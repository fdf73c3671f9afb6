"""What is installed is pinned and hashed, for the demo and for the tests, without a registry's address. It installs nothing."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = [r for requirements in PROJECT["optional-dependencies"].values() for r in requirements]


def _name(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9_.-]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def _pins(file: str) -> dict[str, str]:
    blocks = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / file).read_text(encoding="utf-8"))
    return {_name(b): b for b in blocks if re.match(r"[A-Za-z0-9_.-]+==", b)}


@pytest.mark.parametrize(
    ("file", "needed"),
    [("constraints.txt", PROJECT["dependencies"]), ("constraints-test.txt", [*PROJECT["dependencies"], *EXTRAS])],
    ids=["demo", "test"],
)
def test_everything_needed_is_pinned_with_hashes(file: str, needed: list[str]) -> None:
    pins = _pins(file)
    missing = [r for r in needed if _name(r) not in pins]
    assert not missing, f"{file} lacks {', '.join(missing)}; run: make pins"
    assert all("--hash=sha256:" in block for block in pins.values())
    assert not re.search(r"^\s*-|://", (ROOT / file).read_text(encoding="utf-8").replace("    --hash", ""), re.MULTILINE)


def test_demo_and_tests_run_the_same_versions() -> None:
    demo, test = (_pins(f) for f in ("constraints.txt", "constraints-test.txt"))
    assert {name: block.split()[0] for name, block in demo.items()}.items() <= {
        name: block.split()[0] for name, block in test.items()
    }.items()

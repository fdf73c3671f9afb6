"""The pages: generated parts are the code's, links lead somewhere, commands exist, and nothing of one machine stands in the repository."""

from __future__ import annotations

import importlib.util
import re
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def _tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout (shared archive)")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PAGES = sorted((ROOT / "docs").glob("*.md"))
PROSE = [ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CHANGELOG.md")] + sorted((ROOT / "docs").rglob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_a_page_says_what_the_code_says(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text == _generator().written(text), f"docs/{page.name} is older than the code; run: make docs"


def test_every_generated_block_has_its_page() -> None:
    shown = {m for page in PAGES for m in re.findall(r"<!-- from the code: (\w+);", page.read_text(encoding="utf-8"))}
    assert shown == set(_generator().BLOCKS)


def _anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ +(.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in heads}


@pytest.mark.parametrize("page", PROSE, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"\w+:", target):
            continue
        path, _, anchor = target.partition("#")
        other = (page.parent / path).resolve() if path else page
        assert other.exists(), f"{page.name} links to {target}, which is not there"
        assert not anchor or anchor in _anchors(other), f"{page.name} links to {target}: no such heading"


@pytest.mark.parametrize("page", PROSE, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_make_command_on_a_page_is_a_target(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^|\$ )make ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE))
    assert named <= targets, f"{page.name} names make targets that are not there: {sorted(named - targets)}"
    assert len(targets) <= 8, "a Makefile of at most eight targets"


@pytest.mark.parametrize("page", PROSE, ids=lambda p: str(p.relative_to(ROOT)))
def test_words_are_plain(page: Path) -> None:
    text = page.read_text(encoding="utf-8").lower()
    found = [word for word in ("powerful", "easily", "simply", "robust", "seamless") if re.search(rf"\b{word}", text)]
    assert not found, f"{page.name}: {', '.join(found)}"


def test_an_adr_is_short() -> None:
    for page in (ROOT / "docs" / "adr").glob("*.md"):
        assert len(page.read_text(encoding="utf-8").splitlines()) <= 40, f"{page.name} is over 40 lines"


# Joined here so that this file does not find itself.
_PLACES = r"/(?:wo" + "rk|ro" + "ot|fa" + r"rm)/|/opt/(?:py" + "pi|wh" + "eels)"
_REGISTRY = "(?<!no-emit-)(?:index" + "-url|find" + "-links)"
_MACHINE = re.compile(f"{_PLACES}|{_REGISTRY}")


def test_nothing_of_one_machine_is_in_the_repository() -> None:
    found = []
    for path in _tracked():
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}:{n}: {line.strip()[:80]}" for n, line in enumerate(lines, 1) if _MACHINE.search(line)]
    assert not found, "paths of a machine or addresses of a registry:\n" + "\n".join(found)

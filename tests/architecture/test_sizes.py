"""Sizes that keep the house readable: a module of at most 400 lines, a function of at most 80. It judges no content."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted(p for folder in ("src", "tests", "bench", "docs") for p in (ROOT / folder).rglob("*.py"))
UNWELCOME = {"utils", "helpers", "common", "misc"}


def _named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=_named)
def test_a_module_is_short(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= 400, f"{_named(path)} has {lines} lines; 400 are allowed. Split it by purpose, not by size."


@pytest.mark.parametrize("path", MODULES, ids=_named)
def test_a_function_is_short(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = [f"{n.name} ({n.end_lineno - n.lineno + 1} lines)" for n in functions if n.end_lineno and n.end_lineno - n.lineno >= 80]
    assert not long, f"{_named(path)}: {', '.join(long)}; 80 are allowed. Name the steps and make each a function."


@pytest.mark.parametrize("path", MODULES, ids=_named)
def test_a_module_is_named_after_what_it_holds(path: Path) -> None:
    assert path.stem not in UNWELCOME and path.parent.name not in UNWELCOME, f"{_named(path)}: name it after the noun it is about."


@pytest.mark.parametrize("path", [p for p in MODULES if "migrations" not in p.parts], ids=_named)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not text.strip() or ast.get_docstring(ast.parse(text)), f"{_named(path)}: one sentence what it is for, one what it does not do."

"""Sizes that keep the house readable: a module of at most 400 lines, a function of at most 80. It judges no content."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = {p: p.read_text(encoding="utf-8") for folder in ("src", "tests", "bench", "docs") for p in sorted((ROOT / folder).rglob("*.py"))}
UNWELCOME = {"utils", "helpers", "common", "misc"}
# Hand-worked examples are data, read one by one: they may go on for longer.
TABLES_OF_EXAMPLES = {"tests/kpis/examples.py"}


def _named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _functions(source: str) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            yield node.name, node.end_lineno - node.lineno + 1


def test_a_module_is_short() -> None:
    sizes = {_named(p): len(s.splitlines()) for p, s in SOURCES.items() if _named(p) not in TABLES_OF_EXAMPLES}
    long = [f"{name} has {lines} lines" for name, lines in sizes.items() if lines > 400]
    assert not long, "\n".join([*long, "400 are allowed. Split by purpose, not by size."])


def test_a_function_is_short() -> None:
    found = [(_named(p), name, lines) for p, s in SOURCES.items() for name, lines in _functions(s)]
    long = [f"{module}: {name} has {lines} lines" for module, name, lines in found if lines > 80]
    assert not long, "\n".join([*long, "80 are allowed. Name the steps and make each a function."])


def test_a_module_is_named_after_what_it_holds() -> None:
    vague = [_named(p) for p in SOURCES if UNWELCOME & {p.stem, p.parent.name}]
    assert not vague, f"{', '.join(vague)}: name it after the noun it is about."


def test_a_module_says_what_it_is_for() -> None:
    silent = [_named(p) for p, s in SOURCES.items() if s.strip() and "migrations" not in p.parts and not ast.get_docstring(ast.parse(s))]
    assert not silent, f"{', '.join(silent)}: one sentence what it is for, one what it does not do."

"""The docstring template: sections in order, a KPI's functions described whole, `Example` holds. It checks no prose."""

from __future__ import annotations

import importlib
import inspect
import math
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

from hexameter.contracts import tables
from tests.architecture.test_import_law import SIX

SRC = Path(__file__).parents[2] / "src"
SECTIONS = ("In", "Out", "Null", "Raises", "Source", "Example")
_SECTION = re.compile(rf"^({'|'.join(SECTIONS)}) {{1,8}}\S")
_OPTIONAL = ("spark", "__main__", "migrations")  # need a component to be imported


def _functions() -> Iterator[FunctionType]:
    for path in sorted(SRC.rglob("*.py")):
        parts = path.relative_to(SRC).with_suffix("").parts
        if any(word in part for part in parts for word in _OPTIONAL):
            continue
        module = importlib.import_module(".".join(parts).removesuffix(".__init__"))
        yield from (f for f in vars(module).values() if isinstance(f, FunctionType) and f.__module__ == module.__name__)


PUBLIC = [f for f in _functions() if not f.__name__.startswith("_")]


def _id(function: FunctionType) -> str:
    return f"{function.__module__}.{function.__name__}"


def _sections(function: FunctionType) -> list[str]:
    lines = (inspect.getdoc(function) or "").splitlines()
    return [m.group(1) for line in lines if (m := _SECTION.match(line))]


def test_a_public_function_says_what_it_is_for() -> None:
    silent = [_id(f) for f in PUBLIC if not inspect.getdoc(f)]
    assert not silent, "no docstring:\n" + "\n".join(silent)


def test_sections_come_in_the_order_of_the_template() -> None:
    mixed = [_id(f) for f in PUBLIC if _sections(f) != sorted(_sections(f), key=SECTIONS.index)]
    assert not mixed, f"sections come in the order {', '.join(SECTIONS)}:\n" + "\n".join(mixed)


def test_a_kpi_says_which_columns_come_out() -> None:
    tables = [f for f in PUBLIC if f.__module__.split(".")[1:2] == ["kpis"] and f.__module__.split(".")[2] in SIX and _gives_a_table(f)]
    lacking = [_id(f) for f in tables if "Out" not in _sections(f)]
    assert tables and not lacking, "the docstring lacks Out:\n" + "\n".join(lacking)


def _gives_a_table(function: FunctionType) -> bool:
    return str(inspect.signature(function).return_annotation).endswith("Table")


def _examples(function: FunctionType) -> list[tuple[str, Any]]:
    """The (code, result) pairs of the `Example` section whose result is a Python value; an example in prose is for people only."""
    text = re.search(r"^Example +(.*)$", inspect.getdoc(function) or "", re.MULTILINE)
    name = re.escape(function.__name__)
    pairs = [] if text is None else [p.partition(" -> ") for p in re.split(rf", (?={name}\()", text.group(1))]
    return [
        (code, value)
        for code, arrow, said in pairs
        if arrow and code.startswith(f"{function.__name__}(") and (value := _value(said)) is not _PROSE
    ]


_PROSE = object()
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:]+Z")


def _value(said: str) -> Any:
    if "..." in said:
        return _PROSE
    if _INSTANT.fullmatch(said):
        return datetime.fromisoformat(said)
    try:
        return eval(said, {"__builtins__": {}, "date": date})
    except (SyntaxError, NameError, TypeError):
        return _PROSE


def _agrees(value: Any, wanted: Any) -> bool:
    value = getattr(value, "values", value) if hasattr(getattr(value, "values", None), "to_list") else value
    if isinstance(value, tuple) and isinstance(wanted, tuple):
        return all(_agrees(v, w) for v, w in zip(value, wanted, strict=True))
    if hasattr(value, "to_list"):
        listed = value.to_list()
        return _agrees(listed if isinstance(wanted, list) else listed[0], wanted)
    if isinstance(wanted, float) and isinstance(value, float):
        return math.isclose(value, wanted, rel_tol=1e-3)
    if isinstance(value, datetime) and value.tzinfo is None:
        return bool(value.replace(tzinfo=UTC) == wanted)
    return bool(value == wanted)


CODE = [(f, code, value) for f in PUBLIC for code, value in _examples(f)]


@pytest.mark.parametrize(("function", "code", "wanted"), CODE, ids=[code for _, code, _ in CODE])
def test_an_example_that_is_code_holds(function: FunctionType, code: str, wanted: Any) -> None:
    value = eval(code, {**vars(tables), **function.__globals__, "date": date, "datetime": datetime, "UTC": UTC, "chr": chr})
    assert _agrees(value, wanted), f"{_id(function)}: {code} gives {value!r}, the docstring says {wanted!r}"

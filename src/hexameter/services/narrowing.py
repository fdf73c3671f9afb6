"""What the words of a filter mean, on rows at hand and on tables of an engine. It knows no table; whoever asks names the columns.

A word is looked for in every text column; `column:word`, `column=value`, `column>value` and the like ask one column; `column=""` asks
for rows in which it was not read. Values become typed literals of an expression, never text of a query.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import reduce
from typing import TYPE_CHECKING, Any

from hexameter.errors import BadValue, did_you_mean

if TYPE_CHECKING:
    import ibis.expr.types as ir

KINDS = ("text", "words", "number", "day", "instant", "flag")
_RELATIONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_PART = re.compile(r'(?:[^\s"]*"[^"]*")|\S+')
_ASKED = re.compile(r"([A-Za-z_][\w.]*)(!=|>=|<=|[=<>:])(.*)", re.DOTALL)
_EXPECTED = {"number": "a number, like 1000", "day": "a day, like 2025-07-31", "instant": "a day, like 2025-07-31", "flag": "yes or no"}
_FLAGS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


@dataclass(frozen=True)
class Condition:
    """One thing asked of a row.

    `column` None: any text column. `relation` is `:` (holds the word) or a comparison. `value` None: nothing was read.
    """

    column: str | None
    relation: str
    value: Any


def conditions(text: str, kinds: Mapping[str, str]) -> tuple[Condition, ...]:
    """The conditions a filter's words stand for; all of them must hold.

    In      kinds     of each column that may be asked: text, words, number, day, instant, flag
    Raises  BadValue  a comparison with an unknown column, or with a value of another kind
    Example conditions("glow views>1000", {"views": "number"})[1] -> Condition("views", ">", 1000)
    """
    return tuple(_condition(part, kinds) for part in _PART.findall(text.replace("\0", " ")))


def _condition(part: str, kinds: Mapping[str, str]) -> Condition:
    asked = _ASKED.fullmatch(part)
    if asked is None or (asked[1] not in kinds and asked[2] in ("=", ":", "!=")):
        return Condition(None, ":", _bare(part).lstrip("@#") or _bare(part))
    column, relation, value = asked.groups()
    if column not in kinds:
        raise BadValue(f"there is no column '{column}' to compare.", field="q", value=part, hint=did_you_mean(column, kinds))
    kind, bare = kinds[column], _bare(value)
    if not bare and relation in ("=", "!="):
        return Condition(column, relation, None)
    if kind in ("text", "words"):
        return Condition(column, relation, bare)
    if not bare:
        raise BadValue(f"'{part}' compares with nothing.", field="q", value=part, hint=f"Expected {_EXPECTED[kind]}.")
    return Condition(column, "=" if relation == ":" else relation, _typed(bare, kind, part))


def _bare(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value


def _typed(text: str, kind: str, part: str) -> Any:
    try:
        if kind == "flag":
            return _FLAGS[text.lower()]
        if kind == "number":
            number = float(text)
            if not abs(number) < 1e300:
                raise ValueError(text)
            return int(text) if re.fullmatch(r"[+-]?\d{1,18}", text) else number
        found = datetime.fromisoformat(text)
    except (KeyError, ValueError):
        raise BadValue(f"'{part}' compares with '{text}'; expected {_EXPECTED[kind]}.", field="q", value=part) from None
    return found.date() if kind == "day" else found if found.tzinfo is None else found.astimezone(UTC).replace(tzinfo=None)


def holding(
    rows: Sequence[Mapping[str, Any]], asked: Sequence[Condition], values: Mapping[str, Callable[[Any], Any]], kinds: Mapping[str, str]
) -> Sequence[Mapping[str, Any]]:
    """The rows at hand that meet every condition, in their order.

    In      values  how each column is read from a row
    """
    texts = [values[name] for name, kind in kinds.items() if kind in ("text", "words")]
    for one in asked:
        tests = texts if one.column is None else [values[one.column]]
        kind = "text" if one.column is None else kinds[one.column]
        rows = [row for row in rows if any(_holds(value(row), one, kind) for value in tests)]
    return rows


def _holds(value: Any, one: Condition, kind: str) -> bool:
    if one.value is None:
        return bool((value is None) == (one.relation == "="))
    if value is None:
        return False
    if kind in ("text", "words"):
        return _text_holds(value, one)
    if kind in ("day", "instant"):
        value = _moment(value, kind)
    return bool(_RELATIONS[one.relation](value, one.value))


def _text_holds(value: Any, one: Condition) -> bool:
    words = [str(part) for part in value] if isinstance(value, list | tuple) else [str(value)]
    wanted = one.value.casefold()
    if one.relation == ":":
        return any(wanted in word.casefold() for word in words)
    if one.relation in ("=", "!="):
        return any(wanted == word.casefold() for word in words) == (one.relation == "=")
    return any(_RELATIONS[one.relation](word.casefold(), wanted) for word in words)


def _moment(value: Any, kind: str) -> Any:
    found = value if isinstance(value, date) else datetime.fromisoformat(str(value))
    if kind == "day":
        return found.date() if isinstance(found, datetime) else found
    return found.astimezone(UTC).replace(tzinfo=None) if isinstance(found, datetime) and found.tzinfo else found


def narrowed(table: ir.Table, asked: Iterable[Condition], kinds: Mapping[str, str]) -> ir.Table:
    """The table with only the rows that meet every condition; the engine skips what cannot."""
    for one in asked:
        names = [name for name, kind in kinds.items() if kind in ("text", "words")] if one.column is None else [one.column]
        table = table.filter(reduce(operator.or_, [_expression(table[name], one, kinds[name]) for name in names])) if names else table
    return table


def _expression(column: Any, one: Condition, kind: str) -> Any:
    if one.value is None:
        return column.isnull() if one.relation == "=" else column.notnull()
    if kind == "words":
        if one.relation in ("=", "!="):
            there = column.contains(one.value)
            return there if one.relation == "=" else ~there
        column = column.join(" ")
    if one.relation == ":":
        return column.lower().contains(one.value.lower())
    return _RELATIONS[one.relation](column, one.value)

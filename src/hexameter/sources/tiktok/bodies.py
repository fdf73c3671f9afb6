"""JSON as the APIs send it, read without losing a digit and without trusting it. It knows no API."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_TRUE, _FALSE = ("true", "1", "yes"), ("false", "0", "no", "")


def read_json(body: bytes) -> Mapping[str, Any]:
    """An object from bytes: whole numbers exact whatever their size, NaN and Infinity as the words they are.

    Raises  ValueError  not UTF-8, cut, nested too deep, or no object
    Example read_json(b'{"id": 7527623000473079054}') -> {"id": 7527623000473079054}
    """
    try:
        found = json.loads(body.decode("utf-8-sig"), parse_constant=str)
        if _SURROGATE.search(body):
            found = _whole(found)
    except RecursionError:
        found = None
    if not isinstance(found, dict):
        raise ValueError("the body is no JSON object")
    return found


def _whole(value: Any) -> Any:
    """The value with half surrogate pairs, which no UTF-8 can hold, replaced."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [_whole(v) for v in value]
    if isinstance(value, dict):
        return {_whole(k): _whole(v) for k, v in value.items()}
    return value


def object_at(value: Any, *path: str) -> Mapping[str, Any]:
    """The object under a path of keys; an empty one where there is none.

    Example object_at({"data": {"user": {"a": 1}}}, "data", "user") -> {"a": 1}
    """
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def list_at(value: Any, *path: str) -> list[Any]:
    """The list under a path of keys; an empty one where there is none.

    Example list_at({"data": {"videos": [1]}}, "data", "videos") -> [1]
    """
    found = object_at(value, *path[:-1]).get(path[-1])
    return found if isinstance(found, list) else []


def is_true(value: Any) -> bool | None:
    """A flag that may come as bool, number or word; None for anything else.

    Example is_true("true") -> True
    """
    word = str(value).strip().lower()
    if isinstance(value, bool | int | str):
        return True if word in _TRUE else False if word in _FALSE else None
    return None


def word_of(value: Any) -> str:
    """A short text or a number as text; "" for anything else.

    Example word_of(7201388525814961198) -> "7201388525814961198"
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)[:200]


def number_of(value: Any) -> int | None:
    """A whole number that may come as text; None for anything else.

    Example number_of("86400") -> 86400
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value).strip().removesuffix(".0")
    return int(text) if re.fullmatch(r"-?[0-9]{1,19}", text) else None

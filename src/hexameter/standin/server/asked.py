"""What a request asks for, checked: field lists, whole numbers, JSON in the query. It refuses in the words of each API."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from hexameter.standin.server.answers import Refusal
from hexameter.standin.server.gate import Call


def invalid(message: str) -> Refusal:
    """A request that open.tiktokapis.com does not accept."""
    return Refusal("invalid_params", message, 400)


def wrong(message: str) -> Refusal:
    """A request that the API for Business does not accept."""
    return Refusal(40002, message)


def fields_of(call: Call, known: Collection[str]) -> list[str]:
    """The fields a request lists by comma.

    Raises  Refusal  none, or one that does not exist
    """
    names = [name.strip() for name in call.query.get("fields", "").split(",") if name.strip()]
    if not names:
        raise invalid("Fields is required")
    strange = [name for name in names if name not in known]
    if strange:
        raise invalid(f"Invalid fields: {', '.join(strange)}")
    return names


def whole(body: Mapping[str, Any], name: str, default: int, most: int | None = None, least: int = 1) -> int:
    """A whole number of a JSON body.

    Raises  Refusal  another type, or out of range
    """
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < least or (most is not None and value > most):
        raise invalid(f"Invalid count or cursor: {name}")
    return value


def text(body: Mapping[str, Any], name: str) -> str:
    """A text of a JSON body that must be there.

    Raises  Refusal
    """
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise invalid(f"{name} is required")
    return value


def listed(call: Call, name: str, default: list[Any] | None = None) -> list[Any]:
    """An array of the query, written as JSON.

    Raises  Refusal  missing without a default, or not a JSON array
    """
    value = parsed(call, name)
    if value is None and default is not None:
        return default
    if not isinstance(value, list):
        raise wrong(f"{name}: Not a valid list. Arrays are JSON-encoded.")
    return value


def parsed(call: Call, name: str) -> Any:
    """A JSON value of the query; None when it is not there.

    Raises  Refusal  not JSON
    """
    given = call.query.get(name)
    if given is None:
        return None
    try:
        return json.loads(given)
    except ValueError:
        raise wrong(f"{name}: Not a valid JSON value.") from None


def needed(call: Call, name: str) -> str:
    """A text of the query that must be there.

    Raises  Refusal
    """
    value = call.query.get(name, "")
    if not value:
        raise wrong(f"{name}: Missing data for required field.")
    return value


def counted(call: Call, name: str, default: int, most: int | None = None) -> int:
    """A whole number of the query, from 1.

    Raises  Refusal
    """
    given = call.query.get(name, str(default))
    if not given.isdecimal() or int(given) < 1 or (most is not None and int(given) > most):
        raise wrong(f"{name}: Must be a whole number from 1{'' if most is None else f' to {most}'}.")
    return int(given)

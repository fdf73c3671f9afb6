"""Turns typed pairs and whole numbers into values. Days, instants, zones and amounts are checked where they are used, not here."""

from __future__ import annotations

from collections.abc import Iterable

from hexameter.errors import BadValue


def column_map(pairs: Iterable[str]) -> dict[str, str]:
    """`--map FIELD=COLUMN` as field -> column; whether they exist is the format's to say.

    Raises  BadValue  no equals sign, an empty side, a field named twice
    Example column_map(["views=Video plays"]) -> {"views": "Video plays"}
    """
    columns: dict[str, str] = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        name, column = name.strip(), column.strip()
        if not (equals and name and column):
            raise BadValue(f"--map is '{pair}'; expected FIELD=COLUMN.", field="map", value=pair, hint="Example: --map views='Video plays'")
        if name in columns:
            raise BadValue(f"--map names the field '{name}' twice.", field="map", value=pair, hint="Keep the column that counts.")
        columns[name] = column
    return columns


def whole_number(text: str | None, option: str) -> int | None:
    """A whole number, never a rounded one.

    In      option  its name without dashes
    Raises  BadValue
    Example whole_number("12", "limit") -> 12
    """
    if text is None:
        return None
    if not text.strip().removeprefix("-").isdecimal():
        raise BadValue(f"--{option} is '{text}'; expected a whole number.", field=option, value=text, hint=f"Example: --{option} 30")
    return int(text)

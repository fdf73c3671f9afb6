"""Turns pairs typed as FIELD=COLUMN into a mapping. Days, instants and zones are checked where they are used, not here."""

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

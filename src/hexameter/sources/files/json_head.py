"""What the head of a JSON text names: its keys as dotted paths, and whether it nests too deep. It needs no complete document."""

from __future__ import annotations

import re

from hexameter.errors import BadFile

DEPTH_LIMIT = 1_000
_PATHS_LIMIT = 5_000
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?|([{}\[\]])', re.DOTALL)


def key_paths(head: str) -> tuple[str, ...]:
    """Dotted paths of the keys in order of appearance, arrays left out: authorMeta.name. The head may be cut anywhere.

    Raises  BadFile  nested deeper than DEPTH_LIMIT
    Example key_paths('[{"a": {"b": 1}, "c": [{"d":') -> ("a", "a.b", "c", "c.d")
    """
    found: dict[str, None] = {}
    parents: list[str] = []
    key = ""
    for text, colon, mark in _TOKEN.findall(head):
        if colon:
            key = f"{parents[-1]}.{text}" if parents and parents[-1] else text
            if len(found) < _PATHS_LIMIT:
                found[key] = None
        elif mark in ("{", "["):
            parents.append(key)
            if len(parents) > DEPTH_LIMIT:
                raise BadFile(f"the JSON is nested more than {DEPTH_LIMIT:,} levels deep; no export is.")
        elif mark and parents:
            parents.pop()
            key = parents[-1] if parents else ""
    return tuple(found)

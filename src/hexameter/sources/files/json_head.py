"""What the head of a JSON text names: its keys as dotted paths, and whether it nests too deep. It needs no complete document."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping

from hexameter.errors import BadFile

DEPTH_LIMIT = 1_000
_PATHS_LIMIT = 5_000
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?|([{}\[\]])', re.DOTALL)


@functools.lru_cache(maxsize=1)  # asked of every file twice: when reading begins, and when it is certain what the file is
def key_paths(head: str, lines: bool = False) -> tuple[str, ...]:
    """Dotted paths of the keys in order of appearance, arrays left out: authorMeta.name. The head may be cut anywhere.

    In      lines   one document a line: a damaged or absurdly deep line is left aside, the others count
    Raises  BadFile  nested deeper than DEPTH_LIMIT
    Example key_paths('[{"a": {"b": 1}, "c": [{"d":') -> ("a", "a.b", "c", "c.d")
    """
    found: dict[str, None] = {}
    for text in head.splitlines() if lines else [head]:
        if lines and _adds_nothing(text, found):
            continue
        deepest = _collect(text, found)
        if deepest > DEPTH_LIMIT and not lines:
            raise BadFile(f"the JSON is nested more than {DEPTH_LIMIT:,} levels deep; no export is.")
    return tuple(found)


def _adds_nothing(line: str, found: Mapping[str, None]) -> bool:
    """Whether a line is a flat object of keys that are known: most are, and Python's parser tells in a tenth of the time."""
    if "\\" in line:  # a key is found as it is spelled, escapes and all
        return False
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(record, dict) and record.keys() <= found.keys() and not any(isinstance(v, dict | list) for v in record.values())


def _collect(text: str, found: dict[str, None]) -> int:
    """Add the paths of one document; the depth reached, at most one beyond DEPTH_LIMIT."""
    parents: list[str] = []
    key, deepest = "", 0
    for name, colon, mark in _TOKEN.findall(text):
        if colon:
            key = f"{parents[-1]}.{name}" if parents and parents[-1] else name
            if len(found) < _PATHS_LIMIT:
                found[key] = None
        elif mark in ("{", "["):
            parents.append(key)
            deepest = max(deepest, len(parents))
            if deepest > DEPTH_LIMIT:
                break
        elif mark and parents:
            parents.pop()
            key = parents[-1] if parents else ""
    return deepest

"""An import is taken back, by the batch it was given. The lake knows how."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from hexameter.errors import BadValue, Conflict, NotFound

if TYPE_CHECKING:
    from hexameter.services.house import House

_WHOLE = re.compile(r"[0-9a-f]{32}")
_SHORTEST = 6


def undo(batch: str, house: House) -> dict[str, Any]:
    """Remove what an import added. What a later import brought too stays, as that import's.

    In      batch  its id, or at least six characters of its beginning
    Out     batch, file, removed {table: rows}; `removed` is {} when it was undone before
    Raises  NotFound  no import begins so; Conflict  several do; BadValue  it was read from TikTok, not imported
    """
    asked = batch.strip().lower()
    known = {row["batch_id"]: row for row in house.lake.batches().to_pylist()}
    found = [one for one in known if one.startswith(asked)] if len(asked) >= _SHORTEST else []
    if len(found) > 1:
        raise Conflict(f"several imports begin with '{batch}': {', '.join(found)}.", field="batch", value=batch, hint="Give more of it.")
    if not found and not _WHOLE.fullmatch(asked):
        raise NotFound(f"no import has the batch '{batch}'.", field="batch", value=batch, hint="The last ones: hexameter status")
    one = found[0] if found else asked
    row = known.get(one)
    if row is not None and row["source"] in house.sources:
        hint = "To stop reading: hexameter disconnect HANDLE. To remove a person: hexameter lake erase HANDLE."
        raise BadValue(f"batch '{one[:8]}' was read from TikTok, not imported from a file.", field="batch", value=batch, hint=hint)
    return {"batch": one, "file": row["origin"] if row else None, "removed": house.lake.undo(one)}

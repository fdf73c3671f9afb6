"""Questions in SQL over the lake's tables, read-only. The engine guards the reading; nothing is computed here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hexameter.errors import BadValue

if TYPE_CHECKING:
    import pyarrow as pa

    from hexameter.services.house import House


def query(text: str, house: House, limit: int | None = None, engine: str | None = None) -> pa.Table:
    """The answer to one SELECT over the lake as it is now; every table of docs/tables.md has its name.

    In      limit     at most so many rows; None: all
    Raises  BadValue  not one SELECT, a table or column that is not there, or an engine that takes no SQL
    """
    if not text.strip():
        raise BadValue("There is no question.", field="sql", hint='Example: hexameter sql "select count(*) from post".')
    if limit is not None and limit < 1:
        raise BadValue(f"limit is {limit}; expected at least 1.", field="limit", value=str(limit))
    chosen = house.engine(engine)
    ask = getattr(chosen, "run_sql", None)
    if ask is None:
        raise BadValue(f"The engine {chosen.name} takes no SQL.", field="engine", value=chosen.name, hint="Leave --engine out.")
    answer: pa.Table = ask(house.lake.snapshot(), text, limit)
    return answer

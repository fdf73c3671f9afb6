"""HTML for notebooks: small tables, everything from outside escaped. It carries no script and no style sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

NOTHING = "—"
_HOSTILE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


def said(value: Any) -> str:
    """A value as text for people, not yet escaped; null is a dash, never 0.

    Example said(33000) -> "33,000", said(None) -> "—"
    """
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) >= 1 or value == 0 else f"{value:.4g}"
    if isinstance(value, (list, tuple)):
        return ", ".join(said(part) for part in value)
    if hasattr(value, "isoformat"):
        return str(value.isoformat()).replace("+00:00", "Z")
    return _HOSTILE.sub("", str(value))


def table_html(caption: str, columns: Sequence[str], rows: Iterable[Sequence[str]], below: Sequence[str] = ()) -> str:
    """A table of text, every piece escaped.

    In      below  lines of small print
    """
    head = "".join(f"<th>{_safe(name)}</th>" for name in columns)
    body = "".join("<tr>" + "".join(f"<td>{_safe(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    small = "".join(f"<div><small>{_safe(line)}</small></div>" for line in below)
    return f"<div><strong>{_safe(caption)}</strong><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{small}</div>"


def rows_html(title: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]], total: int) -> str:
    """The first rows of an answer."""
    more = [f"{total:,} rows, the first {len(rows)} shown"] if total > len(rows) else [f"{total:,} rows"]
    return table_html(title, columns, ([said(row[name]) for name in columns] for row in rows), more)


def _safe(text: str) -> str:
    return escape(_HOSTILE.sub("", text), quote=True)

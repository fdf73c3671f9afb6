"""The receipt of a number as lines of small print: definitions, instant, lake version, sources. It invents nothing that is not there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hexameter.views.cli import words

# The tables whose readings a number is made of; --json names every table's version.
_READ = ("post", "post_snapshot", "creator_snapshot", "retention")


def receipt_lines(document: Mapping[str, Any]) -> list[str]:
    """What a number rests on, for the end of a page.

    In      document  of `hexameter kpis`
    Example receipt_lines({"receipt": {"sources": ["csv"]}})[1] -> "Sources: csv"
    """
    receipt = document.get("receipt") or {}
    lake = ", ".join(f"{name} {version}" for name, version in (receipt.get("lake_version") or {}).items() if name in _READ)
    said = [
        f"definitions {document.get('definitions_version') or receipt.get('definitions_version')}",
        f"as of {words.instant(document.get('as_of'))}",
    ]
    said += [f"known at {words.instant(receipt['known_at'])}"] if receipt.get("known_at") else []
    said += [f"lake {lake}"] if lake else []
    said += [f"engine {receipt['engine']}"] if receipt.get("engine") else []
    lines = [f"Receipt: {', '.join(said)}"]
    sources = ", ".join(receipt.get("sources") or []) or "none: no reading by then"
    lines.append(f"Sources: {sources}" + _precision(receipt, document))
    definition = receipt.get("definition") or document.get("definition")
    if definition:
        lines.append(f"Definition used: {definition if isinstance(definition, str) else definition.get('name')}")
    if receipt.get("erased") or receipt.get("erasures"):
        lines.append("Readings were erased since; a number frozen earlier may differ.")
    return lines


def _precision(receipt: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    precision = receipt.get("precision") or document.get("precision")
    if precision in ("rounded", "mixed"):
        return "; some counters were shown rounded, the range is beside each number"
    return "; all counters exact" if precision == "exact" else ""

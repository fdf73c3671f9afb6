"""Settings as text become the values the numbers need, each refused with its name when it cannot be one. It reads no environment."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from hexameter.contracts.records import RateCard
from hexameter.errors import BadValue
from hexameter.kpis.rate_cards import RATE_CARDS
from hexameter.kpis.rate_cards import rate_card as preset


def band_of(settings: Mapping[str, str]) -> tuple[int, int]:
    """The recommended posts a day, lowest and highest.

    Raises  BadValue
    Example band_of({"recommended_per_day": "1-3"}) -> (1, 3)
    """
    text = settings["recommended_per_day"]
    found = re.fullmatch(r"\s*(\d{1,4})\s*-\s*(\d{1,4})\s*", text)
    if not found or int(found[1]) > int(found[2]):
        raise _refused("recommended_per_day", text, "Expected the lowest and the highest number, like 1-3.")
    return int(found[1]), int(found[2])


def qualified_seconds_of(settings: Mapping[str, str]) -> float:
    """The threshold of a qualified view.

    Raises  BadValue
    Example qualified_seconds_of({"qualified_view_seconds": "5"}) -> 5.0
    """
    text = settings["qualified_view_seconds"]
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 3600:
        raise _refused("qualified_view_seconds", text, "Expected seconds, like 5.")
    return seconds


def source_order_of(settings: Mapping[str, str]) -> tuple[str, ...]:
    """Sources in order of trust.

    Example source_order_of({"source_order": "csv, apify"}) -> ("csv", "apify")
    """
    return tuple(word.strip() for word in settings["source_order"].split(",") if word.strip())


def is_preset(name: str) -> bool:
    """Whether a price list's name is a preset's, "none" or a file's: no other list may take it.

    Example is_preset("skeepers") -> True
    """
    clean = name.strip().lower()
    return clean in ("", "none") or clean.endswith(".toml") or clean in {card.name for card in RATE_CARDS}


def rate_card_of(name: str) -> RateCard | None:
    """A preset by its name, or a price list in a TOML file; "none" for no media value.

    Raises  BadValue
    """
    if name.strip().lower() in ("", "none"):
        return None
    if not name.endswith(".toml"):
        return preset(name)
    known = {f.name: f.type for f in fields(RateCard)}
    try:
        raw = tomllib.loads(Path(name).expanduser().read_text(encoding="utf-8"))
        prices = {key: float(raw[key]) for key in known if key.startswith("per_")}
        words = {key: str(raw[key]) for key in known if not key.startswith("per_")}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise _refused("rate_card", name, f"The file cannot be read: {problem}.") from problem
    except (KeyError, TypeError, ValueError) as problem:
        raise _refused("rate_card", name, f"Expected {', '.join(known)} with prices as numbers; trouble with {problem}.") from problem
    return RateCard(**words, **prices)  # type: ignore[arg-type]


def _refused(name: str, value: str, hint: str) -> BadValue:
    return BadValue(f"setting '{name}' is \"{value}\".", field=name, value=value, hint=hint)

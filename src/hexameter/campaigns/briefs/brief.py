"""A brief as data: what is asked of a creator, and the clauses a machine can check. It is kept by `briefs.shelf`."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

from hexameter.contracts.clauses import Clause
from hexameter.contracts.spelling import day_of, handle_of, hashtag_of
from hexameter.errors import BadValue, did_you_mean

# Words that disclose an advertisement, as creators write them; the platform's own label counts as well.
DISCLOSING = (
    "ad",
    "advertisement",
    "advertising",
    "anzeige",
    "collaborationcommerciale",
    "gifted",
    "paidpartnership",
    "partenariat",
    "partenariatremunere",
    "partenariatrémunéré",
    "pub",
    "publicidad",
    "publicité",
    "publi",
    "sponsored",
    "sponsorisé",
    "werbung",
)
LONGEST = 5_000  # signs of one field
MOST = 100  # entries of one list


@dataclass(frozen=True)
class Brief:
    """What is asked for. Lists are in the order in which the creator reads them; empty and None: nothing is asked about it.

    disclosure     whether the post has to say that it is an advertisement
    disclosing     hashtags that count as saying so
    music          id of the sound to use
    from_day, to_day   between which local days to publish; both included
    deliverables   "2 videos", "1 story", each perhaps with "| 2025-07-10" as its day
    deadlines      "first draft | 2025-07-05"
    """

    goal: str = ""
    message: str = ""
    do: tuple[str, ...] = ()
    dont: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    disclosure: bool = True
    disclosing: tuple[str, ...] = DISCLOSING
    forbidden: tuple[str, ...] = ()
    music: str = ""
    min_seconds: float | None = None
    max_seconds: float | None = None
    from_day: str = ""
    to_day: str = ""
    deliverables: tuple[str, ...] = ()
    deadlines: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    notes: str = ""


FIELDS = tuple(f.name for f in fields(Brief))
LISTS = ("do", "dont", "hashtags", "mentions", "disclosing", "forbidden", "deliverables", "deadlines", "links")


def clauses_of(brief: Brief) -> tuple[Clause, ...]:
    """The clauses that can be checked on a post.

    Example clauses_of(Brief(hashtags=("glowday",), disclosure=False))[0].id -> "hashtag:glowday"
    """
    found = [Clause("hashtag", "has", (tag,)) for tag in brief.hashtags]
    found += [Clause("mention", "has", (handle,)) for handle in brief.mentions]
    if brief.disclosure:
        found.append(Clause("disclosure", "has_any", brief.disclosing))
    if brief.min_seconds is not None or brief.max_seconds is not None:
        found.append(Clause("duration", "between", (_bound(brief.min_seconds), _bound(brief.max_seconds))))
    if brief.from_day or brief.to_day:
        found.append(Clause("window", "between", (brief.from_day, brief.to_day)))
    if brief.music:
        found.append(Clause("music", "is", (brief.music,)))
    if brief.forbidden:
        found.append(Clause("forbidden", "lacks", brief.forbidden))
    return tuple(found)


def changed(brief: Brief, words: Mapping[str, Any]) -> Brief:
    """The brief with some fields given anew, every one checked.

    In      words  by field name: text, numbers as text too; lists as lists or as text with one entry a line
    Raises  BadValue
    """
    for name in words:
        if name not in FIELDS:
            raise BadValue(f"a brief has no '{name}'.", field=name, hint=did_you_mean(name, FIELDS))
    new = replace(brief, **{name: _read(name, value) for name, value in words.items()})
    if new.min_seconds is not None and new.max_seconds is not None and new.min_seconds > new.max_seconds:
        raise BadValue(
            f"min_seconds is {new.min_seconds:g}, above max_seconds, which is {new.max_seconds:g}.",
            field="min_seconds",
            hint="Exchange them.",
        )
    if new.from_day and new.to_day and new.from_day > new.to_day:
        raise BadValue(f"from_day is {new.from_day}, after to_day, which is {new.to_day}.", field="from_day", hint="Exchange them.")
    return new


def brief_text(brief: Brief) -> str:
    """The brief as it is kept: JSON, the same for the same brief."""
    return json.dumps(asdict(brief), ensure_ascii=False, sort_keys=True)


def brief_of(text: str) -> Brief:
    """The brief again; a field that a later version added has its default."""
    plain = json.loads(text)
    known: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in plain.items() if name in FIELDS}
    return Brief(**known)


def dated(entry: str) -> tuple[str, date | None]:
    """What and when of "2 videos | 2025-07-10".

    Raises  BadValue  the part behind the bar is no day
    Example dated("2 videos | 2025-07-10") -> ("2 videos", date(2025, 7, 10))
    """
    what, bar, day = entry.rpartition("|")
    return (what.strip(), day_of(day, "deliverables")) if bar else (entry.strip(), None)


def _bound(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _read(name: str, value: Any) -> Any:
    if name in LISTS:
        return _entries(name, value)
    if name == "disclosure":
        return _flag(value)
    if name in ("min_seconds", "max_seconds"):
        return _seconds(name, value)
    text = _text(name, value)
    if name in ("from_day", "to_day"):
        return day_of(text, name).isoformat() if text else ""
    return text


def _text(name: str, value: Any) -> str:
    text = str("" if value is None else value).replace("\x00", "").strip()
    if len(text) > LONGEST:
        raise BadValue(f"{name} has {len(text):,} signs; at most {LONGEST:,} are kept.", field=name, hint="Shorten it, or link to a page.")
    return text


def _entries(name: str, value: Any) -> tuple[str, ...]:
    given: Iterable[Any] = value.splitlines() if isinstance(value, str) else value or ()
    clean = [text for entry in given if (text := _text(name, entry))]
    if len(clean) > MOST:
        raise BadValue(f"{name} has {len(clean)} entries; at most {MOST} are kept.", field=name, hint="Put several into one line.")
    form = _FORMS.get(name)
    return tuple(dict.fromkeys(form(text) if form else text for text in clean))


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word not in ("yes", "no", "true", "false", "1", "0", "on", ""):
        raise BadValue(f"disclosure is '{value}'; expected yes or no.", field="disclosure", value=str(value))
    return word in ("yes", "true", "1", "on")


def _seconds(name: str, value: Any) -> float | None:
    if value is None or not str(value).strip():
        return None
    try:
        seconds = float(str(value).replace(",", "."))
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= 3600:
        raise BadValue(f"{name} is '{value}'; expected seconds from 0 to 3600, like 15.", field=name, value=str(value))
    return seconds


def _link(text: str) -> str:
    if not text.lower().startswith(("https://", "http://")) or any(c.isspace() for c in text):
        raise BadValue(f"'{text[:80]}' is not a link.", field="links", value=text[:80], hint="Expected like https://example.com/page.")
    return text


def _dated(text: str) -> str:
    what, day = dated(text)
    if not what:
        raise BadValue(f"'{text}' says when, but not what.", field="deliverables", value=text, hint="Expected like: 2 videos | 2025-07-10.")
    return text if day is None else f"{what} | {day.isoformat()}"


_FORMS: Mapping[str, Callable[[str], str]] = {
    "hashtags": hashtag_of,
    "disclosing": hashtag_of,
    "mentions": lambda text: handle_of(text, "mentions"),
    "links": _link,
    "deliverables": _dated,
    "deadlines": _dated,
}

"""The Research API's query language over the simulated posts: checked by its rules, answered as positions. It pages nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hexameter.standin.server.asked import invalid
from hexameter.standin.server.platform import Places, Platform

_TEXTS = ("username", "region_code", "hashtag_name", "keyword", "music_id", "effect_id", "video_length")
_ORDERED = ("create_date", "video_id", "view_count", "comment_count")
_OPERATIONS = ("EQ", "IN", "GT", "GTE", "LT", "LTE")
_LENGTHS = {"SHORT": (0, 14), "MID": (15, 60), "LONG": (61, 300), "EXTRA_LONG": (301, 10**9)}
_REGION = re.compile(r"[A-Z]{2}")
_NO_REGIONS = ("UK", "AS")
_LONGEST = timedelta(days=30)


def days_of(body: Mapping[str, Any]) -> tuple[int, int]:
    """The publication window of a query as Unix seconds, the end excluded.

    Raises  Refusal  no dates, not YYYYMMDD, the wrong way round, or more than 30 days apart
    """
    first, last = (_day(body.get(name), name) for name in ("start_date", "end_date"))
    if last < first:
        raise invalid("The end_date is before the start_date")
    if last > first + _LONGEST:
        raise invalid("The date range is invalid: end_date must be no more than 30 days after start_date")
    return int(first.timestamp()), int((last + timedelta(days=1)).timestamp())


def matching(platform: Platform, body: Mapping[str, Any], which: Places, second: int) -> Places:
    """Those of some posts for which all `and`, at least one `or` and no `not` condition holds.

    Raises  Refusal  a query that breaks a rule
    """
    query = body.get("query")
    if not isinstance(query, dict) or set(query) - {"and", "or", "not"} or not any(query.values()):
        raise invalid("The query needs at least one non-empty list among and, or, not")
    kept = np.ones(len(which), bool)
    for word in ("and", "or", "not"):
        conditions = query.get(word) or []
        if not isinstance(conditions, list):
            raise invalid(f"The query's {word} is not a list")
        found = [_holds(platform, _checked(c), which, second) for c in conditions]
        if word == "and":
            for mask in found:
                kept &= mask
        elif found:
            anyone = np.logical_or.reduce(found)
            kept &= anyone if word == "or" else ~anyone
    chosen: Places = which[kept]
    return chosen


def _day(value: object, name: str) -> datetime:
    if isinstance(value, str) and re.fullmatch(r"\d{8}", value):
        try:
            return datetime.strptime(value, "%Y%m%d").replace(tzinfo=UTC)
        except ValueError:
            pass
    raise invalid(f"{name} is invalid: expected YYYYMMDD")


def _checked(condition: object) -> tuple[str, str, list[str]]:
    if not isinstance(condition, dict):
        raise invalid("A condition is not an object")
    operation, field, values = (condition.get(name) for name in ("operation", "field_name", "field_values"))
    if field not in (*_TEXTS, *_ORDERED):
        raise invalid(f"The field_name is invalid: {field}")
    if operation not in _OPERATIONS or (operation not in ("EQ", "IN") and field not in _ORDERED):
        raise invalid(f"The operation is invalid: {operation} of {field}")
    if not isinstance(values, list) or not values or not all(isinstance(v, str) for v in values):
        raise invalid(f"The field_values of {field} are invalid: expected a list of strings")
    if operation != "IN" and len(values) > 1:
        raise invalid(f"The field_values of {field} are invalid: {operation} takes one value")
    _check_values(field, values)
    return operation, field, values


def _check_values(field: str, values: list[str]) -> None:
    wrong = {
        "region_code": lambda v: not _REGION.fullmatch(v) or v in _NO_REGIONS,
        "video_length": lambda v: v not in _LENGTHS,
        "create_date": lambda v: not re.fullmatch(r"\d{8}", v),
        **dict.fromkeys(("video_id", "view_count", "comment_count"), lambda v: not v.isdecimal()),
    }.get(field)
    for value in values:
        if wrong is not None and wrong(value):
            raise invalid(f"The field_values of {field} are invalid: {value}")


def _holds(platform: Platform, condition: tuple[str, str, list[str]], which: Places, second: int) -> NDArray[np.bool_]:
    operation, field, values = condition
    if field in _ORDERED:
        own = _numbers(platform, field, which, second)
        asked = [_as_number(field, v) for v in values]
        if operation in ("EQ", "IN"):
            return np.isin(own, asked)
        compare = {"GT": np.greater, "GTE": np.greater_equal, "LT": np.less, "LTE": np.less_equal}[operation]
        found: NDArray[np.bool_] = compare(own, asked[0])
        return found
    return _fits(platform, field, values, which, second)


def _numbers(platform: Platform, field: str, which: Places, second: int) -> NDArray[np.int64]:
    if field == "video_id":
        return platform.world.works.post_id[which]
    if field == "create_date":
        return platform.world.works.published[which] // 86_400
    return platform.counts(which, second)["views" if field == "view_count" else "comments"]


def _as_number(field: str, value: str) -> int:
    return int(_day(value, "create_date").timestamp()) // 86_400 if field == "create_date" else int(value)


def _fits(platform: Platform, field: str, values: list[str], which: Places, second: int) -> NDArray[np.bool_]:
    works = platform.world.works
    if field == "username":
        return np.isin(works.creator[which], [c for v in values if (c := platform.creator(v, second)) is not None])
    if field == "region_code":
        own = np.array([platform.country(i) in values for i in range(platform.world.creators_count)])
        found: NDArray[np.bool_] = own[works.creator[which]]
        return found
    if field == "hashtag_name":
        return np.isin(which, np.concatenate([platform.tagged(v, longer=platform.faults.fuzzy) for v in values]))
    if field == "keyword":
        words = [v.casefold() for v in values]
        return np.array([any(w in platform.captions[place] for w in words) for place in which.tolist()], bool)
    if field == "music_id":
        return np.isin(works.music_id[which], values)
    if field == "video_length":
        seconds = works.seconds[which]
        found = np.logical_or.reduce([(seconds >= _LENGTHS[v][0]) & (seconds <= _LENGTHS[v][1]) for v in values])
        return found
    return np.zeros(len(which), bool)

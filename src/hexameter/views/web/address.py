"""What the address of a page says: period, instant, definition, order, page; and how to write it changed. Every view can be shared."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from fastapi import Request

from hexameter.views.web.access import opens

_LOOKING = ("from", "to", "as_of", "tz", "definition")
_LISTING = ("sort", "order", "q", "creator", "page", "layout", "columns", "file", "state", "with")
_OF_ONE_TABLE = re.compile(r"[a-z]{1,20}_(sort|order|q|page|columns)")  # where a page has several
_KNOWN = frozenset((*_LOOKING, *_LISTING))


@dataclass(frozen=True)
class Address:
    """One page's path and the words behind it; empty ones are left out. `opens`: whether its reader may follow an address."""

    path: str
    words: Mapping[str, str]
    opens: Callable[..., bool] = field(default=lambda address, method="GET": True, compare=False, repr=False)

    def get(self, name: str, otherwise: str = "") -> str:
        """One word."""
        return self.words.get(name, otherwise)

    @property
    def when(self) -> dict[str, str]:
        """The words that say when and where, as fields of a question."""
        named = {"from": "from_day", "to": "to_day", "as_of": "as_of", "tz": "tz"}
        return {field: self.words[name] for name, field in named.items() if name in self.words}

    @property
    def chosen(self) -> bool:
        """Whether a period was chosen by hand."""
        return "from" in self.words or "to" in self.words

    def looking(self, path: str, **changed: object) -> str:
        """Another page seen the same way: period, instant, zone, definition."""
        kept = {name: self.words[name] for name in _LOOKING if name in self.words}
        return _written(path, {**kept, **changed})

    def but(self, **changed: object) -> str:
        """This page with some words changed; None or "" leaves a word out."""
        return _written(self.path, {**self.words, **changed})

    def kept(self, *without: str) -> list[tuple[str, str]]:
        """The words for a form's hidden fields."""
        return [(name, value) for name, value in self.words.items() if name not in without]


def address_of(request: Request) -> Address:
    """The address of a request; words nobody knows are dropped."""
    query = request.query_params
    said = {name: ",".join(query.getlist(name)).strip() for name in query if name in _KNOWN or _OF_ONE_TABLE.fullmatch(name)}
    return Address(request.url.path, {name: value for name, value in said.items() if value}, opens(request))


def _written(path: str, words: Mapping[str, object]) -> str:
    said = {name: value for name, value in words.items() if value not in (None, "")}
    return f"{path}?{urlencode(said)}" if said else path

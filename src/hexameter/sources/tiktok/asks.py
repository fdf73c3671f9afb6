"""A request described, and what came back: enough to send it, judge the answer and send it again. It sends nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from hexameter.contracts.tracking import Limit

# open: open.tiktokapis.com's {data, error} · business: {code, message, data} with HTTP 200 for errors · oauth: flat, errors maybe with 200
Family = Literal["open", "business", "oauth"]


class Tokens(Protocol):
    """Where a request gets its access token from: the house's line, or the operator's own credentials."""

    def token(self) -> str:
        """A token that is good for the next minutes."""
        ...

    def renewed(self, refused: str) -> str:
        """Another token than the one just refused."""
        ...


@dataclass(frozen=True)
class Ask:
    """One request.

    In      family  how the answer is to be judged
            path    below the family's base address
            what    what is asked for, as a sentence names it: "the newest posts of @lea"
            params  the query; `body` JSON; `form` fields, for OAuth
            limits  what an attempt spends
            listed  the member of `data` that must be a list where it is present
            owner   whose consent the token stands for; "" for the operator's own credentials
            hidden  values that no sentence may repeat, beside the token
            bare    an empty answer is a good one
    """

    family: Family
    method: Literal["GET", "POST"]
    path: str
    what: str
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    limits: tuple[Limit, ...] = field(default=(), repr=False)
    listed: str = ""
    owner: str = ""
    hidden: tuple[str, ...] = field(default=(), repr=False)
    bare: bool = False


@dataclass(frozen=True)
class Answer:
    """A good answer: the body as it came, and its `data` (for OAuth: the whole object)."""

    body: bytes
    data: Mapping[str, Any]

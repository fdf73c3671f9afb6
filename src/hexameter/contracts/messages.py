"""What is told to people elsewhere: a message, and the courier that takes it there. It sends nothing itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Message:
    """One message, in every form a courier may need.

    key     the same for every attempt: a receiver that has seen it may throw the repetition away
    facts   JSON-ready, for machines; subject, text and html for people
    images  PNG by content id, shown in `html` as cid:ID
    """

    key: str
    subject: str
    text: str
    facts: Mapping[str, Any]
    html: str | None = None
    images: Mapping[str, bytes] = field(default_factory=dict)


class Courier(Protocol):
    """One way out of the house."""

    name: str

    def check(self, target: str) -> str:
        """The target as it is kept, when this courier could go there.

        Raises  BadValue  it could not, and why
        """
        ...

    def send(self, target: str, message: Message, secret: str | None = None) -> None:
        """Take a message there, once; who calls decides about another attempt.

        In      secret  signs the message where the courier can
        Raises  Outage   nobody took it; a later attempt may pass
                Refused  it will never be taken there
        """
        ...

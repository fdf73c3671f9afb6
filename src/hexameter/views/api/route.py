"""What a route of the API is: it describes itself once, and router, description, docs and tests iterate over it. It answers nothing."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Least = Literal["client", "analyst", "manager", "owner"]


@dataclass(frozen=True)
class Route:
    """One route.

    run      a verb of services.verbs, like "deliverables.add", or a function whose first argument is the Caller; its signature says what
             path, query (GET) or body (anything else) may hold, its docstring what it does
    least    the least role of the token's maker; whatever is not a GET also needs the scope `write`
    example  a query or body that works, shown in the description; tests send it
    words    what stands for a verb's **keywords: names and types
    listed   where in the answer the list lies that is cut into pages; "": the answer itself
    key      what tells the things of that list apart
    version  what the answer depends on, as one word, when that is cheaper to know than the answer
    upload   the body is a file of at most so many bytes, handed over as `path`
    """

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    run: str | Callable[..., Any]
    least: Least
    tag: str
    example: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, Any] = field(default_factory=dict)
    listed: str | None = None
    key: tuple[str, ...] = ()
    status: int = 200
    version: Callable[..., str] | None = None
    upload: int = 0
    summary: str = ""


def handed_over(content: bytes, name: str, media_type: str, about: str) -> Taken:
    """Bytes as a file to be taken."""
    handle, place = tempfile.mkstemp()
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    return Taken(Path(place), name, media_type, about)


@dataclass(frozen=True)
class Taken:
    """A file as an answer; it is removed once it was sent. `about`: what the audit log says of it."""

    path: Path
    name: str
    media_type: str
    about: str

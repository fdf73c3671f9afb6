"""The options that say which numbers and when, shared by every command that measures. What they mean is decided in services."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from cyclopts import Group, Parameter

WHICH = Group("Which numbers (one of these)", sort_key=1)
WHEN = Group("When", sort_key=2)
HOW = Group("How", sort_key=3)

Slug = Annotated[str, Parameter(name="CAMPAIGN", help="The campaign's short name: hexameter campaign list.")]


@Parameter(name="*")
@dataclass(frozen=True)
class Which:
    """The scope: exactly one of them."""

    campaign: Annotated[
        str | None, Parameter(metavar="NAME", group=WHICH, help="A campaign, by its short name: hexameter campaign list.")
    ] = None
    creator: Annotated[str | None, Parameter(metavar="HANDLE", group=WHICH, help="One creator, by handle, with or without @.")] = None
    hashtag: Annotated[str | None, Parameter(metavar="TAG", group=WHICH, help="One hashtag, with or without #.")] = None
    post: Annotated[str | None, Parameter(metavar="POST", group=WHICH, help="One post, by its address or its id.")] = None
    all: Annotated[bool, Parameter(group=WHICH, help="Every post that was imported.")] = False


@Parameter(name="*")
@dataclass(frozen=True)
class When:
    """The period, the instant, and what was known."""

    from_day: Annotated[
        str | None,
        Parameter(
            metavar="DAY",
            name="--from",
            group=WHEN,
            help="First day, like 2025-07-01. Left out: the campaign's own, else the first post's.",
        ),
    ] = None
    to_day: Annotated[
        str | None,
        Parameter(metavar="DAY", name="--to", group=WHEN, help="Last day, counted whole. Left out: the campaign's own, else today."),
    ] = None
    tz: Annotated[
        str | None,
        Parameter(
            metavar="ZONE", group=WHEN, help="Time zone in which days begin, like Europe/Paris. Left out: the campaign's own, else UTC."
        ),
    ] = None
    as_of: Annotated[
        str | None,
        Parameter(
            metavar="TIME",
            group=WHEN,
            help="See the numbers as they stood at this time: 2025-08-01, or 2025-08-01T18:30+02:00. Left out: now.",
        ),
    ] = None
    known_at: Annotated[
        str | None,
        Parameter(
            metavar="TIME", group=WHEN, help="Use only what had been imported by this time, so that an old report can be made again."
        ),
    ] = None


@Parameter(name="*")
@dataclass(frozen=True)
class How:
    """The definition and the engine."""

    definition: Annotated[
        str | None,
        Parameter(
            metavar="NAME",
            group=HOW,
            help="Show the engagement rate as other houses define it, beside ours: article, hypeauditor, modash, creatoriq, sprout, "
            "rivaliq, socialinsider, tiktok_one, several by comma, or all.",
        ),
    ] = None
    rate_card: Annotated[
        str | None,
        Parameter(
            metavar="NAME",
            group=HOW,
            help="Price list for media value: skeepers, one of yours (hexameter money card), a TOML file, or none.",
        ),
    ] = None
    engine: Annotated[
        str | None,
        Parameter(metavar="ENGINE", group=HOW, help="Where to compute: duckdb (this machine), or a cluster like spark://host:7077."),
    ] = None


def ask(which: Which | None, when: When | None, how: How | None = None) -> dict[str, Any]:
    """The options as keyword arguments for the services; those left out are left out.

    Example ask(Which(campaign="glowday"), When(tz="UTC")) -> {"campaign": "glowday", "tz": "UTC"}
    """
    words = {**vars(which or Which()), **vars(when or When()), **vars(how or How())}
    return {name: value for name, value in words.items() if value is not None and value is not False}

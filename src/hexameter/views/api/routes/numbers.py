"""The six numbers and what stands under them: KPIs of every scope, receipts, breakdowns, readings, definitions. It only reads."""

from __future__ import annotations

from typing import Any

from hexameter.views.api.caller import Caller
from hexameter.views.api.route import Route

AS_OF = "2025-08-01T00:00:00Z"
_FIGURES = ("videos", "views", "engagement_rate", "interactions", "followers", "hashtag")


def campaign_kpis(caller: Caller, slug: str, **ask: Any) -> dict[str, Any]:
    """The six KPIs of a campaign, the very document that `hexameter kpis --campaign SLUG --json` prints."""
    return _measured(caller, campaign=slug, **ask)


def creator_kpis(caller: Caller, handle: str, **ask: Any) -> dict[str, Any]:
    """The six KPIs of a creator, as `hexameter kpis --creator HANDLE --json`."""
    return _measured(caller, creator=handle, **ask)


def hashtag_kpis(caller: Caller, hashtag: str, **ask: Any) -> dict[str, Any]:
    """The six KPIs of a hashtag, written without its #, as `hexameter kpis --hashtag TAG --json`."""
    return _measured(caller, hashtag=hashtag, **ask)


def post_kpis(caller: Caller, post: str, **ask: Any) -> dict[str, Any]:
    """The six KPIs of one post, as `hexameter kpis --post ID --json`."""
    return _measured(caller, post=post, **ask)


def all_kpis(caller: Caller, **ask: Any) -> dict[str, Any]:
    """The six KPIs of every post there is, as `hexameter kpis --all --json`."""
    return _measured(caller, all=True, **ask)


def campaign_kpi(caller: Caller, slug: str, kpi: str, **ask: Any) -> dict[str, Any]:
    """One number in its envelope: kpi, title, definition, value, as_of, n, n_excluded, and where its receipt is."""
    told = _explained(caller, slug, kpi, ask)
    receipt = told["receipt"]
    href = f"/api/v1/campaigns/{slug}/receipts/{kpi}"
    return {
        "kpi": told["kpi"],
        "title": told["title"],
        "definition": {"version": receipt["definitions_version"], **{name: told[name] for name in ("unit", "formula", "source")}},
        "value": told["value"],
        **{name: told[name] for name in ("scope", "period", "as_of")},
        "n": told["value"].get("n", receipt["n"]),
        "n_excluded": told["value"].get("n_excluded", receipt["n_excluded"]),
        "receipt": {"href": href, "as_of": told["as_of"], "lake_version": receipt["lake_version"]},
    }


def receipt(caller: Caller, slug: str, kpi: str, **ask: Any) -> dict[str, Any]:
    """A number's receipt: definition, query, lake version, sources, and every post left out with the reason."""
    return _explained(caller, slug, kpi, ask)


def campaign_posts(caller: Caller, slug: str, **ask: Any) -> dict[str, Any]:
    """The posts a campaign counts, each with counters, rates, basis, precision, captured_at and source."""
    return _part(caller, "posts", campaign=slug, **ask)


def campaign_creators(caller: Caller, slug: str, **ask: Any) -> dict[str, Any]:
    """The creators of a campaign's posts, each with their numbers."""
    return _part(caller, "creators", campaign=slug, **ask)


def campaign_hashtags(caller: Caller, slug: str, **ask: Any) -> dict[str, Any]:
    """The hashtags of a campaign's posts, each with its numbers."""
    return _part(caller, "hashtags", campaign=slug, **ask)


def creators(caller: Caller, **ask: Any) -> dict[str, Any]:
    """Every creator there is, each with their numbers."""
    return _part(caller, "creators", all=True, **ask)


def creator_posts(caller: Caller, handle: str, **ask: Any) -> dict[str, Any]:
    """The posts of a creator."""
    return _part(caller, "posts", creator=handle, **ask)


def hashtags(caller: Caller, **ask: Any) -> dict[str, Any]:
    """Every hashtag there is, each with its numbers."""
    return _part(caller, "hashtags", all=True, **ask)


def hashtag_posts(caller: Caller, hashtag: str, **ask: Any) -> dict[str, Any]:
    """The posts of a hashtag, written without its #."""
    return _part(caller, "posts", hashtag=hashtag, **ask)


def _measured(caller: Caller, **ask: Any) -> dict[str, Any]:
    found: dict[str, Any] = caller.look(ask.get("campaign")).numbers(**ask)
    return found


def _part(caller: Caller, part: str, **ask: Any) -> dict[str, Any]:
    found = _measured(caller, **{part: True}, **ask)
    return {name: found[name] for name in ("definitions_version", "scope", "period", "as_of", "receipt", part)}


def _explained(caller: Caller, slug: str, kpi: str, ask: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = caller.measured.alone(lambda: caller.house.explain(kpi, campaign=slug, **ask))
    return found


def _version(caller: Caller, words: dict[str, Any]) -> str:
    """What a measured answer depends on: known without measuring."""
    return str(caller.look(words.get("slug")).key(**words))


LOOKING = {"from_day": str, "to_day": str, "tz": str, "as_of": str, "known_at": str}
_MEASURED = {**LOOKING, "definition": str, "rate_card": str}
_ASKED = {**_MEASURED, "posts": bool, "creators": bool, "hashtags": bool}
_WHEN = {"as_of": AS_OF}


def _kpis(path: str, run: Any, least: Any) -> Route:
    return Route("GET", path, run, least, "numbers", _WHEN, _ASKED, version=_version)


def _rows(path: str, run: Any, least: Any, listed: str, key: str) -> Route:
    return Route("GET", path, run, least, "numbers", {**_WHEN, "limit": 2}, _MEASURED, listed=listed, key=(key,), version=_version)


ROUTES = (
    _kpis("/campaigns/{slug}/kpis", campaign_kpis, "client"),
    Route("GET", "/campaigns/{slug}/kpis/{kpi}", campaign_kpi, "client", "numbers", _WHEN, LOOKING),
    Route("GET", "/campaigns/{slug}/receipts/{kpi}", receipt, "client", "numbers", _WHEN, LOOKING),
    _rows("/campaigns/{slug}/posts", campaign_posts, "client", "posts", "post_id"),
    _rows("/campaigns/{slug}/creators", campaign_creators, "client", "creators", "creator"),
    _rows("/campaigns/{slug}/hashtags", campaign_hashtags, "client", "hashtags", "hashtag"),
    _kpis("/kpis", all_kpis, "analyst"),
    _rows("/creators", creators, "analyst", "creators", "creator"),
    _kpis("/creators/{handle}/kpis", creator_kpis, "analyst"),
    _rows("/creators/{handle}/posts", creator_posts, "analyst", "posts", "post_id"),
    _rows("/hashtags", hashtags, "analyst", "hashtags", "hashtag"),
    _kpis("/hashtags/{hashtag}/kpis", hashtag_kpis, "analyst"),
    _rows("/hashtags/{hashtag}/posts", hashtag_posts, "analyst", "posts", "post_id"),
    _kpis("/posts/{post}/kpis", post_kpis, "analyst"),
    Route("GET", "/posts/{post}/readings", "readings", "analyst", "numbers", {"limit": 2}, listed="", key=("captured_at", "source")),
    Route("GET", "/definitions", "kpi_list", "client", "numbers", listed="", key=("kpi",)),
    Route("GET", "/presets", "definitions", "client", "numbers", listed="", key=("name",)),
)

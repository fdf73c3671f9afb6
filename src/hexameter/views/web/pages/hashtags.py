"""A hashtag: how it does, week by week, with whom and beside which others; and hashtags on the rise."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from hexameter.charts.weekly import weekly
from hexameter.contracts.spelling import hashtag_of
from hexameter.errors import BadValue, NotFound
from hexameter.views.web.access import least
from hexameter.views.web.address import Address, address_of
from hexameter.views.web.frame import language, measured_of, page, ready
from hexameter.views.web.measured import Look
from hexameter.views.web.numbers import Numbers
from hexameter.views.web.pages.campaign import spec_answer
from hexameter.views.web.post_table import post_table
from hexameter.views.web.table import Column, file_asked, table
from hexameter.views.web.texts import Texts
from hexameter.views.web.tiles import freshness

router = APIRouter()
_COMPARED = 5
_WHOLE = {"posts": True, "creators": True, "hashtags": True}


@router.get("/hashtags")
@least("analyst")
def trending(request: Request) -> Response:
    """Hashtags on the rise, in the platform's lists and in the lake."""
    address, t = address_of(request), Texts(language(request))
    look = measured_of(request).look()
    found = look.other(lambda: look.house.rising(address.get("as_of") or None), "rising", address.get("as_of") or look.slot)
    risen = table(found["rising"], _risen(t), address, name="rising", sort="posts_delta", before="rising_")
    listed = table(found["listed"], _listed(t), address, name="listed", sort="captured_at", before="listed_")
    file = file_asked(address, risen, listed, named="hashtags")
    return file or page(request, "hashtags.html", risen=risen, listed=listed, as_of=found["as_of"])


def _to(row: Any) -> str:
    return f"/hashtags/{quote(row['hashtag'], safe='')}"


def _risen(t: Texts) -> list[Column]:
    return [
        Column("hashtag", t("Hashtag"), link=_to, mark="#"),
        Column("posts", t("Posts, last 7 days"), "count"),
        Column("posts_before", t("The 7 days before"), "count"),
        Column("posts_delta", t("Difference"), "signed"),
        Column("creators", t("Creators"), "count"),
        Column("views", t("Views of these posts"), "count"),
    ]


def _listed(t: Texts) -> list[Column]:
    return [
        Column("hashtag", t("Hashtag"), link=_to, mark="#"),
        Column("country", t("Country")),
        Column("rank", t("Rank"), "count"),
        Column("views", t("Views"), "count"),
        Column("posts", t("Posts"), "count"),
        Column("captured_at", t("Read at"), "instant"),
        Column("source", t("Source")),
    ]


@router.get("/hashtags/{tag}")
@least("analyst")
def hashtag(request: Request, tag: str) -> Response:
    """One hashtag, and up to four others beside it."""
    look, address = measured_of(request).look(), address_of(request)
    added = request.query_params.get("add", "").strip()
    if added:
        return RedirectResponse(address.but(**{"with": ",".join([*_others(address, tag), hashtag_of(added)][: _COMPARED - 1])}), 303)
    key = look.key(hashtag=tag, beside=address.get("with"), **_WHOLE, **address.when)
    kept = ready(request, key)
    if kept is not None:
        return kept
    lang = language(request)
    t, num = Texts(lang), Numbers(lang)
    document = look.numbers(hashtag=tag, **_WHOLE, **address.when)
    name = document["scope"]["id"]
    compared = [{"name": name, "document": document, "missing": None}, *_beside(look, address, name)]
    posts = post_table(look, document["posts"], address, t, tz=document["period"]["tz"])
    creators = table(document["creators"], _creators(t, address), address, name="creators", sort="views.total", before="creators_")
    others = table(document["hashtag"]["co_hashtags"], _co(t), address, name="beside", sort="videos", before="beside_")
    file = file_asked(address, posts, creators, others, named=name)
    return file or page(
        request, "hashtag.html", etag=key, stands=look.stands, tag=name, document=document, address=address, posts=posts, creators=creators,
        others=others,
        compared=compared, most=_COMPARED, fresh=freshness(document, t, num),
    )  # fmt: skip


def _others(address: Address, tag: str) -> list[str]:
    found = [word.strip().lstrip("#").casefold() for word in address.get("with").split(",")]
    return [word for word in dict.fromkeys(found) if word and word != tag.lstrip("#").casefold()][: _COMPARED - 1]


def _beside(look: Look, address: Address, tag: str) -> list[dict[str, Any]]:
    """The others, each whole or with the sentence why it cannot be shown."""
    found = []
    for other in _others(address, tag):
        try:
            found.append({"name": other, "document": look.numbers(hashtag=other, **address.when), "missing": None})
        except (NotFound, BadValue) as problem:
            found.append({"name": other, "document": None, "missing": problem.message})
    return found


@router.get("/hashtags/{tag}/charts/weekly.json")
@least("analyst")
def chart(request: Request, tag: str) -> Response:
    """Views by week of publication, the compared hashtags beside it."""
    look, address = measured_of(request).look(), address_of(request)
    key = look.key(chart="weekly", hashtag=tag, beside=address.get("with"), **address.when)
    kept = ready(request, key)
    if kept is not None:
        return kept
    own = look.numbers(hashtag=tag, **_WHOLE, **address.when)
    weeks = {f"#{own['scope']['id']}": own["hashtag"]["weekly"]}
    weeks |= {f"#{one['name']}": one["document"]["hashtag"]["weekly"] for one in _beside(look, address, tag) if one["document"]}
    return spec_answer(request, weekly(weeks, Texts(language(request))), look, key)


def _creators(t: Texts, address: Address) -> list[Column]:
    return [
        Column(
            "creator",
            t("Creator"),
            mark="@",
            link=lambda row: address.looking(f"/creators/{quote(row['creator'])}") if row["creator"] else None,
        ),
        Column("videos.videos", t("Videos"), "count"),
        Column("views.total", t("Views"), "count"),
        Column("interactions.interactions", t("Interactions"), "count"),
        Column("engagement_rate.by_views_pct.mean", t("By views"), "percent", bar=True),
        Column("engagement_rate.by_followers_pct.mean", t("By followers"), "percent"),
        Column("followers.end", t("Followers"), "count"),
    ]


def _co(t: Texts) -> list[Column]:
    return [
        Column("hashtag", t("Hashtag"), link=_to, mark="#"),
        Column("videos", t("Videos"), "count"),
        Column("views", t("Views"), "count"),
    ]

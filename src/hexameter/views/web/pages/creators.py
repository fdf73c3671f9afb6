"""One creator, as a candidate: followers, pace, both rates, posts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup

from hexameter.charts import drawing, series
from hexameter.charts.calendar import calendar
from hexameter.services import comparing
from hexameter.views.web.access import least
from hexameter.views.web.address import address_of
from hexameter.views.web.frame import house_of, language, measured_of, page, ready
from hexameter.views.web.measured import WHOLE
from hexameter.views.web.numbers import Numbers
from hexameter.views.web.pages.campaign import CHARTS, spec_answer
from hexameter.views.web.post_table import post_table
from hexameter.views.web.table import file_asked
from hexameter.views.web.texts import Texts
from hexameter.views.web.tiles import Looked, freshness, tiles

router = APIRouter()


@router.get("/creators/{handle}")
@least("analyst")
def creator(request: Request, handle: str) -> Response:
    """One creator over a period; left out: since the first post that was read."""
    house, look, address = house_of(request), measured_of(request).look(), address_of(request)
    campaigns = house.campaigns.list(True)
    key = look.key(campaigns=campaigns, creator=handle, **WHOLE, **address.when)
    kept = ready(request, key)
    if kept is not None:
        return kept
    document = look.numbers(creator=handle, **WHOLE, **address.when)
    lang = language(request)
    t, num = Texts(lang), Numbers(lang)
    changes = {}
    if address.chosen:
        changes = comparing.changes(document, look.numbers(creator=handle, **WHOLE, **comparing.earlier(document, True)))
    looked = Looked(document, changes, t("than the period before"), address.get("definition"), t, num)
    posts = post_table(look, document["posts"], address, t, tz=document["period"]["tz"], sort="published_at")
    file = file_asked(address, posts, named=handle)
    if file is not None:
        return file
    return page(
        request, "creator.html", etag=key, stands=look.stands, handle=document["scope"]["id"], document=document, address=address,
        tiles=tiles(looked)[:5],
        kpis={k["kpi"]: k for k in house.kpi_list()}, fresh=freshness(document, t, num), posts=posts,
        days=series.complete_days(document["followers"].get("daily") or (), "followers"),
        calendar=Markup(_calendar(document, t, num)),  # drawn by ourselves, its texts escaped
        campaigns=[c for c in campaigns if document["scope"]["id"] in c["creators"]],
    )  # fmt: skip


def _calendar(document: Mapping[str, Any], t: Texts, num: Numbers) -> str:
    rows = series.posts_by_day(document)
    said = {row["day"]: f"{num.day(row['day'])}: {t.many(row['posts'], '{n} post', '{n} posts')}" for row in rows}
    return calendar(rows, t("Posts a day, week by week"), said)


@router.get("/creators/{handle}/charts/{name}.json")
@least("analyst")
def chart(request: Request, handle: str, name: str) -> Response:
    """A chart of the creator page: followers, ages, engagement."""
    look = measured_of(request).look()
    ask = {"creator": handle, **WHOLE, **address_of(request).when}
    key = look.key(chart=name, **ask)
    kept = ready(request, key)
    if kept is not None:
        return kept
    document = look.numbers(**ask)
    say = Texts(language(request))
    if name not in CHARTS or name == "views":
        spec = drawing.cumulative_views(document, (), say)
    elif name == "ages":
        spec = drawing.views_by_age(document, say)
    elif name == "engagement":
        spec = drawing.engagement(document, say)
    else:
        spec = drawing.followers(document["followers"].get("daily") or (), document["followers"].get("anomalies") or (), say)
    return spec_answer(request, spec, look, key)

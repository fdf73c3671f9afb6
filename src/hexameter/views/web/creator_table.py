"""The table of a campaign's creators: its columns, and the rows out of a measured document. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hexameter.views.web.address import Address
from hexameter.views.web.numbers import Numbers
from hexameter.views.web.table import Column, Row, Table, table
from hexameter.views.web.texts import Texts


def creator_table(document: Mapping[str, Any], shown: Mapping[str, Any], address: Address, t: Texts, num: Numbers) -> Table:
    """Every creator of a campaign, those without a post too; its words in the address begin with `creators_`."""
    return table(_rows(document, shown, t, num), _columns(address, t), address, name="creators", sort="views", before="creators_")


def _rows(document: Mapping[str, Any], shown: Mapping[str, Any], t: Texts, num: Numbers) -> list[Row]:
    jumps = {a["creator"]: a["day"] for a in document["followers"].get("anomalies") or ()}
    rows = [_row(creator, jumps, t, num) for creator in document["creators"]]
    known = {row["creator"] for row in rows}
    silent = (handle for handle in shown["creators"] if handle not in known)
    return [*rows, *({"creator": handle, "videos": 0, "state": t("no post yet"), "tone": "warn"} for handle in silent)]


def _row(creator: Mapping[str, Any], jumps: Mapping[str, Any], t: Texts, num: Numbers) -> Row:
    grown, money = creator["followers"] or {}, creator["return"] or {}
    videos, jump = creator["videos"]["videos"], jumps.get(creator["creator"])
    state = t("jump {day}", day=num.day(jump, year=False)) if jump else t("posted") if videos else t("no post yet")
    return {
        "creator": creator["creator"],
        "followers": grown.get("end"),
        "videos": videos,
        "views": creator["views"]["total"],
        "interactions": creator["interactions"]["interactions"],
        **{name: creator["engagement_rate"][name]["mean"] for name in ("by_views_pct", "by_followers_pct")},
        "growth_pct": grown.get("growth_pct"),
        "net": grown.get("net"),
        **{name: money.get(name) for name in ("cost", "revenue", "roi_pct", "cpm", "cpe", "currency")},
        "per_day": creator["videos"]["per_day"],
        "state": state,
        "tone": "warn" if jump or not videos else "up",
    }


def _columns(address: Address, t: Texts) -> list[Column]:
    def to_creator(row: Row) -> str | None:
        return address.looking(f"/creators/{row['creator']}") if row.get("creator") else None

    return [
        Column("creator", t("Creator"), link=to_creator, mark="@"),
        Column("followers", t("Followers"), "count"),
        Column("videos", t("Videos"), "count"),
        Column("views", t("Views"), "count"),
        Column("by_views_pct", t("By views"), "percent", bar=True),
        Column("by_followers_pct", t("By followers"), "percent", bar=True),
        Column("growth_pct", t("Growth"), "signed_percent"),
        Column("cost", t("Cost"), "money"),
        Column("roi_pct", t("Return"), "signed_percent"),
        Column("state", t("State"), tone=lambda row: str(row["tone"])),
        Column("interactions", t("Interactions"), "count", shown=False),
        Column("net", t("New followers"), "signed", shown=False),
        Column("per_day", t("Videos a day"), "number", shown=False),
        Column("revenue", t("Revenue"), "money", shown=False),
        Column("cpm", t("Cost per 1,000 views"), "money", shown=False),
        Column("cpe", t("Cost per interaction"), "money", shown=False),
    ]

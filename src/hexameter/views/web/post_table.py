"""The table of posts, the same on every page that lists some: its columns, and the rows out of a measured document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hexameter.views.web.address import Address
from hexameter.views.web.measured import Look
from hexameter.views.web.table import Asked, Column, Row, Table, table
from hexameter.views.web.texts import Texts


def post_table(
    look: Look, posts: Sequence[Row], address: Address, t: Texts, *, tz: str, sort: str = "views", name: str = "posts", before: str = ""
) -> Table:
    """The posts of a measured document as a table; captions come from the lake.

    In      posts  `document["posts"]`, or some of them
    """
    asked = Asked(address, before)
    every = bool(asked.word("q") or address.get("file")) or asked.word("sort") == "caption"  # else only those shown are needed
    by_hand = any(post.get("in_scope") == "hand" for post in posts)
    rows = _captioned(look, posts) if every else posts
    made = table(rows, columns(address, t, by_hand=by_hand), address, name=name, sort=sort, before=before)
    return replace(made, tz=tz, rows=made.rows if every else _captioned(look, made.rows))


def _captioned(look: Look, posts: Sequence[Row]) -> list[Row]:
    ids = [post["post_id"] for post in posts]
    said = look.other(lambda: look.house.descriptions(ids), "captions", *ids)
    return [{**post, "caption": _caption(said, post)} for post in posts]


def _caption(said: Mapping[str, Mapping[str, Any]], post: Row) -> str:
    return str((said.get(post["post_id"]) or {}).get("caption") or post["post_id"])


def columns(address: Address, t: Texts, *, by_hand: bool = False) -> list[Column]:
    """The columns of posts; the first ten are shown unless the address chooses, and how they came to count when it was `by_hand`."""

    def to_post(row: Row) -> str:
        return address.looking(f"/posts/{row['post_id']}", definition=None, **{"from": None, "to": None})

    def to_creator(row: Row) -> str | None:
        return address.looking(f"/creators/{row['creator']}") if row.get("creator") else None

    def why(name: str) -> Any:
        return lambda row: t((row.get("reasons") or {}).get(name) or "")

    def rounded(name: str) -> Any:
        return lambda row: bool((row.get("rounding") or {}).get(name))

    return [
        Column("caption", t("Post"), link=to_post),
        Column("creator", t("Creator"), link=to_creator, mark="@"),
        Column("published_at", t("Published"), "instant"),
        Column("views", t("Views"), "count", rounded=rounded("views")),
        Column("likes", t("Likes"), "count", rounded=rounded("likes")),
        Column("comments", t("Comments"), "count", rounded=rounded("comments")),
        Column("shares", t("Shares"), "count", rounded=rounded("shares")),
        Column("interactions", t("Interactions"), "count", rounded=rounded("interactions")),
        Column("by_views_pct", t("By views"), "percent", why=why("by_views_pct"), bar=True),
        Column("by_followers_pct", t("By followers"), "percent", why=why("by_followers_pct")),
        Column(
            "in_scope",
            t("Counted"),
            value=lambda row: t(row["in_scope"]),
            tone=lambda row: "warn" if row["in_scope"] != "rule" else None,
            shown=by_hand,
        ),
        Column("saves", t("Saves"), "count", shown=False),
        Column("gained", t("Gained"), "signed", shown=False),
        Column("views_7d", t("Views at 7 days"), "count", shown=False),
        Column("per_hour", t("Views an hour, lately"), "number", shown=False),
        Column("followers", t("Followers"), "count", shown=False),
        Column("hashtags", t("Hashtags"), "words", mark="#", sortable=False, shown=False),
        Column("captured_at", t("Read at"), "instant", shown=False),
        Column("source", t("Source"), shown=False),
        Column("precision", t("Precision"), shown=False),
        Column("post_id", t("Id"), shown=False),
    ]

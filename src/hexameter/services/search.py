"""Find campaigns, creators, hashtags and posts by a few words, an id or an address. It measures nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hexameter.contracts.records import Keep
from hexameter.contracts.spelling import post_id_of
from hexameter.errors import BadValue

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from hexameter.contracts.protocols import Engine, Snapshot
    from hexameter.services.house import House

_MOST = 8


def search(house: House, words: str) -> dict[str, Any]:
    """What has these words in its name; at most eight of each kind, exact names first.

    Out  campaigns [{slug, name}], creators [handle], hashtags [hashtag], posts [post_id]; all empty for no words
    """
    text = words.strip()
    bare = text.lstrip("@#").casefold()
    found: dict[str, Any] = {"campaigns": [], "creators": [], "hashtags": [], "posts": []}
    if not bare:
        return found
    found["campaigns"] = [
        {"slug": c.slug, "name": c.name}
        for c in house.desk.campaigns(True)
        if bare in c.name.casefold() or bare in c.slug or any(bare in tag for tag in c.hashtags)
    ][:_MOST]
    snapshot, engine = house.lake.snapshot(), house.engine()
    try:
        post = _post(engine, snapshot, text)
        if post is not None:
            found["posts"] = [post]
        elif "://" not in text:
            if not text.startswith("#"):
                found["creators"] = _named(engine, engine.table(snapshot, "creator").select(name="handle"), bare)
            if not text.startswith("@"):
                found["hashtags"] = _named(engine, _tags(engine, snapshot), bare)
    finally:
        engine.release()
    return found


def _post(engine: Engine, snapshot: Snapshot, text: str) -> str | None:
    try:
        post_id = post_id_of(text)
    except BadValue:
        return None
    posts = engine.table(snapshot, "post", Keep(post_ids=frozenset([post_id])))
    return post_id if engine.fetch(posts.filter(posts.post_id == post_id).select("post_id").limit(1)).num_rows else None


def _tags(engine: Engine, snapshot: Snapshot) -> ir.Table:
    posts = engine.table(snapshot, "post")
    return posts.select(name=posts.hashtags.unnest())


def _named(engine: Engine, names: ir.Table, bare: str) -> list[str]:
    there = names.filter(names.name.lower().contains(bare)).distinct()
    ordered = there.order_by((there.name == bare).desc(), there.name.length(), there.name).limit(_MOST)
    found: list[str] = engine.fetch(ordered)["name"].to_pylist()
    return found

"""A person leaves the lake: every row of a creator, in every table, file and old version. Only this and undo ever change the past."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hexameter.contracts.spelling import MADE_OF_LOGIN
from hexameter.contracts.tables import BY_NAME, TABLES, Table
from hexameter.errors import Conflict
from hexameter.lake.commit import commit_lock
from hexameter.lake.echoes import Echoes
from hexameter.lake.layout import COMMIT_ORDER, table_folder
from hexameter.lake.log import TableLog
from hexameter.lake.raw import Body, RawBodies
from hexameter.lake.reading import pieces
from hexameter.lake.rewriting import Change, rewrite, without
from hexameter.lake.staging import staging
from hexameter.lake.upkeep import purge

_ERASED = "[erased]"


@dataclass(frozen=True)
class Person:
    """Every name under which the lake knows one creator."""

    creator_ids: frozenset[str]
    handles: frozenset[str]
    post_ids: frozenset[str]


def erase(lake: Path, logs: Mapping[str, TableLog], raw: RawBodies, creator_ids: Iterable[str], handles: Iterable[str]) -> dict[str, int]:
    """Remove creators' rows, mentions and kept API answers; roll-ups go too and are built anew by `maintain`.

    Imports wait while it runs. After a crash, running it again completes it: the table that ties handles to ids is cleaned last.
    Out     rows removed, by table
    Raises  Conflict  a handle that several people have used
    """
    with staging(lake, "erasure") as folder, commit_lock(lake):
        person = _person(logs, frozenset(creator_ids), frozenset(h.removeprefix("@").lower() for h in handles))
        for table in (t for t in TABLES if t.derived):
            shutil.rmtree(table_folder(lake, table.name), ignore_errors=True)
        raw.erase(lambda page: _about(page, person))
        names = [n for n in COMMIT_ORDER if n != "creator"] + ["creator"]
        for n in names:
            Echoes(lake).rewrite(BY_NAME[n], _change(BY_NAME[n], person))
        counts = {n: rewrite(lake, BY_NAME[n], logs[n], folder, _change(BY_NAME[n], person)) for n in names}
        purge(lake, logs)
    return {name: n for name, n in counts.items() if n}


def erase_posts(lake: Path, logs: Mapping[str, TableLog], raw: RawBodies, post_ids: frozenset[str], source: str) -> dict[str, int]:
    """Remove one source's readings of some posts, and the posts themselves where no other source read them; nothing is left behind.

    Out     rows removed, by table; {} when there were none, and then nothing was written
    """
    with staging(lake, "erasure") as folder, commit_lock(lake):
        others = _read_elsewhere(logs, post_ids, source)
        theirs = pl.col("post_id").is_in(list(post_ids))
        changes: dict[str, Change] = {}
        for name in COMMIT_ORDER:
            content = BY_NAME[name].content
            if "post_id" in content and "source" in content:
                changes[name] = without(theirs & (pl.col("source") == source))
        changes["post"] = without(pl.col("post_id").is_in(list(post_ids - others)))
        for name, change in changes.items():
            Echoes(lake).rewrite(BY_NAME[name], change)
        counts = {name: rewrite(lake, BY_NAME[name], logs[name], folder, change) for name, change in changes.items()}
        if any(counts.values()):
            raw.erase(lambda page: page.context.get("api") == source and any(p.encode() in page.body for p in post_ids))
            for table in (t for t in TABLES if t.derived):
                shutil.rmtree(table_folder(lake, table.name), ignore_errors=True)
            purge(lake, logs)
    return {name: n for name, n in counts.items() if n}


def _read_elsewhere(logs: Mapping[str, TableLog], post_ids: frozenset[str], source: str) -> frozenset[str]:
    """Those of the posts that another source has read too."""
    found: set[str] = set()
    for file in logs["post_snapshot"].files():
        for piece in pieces(BY_NAME["post_snapshot"], file.path, ["post_id", "source"], {}):
            found |= set(piece.filter(pl.col("post_id").is_in(list(post_ids)) & (pl.col("source") != source))["post_id"])
    return frozenset(found)


def _about(page: Body, person: Person) -> bool:
    """Whether an answer may carry something of the person: too many go rather than too few, only their re-reading is lost."""
    if page.context.get("creator_id") in person.creator_ids or page.context.get("handle", "").lower() in person.handles:
        return True
    body = page.body.lower()
    return any(word.encode() in body for word in (*person.handles, *person.post_ids))


def _person(logs: Mapping[str, TableLog], ids: frozenset[str], handles: frozenset[str]) -> Person:
    pairs = _pairs(logs)
    handles |= {i[1:] for i in ids if i.startswith("@")}
    by_handle = pairs.filter(pl.col("handle").is_in(list(handles)) & ~pl.col("creator_id").str.starts_with("@"))
    for (handle,), several in by_handle.partition_by("handle", as_dict=True).items():
        people = {i for i in several["creator_id"] if not i.startswith(MADE_OF_LOGIN)}
        if len(people) > 1 and not ids & people:
            found = ", ".join(sorted(people))
            raise Conflict(f"the handle '{handle}' was used by several creators: {found}. Erase by id.", field="creator", value=str(handle))
    numeric = {i for i in ids if not i.startswith("@")} or set(by_handle["creator_id"])
    own = pairs.filter(pl.col("creator_id").is_in(list(numeric)))["handle"]
    shared = pairs.filter(~pl.col("creator_id").is_in(list(numeric)) & ~pl.col("creator_id").str.starts_with("@"))["handle"]
    handles |= set(own) - set(shared)  # a handle that someone else has used too is theirs as well
    every = frozenset(ids | numeric | {f"@{h}" for h in handles})
    return Person(every, frozenset(handles), _posts(logs, every, handles))


def _pairs(logs: Mapping[str, TableLog]) -> pl.DataFrame:
    """Id and handle, from every table that has both: after a crash one of them may be clean already."""
    found = [pl.DataFrame(schema={"creator_id": pl.String, "handle": pl.String})]
    for name in ("creator", "post", "creator_snapshot", "account_day"):
        for file in logs[name].files():
            found += [piece.unique() for piece in pieces(BY_NAME[name], file.path, ["creator_id", "handle"], {})]
    return pl.concat(found).drop_nulls().unique()


def _posts(logs: Mapping[str, TableLog], ids: frozenset[str], handles: frozenset[str]) -> frozenset[str]:
    found: set[str] = set()
    for name in ("post", "post_snapshot"):
        named = "handle" in BY_NAME[name].content
        theirs = pl.col("creator_id").is_in(list(ids))
        theirs = theirs | (pl.col("handle").is_in(list(handles)) & ~_someone_else(ids)) if named else theirs
        columns = ["post_id", "creator_id", *(["handle"] if named else [])]
        for file in logs[name].files():
            for piece in pieces(BY_NAME[name], file.path, columns, {}):
                found |= set(piece.filter(theirs.fill_null(False))["post_id"])
    return frozenset(found)


def _someone_else(ids: frozenset[str]) -> pl.Expr:
    """The row names another creator by number."""
    numbered = pl.col("creator_id").is_not_null() & ~pl.col("creator_id").str.starts_with("@")
    return numbered & ~pl.col("creator_id").is_in(list(ids))


def _change(table: Table, person: Person) -> Change:
    theirs = pl.lit(False)
    if "creator_id" in table.content:
        theirs = theirs | pl.col("creator_id").is_in(list(person.creator_ids)).fill_null(False)
    if "handle" in table.content:
        theirs = theirs | (pl.col("handle").is_in(list(person.handles)) & ~_someone_else(person.creator_ids)).fill_null(False)
    if "post_id" in table.content:
        theirs = theirs | pl.col("post_id").is_in(list(person.post_ids)).fill_null(False)
    silent = _silence_mentions(table, person.handles)
    return lambda rows: rows.filter(~theirs).with_columns(silent)


def _silence_mentions(table: Table, handles: frozenset[str]) -> list[pl.Expr]:
    """The creator's handle in other people's words: mentions, captions, names of imported files."""
    if not handles:
        return []
    names = "|".join(re.escape(h) for h in sorted(handles, key=len, reverse=True))
    # No look-around in this engine: what follows (or surrounds) the handle is put back. @lea is not the beginning of @lea.paris.
    called = rf"(?i)@(?:{names})($|[^\w.]|\.(?:\W|$))"
    word = rf"(?i)(^|[^\p{{L}}\p{{N}}])(?:{names})($|[^\p{{L}}\p{{N}}])"
    changes = []
    if "mentions" in table.content:
        others = pl.col("mentions").list.eval(pl.element().filter(~pl.element().is_in(list(handles))))
        changes.append(others.alias("mentions"))
    if "caption" in table.content:
        changes.append(pl.col("caption").str.replace_all(called, f"@{_ERASED}${{1}}"))
    if "origin" in table.content:
        changes.append(pl.col("origin").str.replace_all(word, f"${{1}}{_ERASED}${{2}}"))
    return changes

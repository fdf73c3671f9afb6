"""The roll-ups post_latest, creator_day and hashtag_day, kept up for what commits touched. They hold nothing that cannot be rebuilt.

Each commit of a roll-up records, as application transactions, the version of every source table it reflects.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from deltalake import Transaction

from hexameter.contracts.tables import BY_NAME, CREATOR_DAY, HASHTAG_DAY, POST_LATEST, Table
from hexameter.lake.commit import commit_lock, publish
from hexameter.lake.layout import frame_schema, month_name, months_of, table_folder
from hexameter.lake.log import TableLog
from hexameter.lake.reading import pieces
from hexameter.lake.staging import StagedTable, staging

_LATEST = ("views", "likes", "comments", "shares", "saves", "reach")
Logs = Mapping[str, TableLog]


@dataclass(frozen=True)
class Rollup:
    """A derived table: its sources, which of its rows a change touches, and how those are computed.

    touched  rows that came into the sources -> keys to compute anew (one column set), computed  keys (None: all) -> rows
    """

    table: Table
    sources: tuple[str, ...]
    touched: Callable[[Logs, Mapping[str, Sequence[str]]], pl.DataFrame]
    computed: Callable[[Logs, pl.DataFrame | None], pl.DataFrame]


def maintain(lake: Path, logs: Logs) -> dict[str, int]:
    """Bring every roll-up to the newest version of its sources.

    Out     rows computed anew, by roll-up
    """
    return {rollup.table.name: _bring_up(lake, logs, rollup) for rollup in ROLLUPS}


def reflected(logs: Logs, name: str) -> dict[str, int]:
    """The version of each source table a roll-up reflects; {} when it was never built."""
    delta = logs[name].delta()
    found = {} if delta is None else {s: delta.transaction_version(f"source:{s}") for s in _BY_NAME[name].sources}
    return {source: version for source, version in found.items() if version is not None}


def _bring_up(lake: Path, logs: Logs, rollup: Rollup) -> int:
    name = rollup.table.name
    with staging(lake, f"rollup_{name}") as folder:
        done = reflected(logs, name)
        now = {s: index.version for s in rollup.sources if (index := logs[s].current()) is not None}
        if done == now:
            return 0
        came = {s: _came_in(logs[s], done.get(s, -1), version) for s, version in now.items()}
        fresh = not done or any(paths is None for paths in came.values())
        keys = None if fresh else rollup.touched(logs, {s: paths or [] for s, paths in came.items()})
        rows = rollup.computed(logs, keys)
        with commit_lock(lake):
            if reflected(logs, name) != done or _rows_went(logs, now):  # another process was quicker, or an erasure came between
                return 0
            _replace(lake, logs, rollup.table, folder, keys, rows, now)
    return rows.height


def _replace(
    lake: Path, logs: Logs, table: Table, folder: Path, keys: pl.DataFrame | None, rows: pl.DataFrame, now: dict[str, int]
) -> None:
    staged = StagedTable(table, folder / table.name, "d")
    staged.add(rows.select(pl.col(c).cast(kind) for c, kind in frame_schema(table).items()))
    index, gone = logs[table.name].current(), []
    months = None if keys is None or not table.by_month else {month_name(m) for m in set(months_of(table, keys).tolist())}
    for i, file in enumerate(index.files if index else ()):
        if index is None or (months is not None and index.months is not None and str(index.months[i]) not in months):
            continue
        gone.append(index.relative[i])
        if keys is not None:
            for piece in pieces(table, file.path, list(frame_schema(table)), {}):
                staged.add(piece.join(keys, on=keys.columns, how="anti"))
    staged.flush()
    publish(lake, table, logs[table.name], staged.files, removes=gone, transactions=[Transaction(f"source:{s}", v) for s, v in now.items()])


def _came_in(log: TableLog, after: int, until: int) -> list[str] | None:
    """Files whose rows came in after a version; None when that cannot be told or rows went away, so that all must be computed anew."""
    if after < 0:
        return None
    paths = []
    for version in range(after + 1, until + 1):
        try:
            lines = (log.folder / "_delta_log" / f"{version:020}.json").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return None
        for action in (json.loads(line) for line in lines if line):
            if action.get("remove", {}).get("dataChange"):
                return None
            if action.get("add", {}).get("dataChange"):
                paths.append(str(log.folder / action["add"]["path"]))
    return paths if all(Path(p).exists() for p in paths) else None


def _rows_went(logs: Logs, since: Mapping[str, int]) -> bool:
    """Whether rows left a source table after these versions: what was computed from them must not be stored."""
    return any((index := logs[s].current()) is None or _came_in(logs[s], v, index.version) is None for s, v in since.items())


def _rows(
    logs: Logs, name: str, columns: Sequence[str], keys: pl.DataFrame | None = None, paths: Sequence[str] | None = None
) -> pl.DataFrame:
    """Rows of a source table: all, or those that share a key."""
    table = BY_NAME[name]
    kinds = frame_schema(table)
    index = logs[name].current()
    files = paths if paths is not None else [f.path for f in index.files] if index else []
    if (
        keys is not None
        and index is not None
        and paths is None
        and table.by_month
        and keys.columns == ["post_id"]
        and index.months is not None
    ):
        months = {month_name(m) for m in set(months_of(table, keys).tolist())}
        files = [f.path for f, month in zip(index.files, index.months, strict=True) if str(month) in months]
    found = [pl.DataFrame(schema={c: kinds[c] for c in columns})]
    wanted = list(columns) if keys is None else list(dict.fromkeys([*columns, *keys.columns]))
    for path in files:
        for piece in pieces(table, path, wanted, {}):
            found.append((piece if keys is None else piece.join(keys, on=keys.columns, how="semi")).select(columns))
    return pl.concat(found, rechunk=True)


# post_latest


def _touched_posts(logs: Logs, came: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    return _rows(logs, "post_snapshot", ["post_id"], paths=came.get("post_snapshot", [])).unique()


def _post_latest(logs: Logs, keys: pl.DataFrame | None) -> pl.DataFrame:
    columns = ["post_id", "creator_id", "captured_at", "source", "precision", "ingested_at", "seq", *_LATEST]
    rows = _in_order(_rows(logs, "post_snapshot", columns, keys))
    read = pl.any_horizontal(pl.col(c).is_not_null() for c in _LATEST)
    return rows.group_by("post_id").agg(
        pl.col("creator_id").drop_nulls().last(),
        pl.col("captured_at").filter(read).max(),
        *(pl.col(c).drop_nulls().last() for c in _LATEST),
    )


def _in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Readings so that the last one wins: by time, exact over rounded, source by name, ingestion, seq."""
    rounded = (pl.col("precision") == "rounded").fill_null(False)
    by = ["captured_at", rounded, "source", "ingested_at", "seq"]
    return rows.sort(by, descending=[False, True, True, False, False])


# creator_day


def _touched_creators(logs: Logs, came: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    return _rows(logs, "creator_snapshot", ["creator_id"], paths=came.get("creator_snapshot", [])).drop_nulls().unique()


def _creator_day(logs: Logs, keys: pl.DataFrame | None) -> pl.DataFrame:
    columns = ["creator_id", "captured_at", "source", "precision", "ingested_at", "seq", "followers"]
    rows = _in_order(_rows(logs, "creator_snapshot", columns, keys).filter(pl.col("followers").is_not_null()))
    rows = rows.with_columns(day=pl.col("captured_at").dt.date())
    return rows.group_by("creator_id", "day").agg(pl.col("captured_at").last(), pl.col("followers").last())


# hashtag_day


def _touched_days(logs: Logs, came: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """Days on which a post with new readings or a new description was published, by any description of it."""
    described = _rows(logs, "post", ["post_id"], paths=came.get("post", []))
    days = _rows(logs, "post", ["published_at"], pl.concat([described, _touched_posts(logs, came)]).unique())
    return days.select(day=pl.col("published_at").dt.date()).drop_nulls().unique()


def _hashtag_day(logs: Logs, keys: pl.DataFrame | None) -> pl.DataFrame:
    posts = None if keys is None else _posts_of_days(logs, keys)
    descriptions = _rows(logs, "post", ["post_id", "creator_id", "hashtags", "published_at", "first_seen_at", "ingested_at", "seq"], posts)
    told = (
        descriptions.sort("first_seen_at", "ingested_at", "seq")
        .group_by("post_id")
        .agg(pl.col("creator_id", "hashtags", "published_at").drop_nulls().last())
    )
    told = told.with_columns(day=pl.col("published_at").dt.date()).filter(pl.col("day").is_not_null())
    if keys is not None:
        told = told.join(keys, on="day", how="semi")
    latest = _rows(logs, "post_latest", ["post_id", "views", "likes", "comments", "shares"], told.select("post_id"))
    tags = told.with_columns(pl.col("hashtags").list.unique()).explode("hashtags").drop_nulls("hashtags")
    every = tags.join(latest, on="post_id", how="left")
    return every.group_by(pl.col("hashtags").alias("hashtag"), "day").agg(
        posts=pl.len(),
        creators=pl.col("creator_id").drop_nulls().n_unique(),
        views=_sum_of_read(pl.col("views")),
        interactions=_sum_of_read(pl.col("likes") + pl.col("comments") + pl.col("shares")),
    )


def _sum_of_read(values: pl.Expr) -> pl.Expr:
    """Null when none was read, not 0."""
    return pl.when(values.is_not_null().any()).then(values.sum())


def _posts_of_days(logs: Logs, days: pl.DataFrame) -> pl.DataFrame:
    dated = _rows(logs, "post", ["post_id", "published_at"]).with_columns(day=pl.col("published_at").dt.date())
    return dated.join(days, on="day", how="semi").select("post_id").unique()


ROLLUPS = (
    Rollup(POST_LATEST, ("post_snapshot",), _touched_posts, _post_latest),
    Rollup(CREATOR_DAY, ("creator_snapshot",), _touched_creators, _creator_day),
    Rollup(HASHTAG_DAY, ("post", "post_snapshot"), _touched_days, _hashtag_day),
)
_BY_NAME = {r.table.name: r for r in ROLLUPS}


def drop(lake: Path) -> None:
    """Forget every roll-up; `maintain` builds them anew."""
    import shutil

    with commit_lock(lake):
        for rollup in ROLLUPS:
            shutil.rmtree(table_folder(lake, rollup.table.name), ignore_errors=True)

"""A home opened from Python: import files, ask for numbers, tables and SQL. The services do everything; nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from hexameter.views.notebook.frames import Rows
from hexameter.views.notebook.numbers import Numbers

if TYPE_CHECKING:
    import pyarrow as pa


class Verbs(Protocol):
    """What a notebook needs of the house; `hexameter.main.App` has it."""

    @property
    def campaigns(self) -> Any:
        """The desk's verbs."""
        ...

    def collect(self, paths: Any, *, rejects: str | Path | None = None, **wishes: Any) -> dict[str, Any]:
        """Import files."""
        ...

    def kpis(self, *, engine: str | None = None, **ask: Any) -> dict[str, Any]:
        """The six KPIs."""
        ...

    def explain(self, kpi: str, *, engine: str | None = None, **ask: Any) -> dict[str, Any]:
        """One KPI explained."""
        ...

    def table(self, what: str, *, engine: str | None = None, **ask: Any) -> pa.Table:
        """A lake table, or a breakdown."""
        ...

    def sql(self, text: str, *, limit: int | None = None, engine: str | None = None) -> pa.Table:
        """A question in SQL."""
        ...

    def close(self) -> None:
        """Let go."""
        ...


class Home:
    """One home: `hexameter.open(folder)` gives it.

    Used in a `with` block it is closed at the end; otherwise call `close()`.
    """

    def __init__(self, app: Verbs) -> None:
        self._app = app

    def campaign(self, slug: str) -> Scope:
        """A campaign, by its short name."""
        return Scope(self._app, campaign=slug)

    def creator(self, handle: str) -> Scope:
        """One creator, by handle."""
        return Scope(self._app, creator=handle)

    def hashtag(self, tag: str) -> Scope:
        """One hashtag."""
        return Scope(self._app, hashtag=tag)

    def post(self, post: str) -> Scope:
        """One post, by id or address."""
        return Scope(self._app, post=post)

    def all(self) -> Scope:
        """Every imported post."""
        return Scope(self._app, all=True)

    def campaigns(self, archived: bool = False) -> list[dict[str, Any]]:
        """The campaigns there are."""
        found: list[dict[str, Any]] = self._app.campaigns.list(archived)
        return found

    def create_campaign(self, name: str, *, from_day: Any, to_day: Any, **words: Any) -> Scope:
        """Open a campaign; the words are those of `hexameter campaign create` (hashtags, mentions, creators, cost, currency, tz)."""
        made = self._app.campaigns.create(name, from_day=from_day, to_day=to_day, **words)
        return self.campaign(made["slug"])

    def import_file(self, path: str | Path, **wishes: Any) -> dict[str, Any]:
        """Import a file; the words are those of `hexameter import` (format, captured_at, columns, creator, tz)."""
        return self._app.collect([path], **wishes)

    def sql(self, text: str, limit: int | None = None) -> Rows:
        """A read-only question over the lake's tables."""
        return Rows(self._app.sql(text, limit=limit), "answer")

    def table(self, name: str) -> Rows:
        """A lake table, whole: post, post_snapshot, creator_snapshot, ..."""
        return Rows(self._app.table(name), name)

    def close(self) -> None:
        """Let go of engine and desk."""
        self._app.close()

    def __enter__(self) -> Home:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Scope:
    """Which posts a number is about. The words of every question: as_of, from_day, to_day, tz, known_at, definition, rate_card, engine."""

    def __init__(self, app: Verbs, **which: Any) -> None:
        self._app = app
        self._which: Mapping[str, Any] = which

    def kpis(self, **ask: Any) -> Numbers:
        """The six numbers."""
        return Numbers(self._app.kpis(**self._which, **ask))

    def posts(self, **ask: Any) -> Rows:
        """One row a post, with counters and rates."""
        return Rows(self._app.table("posts", **self._which, **ask), "posts")

    def creators(self, **ask: Any) -> Rows:
        """One row a creator."""
        return Rows(self._app.table("creators", **self._which, **ask), "creators")

    def hashtags(self, **ask: Any) -> Rows:
        """One row a hashtag."""
        return Rows(self._app.table("hashtags", **self._which, **ask), "hashtags")

    def explain(self, kpi: str, **ask: Any) -> dict[str, Any]:
        """One number explained: definition, SQL, receipt, posts left out."""
        return self._app.explain(kpi, **self._which, **ask)

    def __repr__(self) -> str:
        return f"<scope {', '.join(f'{name}={value!r}' for name, value in self._which.items())}>"

"""`hexameter explain`: where a number comes from. It computes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hexameter.views.cli import look, words
from hexameter.views.cli.asking import How, When, Which, ask
from hexameter.views.cli.command import Answer, Command, Common, Ctx
from hexameter.views.cli.kpi_page import title_of, when_of
from hexameter.views.cli.receipt import receipt_lines
from hexameter.views.cli.safe import plain, shortened

if TYPE_CHECKING:
    from rich.console import RenderableType

SHOWN_POSTS = 20


def explain(
    kpi: Annotated[str, Parameter(name="KPI", help="videos, views, engagement_rate, interactions, followers or hashtag.")],
    /,
    *,
    which: Which | None = None,
    when: When | None = None,
    how: How | None = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Explains one number."""
    document = ctx.app.explain(kpi, **ask(which, when, how))
    return Answer(document, lambda: _show(document))


def _show(document: Mapping[str, Any]) -> Iterator[RenderableType]:
    yield look.heading(str(document.get("title") or document.get("kpi") or document.get("name")))
    yield look.pairs(
        (name, document[key]) for name, key in (("Formula", "formula"), ("Unit", "unit"), ("Source", "source")) if document.get(key)
    )
    yield look.gap()
    if document.get("scope"):
        yield look.text(f"{title_of(document)}, {when_of(document)}")
    yield from (look.note(line) for line in receipt_lines(document))
    yield look.gap()
    yield from _left_out(document.get("left_out") or [])
    yield from _sql(document.get("sql"))


def _left_out(posts: list[Mapping[str, Any]]) -> Iterator[RenderableType]:
    if not posts:
        yield look.text("No post was left out.")
        return
    yield look.heading(f"Posts left out ({words.count(len(posts))})")
    rows = [
        (post.get("post_id"), shortened(f"@{post.get('handle') or '?'}", 20), plain(post.get("why") or post.get("reason")))
        for post in posts[:SHOWN_POSTS]
    ]
    yield look.table(("Post", "Creator", "Why"), rows, folded=("Why",))
    if len(posts) > SHOWN_POSTS:
        yield look.note(f"The first {SHOWN_POSTS}; --json has all of them.")


def _sql(sql: Any) -> Iterator[RenderableType]:
    queries = sql if isinstance(sql, Mapping) else {"": sql} if sql else {}
    for name, query in queries.items():
        yield look.gap()
        yield look.heading(f"SQL {name}".strip())
        yield look.code(str(query))


COMMANDS = (
    Command(
        path=("explain",),
        usage="hexameter explain KPI --campaign NAME [OPTIONS]",
        run=explain,
        group="Numbers",
        summary="Where a number comes from: formula, SQL, receipt, posts left out.",
        details="""Explains one of the six numbers for a campaign, a creator, a hashtag or a post: the definition, the query that
        was run, what it rests on, and each post that was left out with the reason. Use it when someone asks "why is
        this number so?".""",
        example="""hexameter explain engagement_rate --campaign glowday
hexameter explain views --creator lea --as-of 2025-08-01""",
        limits="""The SQL is the query of the engine in use; the same definition reads differently on another engine and gives the same
        number.""",
    ),
)

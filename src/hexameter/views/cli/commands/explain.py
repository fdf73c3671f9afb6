"""`hexameter explain`: where a number comes from. It computes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hexameter.views.cli import look, words
from hexameter.views.cli.asking import How, When, Which, ask
from hexameter.views.cli.command import Answer, Command, Common, Ctx
from hexameter.views.cli.kpi_lines import SECTIONS
from hexameter.views.cli.kpi_page import section, title_of, when_of
from hexameter.views.cli.receipt import receipt_lines

if TYPE_CHECKING:
    from rich.console import RenderableType

SHOWN_POSTS = 4
_DEEPEST = 12
_JOINS = "(?:LEFT OUTER|LEFT|INNER|CROSS|SEMI|ANTI) JOIN"
_CLAUSE = re.compile(rf"\s*(?=\b(?:FROM|WHERE|GROUP BY|ORDER BY|HAVING|LIMIT|UNION ALL|{_JOINS})\b)|(?<=\()\s*(?=SELECT\b)")


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


def _show(document: Mapping[str, Any]) -> Iterator[RenderableType | look.Verbatim]:
    yield look.heading(document["title"])
    yield look.pairs([("Formula", document["formula"]), ("Unit", document["unit"]), ("Source", document["source"])])
    yield look.gap()
    yield look.heading(f"{title_of(document)}, {when_of(document)}")
    yield section(document["kpi"], document["value"])
    yield look.gap()
    yield from _left_out(document["left_out"], document["kpi"])
    yield look.gap()
    yield from (look.note(line) for line in receipt_lines(document))
    yield from _queries(document["sql"])


def _left_out(posts: Sequence[Mapping[str, Any]], kpi: str) -> Iterator[RenderableType]:
    if not posts:
        yield look.text("No post was left out.")
        return
    reasons: dict[tuple[str, str], list[str]] = {}
    for post in posts:
        reasons.setdefault((post["figure"], post["why"]), []).append(post["post_id"])
    rows = [(_label(kpi, figure), why, words.count(len(ids)), _some(ids)) for (figure, why), ids in reasons.items()]
    yield look.table(("Left out of", "Why", ">Posts", "Which"), rows, folded=("Why", "Which"))


def _label(kpi: str, figure: str) -> str:
    """The page's own word for a figure: by_views_pct is shown as By views."""
    if figure == "scope":
        return "everything"
    lines = next(lines for name, _, lines in SECTIONS if name == kpi)
    return next((line.label for line in lines if line.key.split(".")[0] == figure), figure)


def _some(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - SHOWN_POSTS} more" if len(ids) > SHOWN_POSTS else ""
    return " ".join(ids[:SHOWN_POSTS]) + more


def _queries(sql: Any) -> Iterator[RenderableType | look.Verbatim]:
    queries = sql if isinstance(sql, Mapping) else {"": sql} if sql else {}
    for name, query in queries.items():
        yield look.gap()
        yield look.heading(f"SQL: {name}" if name else "SQL")
        yield look.Verbatim("\n".join(sql_lines(str(query))))


def sql_lines(query: str) -> Iterator[str]:
    """A query broken before its clauses and indented by depth, for eyes; `--json` has it as it was run.

    Example list(sql_lines("SELECT a FROM (SELECT 1 AS a)")) -> ["SELECT a", "FROM (", "  SELECT 1 AS a)"]
    """
    depth = 0
    for piece in _CLAUSE.split(query):
        if piece.strip():
            yield "  " * min(depth, _DEEPEST) + piece.strip()
        depth = max(depth + piece.count("(") - piece.count(")"), 0)


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

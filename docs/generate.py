"""Writes the parts of docs/*.md that come from the code, between their markers (`make docs`). The rest is written by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

DOCS = Path(__file__).parent
_BLOCK = re.compile(r"(<!-- from the code: (\w+); `make docs` writes it -->\n).*?(<!-- end -->)", re.DOTALL)


def tables() -> str:
    """Every table of the lake: grain, key, columns with type, unit and meaning."""
    from hexameter.contracts.tables import TABLES

    parts = []
    for table in TABLES:
        kind = "Derived: may be dropped and rebuilt. " if table.derived else ""
        partition = " Partitioned by month." if table.by_month else ""
        key = ", ".join(f"`{name}`" for name in table.key)
        order = ", ".join(f"`{name}`" for name in table.cluster_by)
        parts.append(f"## {table.name}\n\n{kind}One row: {table.grain}.\n\nKey: {key}. Clustered by {order}.{partition}\n")
        rows = ((f"`{c.name}`", _type(str(c.type)), c.unit, c.meaning) for c in table.columns)
        parts.append(_grid(("column", "type", "unit", "meaning"), rows))
    return "\n".join(parts)


def settings() -> str:
    """Every setting with its default and environment twin."""
    from hexameter.settings import SETTINGS

    rows = ((f"`{s.name}`", f"`{s.default}`" if s.default else "(empty)", f"`{s.env}`", s.help) for s in SETTINGS)
    return _grid(("setting", "default", "environment", "what it does"), rows)


def formats() -> str:
    """Every file format, described in its own words."""
    from hexameter.sources.files.formats import FORMATS

    parts = []
    for form in FORMATS:
        example = "\n".join(f"    {line}" for line in form.example.strip("\n").splitlines())
        parts.append(f"## {form.name}\n\n**{form.title}.** {_flow(form.help)}\n\n{example}\n\n*Limits.* {_flow(form.limits)}\n")
    return "\n".join(parts)


def sources() -> str:
    """Every API of TikTok, described in its own words, with what it reads and what it may spend."""
    from hexameter.sources.tiktok.registry import LOGINS, SOURCES

    logins = {login.name: login.title for login in LOGINS}
    parts = []
    for source in SOURCES:
        needs = " and ".join(f"`HEXAMETER_{name.upper()}`" for name in source.needs)
        who = f"{logins[source.login]} (`{source.login}`)" if source.login else "nobody: the operator's own credentials"
        parts.append(f"## {source.name}\n\n**{source.title}.** {_flow(source.help)}\n\nConnected by: {who}. Settings: {needs}.\n")
        kinds = ((f"`{k}`", what, ", ".join(f"`{s}`" for s in sorted(source.scopes[k])) or "(none)") for k, what in source.kinds.items())
        parts.append(_grid(("kind", "reads", "must have been granted"), kinds))
        limits = ((f"`{x.name}`", f"{x.requests:,}", _window(x.seconds, x.daily), x.per, x.help) for x in source.limits)
        parts.append(_grid(("limit", "requests", "in", "for each", "rule"), limits))
        parts.append(f"*Limits.* {_flow(source.limits_text)}\n")
    return "\n".join(parts)


def kpis() -> str:
    """The six KPIs: unit, formula, source."""
    from hexameter.services.explain import describe_kpis

    rows = ((f"`{k['kpi']}`", k["title"], k["unit"], _flow(k["formula"]), _flow(k["source"])) for k in describe_kpis())
    return _grid(("name", "title", "unit", "formula", "source"), rows)


def presets() -> str:
    """Other houses' engagement rates, each with its formula and where it is published."""
    from hexameter.kpis.presets import PRESETS

    rows = []
    for p in PRESETS:
        newest = f", newest {p.last_posts} posts" if p.last_posts else f", last {p.last_days} days" if p.last_days else ""
        formula = f"({' + '.join(p.numerator)}) / {p.denominator} × 100, {p.statistic}{newest}"
        source = f"[{p.source}]({p.url})" if p.url else p.source
        rows.append((f"`{p.name}`", p.title, formula, source, "yes" if p.confirmed else "not on their own page", p.note))
    return _grid(("preset", "house", "formula", "source", "confirmed", "note"), rows)


def commands() -> str:
    """Every command of the command line, as it describes itself."""
    from hexameter.views.cli.reference import reference
    from hexameter.views.cli.registry import COMMANDS

    return reference(COMMANDS)


BLOCKS: dict[str, Callable[[], str]] = {f.__name__: f for f in (tables, settings, formats, sources, kpis, presets, commands)}


def written(text: str) -> str:
    """A page with its generated blocks as the code has them now."""
    return _BLOCK.sub(lambda m: f"{m.group(1)}\n{BLOCKS[m.group(2)]().strip()}\n\n{m.group(3)}", text)


def _grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines) + "\n"


def _window(seconds: int, daily: bool) -> str:
    return "a UTC day" if daily else {1: "any second", 60: "any minute"}.get(seconds, f"any {seconds:,} seconds")


def _type(arrow: str) -> str:
    known = {"string": "text", "int64": "int64", "double": "float64", "bool": "bool", "date32[day]": "date"}
    return known.get(arrow, "list of text" if arrow.startswith("list") else "instant" if arrow.startswith("timestamp") else arrow)


def _flow(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    for page in sorted(DOCS.glob("*.md")):
        before = page.read_text(encoding="utf-8")
        after = written(before)
        if after != before:
            page.write_text(after, encoding="utf-8")
            print(f"wrote docs/{page.name}")

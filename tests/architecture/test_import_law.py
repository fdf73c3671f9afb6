"""The import law of ARCHITECTURE.md: data flows down the rooms, imports go up. It reads code and runs none.

Lazy imports count, and so do modules named in strings.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src" / "hexameter"
MODULES = sorted(SRC.rglob("*.py"))

_LEAF = {"errors", "contracts"}
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "settings": {"errors"},
    "contracts": {"errors"},
    **dict.fromkeys(("sources", "engines", "lake", "kpis", "insights", "campaigns", "charts", "standin", "couriers"), _LEAF),
    "services": _LEAF | {"lake", "kpis", "insights", "campaigns"},
    "views": _LEAF | {"services", "charts"},
    "main": _LEAF | {"settings", "lake", "campaigns", "sources", "engines", "services", "views", "standin", "couriers"},
    "hexameter": {"main"},  # the package itself: hexameter.open(...), lazily
    "__main__": {"main"},
}
HOMES: dict[str, tuple[str, ...]] = {
    "duckdb": ("engines", "sources/files"),  # sources/files: only to parse JSON, docs/adr/0001
    "pyspark": ("engines",),
    "deltalake": ("lake",),
    "polars": ("sources", "lake", "views/notebook"),  # a notebook hands frames over
    "fastexcel": ("sources",),
    "httpx": ("sources", "couriers"),
    "tenacity": ("sources",),
    **dict.fromkeys(("authlib", "joserfc"), ("sources/oidc",)),
    "cryptography": ("campaigns",),
    "argon2": ("campaigns",),
    "zstandard": ("lake",),
    "sqlalchemy": ("campaigns",),
    "alembic": ("campaigns",),
    "psycopg": ("campaigns",),
    "ibis": ("contracts", "engines", "kpis", "insights", "services"),
    "sqlglot": ("engines",),
    "scipy": ("insights",),
    "sklearn": ("insights",),
    "cyclopts": ("views/cli",),
    "rich": ("views/cli",),
    **dict.fromkeys(("fastapi", "starlette", "jinja2", "uvicorn"), ("views", "standin")),  # standin: a server to read from
    **dict.fromkeys(("typst", "segno", "xlsxwriter", "pptx"), ("views",)),
    "babel": ("views",),
    "altair": ("charts",),
    "vl_convert": ("charts", "views"),
}
SIX = ("videos", "views", "engagement_rate", "interactions", "followers", "hashtag")
APIS = ("display", "accounts", "tiktok_one", "ads", "discovery", "research", "commercial")
_NAME_IN_TEXT = re.compile(r"hexameter(\.\w+)+(:\w+)?")


def _formats() -> frozenset[str]:
    """The modules that the registry of formats imports: each is a format, sealed from the others."""
    registry = SRC / "sources" / "files" / "formats.py"
    names = (name.split(".") for _, name in imports(ast.parse(registry.read_text(encoding="utf-8"))))
    return frozenset(n[3] for n in names if n[:3] == ["hexameter", "sources", "files"])


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of every import, wherever it stands, and of every module named in a string.

    A `from hexameter.lake import read` gives hexameter.lake.read: whether `read` is a module or a function does not matter to a room.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, a.name) for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{'.' * node.level}{node.module or ''}.{a.name}") for a in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _NAME_IN_TEXT.fullmatch(node.value):
            yield node.lineno, node.value.partition(":")[0]


def cell(parts: tuple[str, ...], formats: frozenset[str]) -> tuple[str, ...] | None:
    """The sealed cell a module lies in: a KPI, a format, a source or a view; None for what its room shares."""
    if parts[:1] == ("kpis",) and parts[1:2] and parts[1] in SIX:
        return parts[:2]
    if parts[:2] == ("sources", "files") and parts[2:3] and parts[2] in formats:
        return parts[:3]
    if parts[:2] == ("sources", "tiktok") and parts[2:3] and parts[2] in APIS:
        return parts[:3]
    if parts[:1] == ("views",) and len(parts) > 1:
        return parts[:2]
    return None


def breaches(where: str, source: str, formats: frozenset[str]) -> list[str]:
    """What a module does against the law, each with the sentence that mends it."""
    parts = tuple(where.removesuffix(".py").removesuffix("/__init__").split("/"))
    room = "hexameter" if where == "__init__.py" else parts[0]
    found = []
    for line, name in imports(ast.parse(source)):
        first, *rest = name.split(".")
        if name.startswith("."):
            found.append(f"{where}:{line} imports {name}: relative imports hide which room is meant; write hexameter....")
        elif first == "hexameter" and rest and rest[0] in MAY_IMPORT:
            own, other = cell(parts, formats), cell(tuple(rest), formats)
            if rest[0] != room and rest[0] not in MAY_IMPORT[room]:
                found.append(
                    f"{where}:{line} imports {name}: {room} may import {', '.join(sorted(MAY_IMPORT[room])) or 'nothing'}. "
                    "Take it as an argument typed by a protocol of hexameter.contracts, and let main.py hand it over."
                )
            elif own and other and own != other:
                found.append(
                    f"{where}:{line} imports {name}: {'.'.join(own)} is sealed. Move what both need into a module of the room beside them."
                )
        elif first in HOMES and not any(f"{'/'.join(parts)}/".startswith(f"{home}/") for home in HOMES[first]):
            found.append(f"{where}:{line} imports {first}: its home is {' and '.join(HOMES[first])}. Ask that room for what you need.")
    return found


def test_a_module_imports_only_what_its_room_may() -> None:
    formats = _formats()
    wrong = [b for path in MODULES for b in breaches(path.relative_to(SRC).as_posix(), path.read_text(encoding="utf-8"), formats)]
    assert not wrong, "\n" + "\n".join(wrong)


def test_every_module_lies_in_a_room_of_the_house() -> None:
    strangers = {p.relative_to(SRC).parts[0].removesuffix(".py") for p in MODULES} - set(MAY_IMPORT) - {"__init__"}
    assert not strangers, f"rooms that ARCHITECTURE.md does not draw: {sorted(strangers)}. Draw them there and in MAY_IMPORT, and say why."


BROKEN = {
    "kpis/views.py": ("def f():\n    import duckdb", "its home is engines"),
    "kpis/hashtag.py": ("from hexameter.kpis.views import total", "kpis.hashtag is sealed"),
    "sources/tiktok/ads/client.py": ("from hexameter.sources.tiktok.display import limits", "sources.tiktok.ads is sealed"),
    "sources/files/apify.py": ("from hexameter.sources.files import table", "is sealed"),
    "views/cli/run.py": ("from hexameter.lake import store", "views may import"),
    "views/web/page.py": ("from hexameter.views.cli import run", "views.web is sealed"),
    "lake/store.py": ("from . import files", "relative imports"),
    "services/measure.py": ('LAZY = "hexameter.engines.duckdb:open_engine"', "services may import"),
    "engines/spark.py": ("from hexameter import lake", "engines may import"),
}


@pytest.mark.parametrize("where", BROKEN)
def test_the_law_sees_a_breach(where: str) -> None:
    source, sentence = BROKEN[where]
    (said,) = breaches(where, source, frozenset({"apify", "table"}))
    assert sentence in said

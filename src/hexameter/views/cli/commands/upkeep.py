"""`status`, `doctor`, `settings`, `formats`: what is here and whether it works. They change nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from hexameter.errors import NotFound, did_you_mean
from hexameter.views.cli import look, words
from hexameter.views.cli.command import Answer, Command, Common, Ctx

if TYPE_CHECKING:
    from rich.console import RenderableType

GROUP = "Look after it"
_COUNTED = ("read", "stored", "duplicates", "rejected")


def status(*, common: Common | None = None, ctx: Ctx) -> Answer:
    """What is in the home."""
    document = ctx.app.status()
    return Answer(document, lambda: _status(document))


def _status(document: Mapping[str, Any]) -> Iterator[RenderableType]:
    yield look.text(document["summary"])
    yield look.pairs([("Home", document["home"])], indent=0)
    for sentence in document["tracking"]["sentences"]:
        yield look.text(sentence)
    imports = document["imports"]["last"]
    if imports:
        yield look.gap()
        yield look.heading("Newest imports")
        rows = [(r["origin"], r["source"], *(words.count(r[n]) for n in _COUNTED), words.instant(r["ended_at"])[:16]) for r in imports]
        columns = ("File", "Read as", ">Rows", ">Stored", ">There", ">Left out", "On (UTC)")
        yield look.table(columns, rows, flexible=("File", "Read as"))
    if document["campaigns"]:
        yield look.gap()
        yield look.heading("Campaigns")
        yield look.table(("Campaign", "First day", "Last day"), [(c["slug"], c["from"], c["to"]) for c in document["campaigns"]])
    if document["tables"]:
        yield look.gap()
        yield look.heading("Stored tables")
        tables = [
            (name, *(words.count(t[n]) for n in ("rows", "files")), words.size(t["bytes"]), t["version"])
            for name, t in document["tables"].items()
        ]
        yield look.table(("Table", ">Rows", ">Files", ">Size", ">Version"), tables)


def doctor(*, common: Common | None = None, ctx: Ctx) -> Answer:
    """Whether everything that is needed is there."""
    document = ctx.app.doctor()
    checks = document.get("checks") or []
    good = document.get("ok", all(check.get("ok") is not False for check in checks))
    return Answer(document, lambda: _checks(checks, good), status=0 if good else 1)


def _checks(checks: Sequence[Mapping[str, Any]], good: bool) -> Iterator[RenderableType]:
    rows = [
        ("ok" if c.get("ok") else "--" if c.get("ok") is None else "!!", c.get("name"), c.get("detail") or c.get("message") or "")
        for c in checks
    ]
    yield look.table(("", "What", "Found"), rows, folded=("Found",))
    for check in checks:
        if check.get("ok") is False and check.get("hint"):
            yield look.text(f"{check['name']}: {check['hint']}")
    yield look.gap()
    yield look.text("Everything that is needed is there and works." if good else "Something needs your attention; see the lines marked !!.")


def settings(*, common: Common | None = None, ctx: Ctx) -> Answer:
    """The settings in force."""
    document = ctx.app.settings_in_force()
    rows = [(row["name"], row["value"] or words.NOTHING, row["help"]) for row in document]
    return Answer(document, lambda: _settings(rows))


def _settings(rows: Sequence[Sequence[str]]) -> Iterator[RenderableType]:
    yield look.table(("Setting", "Value", "What it is for"), rows, folded=("Value", "What it is for"))
    yield look.gap()
    yield look.note(
        "Change one in hexameter.toml in the home, or by HEXAMETER_ and its name in capitals, like HEXAMETER_TIMEZONE=Europe/Paris."
    )


def formats(
    name: Annotated[str | None, Parameter(name="NAME", help="Only this one.")] = None, /, *, common: Common | None = None, ctx: Ctx
) -> Answer:
    """The formats that can be imported."""
    document = ctx.app.formats()
    if name is not None:
        known = [row["name"] for row in document]
        if name not in known:
            raise NotFound(f"unknown format '{name}'.", field="format", value=name, hint=did_you_mean(name, known))
        document = [row for row in document if row["name"] == name]
    return Answer(document, lambda: _formats(document))


def _formats(rows: Sequence[Mapping[str, str]]) -> Iterator[RenderableType]:
    for row in rows:
        yield look.heading(f"{row['name']}: {row['title']}")
        yield look.note(row["help"], 2)
        yield look.note(f"Example: {row['example']}", 2)
        yield look.note(f"Limits: {row['limits']}", 2)
        yield look.gap()


COMMANDS = (
    Command(
        path=("formats",),
        run=formats,
        group="Start here",
        summary="The files that can be imported, each with an example and limits.",
        details="""The format of a file is found by its content; this list says what is known, where such a file comes from and
        what it lacks.""",
        example="""hexameter formats
hexameter formats tiktok_studio""",
        limits="A file that none of them fits can still be imported as a table: name its columns with --map.",
    ),
    Command(
        path=("status",),
        run=status,
        group="Start here",
        summary="What is here: imports, posts, creators, campaigns, newest readings.",
        details="Shows what was imported and how fresh it is.",
        example="hexameter status",
        limits="Counts what is stored, not what TikTok has.",
    ),
    Command(
        path=("doctor",),
        run=doctor,
        group=GROUP,
        summary="Check that everything needed is there and works.",
        details="Checks the home, the lake, the desk, the engines and the settings, and says what to do about whatever is wrong.",
        example="hexameter doctor",
        limits="Exit status 1 when something needed does not work. Optional parts that are missing (Spark, PostgreSQL) are only mentioned.",
    ),
    Command(
        path=("settings",),
        run=settings,
        group=GROUP,
        summary="The settings in force, and how to change them.",
        details="""Shows every setting with its value. The command line wins over the environment, the environment over
        hexameter.toml in the home.""",
        example="hexameter settings --json",
        limits="Passwords are not shown.",
    ),
)

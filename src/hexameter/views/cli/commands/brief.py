"""`hexameter brief ...` and `clauses`: what creators are asked for, and whether their posts keep it. Nothing is checked here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Group, Parameter

from hexameter.views.cli import look, words
from hexameter.views.cli.asking import Slug
from hexameter.views.cli.command import Answer, Command, Common, Ctx
from hexameter.views.cli.errors import Usage
from hexameter.views.cli.safe import shortened

if TYPE_CHECKING:
    from rich.console import RenderableType

GROUP = "Work a campaign"
FIELDS = Group("What the brief says", sort_key=1)
Creator = Annotated[str | None, Parameter(metavar="HANDLE", help="This creator's own version. Left out: everyone's.")]
By = Annotated[str, Parameter(metavar="WHO", help="Who did it.")]


def write(
    campaign: Slug,
    /,
    *sets: Annotated[
        str,
        Parameter(
            name="FIELD=TEXT", group=FIELDS, help="A field with its new text, like goal='Show the serum' or min_seconds=15; lists by |."
        ),
    ],
    creator: Creator = None,
    template: Annotated[str | None, Parameter(metavar="NAME", help="Begin with this template.")] = None,
    version: Annotated[int | None, Parameter(metavar="NUMBER", help="Begin with this version: an old one comes back.")] = None,
    why: Annotated[str | None, Parameter(metavar="TEXT", help="The reason, for whoever asks later.")] = None,
    by: By = "manager",
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Writes a version."""
    document = ctx.app.briefs.write(campaign, _fields(sets), by=by, creator=creator, template=template, version=version, why=why)
    return Answer(document, lambda: _brief(document))


def show(
    campaign: Slug,
    /,
    *,
    creator: Creator = None,
    version: Annotated[int | None, Parameter(metavar="NUMBER", help="An older version.")] = None,
    preview: Annotated[bool, Parameter(help="As the creator sees it.")] = False,
    versions: Annotated[bool, Parameter(help="List every version.")] = False,
    pdf: Annotated[Path | None, Parameter(metavar="FILE", help="Write it to this file as a PDF, as the creator sees it.")] = None,
    language: Annotated[str, Parameter(metavar="LANG", help="Of the PDF's headings: en or fr.")] = "en",
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Shows a brief."""
    if versions:
        listed = ctx.app.briefs.versions(campaign, creator)
        rows = [(str(v["version"]), words.instant(v["made_at"]), v["made_by"], v["why"] or words.NOTHING) for v in listed]
        return Answer(listed, lambda: iter([look.table((">Version", "Written", "By", "Why"), rows, flexible=("Why",))]))
    if pdf is not None:
        return _on_paper(ctx, pdf, {"slug": campaign, "creator": creator, "version": version}, language)
    document = (ctx.app.briefs.preview if preview else ctx.app.briefs.show)(campaign, creator, version)
    return Answer(document, lambda: _preview(document) if preview else _brief(document))


def _on_paper(ctx: Ctx, pdf: Path, which: Mapping[str, Any], language: str) -> Answer:
    from hexameter.services.whole import write_whole

    content = ctx.app.briefs.pdf(**which, language=language)
    write_whole(pdf, content)
    done = {"campaign": which["slug"], "creator": which["creator"], "path": str(pdf), "bytes": len(content)}
    return Answer(done, lambda: iter([look.text(f"The brief is in {pdf}.")]))


def template(
    name: Annotated[str | None, Parameter(name="NAME", help="The template's name. Left out: lists the templates.")] = None,
    /,
    *,
    from_campaign: Annotated[str | None, Parameter(name="--from", metavar="CAMPAIGN", help="Keep this campaign's brief.")] = None,
    creator: Creator = None,
    by: By = "manager",
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Keeps or lists templates."""
    if name is None:
        listed = ctx.app.briefs.templates()
        rows = [(t["name"], str(t["version"]), words.instant(t["made_at"]), t["made_by"]) for t in listed]
        shown = look.table(("Template", ">Version", "Written", "By"), rows) if rows else look.text("No template yet.")
        return Answer(listed, lambda: iter([shown]))
    if from_campaign is None:
        raise Usage("Nothing says whose brief to keep.", field="from", hint=f"Like: hexameter brief template '{name}' --from glowday")
    kept = ctx.app.briefs.save_template(name, from_campaign, creator, by)
    return Answer(kept, lambda: iter([look.text(f"Template '{kept['name']}', version {kept['version']}, is kept.")]))


def clauses(
    *,
    campaign: Annotated[str, Parameter(metavar="NAME", help="The campaign's short name: hexameter campaign list.")],
    as_of: Annotated[str | None, Parameter(metavar="TIME", help="With the posts that were known at this time. Left out: now.")] = None,
    common: Common | None = None,
    ctx: Ctx,
) -> Answer:
    """Checks the posts."""
    document = ctx.app.clauses(campaign, as_of)
    return Answer(document, lambda: _checked(document))


def _fields(sets: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in sets:
        name, equals, text = one.partition("=")
        if not equals:
            raise Usage(f"'{one}' names no field.", field="FIELD=TEXT", value=one, hint="Expected like: goal='Show the serum'")
        found[name.strip()] = _lines(name.strip(), text)
    return found


def _lines(name: str, text: str) -> str:
    """Entries of a list, one a line; in deliverables and deadlines a bar stands before the day, so entries are parted by a semicolon."""
    if name in ("deliverables", "deadlines"):
        return text.replace(";", "\n")
    return text.replace("|", "\n")


def _brief(document: Mapping[str, Any]) -> Iterator[RenderableType]:
    whose = f"for @{document['creator']}" if document["creator"] else "for everyone"
    yield look.heading(f"{document['campaign']}: brief {whose}, version {document['version']}")
    yield look.note(f"by {document['made_by']}, {words.instant(document['made_at'])}" + (f": {document['why']}" if document["why"] else ""))
    said = [(name, value) for name, value in document["brief"].items() if value not in ("", [], (), None) and name != "disclosing"]
    yield look.pairs((name.replace("_", " "), _said(value)) for name, value in said)
    yield look.note(f"Checked on every post: {', '.join(c['id'] for c in document['clauses']) or 'nothing'}.")


def _preview(document: Mapping[str, Any]) -> Iterator[RenderableType]:
    yield look.heading(document["title"])
    for part in document["parts"]:
        yield look.pairs([(part["title"].replace("dont", "don't"), "\n".join(str(line) for line in part["lines"]))])


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "\n".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _checked(document: Mapping[str, Any]) -> Iterator[RenderableType]:
    if not document["brief"]:
        yield look.text(f"{document['campaign']} has no brief yet: hexameter brief write {document['campaign']} ...")
        return
    posts = words.plural(document["n"], "post")
    yield look.heading(f"{document['campaign']}: {words.percent(document['compliance_pct'])} of {posts} keep every clause")
    if document["n_excluded"]:
        yield look.note(f"Of {words.plural(document['n_excluded'], 'post')} it cannot be told.")
    rows = [
        (c["clause"], words.percent(c["compliance_pct"]), *(str(c[n]) for n in ("passed", "failed", "unknown")))
        for c in document["clauses"]
    ]
    yield look.table(("Clause", ">Kept", ">Passed", ">Failed", ">Unknown"), rows, flexible=("Clause",))
    failing = [
        (p["post_id"], f"@{p['handle']}" if p["handle"] else words.NOTHING, shortened(f["evidence"], 200))
        for p in document["posts"]
        for f in p["findings"]
        if f["result"] == "fail"
    ]
    if failing:
        yield look.gap()
        yield look.table(("Post", "Creator", "What is wrong"), failing[:100], folded=("What is wrong",), flexible=("Creator",))


COMMANDS = (
    Command(
        path=("brief", "write"),
        usage="hexameter brief write CAMPAIGN FIELD=TEXT... [OPTIONS]",
        run=write,
        group=GROUP,
        summary="Write the brief: a new version with some fields given anew.",
        details="""Fields: goal, message, do, dont, hashtags, mentions, disclosure (yes, no), disclosing, forbidden, music, min_seconds,
        max_seconds, from_day, to_day, deliverables, deadlines, links, notes. Fields left out stay as they were. Entries of a list are
        parted by |, of deliverables and deadlines by a semicolon, with their day behind a |.""",
        example="""hexameter brief write glowday goal="Show the serum" min_seconds=15
hexameter brief write glowday deliverables="2 videos|2025-07-10" --creator lea
hexameter brief write glowday --template summer""",
        limits="No version is ever changed or removed. The first one begins with the campaign's own hashtags, mentions and window.",
    ),
    Command(
        path=("brief", "show"),
        run=show,
        group=GROUP,
        summary="Show the brief, its versions, or how its creator sees it.",
        details="""A creator without a version of their own sees everyone's. The PDF is tagged for screen readers; what is in the brief is
        set as it was written. A sign that no font of this machine has stands in brackets, an emoji by its name.""",
        example="""hexameter brief show glowday --creator lea --preview
hexameter brief show glowday --versions
hexameter brief show glowday --creator lea --pdf brief.pdf""",
        limits="Shows one campaign's brief at a time.",
    ),
    Command(
        path=("brief", "template"),
        run=template,
        group=GROUP,
        summary="Keep a brief as a template, or list the templates.",
        details="The same name again is a new version of the template.",
        example="""hexameter brief template summer --from glowday
hexameter brief template""",
        limits="Days and deadlines are left out of a template.",
    ),
    Command(
        path=("clauses",),
        run=clauses,
        group=GROUP,
        summary="Check every found post against its brief.",
        details="""Hashtag there and spelt right, mention, disclosure, length, window, sound, forbidden words: each pass, fail or
        unknown, with what was looked at. Unknown means: not read; it never counts as kept or broken. A post is checked against
        the version that was in force when it was published.""",
        example="hexameter clauses --campaign glowday --json",
        limits="""Sees captions as the sources give them; one cut at 150 signs leaves the words that may follow unknown. What is said
        or shown in the video is not looked at.""",
    ),
)

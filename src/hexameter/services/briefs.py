"""Briefs for views: written, tailored, kept as templates, and shown as their creator sees them. They check no post."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from hexameter.campaigns.briefs.brief import Brief, clauses_of, dated
from hexameter.contracts.clauses import Clause
from hexameter.contracts.spelling import handle_of, instant_text
from hexameter.errors import BadValue, did_you_mean

if TYPE_CHECKING:
    from hexameter.campaigns.briefs.shelf import BriefVersion
    from hexameter.services.house import House

BY = "manager"
LANGUAGES = ("en", "fr")  # of the words around a brief on paper; its own are as they were written


class BriefsOf:
    """Every verb over briefs.

    Raises  BadValue, NotFound  as the desk does
    """

    def __init__(self, house: House) -> None:
        self._house = house

    def write(self, slug: str, words: Mapping[str, Any] | None = None, *, by: str = BY, **how: Any) -> dict[str, Any]:
        """A new version with some fields given anew; the words of `how` are those of campaigns.briefs.shelf.Briefs.write."""
        return self._shown(slug, self._house.desk.briefs.write(slug, words or {}, by, **how))

    def show(self, slug: str, creator: str | None = None, version: int | None = None) -> dict[str, Any]:
        """The brief in force, or one version of it.

        Out  campaign, creator (None: everyone's), version, made_by, made_at, why, brief {field: value},
             clauses [{id, kind, operator, value}]
        """
        return self._shown(slug, self._house.desk.briefs.current(slug, creator, version=version))

    def versions(self, slug: str, creator: str | None = None) -> list[dict[str, Any]]:
        """Every version, newest first."""
        return [self._shown(slug, v) for v in reversed(self._house.desk.briefs.versions(slug, creator))]

    def tailored(self, slug: str) -> list[str]:
        """Creators who have a version of their own."""
        return self._house.desk.briefs.tailored(slug)

    def preview(self, slug: str, creator: str | None = None, version: int | None = None) -> dict[str, Any]:
        """The brief as its creator reads it: title, campaign, creator, version, parts [{title, kind: text|list|links, lines}], due."""
        found = self._house.desk.briefs.current(slug, creator, version=version)
        campaign = self._house.desk.campaign(slug)
        return {
            "title": campaign.name,
            "campaign": slug,
            "creator": None if creator is None else handle_of(creator),
            "version": found.version,
            "written": instant_text(found.made_at),
            "parts": parts_of(found.brief),
            "due": [{"what": what, "day": None if day is None else day.isoformat()} for what, day in map(dated, found.brief.deliverables)],
        }

    def pdf(self, slug: str, creator: str | None = None, version: int | None = None, language: str = "en") -> bytes:
        """The brief as its creator reads it, as a PDF; what is in it is data, never markup.

        In      language  of the headings: en or fr
        Raises  BadValue, NotFound
        """
        if language not in LANGUAGES:
            hint = did_you_mean(language, LANGUAGES)
            raise BadValue(f"unknown language '{language[:20]}'.", field="language", value=language[:20], hint=hint)
        return self._house.prints.brief(self.preview(slug, creator, version), language)

    def save_template(self, name: str, slug: str, creator: str | None = None, by: str = BY) -> dict[str, Any]:
        """Keep a campaign's brief as a template, without its dates and deadlines."""
        brief = self._house.desk.briefs.current(slug, creator).brief
        kept = self._house.desk.briefs.save_template(name, _undated(brief), by)
        return {"name": kept.name, "version": kept.version, "made_by": kept.made_by, "made_at": instant_text(kept.made_at)}

    def templates(self) -> list[dict[str, Any]]:
        """Every template's newest version."""
        return [
            {"name": t.name, "version": t.version, "made_by": t.made_by, "made_at": instant_text(t.made_at), "brief": asdict(t.brief)}
            for t in self._house.desk.briefs.templates()
        ]

    def _shown(self, slug: str, found: BriefVersion) -> dict[str, Any]:
        return {
            "campaign": slug,
            "creator": found.handle or None,
            "version": found.version,
            "made_by": found.made_by,
            "made_at": instant_text(found.made_at),
            "why": found.why,
            "brief": asdict(found.brief),
            "clauses": [clause_shown(clause) for clause in clauses_of(found.brief)],
        }


def clause_shown(clause: Clause) -> dict[str, Any]:
    """A clause as the JSON shows it."""
    return {"id": clause.id, "kind": clause.kind, "operator": clause.operator, "value": list(clause.value)}


def parts_of(brief: Brief) -> list[dict[str, Any]]:
    """What a creator reads, in the order in which it matters to them; empty parts are left out."""
    length = _length(brief)
    window = f"{brief.from_day or '...'} – {brief.to_day or '...'}" if brief.from_day or brief.to_day else ""
    disclosing = ", ".join(f"#{tag}" for tag in brief.disclosing[:6])
    parts = [
        ("goal", "text", [brief.goal]),
        ("message", "text", [brief.message]),
        ("do", "list", brief.do),
        ("dont", "list", brief.dont),
        ("hashtags", "list", [f"#{tag}" for tag in brief.hashtags]),
        ("mentions", "list", [f"@{handle}" for handle in brief.mentions]),
        ("disclosure", "text", [disclosing if brief.disclosure else ""]),
        ("forbidden", "list", brief.forbidden),
        ("music", "text", [brief.music]),
        ("duration", "text", [length]),
        ("window", "text", [window]),
        ("deliverables", "list", brief.deliverables),
        ("deadlines", "list", brief.deadlines),
        ("links", "links", brief.links),
        ("notes", "text", [brief.notes]),
    ]
    return [{"title": name, "kind": kind, "lines": [x for x in lines if x]} for name, kind, lines in parts if any(lines)]


def _length(brief: Brief) -> str:
    low, high = brief.min_seconds, brief.max_seconds
    if low is not None and high is not None:
        return f"{low:g} – {high:g} s"
    return f"≥ {low:g} s" if low is not None else f"≤ {high:g} s" if high is not None else ""


def _undated(brief: Brief) -> Brief:
    from dataclasses import replace

    bare = tuple(dated(entry)[0] for entry in brief.deliverables)
    return replace(brief, from_day="", to_day="", deadlines=(), deliverables=bare)

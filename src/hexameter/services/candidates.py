"""Candidates for views: list, board, move, note, tag, import from a table. It ranks nobody."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hexameter.campaigns.candidates.pipeline import Candidate, Event
from hexameter.campaigns.candidates.rules import reason_of
from hexameter.campaigns.candidates.tables import STAGES
from hexameter.contracts.spelling import handle_of, instant_text
from hexameter.errors import BadFile, BadValue, MissingColumn

if TYPE_CHECKING:
    from hexameter.services.house import House

BY = "manager"
_LARGEST = 10 * 1024 * 1024
_HANDLE = ("handle", "creator", "username", "tiktok", "pseudo", "créateur", "createur", "profile", "account")
_NOTE, _TAGS, _STAGE = (
    ("note", "notes", "comment", "remarque"),
    ("tags", "tag", "labels", "étiquettes"),
    ("stage", "state", "étape", "etape"),
)


class CandidatesOf:
    """Every verb over candidates.

    Raises  BadValue, NotFound  as the desk does
    """

    def __init__(self, house: House) -> None:
        self._house = house

    def list(self, slug: str, stage: str | None = None, tag: str | None = None) -> dict[str, Any]:
        """Who is on the list.

        Out  campaign, counts {stage: n}, candidates [{handle, stage, since, added_at, tags, history, elsewhere, led}];
             led: {rule, about, why} of the move that led them where they are; None: a person's move
        """
        every = self._house.desk.candidates.list(slug)
        wanted = [c for c in every if stage in (None, c.stage) and (tag is None or tag.casefold() in c.tags)]
        return {
            "campaign": slug,
            "counts": {name: sum(1 for c in every if c.stage == name) for name in STAGES},
            "candidates": [_shown(c) for c in wanted],
        }

    def show(self, slug: str, creator: str) -> dict[str, Any]:
        """One candidate with everything that happened, here and in other campaigns."""
        return _shown(self._house.desk.candidates.one(slug, creator))

    def add(self, slug: str, creators: Iterable[str], by: str = BY, stage: str = "found") -> dict[str, Any]:
        """Put creators on the list."""
        return {"added": self._house.desk.candidates.add(slug, creators, by, stage), **self.list(slug)}

    def move(self, slug: str, creators: Iterable[str], stage: str, by: str = BY, note: str | None = None) -> dict[str, Any]:
        """Move candidates; accepted ones become creators of the campaign, short-listed ones' followers are read every day."""
        return {"moved": self._house.desk.candidates.move(slug, creators, stage, by, note), **self.list(slug)}

    def undo(self, slug: str, creator: str, by: str = BY) -> dict[str, Any]:
        """Take back the move that a rule made last; it does not make it again.

        Raises  Conflict  a person moved them last
        """
        self._house.desk.candidates.take_back(slug, creator, by)
        return self.show(slug, creator)

    def note(self, slug: str, creator: str, text: str, by: str = BY) -> dict[str, Any]:
        """Write a note."""
        self._house.desk.candidates.note(slug, creator, text, by)
        return self.show(slug, creator)

    def tag(self, slug: str, creator: str, add: Iterable[str] = (), remove: Iterable[str] = ()) -> dict[str, Any]:
        """Give and take tags."""
        self._house.desk.candidates.tag(slug, creator, add, remove)
        return self.show(slug, creator)

    def apply(self, slug: str, handle: str, message: str = "") -> dict[str, Any]:
        """An application by a creator."""
        self._house.desk.candidates.apply(slug, handle, message)
        return self.show(slug, handle)

    def import_file(self, slug: str, path: str | Path, by: str = BY) -> dict[str, Any]:
        """A CSV with a column of handles, perhaps with note, tags (by blanks or semicolons) and stage. Good rows are taken.

        Out     added, known, rejected, rejects [{row, field, value, why}]
        Raises  BadFile, MissingColumn, NotFound
        """
        return self.import_text(slug, _text(Path(path)), by)

    def import_text(self, slug: str, text: str, by: str = BY) -> dict[str, Any]:
        """The same, from the text of such a file."""
        head = next(iter(text.splitlines()), "")
        delimiter = max(",;\t", key=head.count)
        rows = list(csv.DictReader(io.StringIO(text), delimiter=delimiter))
        columns = {(name or "").strip().casefold().lstrip("\ufeff"): name for name in (rows[0] if rows else {})}
        handle = next((columns[name] for name in _HANDLE if name in columns), None)
        if handle is None:
            there = ", ".join(c for c in columns if c) or "none"
            raise MissingColumn(f"No column holds handles; there: {there}.", field="handle", hint="Name one column 'handle'.")
        self._house.desk.campaign(slug)
        before = {c.handle for c in self._house.desk.candidates.list(slug)}
        rejects, names = [], []
        for number, row in enumerate(rows, 1):
            try:
                names.append(self._take(slug, row, columns, handle, by))
            except BadValue as problem:
                rejects.append({"row": number, "field": problem.field, "value": problem.value or row.get(handle), "why": problem.message})
        taken = set(names)
        return {
            "campaign": slug,
            "read": len(rows),
            "added": len(taken - before),
            "known": len(taken & before),
            "rejected": len(rejects),
            "rejects": rejects,
        }

    def _take(self, slug: str, row: dict[str, Any], columns: dict[str, Any], handle: str, by: str) -> str:
        desk, name = self._house.desk.candidates, handle_of(str(row.get(handle) or ""))

        def cell(names: tuple[str, ...]) -> str:
            found = next((columns[n] for n in names if n in columns), None)
            return "" if found is None else str(row.get(found) or "").strip()

        desk.add(slug, [name], by, cell(_STAGE) or "found")
        tags = [t for t in cell(_TAGS).replace(";", " ").replace(",", " ").split() if t]
        if tags:
            desk.tag(slug, name, tags)
        if cell(_NOTE):
            desk.note(slug, name, cell(_NOTE), by)
        return name


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise BadFile(f"{path.name} has {path.stat().st_size:,} bytes; a list of candidates has at most {_LARGEST:,}.", field="file")
        return path.read_bytes().decode("utf-8-sig").replace("\x00", "")
    except OSError as problem:
        raise BadFile(f"{path} cannot be read: {problem.strerror}.", field="file", value=str(path)) from problem
    except UnicodeDecodeError:
        raise BadFile(f"{path.name} is not text in UTF-8.", field="file", hint="Save it as CSV UTF-8.") from None


def _shown(candidate: Candidate) -> dict[str, Any]:
    moves = [_event(e) for e in candidate.history if e.what == "stage" and e.at == candidate.since and e.text == candidate.stage]
    return {
        "handle": candidate.handle,
        "stage": candidate.stage,
        "since": instant_text(candidate.since),
        "added_at": instant_text(candidate.added_at),
        "tags": list(candidate.tags),
        "history": [_event(e) for e in candidate.history],
        "led": moves[-1]["led"] if moves else None,
        "elsewhere": [{"campaign": slug, "stage": stage, "since": instant_text(at)} for slug, stage, at in candidate.elsewhere],
    }


def _event(event: Event) -> dict[str, Any]:
    """An event as views show it; a rule's move names the rule instead of a person."""
    reason = reason_of(event.by)
    told = {**vars(event), "at": instant_text(event.at), "led": None}
    if reason is None:
        return told
    rule, about = reason
    return {**told, "by": "hexameter", "led": {"rule": rule.name, "about": about, "why": rule.why.format(about=about)}}

"""Deliverables for views: owed, handed in, commented, approved, done; and which reminders are due. It sends none."""

from __future__ import annotations

import hashlib
import os
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hexameter.campaigns.briefs.brief import dated
from hexameter.campaigns.deliverables.owed import Deliverable
from hexameter.contracts.records import local_midnight
from hexameter.contracts.spelling import day_of, handle_of, instant_text
from hexameter.errors import BadFile, NotFound, Unusable
from hexameter.services.advancing import advance

if TYPE_CHECKING:
    from hexameter.services.house import House

BY = "manager"
LARGEST = 200 * 1024 * 1024
_FOLDER = "drafts"


class DeliverablesOf:
    """Every verb over deliverables.

    Raises  BadValue, NotFound, Conflict  as the desk does
    """

    def __init__(self, house: House) -> None:
        self._house = house

    def reminders(self, days: int = 3) -> list[dict[str, Any]]:
        """What to remind of now: late, or due within so many days. `key` stays the same for the same reminder, so that it is sent once."""
        found = [self._shown(d) for d in self._house.desk.deliverables.pressing(timedelta(days=days))]
        return [{**row, "key": f"deliverable:{row['number']}:{row['timing']}:{row['due']}"} for row in found]

    def list(self, slug: str, creator: str | None = None) -> dict[str, Any]:
        """What is owed.

        Out  campaign, counts {late, due, later, open, done},
             deliverables [{number, creator, what, due, state, timing, post_id, drafts, comments}]
        """
        rows = [self._shown(d) for d in self._house.desk.deliverables.list(slug, creator)]
        names = ("late", "due", "later", "open", "done")
        return {"campaign": slug, "counts": {n: sum(1 for r in rows if r["timing"] == n) for n in names}, "deliverables": rows}

    def add(self, slug: str, creator: str, what: str, due: str | None = None) -> dict[str, Any]:
        """Note something that is owed until the end of a local day."""
        self._house.desk.deliverables.add(slug, creator, [(what, self._end_of(slug, None if due is None else day_of(due, "due")))])
        return self.list(slug, creator)

    def from_brief(self, slug: str, creator: str) -> dict[str, Any]:
        """Note what the creator's brief asks for; asked again, nothing is doubled."""
        brief = self._house.desk.briefs.current(slug, creator).brief
        owed = [(what, self._end_of(slug, day)) for what, day in map(dated, brief.deliverables)]
        self._house.desk.deliverables.add(slug, creator, owed)
        return self.list(slug, creator)

    def hand_in(self, number: int, *, link: str | None = None, file: str | Path | None = None, by: str = BY) -> dict[str, Any]:
        """Take a draft: a link, or a file of at most 200 MB that is kept in the home."""
        kept = None if file is None else self._keep(Path(file))
        return self._shown(self._house.desk.deliverables.hand_in(number, by, link, kept))

    def comment(self, number: int, text: str, by: str = BY, ask_changes: bool = False) -> dict[str, Any]:
        """Say something about it; `ask_changes` sends it back."""
        return self._shown(self._house.desk.deliverables.comment(number, text, by, ask_changes=ask_changes))

    def approve(self, number: int, by: str = BY) -> dict[str, Any]:
        """The newest draft may be posted."""
        return self._shown(self._house.desk.deliverables.approve(number, by))

    def finish(self, number: int, post: str | None = None) -> dict[str, Any]:
        """It was delivered, as this post; a candidate who owes nothing more is done."""
        finished = self._house.desk.deliverables.finish(number, post)
        advance(self._house, finished.campaign)
        return self._shown(finished)

    def remove(self, number: int) -> dict[str, Any]:
        """Take it off the list."""
        self._house.desk.deliverables.remove(number)
        return {"removed": number}

    def file(self, number: int, draft: int) -> tuple[Path, str]:
        """The kept file of a draft and its own name.

        Raises  NotFound
        """
        for slug in (c.slug for c in self._house.desk.campaigns(archived=True)):
            for owed in self._house.desk.deliverables.list(slug):
                for handed in owed.drafts:
                    if (owed.id, handed.id) == (number, draft) and handed.file_sha256:
                        return self._house.home / _FOLDER / handed.file_sha256, handed.file_name or "draft"
        raise NotFound(f"deliverable {number} has no such file.", field="draft", value=str(draft))

    def _end_of(self, slug: str, day: date | None) -> datetime | None:
        zone = self._house.desk.campaign(slug).period.tz
        return None if day is None else local_midnight(day + timedelta(days=1), zone) - timedelta(seconds=1)

    def _keep(self, path: Path) -> tuple[str, str, int]:
        """Copy a file into the home under its digest, whole or not at all."""
        folder = self._house.home / _FOLDER
        try:
            if not path.is_file() or path.is_symlink() or path.stat().st_size > LARGEST:
                raise BadFile(f"{path.name} is not a file of at most {LARGEST // 1024**2} MB.", field="file", value=str(path))
            folder.mkdir(parents=True, exist_ok=True)
            digest, size, beside = hashlib.sha256(), 0, folder / f".{os.getpid()}.{path.name[:40]}.part"
            with path.open("rb") as source, beside.open("wb") as target:
                while part := source.read(1 << 20):
                    digest.update(part)
                    size += target.write(part)
            os.replace(beside, folder / digest.hexdigest())
        except OSError as problem:
            raise Unusable(f"{path.name} cannot be kept: {problem.strerror}.", field="file") from problem
        return path.name[:200], digest.hexdigest(), size

    def _shown(self, owed: Deliverable) -> dict[str, Any]:
        return {
            "number": owed.id,
            "campaign": owed.campaign,
            "creator": owed.handle,
            "what": owed.what,
            "due": None if owed.due_at is None else instant_text(owed.due_at),
            "state": owed.state,
            "timing": owed.timing(self._house.clock.now()),
            "post_id": owed.post_id,
            "done_at": None if owed.done_at is None else instant_text(owed.done_at),
            "drafts": [{**vars(d), "at": instant_text(d.at)} for d in owed.drafts],
            "comments": [{**vars(c), "at": instant_text(c.at)} for c in owed.comments],
        }


def owed_by(house: House, slug: str, creator: str) -> list[dict[str, Any]]:
    """What one creator owes, as their own page shows it."""
    rows: list[dict[str, Any]] = DeliverablesOf(house).list(slug, handle_of(creator))["deliverables"]
    return rows

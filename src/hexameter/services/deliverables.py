"""Deliverables for views: owed, handed in, commented, approved, done; and which reminders are due. It sends none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hexameter.campaigns.briefs.brief import dated
from hexameter.campaigns.deliverables.owed import Deliverable
from hexameter.contracts.records import local_midnight
from hexameter.contracts.spelling import day_of, handle_of, instant_text
from hexameter.errors import Conflict, NotFound, UserError
from hexameter.services import drafts
from hexameter.services.advancing import advance

if TYPE_CHECKING:
    from hexameter.services.house import House

BY = "manager"


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

    def hand_in(
        self, number: int, *, link: str | None = None, file: str | Path | None = None, by: str = BY, **whose: str
    ) -> dict[str, Any]:
        """Take a draft: a link, or a file (services.drafts says of which kinds) of at most 200 MB that is kept in the home.

        In      whose  creator, slug: only when the deliverable is theirs, in that campaign
        Raises  Conflict  it is done, or has as many files as one may have
        """
        desk = self._house.desk.deliverables
        if file is None:
            return self._shown(desk.hand_in(number, by, link, None, **whose))
        if len(desk.one(number, **whose).files) >= drafts.MOST:
            hint = "Hand in a link, or ask for a new deliverable."
            raise Conflict(f"deliverable {number} has {drafts.MOST} files already.", field="file", value=str(number), hint=hint)
        kept = drafts.keep(self._house.home, Path(file))
        try:
            return self._shown(desk.hand_in(number, by, link, kept, **whose))
        except UserError:
            self._drop_unless_needed([kept[1]])
            raise

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
        """Take it off the list, with the files of its drafts."""
        files = self._house.desk.deliverables.one(number).files
        self._house.desk.deliverables.remove(number)
        self._drop_unless_needed(files)
        return {"removed": number}

    def file(self, number: int, draft: int, slug: str | None = None) -> tuple[Path, str]:
        """The kept file of a draft and its own name; `slug`: only of that campaign.

        Raises  NotFound
        """
        owed = self._house.desk.deliverables.one(number, slug=slug)
        for handed in owed.drafts:
            path = self._house.home / drafts.FOLDER / (handed.file_sha256 or "")
            if handed.id == draft and handed.file_sha256 and path.is_file():
                return path, handed.file_name or "draft"
        raise NotFound(f"deliverable {number} has no such file.", field="draft", value=str(draft))

    def _drop_unless_needed(self, digests: Iterable[str]) -> None:
        drafts.drop(self._house.home, set(digests) - self._house.desk.deliverables.files())

    def _end_of(self, slug: str, day: date | None) -> datetime | None:
        zone = self._house.desk.campaign(slug).period.tz
        return None if day is None else local_midnight(day + timedelta(days=1), zone) - timedelta(seconds=1)

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

"""What the erasure of a creator takes out of briefs, candidates, deliverables, rights, links and selling. It opens no transaction."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from hexameter.campaigns.briefs.tables import BRIEF
from hexameter.campaigns.candidates.tables import CANDIDATE, EVENT, TAG
from hexameter.campaigns.deliverables.tables import DELIVERABLE
from hexameter.campaigns.doors.links import DOOR
from hexameter.campaigns.rights.ledger import RIGHT
from hexameter.campaigns.selling.tables import CODE, LINK, SALE
from hexameter.campaigns.tracking.forgetting import Person


def erasing(who: Person) -> Iterator[tuple[sa.Table, sa.Delete | sa.Update]]:
    """Every change that leaves nothing of a person in these parts; orders and clicks keep their sums."""
    for table in (BRIEF, CANDIDATE, EVENT, TAG, DELIVERABLE, DOOR, RIGHT):
        yield table, sa.delete(table).where(table.c.handle.in_(who.handles))
    for some in who.portions():
        yield RIGHT, sa.delete(RIGHT).where(RIGHT.c.post_id.in_(some))
    for sold in (CODE, LINK):  # before their owners' names are gone
        theirs = sa.select(sold.c.code).where(sold.c.handle.in_(who.handles))
        yield SALE, sa.update(SALE).where(SALE.c.word.in_(theirs)).values(word="")
    yield CODE, sa.delete(CODE).where(CODE.c.handle.in_(who.handles))
    closed = {"handle": None, "destination": "", "closed_at": sa.func.coalesce(LINK.c.closed_at, LINK.c.made_at)}
    yield LINK, sa.update(LINK).where(LINK.c.handle.in_(who.handles)).values(**closed)

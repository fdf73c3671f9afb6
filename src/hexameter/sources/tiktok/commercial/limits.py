"""What the Commercial Content API allows. It counts nothing."""

from __future__ import annotations

from hexameter.contracts.tracking import Limit

DAY = Limit("commercial.day", 1_000, 86_400, daily=True, help="1,000 requests a UTC day, as for the Research API's queries")
LIMITS = (DAY,)

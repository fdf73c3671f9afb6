"""What the Research API allows. It counts nothing."""

from __future__ import annotations

from hexameter.contracts.tracking import Limit

DAY = Limit(
    "research.day",
    1_000,
    86_400,
    daily=True,
    help="1,000 requests a UTC day over the video and user endpoints together, for all of an organisation's clients (Research API FAQ)",
)
LIMITS = (DAY,)

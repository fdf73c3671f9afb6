"""Sizes of creators and what is usual for each: followers, views, engagement. Figures of a simulation, no benchmark to judge people by.

The engagement rates by views lie within what two public benchmark pages gave for 2025 and 2026 (kolens.ai and calculatecreator.com:
nano 8 to 15 %, micro 5 to 10 %, mid 3 to 6 %, above a million followers 1.5 to 3.5 %).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tier:
    """One size of creator.

    share             of all creators
    followers         lowest and highest count
    views_of_followers  median eventual views of a post, as a share of followers
    engagement_pct    median of (likes + comments + shares) / views
    posts_a_day       median posting rate
    fee_minor         usual fee for one campaign, in cents
    """

    name: str
    share: float
    followers: tuple[int, int]
    views_of_followers: float
    engagement_pct: float
    posts_a_day: float
    fee_minor: int


TIERS: tuple[Tier, ...] = (
    Tier("nano", 0.35, (1_000, 10_000), 0.60, 10.0, 0.35, 15_000),
    Tier("micro", 0.35, (10_000, 100_000), 0.40, 7.0, 0.55, 60_000),
    Tier("mid", 0.15, (100_000, 500_000), 0.28, 4.8, 0.75, 180_000),
    Tier("macro", 0.10, (500_000, 1_000_000), 0.20, 3.6, 0.90, 350_000),
    Tier("mega", 0.05, (1_000_000, 8_000_000), 0.15, 2.6, 1.10, 1_200_000),
)

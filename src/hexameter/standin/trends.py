"""Simulated hashtag trends by country and day, closed formulas without state. Views of a trend are no sum over the world's posts."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np

COUNTRIES = ("FR", "US", "DE", "ES", "IT", "GB", "BE", "CH", "CA", "JP")
_TAGS = (
    *("fyp", "pourtoi", "skincare", "routine", "beaute", "makeup", "grwm", "viral", "été", "selfcare", "booktok", "recette"),
    *("running", "fitness", "voyage", "mode", "ootd", "chien", "chat", "diy", "astuce", "humour", "danse", "musique", "concert"),
    *("vintage", "thrift", "mariage", "bebe", "cuisine", "patisserie", "foot", "tennis", "cinema", "serie", "jeuxvideo", "الباشا👑"),
)


@dataclass(frozen=True)
class Trends:
    """Hashtags and how much they are watched.

    In      seed      of the world
            hashtag   the campaign's, which rises while it runs
            window    the campaign's first second, and the first after it
    """

    seed: int
    hashtag: str
    window: tuple[int, int]

    @property
    def tags(self) -> tuple[str, ...]:
        """All of them; the campaign's comes last."""
        return (*_TAGS, self.hashtag)

    def tag_id(self, tag: str) -> str:
        """A hashtag's numeric id."""
        return str(1_600_000_000_000_000 + zlib.crc32(tag.encode()))

    def views(self, tag: str, country: str, day: date) -> int:
        """Views of a hashtag in a country on one day."""
        mark = zlib.crc32(f"{self.seed}:{tag}:{country}".encode())
        size, period, phase = 3_000 * (1 + mark % 997), 9 + mark % 41, (mark >> 8) % 628 / 100
        swing = math.exp(0.6 * math.sin(day.toordinal() * 2 * math.pi / period + phase))
        if tag != self.hashtag:
            return int(size * swing)
        middle = datetime.fromtimestamp(self.window[0], UTC).toordinal() + (self.window[1] - self.window[0]) / 172_800
        return int(900_000 * math.exp(-(((day.toordinal() - middle) / 12) ** 2)))

    def posts(self, tag: str, country: str, day: date) -> int:
        """Posts with a hashtag in a country on one day."""
        return self.views(tag, country, day) // 900

    def ranked(self, country: str, days: list[date]) -> list[str]:
        """Hashtags by their views over some days, most watched first."""
        totals = {tag: sum(self.views(tag, country, day) for day in days) for tag in self.tags}
        return sorted(totals, key=lambda tag: (-totals[tag], tag))

    def countries(self, tag: str, day: date) -> list[str]:
        """The five countries in which a hashtag is watched most."""
        order = np.argsort([-self.views(tag, country, day) for country in COUNTRIES], kind="stable")
        return [COUNTRIES[i] for i in order[:5]]

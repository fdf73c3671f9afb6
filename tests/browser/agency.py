"""A file as agencies keep it: a French spreadsheet saved as CSV, three weekly crawls of the same posts, rounded counters, a bad row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

HEAD = "Identifiant;Créatrice;Publié le;Relevé le;Légende;Audience vidéo;J'aime;Commentaires;Partages;Abonnés"
PARIS = ZoneInfo("Europe/Paris")
NEEDS_MAPPING = "Audience vidéo"  # no known name of views
CREATORS = {"lea.martin": 48_200, "noor_b": 12_940, "maison.verte": 305_000}
CRAWLS = tuple(datetime(2025, 7, day, 9, 30, tzinfo=PARIS) for day in (12, 19, 26))
POSTS_EACH = 7


@dataclass(frozen=True)
class Read:
    """One line of the file as it is meant: a post's counters at a crawl; the file writes both instants as Paris' clocks do."""

    post_id: str
    creator: str
    published_at: datetime
    captured_at: datetime
    caption: str
    views: int
    likes: int
    comments: int
    shares: int
    followers: int


def readings() -> list[Read]:
    """Every line, oldest crawl first."""
    found = []
    for week, at in enumerate(CRAWLS):
        for c, (creator, followers) in enumerate(CREATORS.items()):
            for n in range(POSTS_EACH):
                posted = datetime(2025, 7, 2, 17, 5 * n, tzinfo=PARIS) + timedelta(days=3 * n + c)
                if posted > at:
                    continue
                views = (100 * (n + 1) + 37 * c) * (week + 2) * (100 if c == 2 else 10)
                caption = f"Essai n° {n + 1} « {creator} » 🌿 #ÉtéVert" if c == 1 else f"Essai {n + 1}, sans filtre #étévert #soin"
                counters = {"views": views, "likes": views // 14 + n, "comments": n * 3 + week, "shares": n + 2 * week}
                found.append(
                    Read(
                        post_id=f"75283{c}{n:02d}41796350{c}{n}7",
                        creator=creator,
                        published_at=posted,
                        captured_at=at,
                        caption=caption,
                        followers=followers + 120 * week * (c + 1),
                        **counters,
                    )
                )
    return found


def rounded(views: int) -> str:
    """A counter as French spreadsheets round it, and as it was meant: all of ours have at most four digits that count."""
    thousands = f"{views / 1000:g} k".replace(".", ",")
    return thousands if views >= 10_000 and views % 100 == 0 else str(views)


def write(path: Path) -> Path:
    """The file, with a byte order mark, one line twice and one that cannot be right."""
    lines = [
        f"{r.post_id};@{r.creator};{r.published_at:%Y-%m-%d %H:%M};{r.captured_at:%Y-%m-%d %H:%M};{r.caption};{rounded(r.views)};{r.likes};"
        f"{r.comments};{r.shares};{r.followers}"
        for r in readings()
    ]
    bad = lines[0].split(";")
    bad[6] = "-12"
    path.write_text("\r\n".join([HEAD, *lines, lines[0], ";".join(bad)]) + "\r\n", encoding="utf-8-sig")
    return path

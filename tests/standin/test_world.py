"""The simulated world: the same from the same seed, with statistics that look like the platform's. It stands alone: no lake, no files."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from hexameter.standin.clock import DrivenClock
from hexameter.standin.counters import shown
from hexameter.standin.tiers import TIERS
from hexameter.standin.world import World

END = datetime(2025, 7, 31, 22, tzinfo=UTC)
WORLD = World(seed=11, creators_count=600, booked=60)
# Published ranges of (likes + comments + shares) / views, in percent; see standin/tiers.py.
PUBLISHED = {"nano": (8, 15), "micro": (5, 10), "mid": (3, 6), "macro": (2, 5), "mega": (1.5, 3.5)}


def _frame(world: World, at: datetime = END) -> pl.DataFrame:
    readings, posts = pl.DataFrame(world.readings(at)), pl.DataFrame(world.posts(at))
    creators = pl.DataFrame(world.creators(at)).select("creator_id", "tier", "followers")
    return readings.join(posts.drop("creator_id"), on="post_id").join(creators, on="creator_id")


def test_one_seed_gives_one_world_and_another_seed_another() -> None:
    first, again, other = World(seed=3), World(seed=3), World(seed=4)
    for ask in ("posts", "readings", "creators"):
        assert getattr(first, ask)(END).equals(getattr(again, ask)(END))
        assert not getattr(first, ask)(END).equals(getattr(other, ask)(END))


def test_the_id_of_a_post_carries_its_publication_second() -> None:
    posts = pl.DataFrame(WORLD.posts(END))
    assert posts["post_id"].is_unique().all()
    assert (posts["post_id"].cast(pl.Int64) // 2**32 == posts["published_at"].dt.epoch("s")).all()


@pytest.mark.parametrize("tier", [t.name for t in TIERS])
def test_engagement_by_tier_is_within_published_ranges(tier: str) -> None:
    organic = _frame(WORLD).filter((pl.col("tier") == tier) & (pl.col("views_paid") == 0) & (pl.col("views") >= 500))
    rate = organic.select(100 * (pl.col("likes") + pl.col("comments") + pl.col("shares")) / pl.col("views")).to_series()
    low, high = PUBLISHED[tier]
    assert len(rate) > 200
    assert low <= float(np.median(rate.to_numpy())) <= high


def test_creators_fill_the_tiers_by_their_shares() -> None:
    creators = pl.DataFrame(WORLD.creators(datetime(2025, 7, 1, tzinfo=UTC)))
    for tier in TIERS:
        own = creators.filter(pl.col("tier") == tier.name)
        assert own.height == pytest.approx(tier.share * 600, abs=1)
        assert tier.followers[0] * 0.7 <= own["followers"].median() <= tier.followers[1] * 1.3
    assert creators["handle"].is_unique().all() and creators["creator_id"].is_unique().all()


def test_views_have_a_heavy_tail() -> None:
    views = _frame(WORLD)["views"].sort(descending=True)
    assert views.head(len(views) // 10).sum() > 0.5 * views.sum()


def test_views_and_what_is_paid_only_grow_while_likes_may_fall() -> None:
    instants = [datetime(2025, 7, 2, tzinfo=UTC) + timedelta(hours=12 * i) for i in range(60)]
    gains = pl.DataFrame(WORLD.history(instants)).sort("post_id", "captured_at")
    gains = gains.select(pl.col("views", "comments", "shares", "views_paid", "likes").diff().over("post_id"))
    assert all(gains[name].min() >= 0 for name in ("views", "comments", "shares", "views_paid"))
    assert gains["likes"].min() < 0


def test_views_saturate() -> None:
    old = [datetime(2025, 8, 5, tzinfo=UTC) + timedelta(days=30 * i) for i in range(3)]
    first, second, third = (pl.DataFrame(WORLD.readings(at)).select("post_id", "views") for at in old)
    both = first.join(second, on="post_id", suffix="_2").join(third, on="post_id", suffix="_3")
    assert (
        both.select(pl.col("views_3").sum() - pl.col("views_2").sum()).item()
        < both.select(pl.col("views_2").sum() - pl.col("views").sum()).item()
    )


def test_a_deleted_post_has_no_more_readings_though_the_truth_remains() -> None:
    before, after = datetime(2025, 7, 15, tzinfo=UTC), datetime(2025, 8, 10, tzinfo=UTC)
    lost = set(WORLD.posts(before)["post_id"].to_pylist()) - set(WORLD.posts(after)["post_id"].to_pylist())
    assert lost
    truth = WORLD.truth(min(lost), after)
    assert not truth.public and truth.views >= WORLD.truth(min(lost), before).views


def test_public_counters_are_rounded_and_exact_ones_are_not() -> None:
    exact, public = (pl.DataFrame(WORLD.readings(END, rounded=r)) for r in (False, True))
    far = exact.join(public, on="post_id", suffix="_shown").with_columns(off=(pl.col("views") - pl.col("views_shown")).abs())
    assert far.filter(pl.col("views") < 9_950)["off"].max() == 0
    assert 0 < far.filter(pl.col("views").is_between(10_000, 999_000))["off"].max() <= 50
    assert far["off"].max() <= 50_000
    assert public["views_paid"].null_count() == public.height


@pytest.mark.parametrize(
    ("exact", "public"), [(9_999, 9_999), (38_884, 38_900), (541_249, 541_200), (999_960, 1_000_000), (1_585_253, 1_600_000)]
)
def test_a_counter_is_shown_as_the_page_shows_it(exact: int, public: int) -> None:
    assert int(shown(np.array([exact]))[0]) == public


def test_booked_creators_use_the_hashtag_mostly_but_not_always_right() -> None:
    kinds = dict(pl.DataFrame(WORLD.posts(END))["kind"].value_counts().iter_rows())
    assert kinds["tagged"] > 10 * kinds["misspelt"] * 0.5 > 0
    assert kinds["untagged"] and kinds["fan"] and kinds["other"]


def test_followers_jump_and_step_only_for_some() -> None:
    cast = WORLD.cast
    daily = np.diff(np.log(cast.followers), axis=1).max(axis=1)
    assert (daily[cast.bought >= 0] > 0.07).all()
    assert (daily[(cast.bought < 0) & (cast.jumped < 0)] < 0.02).all()
    assert 0 < (cast.bought >= 0).sum() < 120 < 600


def test_the_clock_moves_only_when_driven() -> None:
    clock = DrivenClock(datetime(2025, 7, 1, tzinfo=UTC))
    assert clock.now() == clock.now()
    assert clock.advance(timedelta(hours=1)) == datetime(2025, 7, 1, 1, tzinfo=UTC)
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(timedelta(seconds=-1))


def test_a_world_may_start_in_any_season() -> None:
    winter = World(start=date(2026, 3, 20), days=14)
    assert winter.posts(datetime(2026, 4, 3, tzinfo=UTC)).num_rows > 100

"""Which creators to book for a budget, and how that choice would have done in past campaigns. The mathematics is in the room `insights`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hexameter.campaigns.campaign import Campaign
from hexameter.campaigns.money import currency_of, minor_units
from hexameter.contracts.spelling import instant_text
from hexameter.errors import BadValue
from hexameter.insights import back_test, expected, growth, portfolio
from hexameter.services.amounts import amount_text
from hexameter.services.crowd import Crowd, campaign_posts, followers_of, read_crowd
from hexameter.services.fees import Fee, fees_of

if TYPE_CHECKING:
    from hexameter.campaigns.desk import Desk
    from hexameter.services.house import House

OUTCOMES = ("views", "interactions", "reach")
TIERS = (("nano", 0), ("micro", 10_000), ("mid", 100_000), ("macro", 500_000), ("mega", 1_000_000))  # least followers
DAY = 7  # of a post's life, at which outcomes are compared
YEAR = timedelta(days=365)  # older posts say too little of the next one
OVERLAP = (
    "Audiences may overlap: who sees posts of two creators is counted twice. No data here tell how many, so the total is an upper bound."
)
ENOUGH_TESTS = 5


@dataclass(frozen=True)
class Known:
    """What is known at an instant of each creator that was ever read: per_deal's answer, names by number, followers."""

    said: Mapping[str, growth.Reals]
    number: Mapping[str, int]
    followers: Mapping[str, int]

    def of(self, handle: str, name: str) -> float | None:
        """One figure of a creator; None where it is not known."""
        at = self.number.get(handle)
        return None if at is None or np.isnan(self.said[name][at]) else float(self.said[name][at])


class Came:
    """What posts brought, as known now; the lake is read once for all campaigns."""

    def __init__(self, house: House, at: datetime, outcome: str) -> None:
        self.at, self.outcome, self._house = at, outcome, house
        self._crowd = read_crowd(house, at, None, outcome, choosing=True)
        self._level = _levels(self._crowd)

    def of(self, slug: str) -> dict[str, float]:
        """By creator, the mean outcome on day 7 of its posts for a campaign."""
        crowd, counted = self._crowd, {p["post_id"] for p in campaign_posts(self._house, slug, self.at)}
        mine = np.array([post in counted for post in crowd.row], bool)
        good = mine & ~np.isnan(self._level) & (crowd.creator < len(crowd.names))
        n = np.bincount(crowd.creator[good], minlength=len(crowd.names))
        total = np.bincount(crowd.creator[good], np.expm1(self._level[good]), minlength=len(crowd.names))
        return {crowd.names[place]: float(total[place] / n[place]) for place in np.flatnonzero(n)}


def portfolio_of(
    house: House,
    slug: str,
    budget: str,
    at: datetime,
    *,
    outcome: str = "views",
    currency: str | None = None,
    fees: str | Path | None = None,
    fee: Iterable[str] = (),
    least: Iterable[str] = (),
    most: Iterable[str] = (),
) -> dict[str, Any]:
    """The candidates of a campaign to book for a budget: those who together can be expected to bring most.

    In      outcome      views, interactions or reach, of each deal's posts on day 7
            fees, fee    services.fees.fees_of
            least, most  TIER=NUMBER
    Out     verdict ("chosen", "infeasible"), why, creators, cost_minor, expected, low, high (80 percent), left_out [{creator, reason, why}]
    Null    expected, low, high: nothing was chosen, or the creator has fewer than 3 posts read; overlap: the outcome is not reach
    Raises  BadValue, BadFile, MissingColumn, NotFound
    """
    campaign = house.desk.campaign(slug)
    code = _currency(campaign, currency)
    money, wanted, tiers = _budget(budget, code), _outcome(outcome), _tiers(least, most)
    prices = fees_of(campaign, code, fees, fee)
    stages = {c.handle: c.stage for c in house.desk.candidates.list(slug)}
    people = sorted({*stages, *campaign.creators, *(h for h, p in prices.items() if p.source != "recorded fee")})
    known = _known(house, at, wanted, prices)
    rows = [_row(handle, stages.get(handle), prices.get(handle, Fee(None)), known) for handle in people]
    open_to = {row["creator"]: row for row in rows if row["stage"] != "declined" and None not in (row["price_minor"], row["expected"])}
    offers = [_offer(row, known) for row in open_to.values()]
    chosen = portfolio.choose(offers, money, tiers, amount=lambda minor: amount_text(minor, code))
    taken = {row["creator"] for row in chosen["creators"]}
    if chosen["verdict"] != "chosen" and not offers:
        chosen["why"] = "Nobody has both a price and enough posts read: see who was left out."
    return {
        "as_of": instant_text(at),
        **chosen,
        "n": len(offers),
        "n_excluded": len(rows) - len(offers),
        "campaign": slug,
        "outcome": wanted,
        "day": DAY,
        "coverage_pct": 80,
        "currency": code,
        "budget_minor": money,
        "creators": [row for row in rows if row["creator"] in taken],
        "left_out": [_left(row, wanted, chosen["verdict"]) for row in rows if row["creator"] not in taken],
        "overlap": OVERLAP if wanted == "reach" else None,
    }


def back_test_of(
    house: House,
    at: datetime,
    *,
    campaigns: Iterable[str] = (),
    outcome: str = "views",
    share_pct: int = 50,
    fees: str | Path | None = None,
) -> dict[str, Any]:
    """How choosing with what was known before each past campaign would have done, beside three other ways of choosing.

    Everybody chooses among the creators who posted for the campaign, have a recorded (or listed) fee and enough posts read before its first
    day; a budget is a share of what they cost together. A deal brought the mean outcome of the creator's posts for the campaign, on day 7.

    Out     campaigns [{campaign, start, pool, budget_minor, said, ways}], untested [{campaign, why}], total by way, held: in how many
            what came lay in the interval said before
    Raises  BadValue, NotFound
    """
    wanted = _outcome(outcome)
    if not 1 <= share_pct <= 99:
        raise BadValue(f"share is {share_pct}; expected 1 to 99 percent of what all cost.", field="share", value=str(share_pct))
    came = Came(house, at, wanted)
    found = [(campaign.slug, _tested(house, campaign, came, share_pct, fees)) for campaign in _asked(house.desk, campaigns)]
    tested = [said for _, said in found if not isinstance(said, str)]
    untested = [{"campaign": slug, "why": said} for slug, said in found if isinstance(said, str)]
    total = {way: sum(row["ways"][way]["came"] for row in tested) if tested else None for way in back_test.WAYS}
    return {
        "as_of": instant_text(at),
        "n": len(tested),
        "n_excluded": len(untested),
        "method": back_test.METHOD,
        "version": back_test.VERSION,
        "outcome": wanted,
        "day": DAY,
        "share_pct": share_pct,
        "coverage_pct": 80,
        "verdict": "told" if len(tested) >= ENOUGH_TESTS else "too few campaigns to tell" if tested else "not enough data",
        "total": total,
        "held": sum(row["said"]["low"] <= row["ways"]["portfolio"]["came"] <= row["said"]["high"] for row in tested),
        "campaigns": tested,
        "untested": untested,
    }


def _tested(house: House, campaign: Campaign, seen: Came, share_pct: int, fees: str | Path | None) -> dict[str, Any] | str:
    """One campaign's back-test, or why there is none."""
    start = campaign.period.start_at
    if campaign.period.end_at + timedelta(days=DAY) > seen.at:
        return "It is not over, or its last posts are not a week old."
    currency = campaign.currency or next((line.currency for line in campaign.costs), None)
    if currency is None:
        return "It has no currency, so no fee can be read."
    prices = {h: p for h, p in fees_of(campaign, currency, fees, ()).items() if p.price_minor is not None}
    came = seen.of(campaign.slug)
    known = _known(house, start, seen.outcome, {h: Fee(p.price_minor) for h, p in prices.items()})
    rows = [_row(h, None, Fee(prices[h].price_minor), known) for h in sorted(came.keys() & prices.keys())]
    offers = [_offer(row, known) for row in rows if row["expected"] is not None]
    if len(offers) < 2:
        return (
            f"Of {len(came)} creators whose posts were read on day {DAY}, {len(rows)} have a fee and {len(offers)} enough posts read "
            f"before {campaign.period.from_day}: not enough data."
        )
    budget = sum(o.price_minor for o in offers) * share_pct // 100
    found = back_test.scored(offers, came, known.followers, budget)
    if not found["portfolio"]["creators"]:
        return f"{share_pct} % of what all cost pays for nobody."
    said = found.pop("said")
    head = {"campaign": campaign.slug, "start": campaign.period.from_day.isoformat(), "pool": len(offers), "currency": currency}
    return {**head, "budget_minor": budget, "said": said, "ways": found}


def _known(house: House, at: datetime, outcome: str, prices: Mapping[str, Fee]) -> Known:
    crowd = read_crowd(house, at, None, outcome, choosing=True)
    people, age = len(crowd.names), (at.timestamp() * 1e6 - crowd.published) / 1e6
    level = np.where((crowd.published >= 0) & (age <= YEAR.total_seconds()), _levels(crowd), np.nan)
    deal = np.array([prices.get(name, Fee(None)).posts for name in crowd.names], np.int64)
    said = expected.per_deal(level, crowd.creator, people, deal)
    return Known(said, {name: place for place, name in enumerate(crowd.names)}, followers_of(house, at))


def _levels(crowd: Crowd) -> growth.Reals:
    return growth.level_at(crowd.curves, len(crowd.published), DAY * 24.0)


def _row(handle: str, stage: str | None, fee: Fee, known: Known) -> dict[str, Any]:
    followers = known.followers.get(handle)
    by_followers = None if followers is None else [name for name, least in TIERS if followers >= least][-1]
    return {
        "creator": handle,
        "stage": stage,
        "tier": fee.tier or by_followers,
        "followers": followers,
        "price_minor": fee.price_minor,
        "price_from": None if fee.price_minor is None else fee.source,
        "deal_posts": fee.posts,
        **{name: known.of(handle, name) for name in ("expected", "low", "high")},
        "rests_on": int(known.of(handle, "n") or 0),
    }


def _offer(row: Mapping[str, Any], known: Known) -> portfolio.Offer:
    doubt = known.of(row["creator"], "doubt") or 0.0
    return portfolio.Offer(row["creator"], row["price_minor"], row["expected"], doubt, row["tier"] or "")


def _left(row: Mapping[str, Any], outcome: str, verdict: str) -> dict[str, Any]:
    """Why a creator was not chosen; every reason that holds is in `why`, the first is `reason`."""
    reasons = []
    if row["stage"] == "declined":
        reasons.append(("declined", "declined"))
    if row["price_minor"] is None:
        reasons.append(("no_price", "no price known"))
    if row["expected"] is None:
        few = f"posts of the last year with {outcome} known near day {DAY}: {row['rests_on']}, needed: {expected.FEWEST_OWN}"
        reasons.append(("not_enough_data", f"not enough data: {few}"))
    if not reasons and verdict == "chosen":
        reasons.append(("did_not_fit", "the budget and the tiers bring more with others"))
    elif not reasons:
        reasons.append(("infeasible", "no set meets every wish"))
    return {**row, "reason": reasons[0][0], "why": "; ".join(why for _, why in reasons)}


def _asked(desk: Desk, campaigns: Iterable[str]) -> list[Campaign]:
    return [desk.campaign(slug) for slug in campaigns] or list(desk.campaigns(archived=True))


def _currency(campaign: Campaign, asked: str | None) -> str:
    code = asked or campaign.currency or next((line.currency for line in campaign.costs), None)
    if code is None:
        raise BadValue(f"Campaign '{campaign.slug}' has no currency.", field="currency", hint="Give one: --currency EUR")
    return currency_of(code)


def _budget(text: str, currency: str) -> int:
    money = minor_units(text, currency, "budget")
    if money <= 0:
        raise BadValue(f"budget is '{text}'; expected more than nothing.", field="budget", value=text, hint="Example: --budget 5000")
    return money


def _outcome(name: str) -> str:
    if name not in OUTCOMES:
        raise BadValue(f"outcome is '{name}'.", field="outcome", value=name, hint=f"Expected {', '.join(OUTCOMES)}.")
    return name


def _tiers(least: Iterable[str], most: Iterable[str]) -> dict[str, tuple[int, int]]:
    asked = {option: dict(_pair(text, option) for text in texts) for option, texts in (("min", least), ("max", most))}
    every = sorted({*asked["min"], *asked["max"]})
    return {tier: (asked["min"].get(tier, 0), asked["max"].get(tier, 10**6)) for tier in every}


def _pair(text: str, option: str) -> tuple[str, int]:
    tier, equals, number = text.partition("=")
    if not (equals and tier.strip() and number.strip().isdecimal()) or len(number) > 6:
        raise BadValue(f"--{option} is '{text}'; expected TIER=NUMBER.", field=option, value=text, hint=f"Example: --{option} micro=2")
    return tier.strip().casefold(), int(number)

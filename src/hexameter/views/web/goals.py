"""Goals as pages show them: the target beside the figure, the pace in words. The rule is services.goals'; nothing is computed here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hexameter.views.web.numbers import Numbers
from hexameter.views.web.texts import Texts

_TONES = {"done": "up", "on_track": "up", "behind": "warn", "at_risk": "bad"}


@dataclass(frozen=True)
class GoalShown:
    """One goal: `said` is the pace or, in `why`, the reason there is none; `reached` is 0 to 100 for a bar."""

    figure: str
    kpi: str
    title: str
    target: str
    value: str
    said: str
    tone: str
    why: str
    detail: str
    reached: float


def pace_word(pace: str | None, t: Texts) -> str:
    """A pace in words."""
    words = {"done": t("goal reached"), "on_track": t("on track"), "behind": t("behind"), "at_risk": t("at risk")}
    return words.get(pace or "", t("cannot be told"))


def tone_of(pace: str | None) -> str:
    """The colour of a pace."""
    return _TONES.get(pace or "", "flat")


def goals_shown(found: Sequence[Mapping[str, Any]], currency: str | None, t: Texts, num: Numbers) -> list[GoalShown]:
    """Every goal, ready to be read."""
    return [_shown(goal, currency, t, num) for goal in found]


def _shown(goal: Mapping[str, Any], currency: str | None, t: Texts, num: Numbers) -> GoalShown:
    write = _writer(goal["kind"], currency, num)
    bound = t("at most {target}", target=write(goal["target"])) if goal["direction"] == "at_most" else write(goal["target"])
    expected, course = goal["expected"], goal["at_this_pace"]
    parts = [
        t("{value} of {target}", value=write(goal["value"]), target=bound),
        t("{n} expected by now", n=write(expected)) if expected is not None else "",
        t("at this pace {n}", n=write(course)) if course is not None and goal["pace"] != "done" else "",
    ]
    return GoalShown(
        figure=goal["figure"],
        kpi=goal["kpi"],
        title=t(goal["title"]),
        target=bound,
        value=write(goal["value"]),
        said=pace_word(goal["pace"], t),
        tone=tone_of(goal["pace"]),
        why=t(goal["why"]) if goal["why"] else "",
        detail=" · ".join(part for part in parts if part),
        reached=min(max(goal["reached_pct"] or 0, 0), 100),
    )


def _writer(kind: str, currency: str | None, num: Numbers) -> Callable[[Any], str]:
    if kind == "percent":
        return num.percent
    if kind == "money":
        return lambda value: num.money(value, currency)
    return lambda value: num.count(None if value is None else round(value))

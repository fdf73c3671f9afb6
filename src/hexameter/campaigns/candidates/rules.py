"""Which events move a candidate by themselves, from where to where, and how such a move is signed in the history. It moves nobody.

A person's word stands: a rule leads on only, never out of `declined`, and never to a stage that was reached before.
"""

from __future__ import annotations

from dataclasses import dataclass

from hexameter.campaigns.candidates.tables import STAGES

_SIGNED = "rule"


@dataclass(frozen=True)
class Rule:
    """What leads to `stage`, of candidates who stand at one of `begins`; `why` says it with what it is about."""

    name: str
    stage: str
    begins: tuple[str, ...]
    why: str

    @property
    def beyond(self) -> tuple[str, ...]:
        """The stage and those after it: whoever was at one of them is not led there again."""
        return STAGES[STAGES.index(self.stage) : STAGES.index("declined")]


RULES = (
    Rule("opened", "briefed", ("accepted",), "The creator opened the page with the brief."),
    Rule("posted", "posted", ("accepted", "briefed"), "Post {about} counts in the campaign."),
    Rule("delivered", "done", ("accepted", "briefed", "posted"), "Everything owed is done ({about})."),
)


def rule_of(name: str) -> Rule:
    """A rule by its name."""
    return next(rule for rule in RULES if rule.name == name)


def signed(rule: Rule, about: str) -> str:
    """Who moved a candidate, when a rule did.

    Example signed(rule_of("posted"), "7523537000000000001") -> "rule posted 7523537000000000001"
    """
    return " ".join((_SIGNED, rule.name, about)).strip()


def reason_of(by: str) -> tuple[Rule, str] | None:
    """The rule behind a move and what it was about; None when a person moved.

    Example reason_of("anna") -> None
    """
    word, _, rest = by.partition(" ")
    name, _, about = rest.partition(" ")
    found = next((rule for rule in RULES if rule.name == name), None)
    return (found, about) if word == _SIGNED and found is not None else None

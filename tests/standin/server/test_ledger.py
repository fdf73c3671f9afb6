"""The stand-in's own count of requests: sliding windows, days, the worst that ever was."""

from __future__ import annotations

from hexameter.standin.server.ledger import Ledger, Rule

MINUTE, DAY = Rule("minute", 3, 60), Rule("day", 5)


def test_a_window_slides() -> None:
    ledger = Ledger()
    found = [ledger.spend([(MINUTE, "")], at) for at in (0, 30, 59, 59.9, 60, 120)]
    assert found == [None, None, None, MINUTE, MINUTE, None]
    assert ledger.worst() == {"minute": (4, 3)} == ledger.exceeded()


def test_a_day_ends_at_midnight_utc() -> None:
    ledger = Ledger()
    found = [ledger.spend([(DAY, "")], at) for at in (0, 1, 2, 3, 86_399, 86_399.9, 86_400)]
    assert found == [None] * 5 + [DAY, None]
    assert ledger.counts() == {"day": 7} and ledger.worst() == {"day": (6, 5)}


def test_each_account_has_a_bucket_of_its_own() -> None:
    ledger = Ledger()
    assert [ledger.spend([(MINUTE, whose)], 0) for whose in "aaabbb"] == [None] * 6
    assert ledger.worst() == {"minute:a": (3, 3), "minute:b": (3, 3)} and ledger.exceeded() == {}


def test_a_refused_request_counts_in_every_bucket() -> None:
    ledger = Ledger()
    for _ in range(4):
        ledger.spend([(MINUTE, ""), (DAY, "")], 0)
    assert ledger.counts() == {"minute": 4, "day": 4}


def test_a_day_spent_by_others_is_no_fault_of_ours() -> None:
    ledger = Ledger()
    ledger.exhaust(DAY, 100)
    assert [ledger.spend([(DAY, "")], at) for at in (200, 86_399, 86_400)] == [DAY, DAY, None]
    assert ledger.exceeded() == {}

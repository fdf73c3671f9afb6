"""A sentence is its text to everybody, and its words and values to who translates."""

from __future__ import annotations

import copy
import json

from hexameter.contracts.sentences import Sentence

OUTAGE = "{who} could not be read: {why}"


def test_it_is_its_text() -> None:
    said = Sentence("{n:,} views; judged from {least:,}", n=12, least=1000)
    assert said == "12 views; judged from 1,000" and json.dumps([said]) == '["12 views; judged from 1,000"]'
    assert (said.words, said.values) == ("{n:,} views; judged from {least:,}", {"n": 12, "least": 1000})


def test_words_without_a_value_may_hold_braces() -> None:
    assert Sentence("{{7*7}} {x") == "{{7*7}} {x"


def test_values_are_never_words() -> None:
    assert Sentence("{who} is gone", who="{why} {0}") == "{why} {0} is gone"


def test_a_copy_remembers() -> None:
    said = copy.deepcopy(Sentence(OUTAGE, who="@lea", why=Sentence("it rains")))
    assert said == "@lea could not be read: it rains" and said.words == OUTAGE and said.values["why"].words == "it rains"

"""Creators for a brief: planted topics are found, reasons are true, and forbidden sources are named."""

from __future__ import annotations

import numpy as np
import pytest

from hexameter.insights.affinity import Candidate, Corpus, allowed, look_alikes, rank, shrunken

PEOPLE = (
    Candidate("cook", ("Pâtes fraîches ce soir", "recette facile"), (("cuisine", "recette"), ("cuisine",)), recent_posts=4),
    Candidate("run", ("Marathon training day", "10k in the rain"), (("running", "sport"), ("running",))),
    Candidate("tea", ("Trà thảo mộc mỗi sáng",), (("thaomoc", "suckhoe"),), result=0.7, result_n=3),
    Candidate("mute", (), ()),
)


def test_the_topic_ranks_and_the_reason_is_said() -> None:
    found = rank(Corpus(PEOPLE), "Une recette de pâtes", ["cuisine"])
    assert found[0]["creator"] == "cook" and found[0]["matched"] == ["cuisine"] and found[0]["why"][0] == "used #cuisine"
    assert sum(found[0]["parts"].values()) == pytest.approx(1.0)
    assert found[-1]["score"] == 0 and {r["creator"] for r in found} == {p.creator for p in PEOPLE}


def test_accents_and_pieces_of_words_match() -> None:
    assert rank(Corpus(PEOPLE), "thảo mộc", [])[0]["creator"] == "tea"
    assert rank(Corpus(PEOPLE), "marathons", [])[0]["creator"] == "run"


def test_planted_topics_are_recalled() -> None:
    chance = np.random.default_rng(0)
    people = [Candidate(f"c{at}", (), tuple((f"t{at % 20}x{chance.integers(0, 8)}",) for _ in range(18))) for at in range(200)]
    corpus, hits = Corpus(people), 0
    for topic in range(20):
        top = rank(corpus, "", [f"t{topic}x{k}" for k in range(4)])[:10]
        hits += sum(int(r["creator"][1:]) % 20 == topic for r in top)
    assert hits >= 0.95 * 200


def test_look_alikes_leave_the_creator_out() -> None:
    twin = Candidate("cook2", ("recette de pâtes",), (("cuisine",),))
    found = look_alikes(Corpus((*PEOPLE, twin)), "cook")
    assert found[0]["creator"] == "cook2" and all(r["creator"] != "cook" for r in found)


def test_few_posts_are_drawn_to_the_middle() -> None:
    few, many = shrunken([2.0, 2.0, -1.0, -1.2, 0.0], [1, 50, 50, 50, 50])[:2]
    assert few < many < 2.0


def test_an_empty_corpus_and_an_empty_brief_match_nobody() -> None:
    assert rank(Corpus(()), "x", ["y"]) == []
    assert all(r["score"] == 0 for r in rank(Corpus(PEOPLE), "", []))


@pytest.mark.parametrize("source", ["accounts", "display", "tiktok_one", "Accounts", "tiktok:accounts", "", None])
def test_readings_given_for_measuring_never_rank(source: str | None) -> None:
    assert not allowed(source)


@pytest.mark.parametrize("source", ["csv", "apify", "yt_dlp", "research_api", "web_items"])
def test_files_and_public_data_may(source: str) -> None:
    assert allowed(source)

"""Errors in a browser: the page that does what a command would, in the reader's language, and never as markup."""

from __future__ import annotations

import pytest

from hexameter.contracts.sentences import Sentence
from hexameter.errors import NotFound
from hexameter.views.web.telling import Telling
from hexameter.views.web.texts import Texts

TOLD = Telling(Texts("en"), lambda address, method="GET": True)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Ask them to connect again: hexameter connect lea.", 'Ask them to connect again: <a href="/connections">Connections</a>.'),
        ("See: hexameter campaign show glow-day.", 'See: <a href="/campaigns/glow-day">Campaign</a>.'),
        ("Write one: hexameter brief write glow --goal ...", 'Write one: <a href="/campaigns/glow/desk/brief">Brief</a>'),
        ("One: hexameter import FILE, or two.", 'One: <a href="/import">Import</a>, or two.'),
        ("See hexameter doctor.", "See <code>hexameter doctor</code> (in the terminal, by whoever runs this server)."),
        ('Then: --map "views=Video plays"', "Then: “Taken for: views”"),
        (
            "Give the instant with --captured-at 2025-07-31T12:00:00Z, or the column with --map captured_at=COLUMN.",
            "Give the instant with “Read at” 2025-07-31T12:00:00Z, or the column with “Taken for: captured_at”.",
        ),
        ("<b>{x} --nothing", "&lt;b&gt;{x} --nothing"),
        ("See: hexameter campaign show <b>.", 'See: <a href="/">Campaign</a>.'),
    ],
)
def test_the_browsers_own_way_comes_first(said: str, shown: str) -> None:
    assert str(TOLD(said)) == shown


def test_a_way_that_is_closed_is_only_named() -> None:
    closed = Telling(Texts("en"), lambda address, method="GET": False)
    assert str(closed("See: hexameter sources.")) == "See: Connections."


def test_an_error_is_told_with_its_hint_in_the_readers_language() -> None:
    problem = NotFound("<i> is not there.", hint="See: hexameter sources.")
    assert str(TOLD(problem)) == '&lt;i&gt; is not there. See: <a href="/connections">Connections</a>.'
    assert str(TOLD({"message": "gone", "hint": None})) == "gone"
    french = Telling(Texts("fr"), lambda address, method="GET": True)
    assert str(french("See: hexameter sources.")).endswith('<a href="/connections">Connexions</a>.')


def test_a_sentence_keeps_its_values_in_another_language() -> None:
    said = Sentence("#{tag} for #{right}: {why}", tag="glwoday", right="{why}", why=Sentence("two letters exchanged"))
    assert Texts("en")(said) == said
    assert Texts("fr")(said) == "#glwoday pour #{why} : deux lettres interverties"
    assert (
        Texts("fr")(Sentence("{views:,} views; judged from {least:,}", views=500, least=1000)) == "500 vues ; jugée à partir de 1\u202f000"
    )

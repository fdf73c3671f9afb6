"""Handles, hashtags, mentions, ids and addresses."""

from __future__ import annotations

import unicodedata

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hexameter.contracts import spelling
from hexameter.sources.files import text

ID = "7527623000473079054"


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        ("#GlowDay, Ad", ["glowday", "ad"]),
        ("glowday glowday #GLOWDAY", ["glowday"]),
        ("a|b;c", ["a", "b", "c"]),
        ('["A", "b"]', ["a", "b"]),
        ("['A', 'b']", ["a", "b"]),
        ('[{"name": "Zed"}, {"title": "Y"}]', ["zed", "y"]),
        ("[]", []),
        ("", []),
        (" , ", []),
        (None, None),
        ("＃Full", ["full"]),
        ("cafe\u0301", ["café"]),
        ("Straße", ["strasse"]),
        ("İstanbul", ["i̇stanbul"]),
        ("glow\u200bday", ["glowday"]),
        ("الباشا👑", ["الباشا👑"]),
        ("4살딸", ["4살딸"]),
        ("👩\u200d💻", ["👩\u200d💻"]),
        ("a\x00b", ["ab"]),
    ],
)
def test_a_cell_of_hashtags(cell: str | None, tags: list[str] | None) -> None:
    assert text.hashtag_lists(pl.Series([cell], dtype=pl.String)).to_list() == [tags]


def test_lists_of_hashtags() -> None:
    assert text.hashtag_lists(pl.Series([["A", "#a", ""], [], None])).to_list() == [["a"], [], None]
    assert text.hashtag_lists(pl.Series([[{"name": "A"}], []])).to_list() == [["a"], []]


def test_words_in_captions() -> None:
    captions = pl.Series(["Hi #GlowDay! #brand#brands (@Lea.Paris) a@b.com", "none", None, "＃ß @x_y."])
    tags, handles = text.words_in(captions)
    assert tags.to_list() == [["glowday", "brand", "brands"], [], None, ["ss"]]
    assert handles.to_list() == [["lea.paris"], [], None, ["x_y"]]


def test_ten_thousand_hashtags_in_one_caption() -> None:
    tags, _ = text.words_in(pl.Series([" ".join(f"#t{n}" for n in range(10_000))]))
    assert len(tags[0]) == 10_000


@pytest.mark.parametrize(
    ("cell", "handle"),
    [
        ("lea", "lea"),
        ("@Lea.Paris", "lea.paris"),
        (" lea ", "lea"),
        ("https://www.tiktok.com/@Lea?lang=fr", "lea"),
        ("tiktok.com/@lea/video/7527623000473079054", "lea"),
        ("حموديالباشا\x004", "حموديالباشا4"),
        ("", None),
        (None, None),
    ],
)
def test_a_handle(cell: str | None, handle: str | None) -> None:
    found = text.handles(pl.Series([cell, "x"], dtype=pl.String))
    assert found.values.to_list() == [handle, "x"]
    assert found.why is None


def test_a_name_is_no_handle() -> None:
    found = text.handles(pl.Series(["Léa Paris", "x"]))
    assert found.values.to_list() == [None, "x"]
    assert found.why is not None
    assert found.why.to_list() == ['creator is "Léa Paris"; expected a TikTok handle, like lea.paris or @lea.paris', None]


@pytest.mark.parametrize(
    "cell",
    [
        ID,
        f" {ID} ",
        f"https://www.tiktok.com/@lea/video/{ID}",
        f"https://www.tiktok.com/@lea/photo/{ID}?utm_campaign=tt4d_open_api&utm_source=x",
        f"https://www.tiktok.com/share/video/{ID}",
        f"https://m.tiktok.com/v/{ID}.html",
        f"tiktok.com/embed/v2/{ID}",
    ],
)
def test_a_post_s_id_from_any_address(cell: str) -> None:
    assert text.ids(pl.Series([cell])).values.to_list() == [ID]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("7.52762E+18", "a spreadsheet saved the id as a number"),
        ("7,52762E+18", "a spreadsheet saved the id as a number"),
        ("7.527623000473079e18", "a spreadsheet saved the id as a number"),
        ("https://vm.tiktok.com/ZM123/", "a short link"),
        ("https://www.tiktok.com/t/ZT123/", "a short link"),
        ("a b", "expected an id, like 7527623000473079054"),
    ],
)
def test_what_is_no_id_is_refused(cell: str, reason: str) -> None:
    found = text.ids(pl.Series([cell]))
    assert found.values.to_list() == [None]
    assert found.why is not None and reason in found.why[0] and cell in found.why[0]


def test_ids_as_numbers() -> None:
    assert text.ids(pl.Series([7527623000473079054])).values.to_list() == [ID]
    found = text.ids(pl.Series([7.527623000473079e18, 5.0, None]))
    assert found.values.to_list() == [None, "5", None]
    assert found.why is not None and "lost its last digits" in found.why[0]


def test_a_column_of_ids_that_excel_cut_to_fifteen_digits_is_refused() -> None:
    cut = pl.Series(["7527623000473070000", "7527623000473080000", "7527623000473079054"])
    found = text.ids(cut)
    assert found.values.to_list() == [None, None, ID]
    assert found.why is not None and "lost its last digits" in found.why[0] and found.why[2] is None
    one_by_chance = pl.Series(["7527623000473070000", "7527623000473079055", ID])
    assert text.ids(one_by_chance).why is None
    assert text.ids(pl.Series(["7527623000473070000"] * 3)).why is None  # one post, read three times
    assert text.ids(pl.Series(["10000", "20000"])).why is None


def test_addresses() -> None:
    urls = pl.Series([f"https://www.tiktok.com/@Lea/video/{ID}?a=1#x", "https://vm.tiktok.com/x", "", None])
    assert text.bare_urls(urls).to_list() == [f"https://www.tiktok.com/@Lea/video/{ID}", "https://vm.tiktok.com/x", None, None]
    assert text.handles_in(urls).to_list() == ["lea", None, None, None]
    assert text.ids_in(urls).to_list() == [ID, None, None, None]


@settings(deadline=None, max_examples=80)
@given(st.text(alphabet=st.characters(categories=("L", "N", "M", "So")), min_size=1, max_size=12))
def test_a_file_and_a_command_spell_a_hashtag_alike(word: str) -> None:
    ours = text.hashtag_of(word)
    assert ours is not None
    assert ours == spelling.hashtag_of(word)
    assert unicodedata.is_normalized("NFC", ours)
    assert text.hashtag_of(ours) == ours

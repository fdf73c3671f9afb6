"""Handles, hashtags, mentions, ids and addresses as text columns. It knows no table and no file."""

from __future__ import annotations

import polars as pl

from hexameter.sources.files.cells import Parsed


def clean(cells: pl.Series) -> pl.Series:
    """Text without NUL characters and without blanks around it; "" becomes null.

    Example clean(pl.Series(["a\\x00b ", ""])) -> ["ab", None]
    """
    raise NotImplementedError


def hashtag_lists(cells: pl.Series) -> pl.Series:
    """Hashtags as lists, NFC + casefold without '#', each once, in order: from lists, JSON lists, or text separated by space, comma or |.

    Out     list of text; null where the cell is null
    Example hashtag_lists(pl.Series(["#GlowDay, Ad"])) -> [["glowday", "ad"]]
    """
    raise NotImplementedError


def hashtags_in(captions: pl.Series) -> pl.Series:
    """The hashtags written in captions, as `hashtag_lists` spells them; [] for a caption without.

    Example hashtags_in(pl.Series(["Hello #GlowDay!"])) -> [["glowday"]]
    """
    raise NotImplementedError


def mention_lists(cells: pl.Series) -> pl.Series:
    """Handles mentioned, as lists: without '@', lower case."""
    raise NotImplementedError


def mentions_in(captions: pl.Series) -> pl.Series:
    """The handles mentioned in captions; [] for a caption without."""
    raise NotImplementedError


def handles(cells: pl.Series, field: str = "creator") -> Parsed:
    """Handles, lower case without '@', from a handle or any TikTok address that carries one.

    Example handles(pl.Series(["@Lea.Paris"])) -> "lea.paris"
    """
    raise NotImplementedError


def handles_in(urls: pl.Series) -> pl.Series:
    """The handle in addresses of profiles and posts; null where there is none."""
    raise NotImplementedError


def ids(cells: pl.Series, field: str = "post_id") -> Parsed:
    """Ids as text, from an id or a post's address; an id that a spreadsheet saved as a number (7.52762E+18) is refused."""
    raise NotImplementedError


def ids_in(urls: pl.Series) -> pl.Series:
    """The post's id in addresses; null where there is none (short links)."""
    raise NotImplementedError


def bare_urls(urls: pl.Series) -> pl.Series:
    """Addresses without query and fragment."""
    raise NotImplementedError

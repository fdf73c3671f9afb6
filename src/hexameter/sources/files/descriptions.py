"""What describes a post beside its numbers: caption, hashtags, sound, address, flags. Damaged ones become null, never a reject."""

from __future__ import annotations

import polars as pl

from hexameter.sources.files import text
from hexameter.sources.files.cells import as_text

FLAGS = ("is_ad", "paid_partnership")
_LISTED = {"hashtags": text.hashtag_lists, "mentions": text.mention_lists}
FIELDS = (*_LISTED, "caption", "media_type", "music_id", "url", "region", *FLAGS)
_YES = ("true", "1", "yes", "y", "oui", "sí", "si", "ja", "sim", "wahr", "vrai")
_NO = ("false", "0", "no", "n", "non", "nein", "não", "nao", "falsch", "faux")
_PHOTO = ("photo", "image", "slideshow", "photo_mode", "carousel")


def raw(frame: pl.DataFrame) -> list[pl.Series]:
    """The descriptive columns of a raw frame, ready to be compared and then `described`: equal rows have equal descriptions.

    In      frame  any of FIELDS, raw
    Out     those of FIELDS it has; lists of words are spelled already, for the cells of one column explain each other
    """
    return [_comparable(frame[f], f).alias(f) for f in FIELDS if f in frame.columns]


def _comparable(cells: pl.Series, field: str) -> pl.Series:
    if field in _LISTED:
        return _LISTED[field](cells)
    return cells if cells.dtype in (pl.String, pl.Boolean) else _FORMS[field](cells)


def described(rows: pl.DataFrame) -> list[pl.Series]:
    """The descriptive columns in lake form.

    In      rows  any of the columns that `raw` gives
    Out     those of FIELDS that can be filled; hashtags and mentions from the caption where the file gives none
    """
    out = [form(rows[f]).alias(f) for f, form in _FORMS.items() if f in rows.columns]
    given = {f: rows[f] for f in _LISTED if f in rows.columns}
    if "caption" in rows.columns and any(f not in given or given[f].null_count() for f in _LISTED):
        found = dict(zip(_LISTED, text.words_in(next(s for s in out if s.name == "caption")), strict=True))
        given = {f: _coalesced(given.get(f), found[f]) for f in _LISTED}
    return [*out, *(words.alias(f) for f, words in given.items())]


def _caption(cells: pl.Series) -> pl.Series:
    texts = as_text(cells)
    if texts.str.contains("\x00", literal=True).any():
        texts = texts.str.replace_all("\x00", "", literal=True)
    return texts if (texts != "").all() else texts.set((texts == "").fill_null(False), None)


def _coalesced(given: pl.Series | None, found: pl.Series) -> pl.Series:
    if given is None:
        return found
    return pl.DataFrame({"g": given, "f": found}).select(pl.coalesce("g", "f")).to_series()


def _flag(cells: pl.Series) -> pl.Series:
    if cells.dtype == pl.Boolean:
        return cells
    said = pl.col("c").str.strip_chars().str.to_lowercase()
    frame = pl.DataFrame({"c": as_text(cells)})
    return frame.select(pl.when(said.is_in(_YES)).then(True).when(said.is_in(_NO)).then(False)).to_series()


def _media(cells: pl.Series) -> pl.Series:
    said = pl.col("c").str.strip_chars().str.to_lowercase()
    kind = pl.when(said == "video").then(pl.lit("video")).when(said.is_in(_PHOTO)).then(pl.lit("photo"))
    return pl.DataFrame({"c": as_text(cells)}).select(kind).to_series()


def _music(cells: pl.Series) -> pl.Series:
    """An undamaged id, or null: a sound's id is worth no rejected row."""
    if cells.dtype.is_float():
        return pl.Series(cells.name, [None], dtype=pl.String).new_from_index(0, cells.len())
    return as_text(cells).str.extract(r"^\s*(\d{1,20})\s*$")


def _region(cells: pl.Series) -> pl.Series:
    return as_text(cells).str.strip_chars().str.to_uppercase().str.extract(r"^([A-Z]{2})$")


# each gives its own results back unchanged
_FORMS = {
    **dict.fromkeys(FLAGS, _flag),
    "caption": _caption,
    "media_type": _media,
    "music_id": _music,
    "url": text.bare_urls,
    "region": _region,
}

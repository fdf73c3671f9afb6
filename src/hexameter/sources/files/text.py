"""Handles, hashtags, mentions, ids and addresses as text columns. It knows no table and no file.

Hashtags are folded by Python over their distinct values: SQL's and Rust's lower-casing disagree on İ and ß.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable

import polars as pl

from hexameter.sources.files.cells import Parsed, as_text, named

_HANDLE = r"^[\w.\-]{1,64}$"
_PLAIN_HANDLE = r"^[a-z0-9_.\-]{1,64}$"
_HANDLE_IN_URL = r"(?i)tiktok\.com/@([^/?#\s]+)"
_ID = r"^[A-Za-z0-9_\-]{1,64}$"
_ID_IN_URL = r"(?i)tiktok\.com/(?:.*/)?(?:video|photo|v|embed/v2|embed)/(\d{5,20})(?:\.html)?(?:[/?#]|$)"
_SHORT_LINK = r"(?i)(?:vm|vt)\.tiktok\.com/|tiktok\.com/t/"
_SHORTENED = r"^[+-]?\d(?:[.,]\d+)?[eE]\+?\d+$"
_HASHTAG = r"[#＃][\p{L}\p{M}\p{N}\p{So}\p{Sk}\p{Cf}_]+"
_MENTION = r"(?:^|[^\w.@])@[\w.]{1,64}"
_INVISIBLE = dict.fromkeys(map(ord, "\x00\u00ad\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"))
_JOINERS = "\u200c\u200d"  # they carry meaning inside Persian words and emoji, none at the edges
_NAME_KEYS = ("name", "hashtagName", "hashtag_name", "title")
_EXACT = 2**53

SHORTENED_ID = (
    "{}: a spreadsheet saved the id as a number and lost its last digits; export the file again with that column as text, "
    "or import the original file"
)


def clean(cells: pl.Series) -> pl.Series:
    """Text without NUL characters and without blanks around it; "" becomes null.

    Example clean(pl.Series(["a\\x00b ", ""])) -> ["ab", None]
    """
    return _select(as_text(cells), _cleaned(pl.col("c")))


def _cleaned(column: pl.Expr) -> pl.Expr:
    bare = column.str.replace_all("\x00", "", literal=True).str.strip_chars()
    return pl.when(bare.str.len_bytes() > 0).then(bare)


def _select(cells: pl.Series, expression: pl.Expr) -> pl.Series:
    return pl.DataFrame({"c": cells}).select(expression.alias("c")).to_series()


def hashtag_of(word: str) -> str | None:
    """One hashtag NFC + casefold without '#' and invisible characters; None when nothing is left.

    Example hashtag_of("#GlowDay") -> "glowday"
    """
    bare = unicodedata.normalize("NFC", word.translate(_INVISIBLE).strip().lstrip("#＃")).casefold()
    return unicodedata.normalize("NFC", bare).strip().strip(_JOINERS) or None


def _mention_of(word: str) -> str | None:
    return re.sub(r"^[^\w]*@", "", word.translate(_INVISIBLE).strip()).strip(".").lower() or None


def hashtag_lists(cells: pl.Series) -> pl.Series:
    """Hashtags as lists, NFC + casefold without '#', each once, in order: from lists, JSON lists, or text separated by space, comma or |.

    Out     list of text; null where the cell is null
    Example hashtag_lists(pl.Series(["#GlowDay, Ad"])) -> [["glowday", "ad"]]
    """
    return _word_lists(cells, _split, hashtag_of)


def words_in(captions: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The hashtags (as `hashtag_lists` spells them) and the handles mentioned in captions; [] for a caption without, null for none.

    Example a caption "Hello #GlowDay @Lea!" -> ["glowday"] and ["lea"]
    """
    distinct = captions.drop_nulls().unique()
    cut = pl.DataFrame({"w": distinct}).with_row_index("t")
    tags = _spelt(cut.with_columns(pl.col("w").str.extract_all(_HASHTAG)), hashtag_of)["w"]
    handles = _spelt(cut.with_columns(pl.col("w").str.extract_all(_MENTION)), _mention_of)["w"]
    words = pl.DataFrame({"c": distinct, "tags": tags, "handles": handles})
    found = pl.DataFrame({"c": captions}).join(words, on="c", how="left", maintain_order="left")
    return found["tags"], found["handles"]


def mention_lists(cells: pl.Series) -> pl.Series:
    """Handles mentioned, as lists: without '@', lower case."""
    return _word_lists(cells, _split, _mention_of)


def _split(texts: pl.Series) -> pl.Series:
    listed = texts.str.starts_with("[")
    if not listed.any():
        return _words(texts)
    parsed = pl.Series([_json_words(t) if is_list else None for t, is_list in zip(texts, listed, strict=True)], dtype=pl.List(pl.String))
    return pl.DataFrame({"p": parsed, "w": _words(texts)}).select(pl.coalesce("p", "w")).to_series()


def _words(texts: pl.Series) -> pl.Series:
    # where any cell of the column has a comma, blanks belong to the words, save before a '#'
    if texts.str.contains(r"[,;|、，]").any():
        return texts.str.replace_all(r"[;|、，]|\s+([#＃@])", ",${1}").str.split(",")
    return texts.str.replace_all(r"\s+", " ").str.strip_chars().str.split(" ")


def _json_words(text: str) -> list[str] | None:
    for candidate in (text, text.replace("'", '"')):  # Python writes its lists with single quotes
        try:
            items = json.loads(candidate)
        except (ValueError, RecursionError):
            continue
        return [w for w in (_word(item) for item in items) if w] if isinstance(items, list) else None
    return None


def _word(item: object) -> str | None:
    if isinstance(item, dict):
        return next((str(item[k]) for k in _NAME_KEYS if item.get(k)), None)
    return str(item) if item is not None else None


def _word_lists(cells: pl.Series, cut: Callable[[pl.Series], pl.Series], spell: Callable[[str], str | None]) -> pl.Series:
    """Cut distinct texts into words, spell each distinct word once, and hand the lists back to their cells."""
    if cells.dtype == pl.List:
        return _respell_lists(cells, spell)
    texts = as_text(cells)
    distinct = texts.drop_nulls().unique()
    lists = _spelt(pl.DataFrame({"t": distinct, "w": cut(distinct)}), spell)
    joined = pl.DataFrame({"t": texts}).join(lists, on="t", how="left", maintain_order="left")
    return joined["w"].alias(cells.name)


def _respell_lists(cells: pl.Series, spell: Callable[[str], str | None]) -> pl.Series:
    inner = cells.dtype.inner  # type: ignore[attr-defined]
    if inner != pl.String:
        cells = pl.Series(
            cells.name, [None if v is None else [w for w in map(_word, v) if w] for v in cells.to_list()], dtype=pl.List(pl.String)
        )
    numbered = pl.DataFrame({"w": cells}).with_row_index("t")
    out = _spelt(numbered.filter(pl.col("w").is_not_null()), spell)
    return numbered.select("t").join(out, on="t", how="left", maintain_order="left")["w"].alias(cells.name)


def _spelt(lists: pl.DataFrame, spell: Callable[[str], str | None]) -> pl.DataFrame:
    """The lists under the same `t`, in the same order, their words as they are spelled, each once; [] where none is left."""
    nothing = pl.lit([], dtype=pl.List(pl.String))
    words = lists.lazy().filter(pl.col("w").list.len() > 0).explode("w").collect()
    if words.height == 0:
        return lists.select("t", w=nothing)
    known = words["w"].drop_nulls().unique()
    spelling = pl.LazyFrame({"w": known, "s": pl.Series([spell(w) for w in known], dtype=pl.String)})
    spelt = (
        words.lazy()
        .join(spelling, on="w", how="inner", maintain_order="left")
        .filter(pl.col("s").is_not_null())
        .unique(["t", "s"], maintain_order=True)
    )
    grouped = spelt.group_by("t", maintain_order=True).agg(pl.col("s").alias("w"))
    joined = lists.lazy().select("t").join(grouped, on="t", how="left", maintain_order="left")
    return joined.with_columns(pl.col("w").fill_null(nothing)).collect()


def handles(cells: pl.Series, field: str = "creator") -> Parsed:
    """Handles, lower case without '@', from a handle or any TikTok address that carries one.

    Example handles(pl.Series(["@Lea.Paris"])) -> "lea.paris"
    """
    texts = as_text(cells)
    if texts.str.contains(_PLAIN_HANDLE).all():
        return Parsed(texts)
    bare = _cleaned(pl.col("c"))
    bare_handle = pl.coalesce(bare.str.extract(_HANDLE_IN_URL), bare).str.strip_prefix("@").str.to_lowercase()
    frame = pl.DataFrame({"c": texts}).with_columns(h=bare_handle)
    fits = pl.col("h").str.contains(_HANDLE)
    reason = pl.format("{}; expected a TikTok handle, like lea.paris or @lea.paris", named(field, pl.col("c")))
    out = frame.select(values=pl.when(fits).then("h"), why=pl.when(~fits).then(reason))
    return _parsed(out)


def handles_in(urls: pl.Series) -> pl.Series:
    """The handle in addresses of profiles and posts; null where there is none."""
    return as_text(urls).str.extract(_HANDLE_IN_URL).str.to_lowercase()


def ids(cells: pl.Series, field: str = "post_id") -> Parsed:
    """Ids as text, from an id or a post's address; an id that a spreadsheet saved as a number (7.52762E+18) is refused.

    Example ids(pl.Series(["7.52762E+18"])) -> refused
    """
    if cells.dtype.is_float():
        return _float_ids(cells, field)
    texts = as_text(cells)
    if cells.dtype.is_integer() or _are_whole(texts) or texts.str.contains(_ID).all():
        return _but_cut_by_excel(Parsed(texts), texts, field)
    bare = _cleaned(pl.col("c"))
    frame = pl.DataFrame({"c": texts}).with_columns(b=bare).with_columns(v=pl.coalesce(pl.col("b").str.extract(_ID_IN_URL), "b"))
    fits = pl.col("v").str.contains(_ID)
    shown = named(field, pl.col("c"))
    reason = (
        pl.when(pl.col("b").str.contains(_SHORTENED))
        .then(pl.format(SHORTENED_ID, shown))
        .when(pl.col("b").str.contains(_SHORT_LINK))
        .then(pl.format("{}, a short link, which does not carry the id; give the long address of the post", shown))
        .otherwise(pl.format("{}; expected an id, like 7527623000473079054, or the address of a post", shown))
    )
    return _but_cut_by_excel(_parsed(frame.select(values=pl.when(fits).then("v"), why=pl.when(~fits).then(reason))), texts, field)


def _are_whole(texts: pl.Series) -> bool:
    """Whether all are plain digits, asked in a third of the time that the pattern takes; a number may also begin with a sign."""
    return texts.cast(pl.UInt64, strict=False).null_count() == texts.null_count() and not texts.str.starts_with("+").any()


def _but_cut_by_excel(found: Parsed, texts: pl.Series, field: str) -> Parsed:
    """Excel keeps 15 digits and writes zeros for the rest: one id in ten thousand ends in 0000, a column of them was cut."""
    cut = found.values.str.ends_with("0000").fill_null(False)
    if cut.sum() * 2 <= found.values.len() - found.values.null_count() or found.values.filter(cut).n_unique() < 2:
        return found
    long = cut & found.values.str.contains(r"^\d{18,20}$").fill_null(False)
    frame = pl.DataFrame({"c": texts, "v": found.values, "cut": long, "y": found.why if found.why is not None else [None] * texts.len()})
    reason = pl.format(SHORTENED_ID, named(field, pl.col("c")))
    return _parsed(frame.select(values=pl.when(~pl.col("cut")).then("v"), why=pl.when("cut").then(reason).otherwise("y")))


def _float_ids(cells: pl.Series, field: str) -> Parsed:
    whole = pl.col("c").is_finite() & (pl.col("c").floor() == pl.col("c")) & (pl.col("c").abs() < _EXACT)
    text = pl.col("c").cast(pl.Int64, strict=False).cast(pl.String)
    frame = pl.DataFrame({"c": cells})
    reason = pl.format(SHORTENED_ID, named(field, pl.col("c")))
    return _parsed(frame.select(values=pl.when(whole).then(text), why=pl.when(~whole).then(reason)))


def _parsed(frame: pl.DataFrame) -> Parsed:
    why = frame["why"]
    return Parsed(frame["values"], why=why if why.null_count() < why.len() else None)


def ids_in(urls: pl.Series) -> pl.Series:
    """The post's id in addresses; null where there is none (short links)."""
    return as_text(urls).str.extract(_ID_IN_URL)


def bare_urls(urls: pl.Series) -> pl.Series:
    """Addresses without query and fragment."""
    return clean(as_text(urls).str.replace(r"[?#].*$", ""))

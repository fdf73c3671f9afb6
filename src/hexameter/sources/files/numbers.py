"""Counters and other numbers as people and exports write them, column by column. It knows no table and no file.

A plain column of digits costs one cast; only the cells that the cast leaves over are looked at closely, each distinct text once.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from hexameter.sources.files.cells import Parsed, as_text, named

# suffix -> power of ten: English, then French, German, Spanish, Portuguese, Italian, Polish, Indonesian words on public pages
_POWERS = {
    "k": 3, "m": 6, "b": 9, "bn": 9, "mil": 3,
    "tsd": 3, "tsd.": 3, "mio": 6, "mio.": 6, "mln": 6, "md": 9, "mrd": 9, "mrd.": 9, "rb": 3, "jt": 6,
}  # fmt: skip
_BLANK = ("", "-", "--", "—", "–", "n/a", "na", "null", "none", "undefined", "#n/a")
_DIGITS = {chr(base + d): str(d) for base in (0x0660, 0x06F0, 0xFF10) for d in range(10)} | {"٫": ".", "٬": ",", "．": ".", "，": ","}
_SPACES = r"[\s\x{00A0}\x{202F}\x{2007}\x{2009}]"
_QUOTES = r"['’`´]"
_SHAPE = r"^([+-]?)([\d.,']+)([a-z]+\.?)?$"
_GROUPED = r"^\d{1,3}(?:'\d{3})+(?:[.,]\d+)?$|^[\d.,]+$"
_MAX_DIGITS = 40


NumberKinds = Mapping[str, pl.DataType]  # column -> Int64 or Float64


def is_plain(cells: pl.Series) -> bool:
    """Whether cells read as numbers need no second look: a refused one (negative, NaN, infinite) is to be shown as it was written."""
    return not ((cells < 0).any() or (cells.dtype.is_float() and not cells.is_finite().all()))


def could_be(texts: pl.Series, kind: pl.DataType) -> bool:
    """Whether a column of text could have been read as plain numbers."""
    numbers = texts.cast(kind, strict=False)
    return numbers.null_count() == texts.null_count() and is_plain(numbers)


def counters(cells: pl.Series, field: str, decimal: str | None = None) -> Parsed:
    """Whole numbers of any spelling: 1234, 1 234, 12.345, 12,345, 541.2K, 1,6 M; blank, -, --, N/A and undefined are null.

    A lone 12.345 or 12,345 is 12345 unless other cells of the column show that its sign marks decimals.

    In      cells    text or typed
            field    the name used in reasons
            decimal  "." or "," when the file is known to use it; None: decided by the evidence in the column
    Out     values int64, rounding int64, why: negative, over 2^63-1, fraction, not a number
    Example counters(pl.Series(["541.2K", "-5"]), "views") -> 541200 ±50; refused: views is "-5"; a counter cannot be negative
    """
    found = whole_numbers(cells, field, decimal)
    negative = found.values < 0
    if not negative.any():
        return found
    frame = pl.DataFrame({"v": found.values, "n": negative, "c": as_text(cells)})
    reason = _because(field, "a counter cannot be negative")
    out = frame.select(v=pl.when(~pl.col("n")).then("v"), why=pl.when("n").then(reason))
    why = out["why"] if found.why is None else out.select(pl.coalesce(pl.lit(found.why), "why")).to_series()
    rounding = None if found.rounding is None else found.rounding.set(negative.fill_null(False), None)
    return Parsed(out["v"], rounding, why, found.decimal)


def whole_numbers(cells: pl.Series, field: str, decimal: str | None = None) -> Parsed:
    """Like `counters`, for daily figures that may be negative."""
    if cells.dtype.is_integer() or cells.dtype == pl.Null:
        return _refuse_lost(cells, cells.cast(pl.Int64, strict=False), field, _too_large)
    if cells.dtype.is_float():
        whole = cells.is_finite() & (cells.floor() == cells)
        values = cells.set(~whole.fill_null(False), None).cast(pl.Int64, strict=False)
        return _refuse_lost(cells, values, field, _not_whole)
    if cells.dtype == pl.Boolean:
        return _refuse_lost(cells, pl.Series(cells.name, [None] * cells.len(), dtype=pl.Int64), field, _not_whole)
    texts = as_text(cells)
    values = texts.cast(pl.Int64, strict=False)
    if values.null_count() == texts.null_count():
        return Parsed(values)
    left = (values.is_null() & texts.is_not_null()).arg_true()
    parts = _separated(_shaped(texts.gather(left).unique()))
    sign = decimal or _decimal_sign(parts)
    return _with_spelt(texts, values, left, _whole_of(parts, field, sign), sign)


def _refuse_lost(cells: pl.Series, values: pl.Series, field: str, why: str) -> Parsed:
    if values.null_count() == cells.null_count():
        return Parsed(values)
    lost = values.is_null() & cells.is_not_null()
    frame = pl.DataFrame({"c": as_text(cells), "lost": lost})
    return Parsed(values, why=frame.select(pl.when("lost").then(_because(field, why))).to_series())


_not_whole = "expected a whole number, or like 541.2K"
_too_large = "larger than any counter can be (9,223,372,036,854,775,807)"


def _because(field: str, why: str) -> pl.Expr:
    return pl.format("{}; {}", named(field, pl.col("c")), pl.lit(why))


def _with_spelt(texts: pl.Series, values: pl.Series, left: pl.Series, spelt: pl.DataFrame, sign: str | None) -> Parsed:
    found = pl.DataFrame({"c": texts.gather(left)}).join(spelt, on="c", how="left", maintain_order="left")
    values = values.scatter(left, found["value"])
    rounding = why = None
    if "rounding" in found.columns and found["rounding"].null_count() < found.height:
        rounding = _scattered(texts.len(), pl.Int64(), left, found["rounding"])
    if found["why"].null_count() < found.height:
        why = _scattered(texts.len(), pl.String(), left, found["why"])
    return Parsed(values, rounding, why, sign)


def _scattered(length: int, dtype: pl.DataType, where: pl.Series, what: pl.Series) -> pl.Series:
    return pl.Series([None], dtype=dtype).new_from_index(0, length).scatter(where, what)


def _shaped(distinct: pl.Series) -> pl.DataFrame:
    """Each text cut up: blank · sign · body with ' between space-separated groups · suffix · power of ten · ok."""
    plain = pl.col("c").str.replace_all("\x00", "", literal=True).str.replace_many(_DIGITS).str.to_lowercase().str.strip_chars()
    joined = plain.str.replace_all(f"(?:{_SPACES}|{_QUOTES})" + r"(\d{3})", "'${1}").str.replace_all(_SPACES + r"+([a-z])", "${1}")
    frame = pl.DataFrame({"c": distinct}).with_columns(t=joined, blank=plain.is_in(_BLANK))
    parts = frame.with_columns(
        negative=pl.col("t").str.starts_with("-"),
        body=pl.col("t").str.extract(_SHAPE, 2),
        suffix=pl.col("t").str.extract(_SHAPE, 3).fill_null(""),
    ).with_columns(power=pl.col("suffix").replace_strict({**_POWERS, "": 0}, default=None, return_dtype=pl.Int64))
    ok = pl.col("body").str.contains(_GROUPED) & pl.col("body").str.contains(r"\d") & pl.col("power").is_not_null()
    return parts.with_columns(ok=(ok & (pl.col("t").str.len_bytes() < _MAX_DIGITS)).fill_null(False))


def _separated(shaped: pl.DataFrame) -> pl.DataFrame:
    """Which signs each body has: dots, commas, the last of them, and the digits after it."""
    body = pl.col("body")
    return shaped.with_columns(
        dots=body.str.count_matches(".", literal=True),
        commas=body.str.count_matches(",", literal=True),
        last=body.str.extract(r"([.,])\d*$"),
        after=body.str.extract(r"[.,](\d*)$").str.len_bytes(),
        before=body.str.extract(r"^(\d*)[.,]").str.len_bytes(),
        zero=body.str.contains(r"^0[.,]"),
        spaced=body.str.contains("'", literal=True),
    )


_MIXED = (pl.col("dots") > 0) & (pl.col("commas") > 0)
_ONE = (pl.col("dots") + pl.col("commas")) == 1
_MANY = ~_MIXED & ((pl.col("dots") > 1) | (pl.col("commas") > 1))
_LIKE_GROUP = _ONE & (pl.col("after") == 3) & pl.col("before").is_between(1, 3) & ~pl.col("zero") & ~pl.col("spaced")


def _decimal_sign(parts: pl.DataFrame) -> str | None:
    """The sign that marks decimals in this column: "." or ",", "" when cells contradict each other, None without evidence."""
    other = pl.when(pl.col("last") == ".").then(pl.lit(",")).otherwise(pl.lit("."))
    shown = pl.when(_MIXED | (_ONE & ~_LIKE_GROUP)).then("last").when(_MANY).then(other)
    signs = parts.filter(pl.col("ok")).select(shown.alias("s")).to_series().drop_nulls().unique().to_list()
    if not signs:
        return None
    return str(signs[0]) if len(signs) == 1 else ""


def _divided(parts: pl.DataFrame, decimal: str | None, group_by_default: pl.Expr) -> pl.DataFrame:
    """Whole and fraction digits of each body; `unsure` where the sign could mean either."""
    if decimal is None or decimal == "":
        as_group = _LIKE_GROUP & group_by_default
    else:
        as_group = _LIKE_GROUP & (pl.col("last") != decimal)
    grouping = _MANY | as_group
    unsure = _LIKE_GROUP & ((pl.col("suffix") != "") if decimal is None else pl.lit(decimal == ""))
    has_fraction = pl.col("last").is_not_null() & ~grouping
    body = pl.col("body")
    whole = pl.when(has_fraction).then(body.str.replace(r"[.,]\d*$", "")).otherwise(body)
    well_grouped = whole.str.contains(r"^\d*$|^\d{1,3}(?:[.]\d{3})+$|^\d{1,3}(?:,\d{3})+$|^\d{1,2}(?:,\d{2})*,\d{3}$|^\d{1,3}(?:'\d{3})+$")
    return parts.with_columns(
        ok=pl.col("ok") & well_grouped,
        unsure=unsure & pl.col("ok"),
        whole=whole.str.replace_all(r"[.,']", ""),
        fraction=pl.when(has_fraction).then(body.str.extract(r"[.,](\d*)$")).otherwise(pl.lit("")),
    )


def _whole_of(parts: pl.DataFrame, field: str, decimal: str | None) -> pl.DataFrame:
    cut = _divided(parts, decimal, pl.lit(True))
    fraction, power = pl.col("fraction"), pl.col("power")
    digits = pl.lit(None, dtype=pl.String)
    for p in sorted(set(_POWERS.values()) | {0}):
        shifted = pl.concat_str("whole", fraction.str.slice(0, p).str.pad_end(p, "0"))
        digits = pl.when(power == p).then(shifted).otherwise(digits)
    exact = pl.when(fraction.str.len_bytes() > power).then(fraction.str.slice(power).str.contains(r"^0*$")).otherwise(True)
    fine = pl.col("ok") & ~pl.col("unsure") & exact
    signed = pl.when(pl.col("negative")).then(pl.concat_str(pl.lit("-"), digits)).otherwise(digits)
    value = pl.when(fine).then(signed).cast(pl.Int64, strict=False)
    half = (pl.lit(10.0).pow(power - fraction.str.len_bytes().cast(pl.Int64)) / 2).floor().cast(pl.Int64)
    out = cut.with_columns(value=value, fine=fine)
    rounding = pl.when(pl.col("value").is_not_null() & (power > 0)).then(half)
    return out.select("c", "value", rounding=rounding, why=pl.when(pl.col("value").is_null() & ~pl.col("blank")).then(_reason(field)))


def _reason(field: str) -> pl.Expr:
    shortened = pl.col("t").str.contains(r"^[+-]?\d(?:[.,]\d+)?e[+-]?\d+$")
    return (
        pl.when(pl.col("fine"))
        .then(_because(field, _too_large))
        .when(pl.col("unsure"))
        .then(_because(field, "the sign in it could mark thousands or decimals; write it without, or like 541.2K"))
        .when(shortened)
        .then(_because(field, "a spreadsheet shortened this number; expected all its digits, or like 541.2K"))
        .otherwise(_because(field, _not_whole))
    )


def reals(cells: pl.Series, field: str, decimal: str | None = None) -> Parsed:
    """Numbers with a fraction: 0.59, 0,59, 12.3%, 1 234,56 €. A percent sign or currency is dropped, not computed with.

    Out     values float64 (never NaN or infinite), why
    Example reals(pl.Series(["12.3%"]), "full_watch_pct") -> 12.3
    """
    if cells.dtype == pl.Boolean:
        return _refuse_lost(cells, pl.Series(cells.name, [None] * cells.len(), dtype=pl.Float64), field, _not_real)
    if cells.dtype.is_numeric() or cells.dtype == pl.Null:
        return _refuse_lost(cells, _finite(cells.cast(pl.Float64)), field, _not_real)
    texts = as_text(cells)
    values = _finite(texts.cast(pl.Float64, strict=False))
    if values.null_count() == texts.null_count():
        return Parsed(values)
    present = texts.is_not_null()
    distinct = texts.filter(present).unique()
    bare = distinct.str.replace_all(r"[%€$£¥₫₹₽]|(?i:usd|eur|gbp)", "").str.strip_chars()
    parts = _separated(_shaped(bare).with_columns(pl.Series("c", distinct)))
    sign = decimal or _decimal_sign(parts)
    return _with_spelt(texts, values, present.arg_true(), _real_of(parts, field, sign), sign)


_not_real = "expected a number, like 0.59"


def _finite(values: pl.Series) -> pl.Series:
    return values.set((~values.is_finite()).fill_null(False), None)


def _real_of(parts: pl.DataFrame, field: str, decimal: str | None) -> pl.DataFrame:
    cut = _divided(parts, decimal, pl.col("last") == ",")
    text = pl.concat_str(pl.when(pl.col("negative")).then(pl.lit("-")).otherwise(pl.lit("")), "whole", pl.lit("."), "fraction", pl.lit("0"))
    fine = pl.col("ok") & ~pl.col("unsure")
    spelt = pl.when(fine).then(text).cast(pl.Float64, strict=False) * pl.lit(10.0).pow(pl.col("power"))
    plain = pl.when(pl.col("t").str.contains(r"^[+-]?\d+(?:\.\d+)?e[+-]?\d+$")).then("t").cast(pl.Float64, strict=False)
    out = cut.with_columns(value=pl.coalesce(spelt, plain))
    finite = pl.when(pl.col("value").is_finite()).then("value")
    return out.select("c", value=finite, why=pl.when(finite.is_null() & ~pl.col("blank")).then(_because(field, _not_real)))

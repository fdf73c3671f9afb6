"""Amounts of money as ads reports write them, to whole minor units by text, never through floating point. It converts no currency."""

from __future__ import annotations

import polars as pl

from hexameter.sources.files.cells import Parsed, as_text

# ISO 4217: currencies whose minor unit is not a hundredth
_WHOLE = ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF")
_THOUSANDTHS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_EXPONENTS = dict.fromkeys(_WHOLE, 0) | dict.fromkeys(_THOUSANDTHS, 3)
# Signs that name one currency; a bare $, ¥ or kr does not.
_SIGNS = {"€": "EUR", "£": "GBP", "₫": "VND", "₩": "KRW", "₹": "INR", "₺": "TRY", "₽": "RUB", "zł": "PLN", "R$": "BRL", "US$": "USD",
          "A$": "AUD", "C$": "CAD", "CA$": "CAD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD", "MX$": "MXN", "NT$": "TWD", "JP¥": "JPY",
          "CN¥": "CNY", "฿": "THB", "₱": "PHP", "Rp": "IDR", "₪": "ILS", "₴": "UAH", "Kč": "CZK", "RM": "MYR", "₦": "NGN"}  # fmt: skip
_VAGUE = ("$", "¥", "kr", "kr.")
_AROUND = r"[\d.,\s\x{00A0}\x{202F}'’+-]"
_BLANK = ("", "-", "--", "—", "–", "n/a", "null")


def currencies(cells: pl.Series) -> pl.Series:
    """The ISO code in each text: written out or as a sign that names one currency; null where there is none.

    Example currencies(["12,34 €", "USD 5", "$5"]) -> EUR, USD, null
    """
    texts = pl.DataFrame({"t": as_text(cells)})
    sign = pl.col("t").str.replace_all(_AROUND, "").replace_strict(_SIGNS, default=None, return_dtype=pl.String)
    return texts.select(pl.coalesce(pl.col("t").str.extract(r"\b([A-Z]{3})\b", 1), sign)).to_series()


def minor_units(cells: pl.Series, currency: pl.Series, field: str) -> Parsed:
    """Amounts in minor units of their own currency; digits beyond it are rounded half up.

    A lone mark before three digits (1,234) groups thousands, unless other cells of the column show that it marks decimals.

    Out     values int64; null where the cell is blank or the currency unknown; why: not an amount
    Example minor_units(pl.Series(["1.234,56 €"]), pl.Series(["EUR"]), "spend") -> 123456
    """
    texts = as_text(cells).str.strip_chars()
    blank = texts.str.to_lowercase().is_in(_BLANK).fill_null(True)
    bare = texts.str.replace_all(r"[^\d.,+-]", "").str.strip_chars(".,").alias("bare")
    decimal = "." if cells.dtype.is_numeric() else _decimal_sign(bare)
    thousands = "," if decimal == "." else "."
    unit = texts.str.replace_all(_AROUND, "")
    strange = ~(unit.is_in([*_SIGNS, *_VAGUE, ""]) | unit.str.contains(r"^[A-Z]{3}$")) | ~bare.str.contains(r"\d")
    frame = pl.DataFrame({"text": texts, "bare": bare.set(strange.fill_null(True), None), "currency": currency, "blank": blank})
    plain = pl.col("bare").str.replace_all(thousands, "", literal=True).str.replace_all(decimal, ".", literal=True)
    parts = frame.with_columns(
        sign=pl.when(plain.str.starts_with("-")).then(-1).otherwise(1),
        whole=plain.str.extract(r"^[+-]?(\d*)(?:\.\d*)?$", 1),
        part=plain.str.extract(r"\.(\d*)$", 1).fill_null("") + "0000",
        digits=pl.col("currency").replace_strict(_EXPONENTS, default=2, return_dtype=pl.Int64),
    )
    kept = pl.col("part").str.slice(0, pl.col("digits"))
    up = (pl.col("part").str.slice(pl.col("digits"), 1) >= "5").cast(pl.Int64)
    amount = (pl.col("whole").replace("", "0") + kept).cast(pl.Int64, strict=False) + up
    usable = ~pl.col("blank") & pl.col("currency").is_not_null()
    why = pl.format('{} is "{}"; expected an amount of money, like 12.34', pl.lit(field), "text")
    out = parts.with_columns(amount=amount * pl.col("sign")).select(
        values=pl.when(usable).then("amount"), why=pl.when(~pl.col("blank") & pl.col("amount").is_null()).then(why)
    )
    return Parsed(out["values"], why=out["why"] if out["why"].null_count() < len(out) else None)


def _decimal_sign(bare: pl.Series) -> str:
    """Which mark divides whole from part in this column: the last of two different marks, or one not before exactly three digits."""
    last = bare.str.extract(r"([.,])\d*$", 1)
    both = bare.str.contains(".", literal=True) & bare.str.contains(",", literal=True)
    alone = bare.str.contains(r"^[+-]?\d+[.,](?:\d{1,2}|\d{4,})$|^[+-]?0+[.,]\d+$")
    seen = last.filter((both | alone).fill_null(False))
    if seen.is_empty():
        repeated = bare.str.contains(r"\..*\.").fill_null(False)
        grouped = bare.str.contains(r"^[+-]?\d{1,3}\.\d{3}$").fill_null(False)
        return "," if (repeated | grouped).any() else "."
    return "," if (seen == ",").sum() > (seen == ".").sum() else "."

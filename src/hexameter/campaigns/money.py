"""Amounts as people write them become integer minor units of an ISO 4217 currency. It converts between no currencies."""

from __future__ import annotations

import re

from hexameter.errors import BadValue, did_you_mean


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


# ISO 4217, list one as of 2025, without funds, metals and test codes.
CURRENCIES = _codes("""
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC
    CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK
    JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR
    MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP
    STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW
    ZWG
""")
_NO_MINOR = _codes("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF")
_THREE = _codes("BHD IQD JOD KWD LYD OMR TND")
_SPACES = re.compile(r"[\s'’_\u00a0\u202f]")
_NUMBER = re.compile(r"(?P<sign>[+\-−]?)(?P<body>\d[\d.,]*)")
_LARGEST = 2**63 - 1


def currency_of(code: str, field: str = "currency") -> str:
    """A currency's code, upper case.

    Raises  BadValue
    Example currency_of("eur") -> "EUR"
    """
    clean = code.strip().upper()
    if clean not in CURRENCIES:
        near = did_you_mean(clean, sorted(CURRENCIES))
        hint = near if near.startswith("Did") else ""
        raise BadValue(
            f"'{code}' is not a currency.", field=field, value=code, hint=hint or "Expected a three-letter code like EUR, USD or JPY."
        )
    return clean


def exponent_of(currency: str) -> int:
    """How many decimals a currency has.

    Example exponent_of("JPY") -> 0
    """
    return 0 if currency in _NO_MINOR else 3 if currency in _THREE else 2


def minor_units(amount: str, currency: str, field: str = "cost") -> int:
    """An amount in minor units: a comma or a point may be the decimal mark, the other or a space separates thousands.

    Raises  BadValue  not a number, more decimals than the currency has, or a mark that could be either
    Example minor_units("1 200,50", "EUR") -> 120050
    """
    found = _NUMBER.fullmatch(_SPACES.sub("", amount.strip()))
    if not found:
        raise _refused(amount, field, "Expected a number like 500, 500.00 or 1 200,50.")
    whole, decimals = _split(found["body"], exponent_of(currency), amount, field)
    exponent = exponent_of(currency)
    if len(decimals.rstrip("0")) > exponent:
        raise _refused(amount, field, f"{currency} has {exponent} decimals.")
    value = int(whole + decimals[:exponent].ljust(exponent, "0"))
    if value > _LARGEST:
        raise _refused(amount, field, "That is more money than there is.")
    return -value if found["sign"] in ("-", "−") else value


def _split(body: str, exponent: int, amount: str, field: str) -> tuple[str, str]:
    """Whole part and decimals of digits with points and commas."""
    marks = [c for c in body if c in ".,"]
    if not marks:
        return body, ""
    last = marks[-1]
    head, _, tail = body.rpartition(last)
    if len(set(marks)) == 2:  # 1.200,50: the last mark is the decimal one
        if marks.count(last) > 1 or not _grouped(head):
            raise _refused(amount, field, "Expected a number like 1,200.50 or 1.200,50.")
        return _digits(head), tail
    if len(marks) == 1 and not (len(tail) == 3 and _grouped(body)):
        return head, tail
    if len(marks) == 1 and exponent == 3:
        raise _refused(
            amount, field, f"It may mean {_digits(body)} or {head}.{tail}; write it without separators of thousands and all decimals."
        )
    if not _grouped(body):
        raise _refused(amount, field, "Expected a number like 1,200.50 or 1.200,50.")
    return _digits(body), ""


def _grouped(body: str) -> bool:
    return re.fullmatch(r"[1-9]\d{0,2}(?:[.,]\d{3})+|\d+", body) is not None


def _digits(body: str) -> str:
    return re.sub(r"[.,]", "", body)


def _refused(amount: str, field: str, hint: str) -> BadValue:
    return BadValue(f"{field} is '{amount}'; that is not an amount of money.", field=field, value=amount, hint=hint)

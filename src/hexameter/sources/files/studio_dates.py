"""The days of TikTok Studio exports: localised, without a year. It finds day, month and year; it reads no file and knows no counter."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta

import polars as pl

from hexameter.errors import BadFile

# Month names as they stand in dates (genitive where the language uses it), without accents, by number.
_MONTHS: dict[int, str] = {
    1: "january jan enero ene janvier januar jaenner janner janeiro gennaio gen ιανουαριου ιανουαριος ιαν januari stycznia styczen января "
    "январь січня ocak oca ianuarie ledna leden januara tammikuuta tammikuu januar mot gieng يناير มกราคม जनवरी",
    2: "february feb febrero fevrier februar fevereiro fev febbraio φεβρουαριου φεβρουαριος φεβ februari lutego luty февраля "
    "февраль лютого subat sub februarie unora unor helmikuuta helmikuu hai فبراير กุมภาพันธ์ फरवरी फ़रवरी",
    3: "march mar marzo mars marz marco μαρτιου μαρτιος μαρ maart marca marzec marts марта март березня mart martie brezna brezen "
    "maaliskuuta maaliskuu ba maret mac marcius مارس มีนาคม मार्च",
    4: "april apr abril abr avril aprile απριλιου απριλιος απρ kwietnia kwiecien апреля апрель квітня nisan nis aprilie dubna duben "
    "huhtikuuta huhtikuu tu aprilis ابريل أبريل เมษายน अप्रैल",
    5: "may mayo mai maio mag maggio μαιου μαιος μαι mei maja maj мая май травня mayis kvetna kveten toukokuuta toukokuu nam majus مايو "
    "พฤษภาคม मई",
    6: "june jun junio juin juni junho giugno giu ιουνιου ιουνιος ιουν czerwca czerwiec июня июнь червня haziran haz iunie cervna cerven "
    "kesakuuta kesakuu sau junius يونيو มิถุนายน जून",
    7: "july jul julio juillet juli julho luglio lug ιουλιου ιουλιος ιουλ lipca lipiec июля июль липня temmuz tem iulie cervence cervenec "
    "heinakuuta heinakuu bay julai julius يوليو กรกฎาคม जुलाई",
    8: "august aug agosto ago aout αυγουστου αυγουστος αυγ augustus sierpnia sierpien августа август серпня agustos agu srpna srpen "
    "elokuuta elokuu tam augusti agustus ogos augusztus اغسطس أغسطس สิงหาคม अगस्त",
    9: "september sep sept septiembre set septembre setembro settembre σεπτεμβριου σεπτεμβριος σεπ wrzesnia wrzesien сентября сентябрь "
    "вересня eylul eyl septembrie zari syyskuuta syyskuu chin szeptember سبتمبر กันยายน सितंबर सितम्बर",
    10: "october oct octubre octobre oktober okt outubro out ottobre ott οκτωβριου οκτωβριος οκτ pazdziernika pazdziernik октября октябрь "
    "жовтня ekim eki octombrie rijna rijen lokakuuta lokakuu muoi اكتوبر أكتوبر ตุลาคม अक्टूबर अक्तूबर",
    11: "november nov noviembre novembre novembro νοεμβριου νοεμβριος νοε listopada listopad ноября ноябрь листопада kasim kas noiembrie "
    "listopadu marraskuuta marraskuu muoimot نوفمبر พฤศจิกายน नवंबर नवम्बर",
    12: "december dec diciembre dic decembre dezember dez dezembro dicembre δεκεμβριου δεκεμβριος δεκ grudnia grudzien декабря декабрь "
    "грудня aralik ara decembrie prosince prosinec joulukuuta joulukuu desember des muoihai chap disember ديسمبر ธันวาคม दिसंबर दिसम्बर",
}


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in folded if unicodedata.category(c) != "Mn").replace("ı", "i")


_NUMBER_OF = {_plain(word): number for number, words in _MONTHS.items() for word in words.split()}
_BETWEEN = r"\b(?:de|del|d|of|the|tháng|thang|ngay|ngày|di|el|le|den)\b|\d+(?:(?:er|o|a|st|nd|rd|th)\b)?|[.,'’\-/]"
_SEARCHED_YEARS = 9  # a leap year returns within eight years


def month_days(texts: pl.Series) -> pl.DataFrame:
    """Day and month of localised dates, and the year where one is written.

    Languages: English, Spanish, German, French, Portuguese, Italian, Greek, Vietnamese, Japanese, Chinese, Korean, Dutch, Polish, Russian,
    Ukrainian, Turkish, Romanian, Czech, Finnish, Nordic, Indonesian, Malay, Hungarian, Arabic, Thai, Hindi; ISO dates too.

    In      texts     'February 28', '28 February', '8 de marzo', '18 tháng Sáu', '9月16日', '2026-02-28'
    Out     month, day (int64), year (int64, null when not written); all null where the text is not such a date
    Example month_days(["8 de marzo"]) -> month 3, day 8, year null
    """
    text = pl.col("text")
    iso = r"^\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b"
    cjk = r"(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일号]"
    plain = text.replace_strict(_spellings(texts), default=None, return_dtype=pl.String)
    word = plain.str.replace_all(_BETWEEN, " ").str.replace_all(r"\s+", "")
    numbers = plain.str.replace_all(r"\b\d{4}\b", " ").str.extract_all(r"\d{1,2}")
    vietnamese = plain.str.extract(r"thang\s*(\d{1,2})\b", 1).cast(pl.Int64)
    named = pl.coalesce(word.replace_strict(_NUMBER_OF, default=None, return_dtype=pl.Int64), vietnamese)
    frame = pl.DataFrame({"text": texts.cast(pl.String)})
    found = frame.select(
        month=pl.coalesce(text.str.extract(iso, 2).cast(pl.Int64), text.str.extract(cjk, 1).cast(pl.Int64), named),
        day=pl.coalesce(
            text.str.extract(iso, 3).cast(pl.Int64),
            text.str.extract(cjk, 2).cast(pl.Int64),
            numbers.list.get(0, null_on_oob=True).cast(pl.Int64),
        ),
        year=text.str.extract(r"(?:^|\D)(\d{4})(?:\D|$)", 1).cast(pl.Int64),
    )
    usable = pl.col("month").is_between(1, 12) & pl.col("day").is_between(1, 31)
    return found.select(pl.when(usable).then(pl.col(c)).alias(c) for c in ("month", "day", "year"))


def _spellings(texts: pl.Series) -> dict[str, str]:
    # one entry a distinct date: at most a year of them, whatever the number of rows
    return {t: _plain(t) for t in texts.cast(pl.String).drop_nulls().unique().to_list()}


def daily_series(texts: pl.Series, newest: date, name: str) -> pl.Series:
    """Days of an ascending daily export, years found by walking back from its newest day.

    The newest year is taken in which every date exists, the last day is not after `newest` + 1 (time zones) and each day follows the one
    before; so 29 February, or its absence, pins the year. Repeated days (one row an hour) count once.

    In      newest  the day of the export, or a day after it
            name    of the file, for the message
    Out     one date a row; null where the text is no date
    Raises  BadFile the days are not consecutive in any year, or none is a date
    Example daily_series(["December 31", "January 1"], date(2026, 1, 3), "x") -> 2025-12-31, 2026-01-01
    """
    parts = month_days(texts).with_row_index("row")
    known = parts.filter(pl.col("day").is_not_null())
    if known.is_empty():
        raise BadFile(f"'{name}' has no date that can be read: its first is {texts[0]!r}." if len(texts) else f"'{name}' has no rows.")
    steps = known.with_columns(wraps=_wraps(known))
    best: pl.DataFrame | None = None
    for last in range(newest.year + 1, newest.year - _SEARCHED_YEARS, -1):
        dated = steps.with_columns(date=_dates(pl.lit(last, pl.Int64) - pl.col("wraps")))
        if dated["date"].null_count() or dated["date"][-1] > newest + timedelta(days=1):
            continue
        if dated["date"].diff().drop_nulls().dt.total_days().is_between(0, 1).all():
            best = dated
            break
    if best is None:
        raise BadFile(
            f"'{name}' does not list one day after another up to {newest:%Y-%m-%d}; its last day is {texts[len(texts) - 1]!r}.",
            hint="Export it again from TikTok Studio, or say when it was exported: --captured-at 2026-02-28.",
        )
    return parts.join(best.select("row", "date"), on="row", how="left", maintain_order="left")["date"]


def _wraps(known: pl.DataFrame) -> pl.Series:
    """How many turns of the year lie between each row and the last."""
    order = known["month"] * 100 + known["day"]
    turns = (order > order.shift(-1)).fill_null(False).cast(pl.Int64)
    return turns.reverse().cum_sum().reverse()


def _dates(year: pl.Expr) -> pl.Expr:
    text = pl.format("{}-{}-{}", pl.coalesce(pl.col("year"), year), _two(pl.col("month")), _two(pl.col("day")))
    return text.str.to_date("%Y-%m-%d", strict=False)


def _two(number: pl.Expr) -> pl.Expr:
    return number.cast(pl.String).str.zfill(2)


def day_not_before(texts: pl.Series, earliest: date | None, newest: date) -> pl.Series:
    """The day each text names: the first not before `earliest`, or the last not after `newest` + 1 when there is none to go by.

    In      earliest  a day the text cannot lie before by more than a day (the newest post of a Content export), or None
            newest    the day of the export, or a day after it
    Out     one date a row, null where the text is no date
    Example day_not_before(["February 28"], date(2026, 1, 23), date(2027, 5, 1)) -> 2026-02-28
    """
    parts = month_days(texts)
    limit = newest + timedelta(days=1)
    later = [parts.select(date=_dates(pl.lit(y, pl.Int64)))["date"] for y in range(limit.year, limit.year - _SEARCHED_YEARS, -1)]
    latest = pl.select(pl.coalesce(pl.when(s <= limit).then(s) for s in later))
    if earliest is None:
        return latest.to_series().alias("date")
    floor = earliest - timedelta(days=1)
    sooner = [parts.select(date=_dates(pl.lit(y, pl.Int64)))["date"] for y in range(floor.year, floor.year + _SEARCHED_YEARS)]
    first = [pl.when((s >= floor) & (s <= limit)).then(s) for s in sooner]
    return pl.select(pl.coalesce(*first, latest.to_series())).to_series().alias("date")

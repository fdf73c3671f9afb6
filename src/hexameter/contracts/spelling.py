"""How people write handles, hashtags, posts, days, zones and instants, and the one form each has inside. It reads no file and no clock.

Vectorised spellings of the same rules, for whole files, are the formats' own business.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from datetime import UTC, date, datetime
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from hexameter.errors import BadValue

MADE_OF_LOGIN = "open:"  # how a creator_id begins that was made of a login's open_id, for want of the numeric one

_HANDLE = re.compile(r"[\w.\-]{1,64}")
_POST_PATH = re.compile(r"(?:^|/)(?:video|photo|v|embed(?:/v2)?)/(\d{5,20})(?:\.html)?(?:/|$)")
_SHORT_HOSTS = frozenset({"vm.tiktok.com", "vt.tiktok.com"})
_UNIX = re.compile(r"\d{9,11}(?:\.\d+)?")


def handle_of(text: str, field: str = "creator") -> str:
    """A handle without '@', lower case; a profile's address is understood too.

    Raises  BadValue
    Example handle_of("@Lea.Paris") -> "lea.paris"
    """
    clean = unicodedata.normalize("NFC", text.replace("\x00", "")).strip()
    if "tiktok.com/" in clean:
        clean = next((part for part in urlsplit(_with_scheme(clean)).path.split("/") if part.startswith("@")), clean)
    clean = clean.removeprefix("@").lower()
    if not _HANDLE.fullmatch(clean):
        raise BadValue(
            f"'{text}' is not a TikTok handle.", field=field, value=text, hint="Expected letters, digits, '_' and '.', like @lea.paris."
        )
    return clean


def hashtag_of(text: str, field: str = "hashtag") -> str:
    """A hashtag NFC + casefold without '#'.

    Raises  BadValue
    Example hashtag_of("#GlowDay") -> "glowday"
    """
    clean = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text.replace("\x00", "")).strip().lstrip("#＃").casefold())
    if not clean or any(c.isspace() or c in "#＃@," for c in clean):
        raise BadValue(
            f"'{text}' is not a hashtag.", field=field, value=text, hint="Expected one word, like #glowday; give several one by one."
        )
    return clean


def post_id_of(text: str, field: str = "post") -> str:
    """The id of a post from its id or any address that carries it.

    Raises  BadValue  a short link, which carries no id, or anything else
    Example post_id_of("https://www.tiktok.com/@lea/video/7527623000473079054?lang=fr") -> "7527623000473079054"
    """
    clean = text.strip()
    if "/" not in clean and re.fullmatch(r"[A-Za-z0-9_\-]{1,64}", clean):
        return clean
    address = urlsplit(_with_scheme(clean))
    host, path = (address.hostname or "").lower(), unquote(address.path)
    found = _POST_PATH.search(path)
    if found and (host == "tiktok.com" or host.endswith(".tiktok.com")):
        return found.group(1)
    if is_short_link(text):
        raise BadValue(
            f"'{text}' is a short link: it does not carry the post's id.",
            field=field,
            value=text,
            hint="Open it in a browser and give the long address, like https://www.tiktok.com/@lea/video/7527623000473079054.",
        )
    raise BadValue(
        f"'{text}' is neither a post's id nor its address.",
        field=field,
        value=text,
        hint="Expected like 7527623000473079054 or https://www.tiktok.com/@lea/video/7527623000473079054.",
    )


def is_short_link(text: str) -> bool:
    """Whether it is one of TikTok's short addresses, which lead to a post without carrying its id.

    Example is_short_link("https://vm.tiktok.com/ZMabc/") -> True
    """
    address = urlsplit(_with_scheme(text.strip()))
    host = (address.hostname or "").lower()
    return host in _SHORT_HOSTS or (host.endswith("tiktok.com") and unquote(address.path).startswith("/t/"))


def day_of(text: str | date, field: str) -> date:
    """A calendar day.

    Raises  BadValue
    Example day_of("2025-07-01", "from") -> date(2025, 7, 1)
    """
    if isinstance(text, date) and not isinstance(text, datetime):
        return text
    try:
        return date.fromisoformat(str(text).strip())
    except ValueError:
        raise BadValue(f"'{text}' is not a day.", field=field, value=str(text), hint="Expected year-month-day, like 2025-07-01.") from None


def zone_of(text: str, field: str = "tz") -> str:
    """A time zone's name, checked against the time zone database.

    Raises  BadValue  with the nearest name
    Example zone_of("Europe/Paris") -> "Europe/Paris"
    """
    name = text.strip()
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise BadValue(f"'{text}' is not a time zone.", field=field, value=text, hint=_near_zone(name)) from None
    return name


def instant_of(text: str | datetime, field: str, tz: str = "UTC") -> datetime:
    """An instant, UTC: ISO 8601 or Unix seconds; without an offset it is local time of `tz`, and a day alone is its first instant.

    Raises  BadValue  also for a local time that a change to summer time skips
    Example instant_of("2025-08-01T02:00:00+02:00", "as_of") -> 2025-08-01T00:00Z
    """
    try:
        moment = text if isinstance(text, datetime) else _parse_instant(text.strip())
    except (ValueError, OverflowError, OSError):
        hint = "Expected like 2025-08-01T00:00:00Z, 2025-08-01T02:00:00+02:00, 2025-08-01 or Unix seconds."
        raise BadValue(f"'{text}' is not a time.", field=field, value=str(text), hint=hint) from None
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    local = moment.replace(tzinfo=ZoneInfo(tz))
    back = local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None)
    if back != moment:
        hint = "The clocks were put forward over it. Give the time with its offset."
        raise BadValue(f"'{text}' does not exist in {tz}.", field=field, value=str(text), hint=hint)
    return local.astimezone(UTC)


def instant_text(moment: datetime) -> str:
    """An instant as the JSON shows it.

    Example instant_text(datetime(2025, 8, 1, tzinfo=UTC)) -> "2025-08-01T00:00:00Z"
    """
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.isoformat().replace("+00:00", "Z")


def _parse_instant(text: str) -> datetime:
    if _UNIX.fullmatch(text):
        return datetime.fromtimestamp(float(text), UTC)
    return datetime.fromisoformat(text)


def _with_scheme(text: str) -> str:
    return text if "://" in text else f"https://{text}"


def _near_zone(name: str) -> str:
    zones = sorted(available_timezones())
    wanted = name.casefold()
    exact = [z for z in zones if z.casefold() == wanted or z.casefold().rsplit("/", 1)[-1] == wanted]
    by_fold = {z.casefold(): z for z in zones} | {z.casefold().rsplit("/", 1)[-1]: z for z in zones}
    near = exact or [by_fold[m] for m in difflib.get_close_matches(wanted, by_fold, n=1, cutoff=0.6)]
    return f"Did you mean {near[0]}?" if near else "Expected a name like Europe/Paris."

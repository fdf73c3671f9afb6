"""Working a campaign: briefs, candidates, deliverables, rights, links, orders and money."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from hexameter.services.drafts import LARGEST, kind_of
from hexameter.views.api.caller import Caller
from hexameter.views.api.route import Route, Taken, handed_over

_POST = "7523537000000000001"
_CSV = 50 * 1024 * 1024


def write_brief(
    caller: Caller, slug: str, brief: Mapping[str, Any], creator: str | None = None, template: str | None = None, why: str = ""
) -> dict[str, Any]:
    """A new version of a campaign's brief, or of one creator's own, with these fields given anew."""
    found: dict[str, Any] = caller.house.briefs.write(slug, brief, by=caller.login, creator=creator, template=template, why=why)
    return found


def brief_pdf(caller: Caller, slug: str, creator: str | None = None, version: int | None = None, language: str = "en") -> Taken:
    """A campaign's brief as its creator reads it, as a PDF with headings in English or French (`language`: en, fr)."""
    content = caller.house.briefs.pdf(slug, creator, version, language)
    return handed_over(content, f"brief-{slug}.pdf", "application/pdf", f"campaign {slug}: brief.pdf")


def link_qr(caller: Caller, slug: str, code: str, kind: str = "svg") -> Taken:
    """The QR code of a tracked link, as svg or png (`kind`)."""
    content = caller.house.selling.qr(slug, code, kind)
    return handed_over(content, f"{code}.{kind}", "image/svg+xml" if kind == "svg" else "image/png", f"campaign {slug}: link {code}.{kind}")


def rate_cards(caller: Caller) -> list[dict[str, Any]]:
    """Every version of every price list for media value, and the presets."""
    return [*caller.house.selling.cards(), *caller.house.selling.presets()]


def save_rate_card(
    caller: Caller, name: str, currency: str, source: str, per_1000_views: float = 0.0, per_like: float = 0.0,
    per_comment: float = 0.0, per_share: float = 0.0,
) -> dict[str, Any]:  # fmt: skip
    """A price list for media value; the same name again is a new version. Media value is never revenue."""
    prices = {"per_1000_views": per_1000_views, "per_like": per_like, "per_comment": per_comment, "per_share": per_share}
    found: dict[str, Any] = caller.house.selling.save_card(name, currency, source, caller.login, **prices)
    return found


def clauses(caller: Caller, slug: str, as_of: str | None = None) -> dict[str, Any]:
    """Every found post against the clauses of its brief, and the campaign's compliance."""
    found: dict[str, Any] = caller.measured.alone(lambda: caller.house.clauses(slug, as_of))
    return found


def hand_in_draft(caller: Caller, number: int, link: str) -> dict[str, Any]:
    """Hand in a draft of a deliverable, by its link."""
    found: dict[str, Any] = caller.house.deliverables.hand_in(number, link=link, by=caller.login)
    return found


def hand_in_file(caller: Caller, number: int, path: Path) -> dict[str, Any]:
    """Hand in a draft of a deliverable as a file: a video, a picture or a PDF, told by its content."""
    found: dict[str, Any] = caller.house.deliverables.hand_in(number, file=path, by=caller.login)
    return found


def draft_file(caller: Caller, number: int, draft: int) -> Taken:
    """The file of a draft."""
    kept, _ = caller.house.deliverables.file(number, draft)
    media_type, ending = kind_of(kept)
    handle, place = tempfile.mkstemp()
    os.close(handle)
    shutil.copyfile(kept, place)  # a taken file is removed once it was sent
    return Taken(Path(place), f"draft-{number}-{draft}.{ending}", media_type, f"deliverable {number}: draft {draft}")


def _of(tag: str, method: Any, path: str, run: Any, least: Any, example: Any = None, **how: Any) -> Route:
    return Route(method, path, run, least, tag, example or {}, **how)


_brief, _candidate, _owed, _right, _money = (partial(_of, tag) for tag in ("briefs", "candidates", "deliverables", "rights", "money"))
_HERE = "/campaigns/{slug}"

ROUTES = (
    _brief("GET", f"{_HERE}/brief", "briefs.show", "analyst"),
    _brief("PUT", f"{_HERE}/brief", write_brief, "manager", {"brief": {"goal": "Show the serum", "hashtags": ["glowday"]}}),
    _brief("GET", f"{_HERE}/brief/versions", "briefs.versions", "analyst", listed="", key=("version",)),
    _brief("GET", f"{_HERE}/brief/preview", "briefs.preview", "analyst"),
    _brief("GET", f"{_HERE}/brief/pdf", brief_pdf, "analyst", {"creator": "lea", "language": "fr"}),
    _brief("GET", f"{_HERE}/clauses", clauses, "analyst", listed="posts", key=("post_id",)),
    _brief("GET", "/brief-templates", "briefs.templates", "analyst", listed="", key=("name",)),
    _candidate("GET", f"{_HERE}/candidates", "candidates.list", "analyst", listed="candidates", key=("handle",)),
    _candidate("POST", f"{_HERE}/candidates", "candidates.add", "manager", {"creators": ["lea", "noe"]}, status=201),
    _candidate("POST", f"{_HERE}/candidates/file", "candidates.import_file", "manager", upload=10 * 1024 * 1024),
    _candidate("POST", f"{_HERE}/candidates/moves", "candidates.move", "manager", {"creators": ["lea"], "stage": "short-listed"}),
    _candidate("GET", _HERE + "/candidates/{creator}", "candidates.show", "analyst"),
    _candidate("POST", _HERE + "/candidates/{creator}/undo", "candidates.undo", "manager"),
    _candidate("POST", _HERE + "/candidates/{creator}/notes", "candidates.note", "manager", {"text": "Answers quickly."}, status=201),
    _candidate("PATCH", _HERE + "/candidates/{creator}/tags", "candidates.tag", "manager", {"add": ["beauty"], "remove": []}),
    _owed("GET", f"{_HERE}/deliverables", "deliverables.list", "analyst", listed="deliverables", key=("number",)),
    _owed("POST", f"{_HERE}/deliverables", "deliverables.add", "manager",
          {"creator": "lea", "what": "one video", "due": "2025-07-20"}, status=201),
    _owed("POST", f"{_HERE}/deliverables/from-brief", "deliverables.from_brief", "manager", {"creator": "lea"}),
    _owed("GET", "/reminders", "deliverables.reminders", "analyst", {"days": 3}, listed="", key=("key",)),
    _owed("POST", "/deliverables/{number}/drafts", hand_in_draft, "manager", {"link": "https://example.com/draft.mp4"}, status=201),
    _owed("POST", "/deliverables/{number}/drafts/file", hand_in_file, "manager", upload=LARGEST, status=201),
    _owed("GET", "/deliverables/{number}/drafts/{draft}/file", draft_file, "analyst"),
    _owed("POST", "/deliverables/{number}/comments", "deliverables.comment", "manager", {"text": "Brighter, please."}, status=201),
    _owed("POST", "/deliverables/{number}/approval", "deliverables.approve", "manager"),
    _owed("POST", "/deliverables/{number}/finish", "deliverables.finish", "manager", {"post": _POST}),
    _owed("DELETE", "/deliverables/{number}", "deliverables.remove", "manager"),
    _right("GET", "/rights", "rights.list", "analyst", listed="", key=("campaign", "post_id")),
    _right("GET", "/rights/expiring", "rights.expiring", "analyst", {"days": 14}, listed="", key=("campaign", "post_id")),
    _right("PUT", _HERE + "/rights/{post}/asked", "rights.ask", "manager", {"creator": "lea"}),
    _right("PUT", _HERE + "/rights/{post}/granted", "rights.grant", "manager", {"code": "spark-code-of-lea", "days": 30, "creator": "lea"}),
    _right("PUT", _HERE + "/rights/{post}/use", "rights.use", "manager", {"in_use": True}),
    _right("PUT", _HERE + "/rights/{post}/refused", "rights.refuse", "manager", {"ended": True}),
    _money("GET", f"{_HERE}/links", "selling.links", "analyst", listed="", key=("code",)),
    _money("POST", f"{_HERE}/links", "selling.add_link", "manager",
           {"destination": "https://shop.example.com/serum", "creator": "lea"}, status=201),
    _money("GET", _HERE + "/links/{code}/qr", link_qr, "analyst", {"kind": "svg"}),
    _money("DELETE", "/links/{code}", "selling.close_link", "manager"),
    _money("GET", f"{_HERE}/codes", "selling.codes", "analyst", listed="", key=("code",)),
    _money("POST", f"{_HERE}/codes", "selling.add_code", "manager", {"code": "LEA10", "creator": "lea"}, status=201),
    _money("POST", f"{_HERE}/orders", "campaigns.add_order", "manager",
           {"order_id": "A-1001", "amount": "49.90", "currency": "EUR", "creator": "lea", "ordered_at": "2025-07-12T10:00Z"}, status=201),
    _money("POST", f"{_HERE}/orders/file", "selling.import_orders", "manager", upload=_CSV),
    _money("GET", f"{_HERE}/money", "selling.money", "analyst", {"as_of": "2025-08-01T00:00:00Z"}),
    _money("GET", "/rate-cards", rate_cards, "analyst", listed="", key=("name", "version")),
    _money("POST", "/rate-cards", save_rate_card, "manager",
           {"name": "our-2026", "currency": "EUR", "source": "media plan", "per_1000_views": 6.0}, status=201),
    _money("GET", "/exchange-rates", "campaigns.rates", "analyst", listed="", key=("dated", "from", "to")),
    _money("POST", "/exchange-rates", "campaigns.set_rate", "manager",
           {"from_currency": "USD", "to_currency": "EUR", "dated": "2025-07-01", "rate": "0.92", "source": "ECB"}, status=201),
    _money("GET", f"{_HERE}/doors", "doors.list", "manager", listed="", key=("number",)),
    _money("POST", f"{_HERE}/doors", "doors.make", "manager", {"creator": "lea", "days": 30}, status=201),
    _money("DELETE", _HERE + "/doors/{number}", "doors.revoke", "manager"),
)  # fmt: skip

"""Alerts and digests as messages: text for everyone, a page with charts for most. It decides nothing about what is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from hexameter.contracts.messages import Message

Told = Mapping[str, Any]
_FIGURES = (
    ("videos", "Videos", ("videos",), 0, ""),
    ("views", "Views", ("total",), 0, ""),
    ("engagement_rate", "Engagement rate by views", ("by_views_pct", "mean"), 2, " %"),
    ("interactions", "Interactions", ("interactions",), 0, ""),
    ("followers", "Follower growth", ("net",), 0, ""),
    ("hashtag", "Return on cost", ("roi_pct",), 1, " %"),
)
_FRENCH = {
    "Videos": "Vidéos",
    "Views": "Vues",
    "Engagement rate by views": "Taux d’engagement par vues",
    "Interactions": "Interactions",
    "Follower growth": "Croissance des abonnés",
    "Return on cost": "Retour sur coût",
    "not known": "inconnu",
    "Yesterday": "Hier",
    "Last week": "La semaine passée",
    "What happened": "Ce qui s’est passé",
    "Could not be read": "N’a pas pu être lu",
    "No campaign is running.": "Aucune campagne en cours.",
    "Open Hexameter": "Ouvrir Hexameter",
    "before": "avant",
}
_STYLE = "font:14px/20px Inter,Helvetica,Arial,sans-serif;color:#14171f;max-width:640px"


class Written:
    """Writes the letters."""

    def alert(self, told: Told) -> Message:
        """One alert, in one sentence."""
        when = datetime.fromisoformat(told["raised_at"]).astimezone(ZoneInfo(told["tz"]))
        text = f"{told['sentence']}\n\n{when:%Y-%m-%d %H:%M} {told['tz']}\n"
        facts = {name: told[name] for name in ("kind", "campaign", "subject", "sentence", "facts", "raised_at")}
        return Message(told["key"], told["sentence"][:120], text, facts)

    def digest(self, told: Told) -> Message:
        """Every running campaign's six numbers, how they moved, its curve of views, and what happened."""
        say = _say(told["language"])
        images = {f"views-{i}": chart for i, c in enumerate(told["campaigns"]) if (chart := _chart(c["document"])) is not None}
        span = say("Last week" if told["digest"] == "weekly" else "Yesterday")
        names = ", ".join(c["name"] for c in told["campaigns"][:3])
        subject = f"Hexameter {told['day']}: {names}" if names else f"Hexameter {told['day']}"
        facts = {"kind": "digest", "day": told["day"], "from_at": told["from_at"], "to_at": told["to_at"], **_for_machines(told)}
        return Message(told["key"], subject, _text(told, span, say), facts, _html(told, span, say, images), images)


def _say(language: str) -> Any:
    return (lambda word: _FRENCH.get(word, word)) if language == "fr" else str


def _for_machines(told: Told) -> dict[str, Any]:
    return {
        "campaigns": [
            {"slug": c["slug"], "name": c["name"], "numbers": {k: _figure(c["document"], k, p) for k, _, p, _, _ in _FIGURES}}
            for c in told["campaigns"]
        ],
        "alerts": list(told["alerts"]),
    }


def _figure(document: Told, kpi: str, path: tuple[str, ...]) -> Any:
    found: Any = document.get(kpi)
    for part in path:
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _shown(value: float | None, digits: int, unit: str, say: Any) -> str:
    return f"— ({say('not known')})" if value is None else f"{value:,.{digits}f}{unit}"


def _lines(campaign: Told, say: Any) -> list[tuple[str, str, str]]:
    """Each number with its name and how it moved."""
    found = []
    for kpi, title, path, digits, unit in _FIGURES:
        before = (campaign["changes"].get(kpi) or {}).get("before")
        moved = "" if before is None else f"{say('before')} {before:,.{digits}f}{unit}"
        found.append((say(title), _shown(_figure(campaign["document"], kpi, path), digits, unit, say), moved))
    return found


def _text(told: Told, span: str, say: Any) -> str:
    parts = [f"{span}, {told['day']}", ""]
    for campaign in told["campaigns"]:
        parts += [
            campaign["name"],
            *(f"  {title}: {value}{f'  ({moved})' if moved else ''}" for title, value, moved in _lines(campaign, say)),
        ]
        parts += [f"  {say('Could not be read')}: {sentence}" for sentence in campaign["gaps"]] + [""]
    if not told["campaigns"]:
        parts += [say("No campaign is running."), ""]
    if told["alerts"]:
        parts += [f"{say('What happened')}:", *(f"  {sentence}" for sentence in told["alerts"]), ""]
    return "\n".join([*parts, f"{say('Open Hexameter')}: {told['public_url']}", ""])


def _html(told: Told, span: str, say: Any, images: Mapping[str, bytes]) -> str:
    parts = [f'<!doctype html><meta charset="utf-8"><body style="{_STYLE}"><h1 style="font-size:18px">{escape(span)}, {told["day"]}</h1>']
    for number, campaign in enumerate(told["campaigns"]):
        rows = "".join(
            f'<tr><td style="padding:2px 16px 2px 0">{escape(title)}</td><td style="text-align:right"><b>{escape(value)}</b></td>'
            f'<td style="padding-left:16px;color:#667085">{escape(moved)}</td></tr>'
            for title, value, moved in _lines(campaign, say)
        )
        picture = f'<p><img src="cid:views-{number}" width="560" alt="{escape(say("Views"))}"></p>' if f"views-{number}" in images else ""
        gaps = "".join(f'<p style="color:#9a5b00">{escape(say("Could not be read"))}: {escape(s)}</p>' for s in campaign["gaps"])
        parts.append(f'<h2 style="font-size:16px">{escape(campaign["name"])}</h2><table>{rows}</table>{picture}{gaps}')
    if not told["campaigns"]:
        parts.append(f"<p>{escape(say('No campaign is running.'))}</p>")
    if told["alerts"]:
        listed = "".join(f"<li>{escape(s)}</li>" for s in told["alerts"])
        parts.append(f'<h2 style="font-size:16px">{escape(say("What happened"))}</h2><ul>{listed}</ul>')
    return "".join([*parts, f'<p><a href="{escape(told["public_url"], quote=True)}">{escape(say("Open Hexameter"))}</a></p></body>'])


def _chart(document: Told) -> bytes | None:
    """The campaign's views by day, as a picture; None before anything was read."""
    from hexameter.charts import drawing
    from hexameter.charts.theme import config

    if not document["views"]["n"]:
        return None
    import vl_convert

    spec = drawing.cumulative_views(document) | {"config": config("light"), "width": 560, "background": "white"}
    png: bytes = vl_convert.vegalite_to_png(spec, scale=1.5)
    return png

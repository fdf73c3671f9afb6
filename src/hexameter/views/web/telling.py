"""What went wrong, said to somebody in a browser: in their language, and with the page that does what a command would do in a terminal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from hexameter.errors import HexameterError, Unusable
from hexameter.views.web.texts import Texts

# The words of a command, the page that does the same, and its name. The first that fits stands; {n} is the command's nth word after these.
_PAGES: tuple[tuple[str, str, str], ...] = (
    ("import", "/import", "Import"),
    ("formats", "/import", "Import"),
    ("status", "/import", "Import"),
    ("connect", "/connections", "Connections"),
    ("disconnect", "/connections", "Connections"),
    ("sources", "/connections", "Connections"),
    ("lake erase", "/connections", "Connections"),
    ("inbox", "/inbox", "Inbox"),
    ("sql", "/explore", "Explore"),
    ("tokens create", "/profile", "Profile"),
    ("campaign create", "/campaigns/new", "New campaign"),
    ("campaign list", "/", "Campaigns"),
    ("campaign show", "/campaigns/{0}", "Campaign"),
    ("brief write", "/campaigns/{0}/desk/brief", "Brief"),
    ("candidate add", "/campaigns/{0}/desk/candidates", "Candidates"),
    ("rights ask", "/campaigns/{0}/desk/rights", "Ad rights"),
)
# An option of a command and the field of a form that takes the same.
_FIELDS = {
    "captured-at": "Read at",
    "creator": "Creator",
    "tz": "Time zone",
    "format": "Format",
    "currency": "Currency",
    "source": "Source",
    "map": "Taken for",
}
_SAID = re.compile(
    r"\bhexameter (?P<command>[a-z]+(?: (?!or\b)(?:[^\s,;.]+(?:\.[^\s,;.]+)*|\.{3}))*)"
    r"|--map (?P<quote>\"?)(?P<mapped>\w+)=(?:COLUMN|[^\"]*?)(?P=quote)(?![\w=])"
    rf"|--(?P<flag>{'|'.join(_FIELDS)})\b"
)
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True)
class Telling:
    """Tells errors and sentences to the reader of a page: `t` is their language, `opens` says which addresses are open to them."""

    t: Texts
    opens: Callable[..., bool]

    def __call__(self, said: HexameterError | Mapping[str, Any] | str) -> Markup:
        """An error with its hint, or a sentence: translated, escaped, with links for commands."""
        parts: tuple[str | None, ...] = (
            (said["message"], said.get("hint")) if isinstance(said, Mapping) else (said if isinstance(said, str) else None,)
        )
        if isinstance(said, HexameterError):
            parts = (said.message, said.hint)
        if isinstance(said, Unusable):
            parts += ("Whoever runs this server has to mend that. What was stored before stays.",)
        return Markup(" ").join(Markup("").join(self._pieces(self.t(part))) for part in parts if part)

    def _pieces(self, text: str) -> Iterator[Markup]:
        at = 0
        for found in _SAID.finditer(text):
            yield escape(text[at : found.start()])
            yield self._here(found)
            at = found.end()
        yield escape(text[at:])

    def _here(self, found: re.Match[str]) -> Markup:
        if found["command"]:
            return self._page(found["command"])
        if found["mapped"]:
            return Markup("“{}: {}”").format(self.t("Taken for"), found["mapped"])
        return Markup("“{}”").format(self.t(_FIELDS[found["flag"]]))

    def _page(self, command: str) -> Markup:
        """The way there, for those to whom it is open; what only the terminal does is said to be done there."""
        for words, page, name in _PAGES:
            if f"{command} ".startswith(f"{words} "):
                given = command[len(words) :].split()
                address = page.format(*given) if "{0}" not in page or (given and _SLUG.fullmatch(given[0])) else "/"
                return Markup('<a href="{}">{}</a>').format(address, self.t(name)) if self.opens(address) else escape(self.t(name))
        return Markup("<code>hexameter {}</code> ({})").format(command, self.t("in the terminal, by whoever runs this server"))

"""A creator (or the brand's advertiser) gives and takes back consent: the link, the answer, the end. It shows no page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from hexameter.contracts.spelling import handle_of, instant_text
from hexameter.contracts.tracking import LOGINS, Account, Api, Grant, Job, Login, LoginName
from hexameter.errors import BadValue, HexameterError, NotFound, Outage, Refused, did_you_mean
from hexameter.services.tracking.line import HouseLine

if TYPE_CHECKING:
    from hexameter.campaigns.tracking.accounts import Connected
    from hexameter.services.house import House

CALLBACK = "/connect/tiktok/callback"
_PROFILE: Mapping[LoginName, Api] = {"display": "display", "accounts": "accounts"}
_SCOPE_WORDS = {
    "user.info.basic": "the name of the account",
    "user.info.username": "the handle",
    "user.info.profile": "the handle",
    "user.info.stats": "followers and likes",
    "user.insights": "daily figures and audience",
    "user.account.type": "the kind of account",
    "video.list": "the videos and their counters",
    "video.insights": "reach and watch time",
}


class Connections:
    """Every verb over connected accounts.

    Raises  BadValue, NotFound  as given words are wrong; Refused, Outage  when TikTok does not play along
    """

    def __init__(self, house: House) -> None:
        self._house = house

    def begin(self, handle: str, *, login: str = "display", campaign: str | None = None) -> dict[str, Any]:
        """The link on which a creator consents. It works once, for half an hour; the consent then lasts until it is taken back.

        Out  handle, login, url, redirect_uri, campaign
        """
        way = self._login(login)
        clean = handle_of(handle)
        slug = None if campaign is None else self._house.desk.campaign(campaign).slug
        redirect_uri = self._house.settings["public_url"].rstrip("/") + CALLBACK
        verifier = way.verifier()
        state = self._house.desk.connecting.begin(way.name, clean, slug, redirect_uri, verifier)
        url = way.link(state, redirect_uri, verifier)
        return {"handle": clean, "login": way.name, "url": url, "redirect_uri": redirect_uri, "campaign": slug}

    def complete(self, answer: Mapping[str, str]) -> dict[str, Any]:
        """The platform's answer to a consent, as the callback's query carries it.

        Out     handle, login, scopes, missing (what was not granted, in words), campaign, message (one sentence for the creator)
        Raises  BadValue  an answer nobody asked for, used before, or too late; Refused  the creator declined
        """
        request = self._house.desk.connecting.take(answer.get("state", ""))
        if answer.get("error"):
            raise Refused(
                f"@{request.handle} did not connect: {_plain(answer.get('error_description') or answer['error'])}.",
                field="creator",
                value=request.handle,
                hint="Nothing was stored. Ask for a new link to try again.",
            )
        code = answer.get("code") or answer.get("auth_code")
        if not code:
            raise BadValue("The answer carries no code.", field="code", hint="Open the whole link again, from the beginning.")
        way = self._login(request.login)
        grant = way.exchange(code, request.redirect_uri, request.verifier, self._house.clock.now())
        account = self._house.desk.accounts.remember(
            way.name, request.handle, grant, request.campaign, creator_id=self._known_id(request.handle)
        )
        account, warning = self._checked(way, account)
        return {
            "handle": account.handle,
            "login": way.name,
            "scopes": sorted(grant.scopes),
            "missing": _missing(way, grant),
            "campaign": request.campaign,
            "message": _message(account, request.handle, _missing(way, grant), warning),
        }

    def answer(self, address: str) -> dict[str, Any]:
        """The same, from the address at which the creator's browser ended."""
        return self.complete(dict(parse_qsl(urlsplit(address.strip()).query)))

    def end(self, handle: str) -> dict[str, Any]:
        """Take consent back: TikTok is told, reading stops, what was read stays (`erase` removes it).

        Out  handle, ended (logins), told (whether TikTok confirmed it)
        """
        accounts = self._house.desk.accounts.of(handle_of(handle))
        if not accounts:
            raise NotFound(f"@{handle_of(handle)} is not connected.", field="creator", value=handle, hint="See: hexameter sources.")
        told = True
        for account in accounts:
            try:
                self._login(account.login).revoke(self._house.desk.accounts.grant(account.id))
            except HexameterError:
                told = False  # the grant is forgotten here all the same
            self._house.desk.accounts.revoked(account.id, "consent was taken back here")
        return {"handle": handle_of(handle), "ended": [a.login for a in accounts], "told": told}

    def pending(self) -> list[dict[str, Any]]:
        """Links that were made and still work: id, handle, login, campaign, expires_at."""
        return [
            {"id": word, "handle": asked.handle, "login": asked.login, "campaign": asked.campaign, "expires_at": instant_text(until)}
            for word, asked, until in self._house.desk.connecting.pending()
        ]

    def withdraw(self, word: str) -> None:
        """A link, by its id, works no longer."""
        self._house.desk.connecting.withdraw(word)

    def _login(self, name: str) -> Login:
        if name not in LOGINS:
            raise BadValue(f"unknown login '{name}'.", field="login", value=name, hint=did_you_mean(name, LOGINS))
        way = self._house.logins[name]
        missing = way.ready()
        if missing:
            raise BadValue(f"{way.title} cannot be used yet: {missing}", field="login", value=name)
        return way

    def _known_id(self, handle: str) -> str | None:
        """The numeric id the lake already knows for a handle, when there is exactly one: files and API then agree on who is who."""
        snapshot = self._house.lake.snapshot()
        if "creator" not in snapshot.versions:
            return None
        engine = self._house.engine()
        try:
            pairs = engine.table(snapshot, "creator")
            found = engine.fetch(pairs.filter(pairs.handle == handle).select("creator_id").distinct())["creator_id"].to_pylist()
        finally:
            engine.release()
        numeric = [i for i in found if i.isdigit()]
        return numeric[0] if len(numeric) == 1 else None

    def _checked(self, way: Login, account: Account) -> tuple[Account, str]:
        """Whose account it really is, as its profile says; a profile that cannot be read now is read by the tracker later."""
        api = _PROFILE.get(way.name)
        if api is None:
            return account, ""
        line = HouseLine(self._house.desk, self._house.clock, api, account, way, sleep=self._house.sleep)
        try:
            pages = list(self._house.sources[api].read(Job(api=api, kind="profile", account=account), line))
        except (Outage, Refused):
            return account, ""
        handles = [h for page in pages for h in _handles(page.chunk.readings)]
        if handles and handles[-1] != account.handle:
            true = handles[-1]
            return self._house.desk.accounts.proved(account.id, true, self._known_id(true)), account.handle
        return account, ""


def _handles(readings: Mapping[str, Any]) -> list[str]:
    rows = readings.get("creator_snapshot")
    return [] if rows is None else [h for h in rows["handle"].to_pylist() if h]


def _missing(way: Login, grant: Grant) -> list[str]:
    return sorted({_SCOPE_WORDS.get(s, s) for s in way.scopes if grant.scopes and s not in grant.scopes})


def _message(account: Account, asked: str, missing: list[str], other: str) -> str:
    said = f"Thank you, @{account.handle} is connected."
    if other:
        said += f" The link was meant for @{asked}: if that is another account of yours, log in with it and open the link again."
    if missing:
        said += f" You left out {' and '.join(missing)}: the campaign's numbers will lack them."
    return said


def _plain(words: str) -> str:
    return " ".join(words.replace("\x00", "").split())[:200].rstrip(".")


def listed(house: House) -> list[dict[str, Any]]:
    """Every account that was ever connected: handle, login, status, why, since, consented_at, scopes, former handles."""
    return [_shown(c) for c in house.desk.accounts.all()]


def _shown(connected: Connected) -> dict[str, Any]:
    account = connected.account
    return {
        "handle": account.handle,
        "login": account.login,
        "status": connected.status,
        "why": connected.why,
        "since": instant_text(connected.since),
        "consented_at": instant_text(connected.consented_at),
        "scopes": sorted(account.scopes),
        "former_handles": [name for name, _ in connected.handles if name != account.handle],
    }

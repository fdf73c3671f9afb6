"""The three ways to connect an account by consent: a link, a code that becomes a grant, fresh tokens, an end. They keep nothing.

Lifetimes are those of each answer (`expires_in`): TikTok changed them without notice (TIKTOK.md B1).
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlencode

from hexameter.contracts.tracking import Grant, LoginName
from hexameter.errors import Outage, Refused, Revoked
from hexameter.sources.tiktok.asks import Ask
from hexameter.sources.tiktok.bodies import list_at, number_of, word_of
from hexameter.sources.tiktok.source import missing_settings
from hexameter.sources.tiktok.transport import Alone, NotGranted, Transport

_TRIES = 3
_DEAD = ("invalid_grant", "access_token_invalid", "40104", "40105", "40110", "40131")  # the grant's end, not ours
_REFRESH = re.compile(r"refresh.?token", re.IGNORECASE)
_LONGEST = 100 * 366 * 86_400


class _Login:
    """What the three have in common.

    In      settings   values by name
            transport  what sends the requests
            wait       how to let time pass between tries
    """

    name: LoginName
    title: str
    scopes: tuple[str, ...]
    needs: tuple[str, ...]

    def __init__(self, settings: Mapping[str, str], transport: Transport, wait: Callable[[float], None] = time.sleep):
        self._settings = settings
        self._transport = transport
        self._wait = wait

    def ready(self) -> str:
        """Why it cannot be used: a setting that is missing; "" when it can."""
        return missing_settings(self._settings, self.needs)

    def _value(self, name: str) -> str:
        return self._settings.get(name, "")

    def _sent(self, ask: Ask, now: datetime) -> Mapping[str, Any]:
        return self._transport.send(ask, Alone(now, self._wait), tries=_TRIES).data

    def _renewed(self, ask: Ask, now: datetime) -> Mapping[str, Any]:
        """An answer to a refresh token; a dead one is told apart from a refusal of our own credentials."""
        dead = ""
        try:
            return self._sent(ask, now)
        except NotGranted as refusal:
            if refusal.code not in _DEAD and not (refusal.code.isdigit() and _REFRESH.search(refusal.message)):
                raise
            dead = refusal.message
        raise Revoked(f"{dead} The consent is gone.", hint="Ask the account's owner to connect again.")


class LoginKit(_Login):
    """A creator's own login, for the Display API."""

    name: LoginName = "display"
    title = "TikTok Login Kit"
    scopes: tuple[str, ...] = ("user.info.basic", "user.info.profile", "user.info.stats", "video.list")
    needs = ("tiktok_client_key", "tiktok_client_secret")

    def verifier(self) -> str | None:
        """A fresh PKCE verifier: 86 of the characters allowed."""
        return secrets.token_urlsafe(64)

    def link(self, state: str, redirect_uri: str, verifier: str | None) -> str:
        """The page on which the creator consents. The challenge is the hex, not the base64url, of SHA-256: TikTok's own variant."""
        query = {
            "client_key": self._value("tiktok_client_key"),
            "scope": ",".join(self.scopes),
            "response_type": "code",
            "redirect_uri": redirect_uri,
            "state": state,
        }
        if verifier is not None:
            query |= {"code_challenge": hashlib.sha256(verifier.encode()).hexdigest(), "code_challenge_method": "S256"}
        return f"{self._value('tiktok_auth_url').rstrip('/')}/v2/auth/authorize/?{urlencode(query)}"

    def exchange(self, code: str, redirect_uri: str, verifier: str | None, now: datetime) -> Grant:
        """A code from the callback becomes a grant.

        Raises  Refused, Outage
        """
        form = {"code": _decoded(code), "grant_type": "authorization_code", "redirect_uri": redirect_uri}
        if verifier is not None:
            form["code_verifier"] = verifier
        return _granted(self._sent(self._ask("/v2/oauth/token/", "the creator's consent", form), now), now)

    def refresh(self, grant: Grant, now: datetime) -> Grant:
        """A grant with fresh tokens; its refresh token may be a new one, and then the old one is dead.

        Raises  Revoked, Outage
        """
        form = {"grant_type": "refresh_token", "refresh_token": _refresh_token(grant)}
        return _granted(self._renewed(self._ask("/v2/oauth/token/", "a fresh token", form), now), now, grant)

    def revoke(self, grant: Grant) -> None:
        """Tell TikTok that the grant is no longer wanted."""
        ask = self._ask("/v2/oauth/revoke/", "the end of the consent", {"token": grant.access_token})
        self._sent(replace(ask, bare=True), datetime.now(UTC))

    def _ask(self, path: str, what: str, form: Mapping[str, str]) -> Ask:
        ours = {"client_key": self._value("tiktok_client_key"), "client_secret": self._value("tiktok_client_secret")}
        return Ask("oauth", "POST", path, what, form={**ours, **form}, hidden=_secrets({**ours, **form}))


class AccountsLogin(_Login):
    """A creator's or brand's own login, for the Accounts API."""

    name: LoginName = "accounts"
    title = "TikTok Accounts login"
    scopes: tuple[str, ...] = ("user.info.basic", "user.info.username", "user.info.stats", "user.insights", "video.list", "video.insights")
    needs = ("tiktok_business_id", "tiktok_business_secret")

    def verifier(self) -> str | None:
        """This flow has no PKCE."""
        return None

    def link(self, state: str, redirect_uri: str, verifier: str | None) -> str:
        """The page on which the account's owner consents."""
        query = {
            "client_key": self._value("tiktok_business_id"),
            "response_type": "code",
            "scope": ",".join(self.scopes),
            "redirect_uri": redirect_uri,
            "state": state,
        }
        return f"{self._value('tiktok_auth_url').rstrip('/')}/v2/auth/authorize?{urlencode(query)}"

    def exchange(self, code: str, redirect_uri: str, verifier: str | None, now: datetime) -> Grant:
        """A code from the callback becomes a grant; its open_id is the business_id of every later request.

        Raises  Refused, Outage
        """
        body = {"grant_type": "authorization_code", "auth_code": _decoded(code), "redirect_uri": redirect_uri}
        return _granted(self._sent(self._ask("/tt_user/oauth2/token/", "the owner's consent", body), now), now)

    def refresh(self, grant: Grant, now: datetime) -> Grant:
        """A grant with fresh tokens.

        Raises  Revoked, Outage
        """
        body = {"grant_type": "refresh_token", "refresh_token": _refresh_token(grant)}
        return _granted(self._renewed(self._ask("/tt_user/oauth2/refresh_token/", "a fresh token", body), now), now, grant)

    def revoke(self, grant: Grant) -> None:
        """Tell TikTok that the grant is no longer wanted."""
        ask = self._ask("/tt_user/oauth2/revoke/", "the end of the consent", {"access_token": grant.access_token})
        self._sent(ask, datetime.now(UTC))

    def _ask(self, path: str, what: str, body: Mapping[str, str]) -> Ask:
        ours = {"client_id": self._value("tiktok_business_id"), "client_secret": self._value("tiktok_business_secret")}
        return Ask("business", "POST", path, what, body={**ours, **body}, hidden=_secrets({**ours, **body}))


class AdvertiserLogin(_Login):
    """A brand's login as an advertiser, for ads reporting, TikTok One and Discovery."""

    name: LoginName = "advertiser"
    title = "TikTok for Business advertiser login"
    scopes: tuple[str, ...] = ()  # chosen in the app's own page at TikTok, not by the link
    needs = ("tiktok_business_id", "tiktok_business_secret")

    def verifier(self) -> str | None:
        """This flow has no PKCE."""
        return None

    def link(self, state: str, redirect_uri: str, verifier: str | None) -> str:
        """The portal's page on which the advertiser consents: on the API's own host, beside its path."""
        base = self._value("tiktok_business_url").rstrip("/").partition("/open_api")[0]
        query = {"app_id": self._value("tiktok_business_id"), "state": state, "redirect_uri": redirect_uri}
        return f"{base}/portal/auth?{urlencode(query)}"

    def exchange(self, code: str, redirect_uri: str, verifier: str | None, now: datetime) -> Grant:
        """A code from the callback becomes a grant for the advertiser accounts that were ticked; it does not expire.

        Raises  Refused, Outage
        """
        body = {
            "app_id": self._value("tiktok_business_id"),
            "secret": self._value("tiktok_business_secret"),
            "auth_code": _decoded(code),
        }
        ask = Ask("business", "POST", "/oauth2/access_token/", "the advertiser's consent", body=body, hidden=_secrets(body))
        data = self._sent(ask, now)
        ids = [found for raw in list_at(data, "advertiser_ids") if (found := word_of(raw))]
        scopes = frozenset(found for raw in list_at(data, "scope") if (found := word_of(raw)))
        if not ids:
            raise Refused("the login names no advertiser account. Connect again and tick at least one.")
        grant = _granted({**data, "open_id": ids[0]}, now)
        return replace(grant, scopes=scopes, also=tuple(dict.fromkeys(ids))[1:], access_expires_at=None)

    def refresh(self, grant: Grant, now: datetime) -> Grant:
        """There is nothing to refresh with: a refused token is the consent's end.

        Raises  Revoked
        """
        raise Revoked("TikTok refused the advertiser's token, which has no successor.", hint="Ask the advertiser to connect again.")

    def revoke(self, grant: Grant) -> None:
        """No address for it is documented: the advertiser removes the app in TikTok Business Center; the caller forgets the token."""


def _granted(data: Mapping[str, Any], now: datetime, before: Grant | None = None) -> Grant:
    """A grant from a token's answer; what a refresh leaves out stays as it was."""
    token, refresh = data.get("access_token"), data.get("refresh_token")
    if not isinstance(token, str) or not token:
        raise Outage("TikTok answered without a token. Try again.")
    scope = data.get("scope")
    listed = frozenset(s for part in re.split(r"[,\s]+", scope) if (s := part.strip())) if isinstance(scope, str) else frozenset()
    open_id = word_of(data.get("open_id")) or (before.open_id if before else "")
    if not open_id:
        raise Outage("TikTok answered without the account's id. Try again.")
    return Grant(
        access_token=token,
        access_expires_at=_end(data, now, "expires_in"),
        refresh_token=refresh if isinstance(refresh, str) and refresh else (before.refresh_token if before else None),
        refresh_expires_at=_end(data, now, "refresh_expires_in", "refresh_token_expires_in")
        or (before.refresh_expires_at if before else None),
        scopes=listed or (before.scopes if before else frozenset()),
        open_id=open_id,
        also=before.also if before else (),
    )


def _end(data: Mapping[str, Any], now: datetime, *keys: str) -> datetime | None:
    seconds = next((n for k in keys if (n := number_of(data.get(k))) is not None), None)
    return None if seconds is None else now + timedelta(seconds=min(max(seconds, 0), _LONGEST))


def _refresh_token(grant: Grant) -> str:
    if not grant.refresh_token:
        raise Revoked("the consent came without a refresh token and has ended.", hint="Ask the account's owner to connect again.")
    return grant.refresh_token


def _decoded(code: str) -> str:
    """The code as TikTok wants it back: a callback may hand it over still encoded (%2A0%216...)."""
    return unquote(code) if re.search(r"%[0-9A-Fa-f]{2}", code) else code


def _secrets(fields: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(v for k, v in fields.items() if k not in ("grant_type", "redirect_uri"))

"""TikTok's APIs and logins that Hexameter reads, in one list each, and how they are opened. It reads no setting itself."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from hexameter.contracts.tracking import Api, ApiSource, Login, LoginName
from hexameter.errors import BadValue
from hexameter.sources.tiktok.accounts.client import Accounts
from hexameter.sources.tiktok.ads.client import Ads
from hexameter.sources.tiktok.commercial.client import Commercial
from hexameter.sources.tiktok.discovery.client import Discovery
from hexameter.sources.tiktok.display.client import Display
from hexameter.sources.tiktok.logins import AccountsLogin, AdvertiserLogin, LoginKit
from hexameter.sources.tiktok.receiving import Bounds
from hexameter.sources.tiktok.research.client import Research
from hexameter.sources.tiktok.source import Source
from hexameter.sources.tiktok.tiktok_one.client import TikTokOne
from hexameter.sources.tiktok.transport import Transport

SOURCES: tuple[type[Source], ...] = (Display, Accounts, TikTokOne, Ads, Discovery, Research, Commercial)
LOGINS: tuple[type[LoginKit] | type[AccountsLogin] | type[AdvertiserLogin], ...] = (LoginKit, AccountsLogin, AdvertiserLogin)

_ADDRESSES = ("tiktok_api_url", "tiktok_business_url", "tiktok_auth_url")


class OpenSources(dict[Api, ApiSource]):
    """The sources by name, on one transport; `close` gives its connections back."""

    def __init__(self, settings: Mapping[str, str], transport: Transport):
        super().__init__({source.name: source(settings, transport) for source in SOURCES})
        self._transport = transport

    def close(self) -> None:
        """Give the connections back; a later request opens new ones."""
        self._transport.close()


class OpenLogins(dict[LoginName, Login]):
    """The logins by name, on one transport; `close` gives its connections back."""

    def __init__(self, settings: Mapping[str, str], transport: Transport, wait: Callable[[float], None]):
        super().__init__({login.name: login(settings, transport, wait) for login in LOGINS})
        self._transport = transport

    def close(self) -> None:
        """Give the connections back; a later request opens new ones."""
        self._transport.close()


def open_sources(
    settings: Mapping[str, str], *, tries: int = 5, bounds: Bounds | None = None, chance: Callable[[], float] = random.random
) -> OpenSources:
    """Every API, ready or not (`ready` says why not). No connection is made yet.

    In      settings  values by name: tiktok_api_url, tiktok_business_url, keys and secrets
            tries     attempts before a passing failure is an Outage
            chance    a number from 0 to 1, for the jitter of retries; a rehearsal gives its own, to be the same each time

    Raises  BadValue  an address that is none
    """
    return OpenSources(settings, _transport(settings, tries, bounds, chance))


def open_logins(
    settings: Mapping[str, str],
    *,
    wait: Callable[[float], None] = time.sleep,
    bounds: Bounds | None = None,
    chance: Callable[[], float] = random.random,
) -> OpenLogins:
    """Every login, ready or not. No connection is made yet.

    In      wait    lets seconds pass between two tries
            chance  as for `open_sources`

    Raises  BadValue  an address that is none
    """
    return OpenLogins(settings, _transport(settings, 3, bounds, chance), wait)


def _transport(settings: Mapping[str, str], tries: int, bounds: Bounds | None, chance: Callable[[], float]) -> Transport:
    for name in _ADDRESSES:
        address = urlsplit(value := settings.get(name, ""))
        if address.scheme not in ("http", "https") or not address.netloc:
            hint = f"Expected like https://open.tiktokapis.com, in HEXAMETER_{name.upper()}."
            raise BadValue(f"setting '{name}' is \"{value}\", which is no address.", field=name, value=value, hint=hint)
    return Transport(settings["tiktok_api_url"], settings["tiktok_business_url"], tries=tries, bounds=bounds, chance=chance)

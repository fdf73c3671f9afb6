"""Who may ask: the registered apps, consents, codes and tokens, all by the driven clock. It answers no request itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

DISPLAY_SCOPES = ("user.info.basic", "user.info.profile", "user.info.stats", "video.list")
ACCOUNT_SCOPES = (
    *("user.info.basic", "user.info.username", "user.info.profile", "user.info.stats", "user.account.type", "user.insights"),
    *("video.list", "video.insights", "comment.list"),
)
RESEARCH_SCOPES = ("research.data.basic", "research.adlib.basic")
ADVERTISER_SCOPES = (4, 1, 2, 13, 14)


@dataclass(frozen=True)
class Credentials:
    """The apps the stand-in knows. They open nothing but the stand-in."""

    client_key: str = "standinlogin"
    client_secret: str = "standin-login-secret"
    research_key: str = "standinresearch"
    research_secret: str = "standin-research-secret"
    business_id: str = "7400000000000000001"
    business_secret: str = "standin-business-secret"
    research_scopes: tuple[str, ...] = RESEARCH_SCOPES
    display_scopes: tuple[str, ...] = DISPLAY_SCOPES
    account_scopes: tuple[str, ...] = ACCOUNT_SCOPES
    discovery_allowed: bool = True


@dataclass(frozen=True)
class Lifetimes:
    """How long what is issued lasts, in seconds."""

    access: int = 7_200
    refresh: int = 15_552_000
    client: int = 7_200
    code: int = 600


LIFETIMES_2026 = Lifetimes()
LIFETIMES_OLD = Lifetimes(access=86_400, refresh=31_536_000)


@dataclass
class Consent:
    """What one person allowed one app, and the access tokens that came of it.

    `creator` is a position in the cast, -1 the brand; revoked, every token of it is dead.
    """

    app: str
    creator: int
    open_id: str
    scopes: frozenset[str]
    revoked: bool = False
    opened: list[str] = field(default_factory=list)


@dataclass
class Access:
    """What a token opens; `consent` is None for an app's own token, `expires_at` for one that has no end."""

    consent: Consent | None
    app: str
    scopes: frozenset[str]
    expires_at: float | None
    killed: bool = False

    def good(self, now: float) -> bool:
        """Whether it still opens anything."""
        return not self.killed and (self.expires_at is None or now < self.expires_at) and not (self.consent and self.consent.revoked)


@dataclass
class Code:
    """An authorisation code: once, for ten minutes, for one redirect address."""

    consent: Consent
    redirect_uri: str
    challenge: str | None
    expires_at: float


@dataclass
class Tokens:
    """Everything issued so far. Tokens are the same in every run that asks for the same things in the same order."""

    seed: int
    lifetimes: Lifetimes
    accesses: dict[str, Access] = field(default_factory=dict)
    refreshes: dict[str, tuple[Consent, float]] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    consents: list[Consent] = field(default_factory=list)
    _issued: int = 0

    def consent(self, app: str, creator: int, creator_id: str, scopes: Iterable[str]) -> Consent:
        """A person allows an app; the same person has the same open_id in the same app, always."""
        given = Consent(app, creator, _uuid(f"{self.seed}:{app}:{creator_id}"), frozenset(scopes))
        self.consents.append(given)
        return given

    def code(self, consent: Consent, redirect_uri: str, challenge: str | None, now: float) -> str:
        """A code to be exchanged. It ends in characters that must survive the callback's encoding."""
        text = f"{self._fresh()}*0!6{self._issued:03d}.s1"
        self.codes[text] = Code(consent, redirect_uri, challenge, now + self.lifetimes.code)
        return text

    def redeem(self, text: str, redirect_uri: str | None, now: float) -> Code | None:
        """The code behind a text, once; None when unknown, used, expired or for another address."""
        code = self.codes.pop(text, None)
        if code is None or now >= code.expires_at or redirect_uri not in (None, code.redirect_uri):
            return None
        return code

    def pair(self, consent: Consent, now: float) -> tuple[str, str]:
        """A fresh access token and refresh token for a consent."""
        access, refresh = f"act.{self._fresh()}!{self._issued}.e1", f"rft.{self._fresh()}!{self._issued}.e1"
        for dead in [text for text in consent.opened if not self.accesses[text].good(now)]:
            consent.opened.remove(dead)
            del self.accesses[dead]
        consent.opened.append(access)
        self.accesses[access] = Access(consent, consent.app, consent.scopes, now + self.lifetimes.access)
        self.refreshes[refresh] = consent, now + self.lifetimes.refresh
        return access, refresh

    def rotate(self, refresh: str, app: str, now: float) -> tuple[Consent, str, str] | None:
        """A new pair for a refresh token, which is dead from now on; None when it was dead already."""
        consent, until = self.refreshes.get(refresh, (None, 0.0))
        if consent is None or consent.app != app or consent.revoked or now >= until:
            return None
        del self.refreshes[refresh]
        return consent, *self.pair(consent, now)

    def client(self, scopes: Iterable[str], now: float) -> str:
        """A token of an app itself."""
        text = f"clt.{self._fresh()}"
        self.accesses[text] = Access(None, "client", frozenset(scopes), now + self.lifetimes.client)
        return text

    def endless(self, consent: Consent) -> str:
        """An advertiser's token, which has no end."""
        text = self._fresh()
        self.accesses[text] = Access(consent, consent.app, consent.scopes, None)
        return text

    def revoke(self, app: str, creator: int) -> int:
        """End the consents a person gave an app; how many there were."""
        ended = [c for c in self.consents if c.app == app and c.creator == creator and not c.revoked]
        for consent in ended:
            consent.revoked = True
        return len(ended)

    def _fresh(self) -> str:
        self._issued += 1
        return hashlib.sha256(f"{self.seed}:token:{self._issued}".encode()).hexdigest()[:40]


def _uuid(text: str) -> str:
    mark = hashlib.sha256(text.encode()).hexdigest()
    return f"{mark[:8]}-{mark[8:12]}-{mark[12:16]}-{mark[16:20]}-{mark[20:32]}"

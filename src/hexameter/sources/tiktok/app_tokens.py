"""The operator's own token, for APIs that nobody logs in to: asked for, kept until it expires, never stored."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hexameter.contracts.tracking import Line
from hexameter.errors import Outage, Refused
from hexameter.sources.tiktok.asks import Ask
from hexameter.sources.tiktok.bodies import number_of
from hexameter.sources.tiktok.transport import NotGranted, Transport

_MARGIN = timedelta(seconds=60)


@dataclass
class AppTokens:
    """One pair of client key and secret, and the token they last gave; several threads may ask at once.

    In      what  whose credentials they are, as a sentence names them: "the Research API"
    """

    transport: Transport
    key: str = field(repr=False)
    secret: str = field(repr=False)
    what: str
    _token: str = field(default="", repr=False)
    _until: datetime | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def on(self, line: Line) -> AppLine:
        """The tokens for requests of one line."""
        return AppLine(self, line)

    def token(self, line: Line, refused: str | None = None) -> str:
        """The token in force; another one when it has expired, or is the one just refused.

        Raises  Refused  TikTok does not accept the credentials
                Outage, RateLimited
        """
        with self._lock:
            if not self._token or self._token == refused or self._until is None or line.now() >= self._until:
                self._token, self._until = self._asked(line)
            return self._token

    def _asked(self, line: Line) -> tuple[str, datetime]:
        form = {"client_key": self.key, "client_secret": self.secret, "grant_type": "client_credentials"}
        ask = Ask("oauth", "POST", "/v2/oauth/token/", f"a token for {self.what}", form=form, hidden=(self.key, self.secret))
        problem = ""
        try:
            data = self.transport.send(ask, line).data
        except NotGranted as refusal:
            problem = refusal.message
        if problem:
            raise Refused(f"{problem} Check the client key and secret of {self.what}.")
        token, seconds = data.get("access_token"), number_of(data.get("expires_in"))
        if not isinstance(token, str) or not token:
            raise Outage(f"TikTok answered without a token for {self.what}. The next reading tries again.")
        lifetime = timedelta(seconds=min(max(seconds or 0, 0), 10 * 365 * 86_400))
        return token, line.now() + max(lifetime - _MARGIN, timedelta())


@dataclass
class AppLine:
    """The operator's tokens as a request wants them."""

    tokens: AppTokens
    line: Line

    def token(self) -> str:
        """The token in force."""
        return self.tokens.token(self.line)

    def renewed(self, refused: str) -> str:
        """Another one than the one just refused; asked by several at once, it is fetched once."""
        return self.tokens.token(self.line, refused)

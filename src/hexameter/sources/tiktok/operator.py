"""An API read with the operator's own credentials: nobody logs in, the token comes from client key and secret."""

from __future__ import annotations

from collections.abc import Mapping

from hexameter.contracts.tracking import Line
from hexameter.sources.tiktok.app_tokens import AppTokens
from hexameter.sources.tiktok.asks import Answer, Ask
from hexameter.sources.tiktok.source import Source
from hexameter.sources.tiktok.transport import Transport


class OperatorSource(Source):
    """A source without accounts."""

    login = None
    needs = ("tiktok_research_key", "tiktok_research_secret")

    def __init__(self, settings: Mapping[str, str], transport: Transport):
        super().__init__(settings, transport)
        key, secret = (settings.get(name, "") for name in self.needs)
        self._tokens = AppTokens(transport, key, secret, self.title)

    def asked(self, ask: Ask, line: Line) -> Answer:
        """A good answer, with the operator's token."""
        return self.transport.send(ask, line, self._tokens.on(line))

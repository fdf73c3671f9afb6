"""API tokens for views: made, listed, ended. What one may do is decided where it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hexameter.contracts.spelling import instant_text

if TYPE_CHECKING:
    from hexameter.campaigns.access.api_tokens import ApiToken
    from hexameter.services.house import House

COMMAND_LINE = "command line"


class TokensOf:
    """Every verb over the tokens of a home.

    In      root  the home itself: its people are every workspace's
    """

    def __init__(self, root: House) -> None:
        self._tokens = root.desk.people.tokens

    def make(self, login: str, workspace: str, name: str, scope: str = "read", days: int = 90) -> dict[str, Any]:
        """A new token; `secret` is shown this once.

        Raises  BadValue, NotFound, Conflict  as campaigns.access.api_tokens says
        """
        made, secret = self._tokens.make(login, workspace, name, scope, days)
        return {**shown(made), "secret": secret}

    def list(self, workspace: str | None = None, person_id: int | None = None) -> list[dict[str, Any]]:
        """Tokens, newest first; no secret is among it."""
        return [shown(token) for token in self._tokens.list(workspace, person_id)]

    def revoke(self, number: int, by: str = COMMAND_LINE, person_id: int | None = None) -> None:
        """End a token at once; `person_id`: only one of theirs.

        Raises  NotFound
        """
        self._tokens.revoke(number, by, person_id=person_id)


def shown(token: ApiToken) -> dict[str, Any]:
    """A token as the JSON shows it."""
    times = {name: None if (at := getattr(token, name)) is None else instant_text(at) for name in ("made_at", "expires_at", "used_at")}
    return {"number": token.id, **{name: getattr(token, name) for name in ("name", "login", "workspace", "scope", "begins")}, **times}

"""One sign-on with an OpenID Connect provider: the address to leave for, and what comes back, exchanged. It lets nobody in itself.

Authorisation code with PKCE, state and nonce. Every answer is bounded in time and bytes, no redirect is followed, and every address is
https (plain http only on this machine, for tests and local providers).
"""

from __future__ import annotations

import base64
import ipaddress
import json
import secrets
import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from hexameter.contracts.signing_on import Departure, Identity
from hexameter.errors import BadValue, Outage, Refused
from hexameter.sources.oidc.parse import claims_of, identity_of
from hexameter.sources.tiktok.receiving import Bounds, exchange, open_client

_BOUNDS = Bounds(connect_seconds=5.0, pause_seconds=10.0, whole_seconds=20.0, bytes=1 << 20)
_KEPT_SECONDS = 3600.0
_WELL_KNOWN = "/.well-known/openid-configuration"


class Provider:
    """The provider of a home.

    In      issuer         its address, as its tokens name it
            client_id      what Hexameter is registered as there
            client_secret  its secret; "" for a public client
    Raises  BadValue  an issuer that is neither https nor on this machine
    """

    def __init__(self, issuer: str, client_id: str, client_secret: str) -> None:
        self._issuer = _checked(issuer.rstrip("/"), "oidc_issuer")
        if not client_id:
            raise BadValue("oidc_client_id is missing.", field="oidc_client_id", hint="Set it as your provider gave it.")
        self._client_id, self._secret = client_id, client_secret
        self._client = open_client(_BOUNDS)
        self._found: tuple[float, dict[str, Any]] | None = None
        self._door = threading.Lock()

    def leave(self, redirect_uri: str) -> Departure:
        """Where a browser goes to sign on, and what its return is checked against.

        Raises  Outage, Refused  the provider cannot be asked
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": redirect_uri,
            "scope": "openid email profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
        }
        address = str(self._discovered()["authorization_endpoint"])
        return Departure(f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(query)}", state, nonce, verifier)

    def arrive(self, code: str, redirect_uri: str, nonce: str, verifier: str) -> Identity:
        """Who came back with a code.

        Raises  Outage   no answer in time
                Refused  the provider refuses the code, or its token is not for us, not now, not signed by it
        """
        found = self._discovered()
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier}
        headers = {}
        methods = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if self._secret and "client_secret_basic" in methods:
            pair = f"{quote(self._client_id, safe='')}:{quote(self._secret, safe='')}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        else:
            form |= {"client_id": self._client_id} | ({"client_secret": self._secret} if self._secret else {})
        tokens = self._asked("POST", str(found["token_endpoint"]), form, headers)
        keys = self._asked("GET", str(found["jwks_uri"]))
        claims = claims_of(tokens, keys, issuer=self._issuer, client_id=self._client_id, nonce=nonce, now=time.time())
        if "email" not in claims and "userinfo_endpoint" in found:
            bearer = {"Authorization": f"Bearer {tokens.get('access_token', '')}"}
            more = self._asked("GET", str(found["userinfo_endpoint"]), None, bearer)
            if more.get("sub") == claims["sub"]:
                claims = {**more, **claims}
        return identity_of(claims)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def _discovered(self) -> dict[str, Any]:
        with self._door:
            if self._found is None or time.monotonic() - self._found[0] > _KEPT_SECONDS:
                found = self._asked("GET", self._issuer + _WELL_KNOWN)
                if str(found.get("issuer", "")).rstrip("/") != self._issuer:
                    raise Refused("The sign-on provider names itself differently from oidc_issuer.", field="oidc_issuer")
                for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                    _checked(str(found.get(name, "")), name, local=_is_local(self._issuer))
                self._found = (time.monotonic(), found)
            return self._found[1]

    def _asked(
        self, method: str, address: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """One answer, which is a JSON object."""
        _checked(address, "oidc_issuer", local=_is_local(self._issuer))
        reply = exchange(
            self._client, httpx.Request(method, address, data=form, headers={"Accept": "application/json", **(headers or {})}), _BOUNDS
        )
        if reply.broken or reply.status >= 500:
            raise Outage(f"The sign-on provider does not answer: {reply.broken or f'status {reply.status}'}.", hint="Try again later.")
        if reply.status != 200:
            raise Refused(f"The sign-on provider refused (status {reply.status}).", hint="Try again; if it stays, tell the operator.")
        try:
            found = json.loads(reply.body)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise Refused("The sign-on provider's answer cannot be read.", hint="Check oidc_issuer.")
        return found


def _checked(address: str, name: str, local: bool = True) -> str:
    """An address that may be asked: https, or http on this machine."""
    try:
        parts = urlsplit(address)
        fine = (
            bool(parts.hostname)
            and not parts.username
            and (parts.scheme == "https" or (local and parts.scheme == "http" and _is_local(address)))
        )
    except ValueError:
        fine = False
    if not fine:
        raise BadValue(f"{name} is '{address[:100]}'.", field=name, hint="Expected an https:// address (http only on this machine).")
    return address


def _is_local(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False

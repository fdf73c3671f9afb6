"""A small OpenID Connect provider over real HTTP: discovery, token and keys; what it says wrongly is chosen by the test."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey


@dataclass
class StandIn:
    """The provider: who signs on, and what it gets wrong on purpose (`claims` replaces, None removes)."""

    address: str = ""
    client_id: str = "hexameter"
    client_secret: str = "not told"
    claims: dict[str, Any] = field(default_factory=dict)
    discovery: dict[str, Any] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    signer: Any = None
    padding: int = 0
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def authorise(self, address: str) -> dict[str, str]:
        """What the browser brings back after somebody said yes at the address it was sent to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256" and asked["client_id"] == self.client_id
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def answer(self, path: str, form: dict[str, str], basic: str) -> tuple[int, dict[str, Any]]:
        """One request."""
        if path == "/.well-known/openid-configuration":
            ends = {"authorization_endpoint": "/authorise", "token_endpoint": "/token", "jwks_uri": "/keys"}
            found = {"issuer": self.address, **{name: self.address + end for name, end in ends.items()}, "padding": "x" * self.padding}
            return 200, {**found, **self.discovery}
        if path == "/keys":
            return 200, {"keys": [self.key.as_dict(private=False)]}
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        known = base64.b64encode(f"{self.client_id}:{self.client_secret.replace(' ', '%20')}".encode()).decode()
        if (
            asked is None
            or challenge != asked["code_challenge"]
            or form["redirect_uri"] != asked["redirect_uri"]
            or basic != f"Basic {known}"
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        said = {"iss": self.address, "sub": "1", "aud": self.client_id, "iat": now, "exp": now + 60, "nonce": asked["nonce"]}
        said |= {"email": "Lea@Example.com", "email_verified": True, "name": "Léa"}
        claims = {name: value for name, value in {**said, **self.claims}.items() if value is not None}
        signer = self.signer or self.key
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": jwt.encode({"alg": "RS256", "kid": "one"}, claims, signer)}


@contextlib.contextmanager
def providing() -> Iterator[StandIn]:
    """The provider on a free port of this machine."""
    provider = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._give({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            self._give({name: values[0] for name, values in parse_qs(body).items()})

        def _give(self, form: dict[str, str]) -> None:
            status, document = provider.answer(urlsplit(self.path).path, form, self.headers.get("authorization", ""))
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(ConnectionError):  # who refuses a large answer hangs up
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    provider.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

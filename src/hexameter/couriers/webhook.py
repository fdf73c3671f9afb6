"""Messages to another program, by HTTP: signed, to public addresses only, never redirected. It tries once."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Collection

import httpx

from hexameter.contracts.messages import Message
from hexameter.couriers.egress import Destination, Resolve, destination, resolve
from hexameter.errors import BadValue, Outage, Refused

SIGNATURE, DELIVERY = "Hexameter-Signature", "Hexameter-Delivery"
_SECONDS = 10.0


class Webhook:
    """Posts messages as JSON.

    In      allowed  host:port of receivers in the own network that the operator vouches for
            seconds  Unix seconds, now: part of what is signed, so that an old message cannot be played again
    """

    name = "webhook"

    def __init__(self, seconds: Callable[[], float], allowed: Collection[str] = (), look_up: Resolve = resolve) -> None:
        self._seconds = seconds
        self._allowed = frozenset(allowed)
        self._look_up = look_up

    def check(self, target: str) -> str:
        """The address, when it may be called."""
        destination(target, self._allowed, self._look_up)
        return target

    def send(self, target: str, message: Message, secret: str | None = None) -> None:
        """POST it; any 2xx is a receipt. What else the receiver says is not read."""
        try:
            there = destination(target, self._allowed, self._look_up)
        except BadValue as problem:
            raise Refused(problem.message, field="target", hint=problem.hint) from problem
        body = json.dumps({"key": message.key, "subject": message.subject, **message.facts}, ensure_ascii=False).encode()
        status = _post(there, body, self._headers(there, message, body, secret))
        if 200 <= status < 300:
            return
        if status in (404, 410):
            raise Refused(f"{there.host} says {status}: nothing listens there any more.", field="target", hint="Correct the address.")
        raise Outage(f"{there.host} answered {status}; expected 200 to 299. Redirects are not followed.", field="target")

    def _headers(self, there: Destination, message: Message, body: bytes, secret: str | None) -> dict[str, str]:
        headers = {"Host": _authority(there), "Content-Type": "application/json", "User-Agent": "Hexameter", DELIVERY: message.key}
        if secret:
            headers[SIGNATURE] = signed(body, secret, int(self._seconds()))
        return headers


def signed(body: bytes, secret: str, second: int) -> str:
    """The signature's header: the second, and HMAC-SHA256 of "second.body", in hexadecimal.

    Example signed(b"{}", "key", 0) -> "t=0,v1=..."
    """
    digest = hmac.new(secret.encode(), f"{second}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={second},v1={digest}"


def _authority(there: Destination) -> str:
    usual = {"https": 443, "http": 80}[there.scheme]
    host = f"[{there.host}]" if ":" in there.host else there.host
    return host if there.port == usual else f"{host}:{there.port}"


def _post(there: Destination, body: bytes, headers: dict[str, str]) -> int:
    """The status of the answer; its body is left unread, however long or cleverly packed."""
    ip = f"[{there.ip}]" if ":" in there.ip else there.ip
    url = f"{there.scheme}://{ip}:{there.port}{there.path}"
    try:
        with (
            httpx.Client(timeout=_SECONDS, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", url, content=body, headers=headers, extensions={"sni_hostname": there.host}) as answer,
        ):
            return answer.status_code
    except httpx.HTTPError as problem:
        raise Outage(f"{there.host} did not take the message: {type(problem).__name__}.", field="target") from problem

"""How answers look on the wire: the two envelopes, refusals, and bodies that are spoilt. It decides nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

HTML = (
    b"<html>\r\n<head><title>504 Gateway Time-out</title></head>\r\n<body>\r\n"
    b"<center><h1>504 Gateway Time-out</h1></center>\r\n</body>\r\n</html>\r\n"
)


class Refusal(Exception):
    """An answer that is not the wanted one: code and message of its envelope (`code` is a number in the business API)."""

    def __init__(self, code: str | int, message: str, status: int = 200, headers: Mapping[str, str] | None = None):
        super().__init__(message)
        self.code, self.message, self.status, self.headers = code, message, status, dict(headers or {})


def as_json(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(body, status, dict(headers or {}), media_type="application/json")


def opened(data: Any, log_id: str) -> dict[str, Any]:
    """The envelope of the APIs at open.tiktokapis.com."""
    return {"data": data, "error": {"code": "ok", "message": "", "log_id": log_id}}


def refused(refusal: Refusal, log_id: str, *, with_data: bool) -> dict[str, Any]:
    """Its error; `data` comes with it sometimes, and is empty then."""
    error = {"error": {"code": refusal.code, "message": refusal.message, "log_id": log_id}}
    return {"data": {}, **error} if with_data else error


def business(code: int, message: str, data: Any, request_id: str) -> dict[str, Any]:
    """The envelope of the API for Business."""
    return {"code": code, "message": message, "request_id": request_id, "data": data}


class CutResponse(Response):
    """Promises its whole body, sends half of it, and closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send half."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        half = bytes(self.body[: len(self.body) // 2])
        await send({"type": "http.response.body", "body": half, "more_body": True})


class SlowResponse(Response):
    """Sends its body in four parts, waiting between them as long as the other side stays."""

    seconds: float = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send slowly."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        body, part = bytes(self.body), max(len(self.body) // 4, 1)
        for start in range(0, len(body), part):
            if await _left(receive, self.seconds / 4):
                return
            await send({"type": "http.response.body", "body": body[start : start + part], "more_body": start + part < len(body)})


async def _left(receive: Receive, seconds: float) -> bool:
    try:
        await asyncio.wait_for(receive(), seconds)
    except TimeoutError:
        return False
    return True


def spoilt(fault: str, answer: Response, seconds: float) -> Response:
    """An answer after one of `faults.AFTER` met it (all but error_in_200)."""
    body = bytes(answer.body)
    if fault == "cut_body":
        return CutResponse(body, answer.status_code, media_type="application/json")
    if fault == "slow_body":
        slow = SlowResponse(body, answer.status_code, media_type="application/json")
        slow.seconds = seconds
        return slow
    if fault == "invalid_json":
        return Response(body[: max(len(body) * 2 // 3, 1)], media_type="application/json")
    return Response(
        b"" if fault == "empty_200" else HTML.replace(b"504 Gateway Time-out", b"TikTok"), media_type="text/html; charset=utf-8"
    )

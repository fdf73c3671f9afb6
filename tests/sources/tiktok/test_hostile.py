"""Whatever TikTok, or someone in its place, sends: a chunk with rejects or an error of ours, never a crash, never a made-up number."""

from __future__ import annotations

import copy
import json
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sources.tiktok.scripted import NOW, Server
from tests.sources.tiktok.shapes import ANSWERS, context_of

from hexameter.contracts.records import Chunk
from hexameter.contracts.tables import BY_NAME
from hexameter.errors import HexameterError, Outage
from hexameter.sources.tiktok.asks import Ask
from hexameter.sources.tiktok.logins import _granted
from hexameter.sources.tiktok.registry import open_sources
from hexameter.sources.tiktok.verdicts import judge

SOURCES = open_sources(Server("http://127.0.0.1:9").settings)
PLACES = sorted(ANSWERS)

NASTY = st.sampled_from(
    [
        None, True, False, 0, -1, -(2**63), 2**63, 2**64, 10**400, 1.5, 1e308, float("nan"), float("inf"), -0.0,
        "", "-", "12", "12.0", "1.2M", "1e5", "NaN", "<5", "\x00", "a\x00b", "\ud800", "٣", "＃", "@", "x" * 5000, "=1+1",
        "7527623000473079054", "2026-10-01", "https://www.tiktok.com/@other/video/9?x",
        [], {}, [[]], [None], {"a": {"a": []}}, ["#a", 1, {}],
    ]
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def places_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return found + [p for key, inner in pairs for p in places_in(inner, (*path, key))]


def put(answer: Any, path: tuple[Any, ...], value: Any) -> None:
    for key in path[:-1]:
        answer = answer[key]
    answer[path[-1]] = value


def is_sound(chunk: Chunk) -> None:
    """What the lake relies on."""
    assert 0 <= chunk.rejected <= chunk.read
    assert sum(t.num_rows for t in chunk.readings.values()) + chunk.rejected <= chunk.read
    for name, table in [*chunk.readings.items(), *chunk.beside.items()]:
        assert table.schema == BY_NAME[name].source_schema
        table.validate(full=True)
        for field in table.schema:
            values = table[field.name]
            if pa.types.is_floating(field.type):
                assert not any(pc.is_nan(values).to_pylist()) and not any(pc.is_inf(values).to_pylist())
            if field.type == pa.int64() and name not in ("account_day", "paid_day"):
                assert (pc.min(values).as_py() or 0) >= 0
        for key in BY_NAME[name].key:
            assert table[key].null_count == 0, f"{name}.{key}"
    if chunk.rejected:
        assert chunk.rejects.num_rows >= chunk.rejected and all(chunk.rejects["why"].to_pylist())
    assert "\x00" not in "".join(t for t in chunk.rejects["value"].to_pylist() if t)


@pytest.mark.parametrize("place", PLACES, ids="/".join)
def test_the_good_answer_is_read_without_reject(place: tuple[str, str]) -> None:
    chunk = SOURCES[place[0]].parse(json.dumps(ANSWERS[place]).encode(), context_of(*place))  # type: ignore[index]
    is_sound(chunk)
    assert (chunk.read, chunk.rejected) == (1, 0) and sum(t.num_rows for t in chunk.readings.values()) == 1


@pytest.mark.parametrize("place", PLACES, ids="/".join)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_an_answer_with_nasty_values(place: tuple[str, str], data: st.DataObject) -> None:
    answer = copy.deepcopy(ANSWERS[place])
    for _ in range(data.draw(st.integers(1, 3))):
        put(answer, data.draw(st.sampled_from(places_in(answer))), copy.deepcopy(data.draw(NASTY | JSON)))
    read(place, json.dumps(answer).encode())


@pytest.mark.parametrize("place", PLACES, ids="/".join)
@settings(max_examples=25, deadline=None)
@given(answer=JSON | st.dictionaries(st.sampled_from(["data", "error", "pages"]), JSON))
def test_an_answer_of_any_shape(place: tuple[str, str], answer: Any) -> None:
    read(place, json.dumps(answer).encode())


def read(place: tuple[str, str], body: bytes) -> None:
    try:
        chunk = SOURCES[place[0]].parse(body, context_of(*place))  # type: ignore[index]
    except HexameterError as problem:
        assert isinstance(problem, Outage)
    else:
        is_sound(chunk)


@settings(max_examples=300, deadline=None)
@given(
    family=st.sampled_from(["open", "business", "oauth"]),
    status=st.sampled_from([200, 204, 302, 400, 401, 403, 404, 408, 429, 500, 504, 999]),
    body=st.binary(max_size=50) | JSON.map(lambda v: json.dumps(v).encode()) | st.sampled_from([b"[" * 5000, b"9" * 9000, b'{"data":NaN}']),
    listed=st.sampled_from(["", "videos"]),
)
def test_every_answer_has_a_verdict(family: Any, status: int, body: bytes, listed: str) -> None:
    verdict = judge(Ask(family, "GET", "/", "it", listed=listed), status, body)
    assert verdict.kind != "ok" or (status < 300 and isinstance(verdict.data, dict))
    assert "\n" not in verdict.message


ENVELOPES = [
    {"error": {"code": JSON, "message": JSON}, "data": JSON},
    {"code": JSON, "message": JSON, "data": JSON},
    {"error": JSON, "error_description": JSON, "access_token": JSON},
]


@settings(max_examples=200, deadline=None)
@given(family=st.sampled_from(["open", "business", "oauth"]), status=st.sampled_from([200, 400, 500]), data=st.data())
def test_envelopes_with_nasty_codes(family: Any, status: int, data: st.DataObject) -> None:
    def drawn(shape: Any) -> Any:
        return {k: drawn(v) for k, v in shape.items()} if isinstance(shape, dict) else copy.deepcopy(data.draw(shape | NASTY))

    body = json.dumps(drawn(data.draw(st.sampled_from(ENVELOPES)))).encode()
    judge(Ask(family, "GET", "/", "it"), status, body)


TOKEN_KEYS = ("access_token", "refresh_token", "open_id", "scope", "expires_in", "refresh_expires_in", "refresh_token_expires_in")


@settings(max_examples=200, deadline=None)
@given(answer=st.dictionaries(st.sampled_from(TOKEN_KEYS), NASTY | st.integers() | st.text(max_size=9)))
def test_a_grant_from_anything(answer: dict[str, Any]) -> None:
    try:
        grant = _granted(answer, NOW)
    except Outage:
        return
    assert grant.access_token and grant.open_id

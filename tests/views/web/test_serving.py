"""The process: an address that is taken is said, the end is clean, what runs beside it is told to stop."""

from __future__ import annotations

import http.client
import threading
from pathlib import Path

import pytest

from hexameter.errors import BadValue, Unusable
from hexameter.main import open_app
from hexameter.views.web.app import open_web
from hexameter.views.web.serving import address_of, listen, serve


def test_a_port_that_is_taken_or_none_is_said() -> None:
    running = "cannot be listened on: Address already in use. Another hexameter serve may be running"
    with listen("127.0.0.1", 0) as taken, pytest.raises(Unusable, match=running):
        listen("127.0.0.1", taken.getsockname()[1])
    with pytest.raises(BadValue):
        listen("127.0.0.1", 70_000)
    with pytest.raises(Unusable, match="--host"):
        listen("192.0.2.1", 0)


def test_it_answers_until_told_to_stop_and_so_does_its_companion(tmp_path: Path) -> None:
    stop, told, ended = threading.Event(), threading.Event(), threading.Event()

    def companion(event: threading.Event) -> None:
        told.set()
        event.wait()
        ended.set()

    with open_app(str(tmp_path / "home")) as app:
        listening = listen("127.0.0.1", 0)
        address = address_of(listening).removeprefix("http://")
        thread = threading.Thread(target=serve, args=(open_web(app), listening, companion, stop))
        thread.start()
        assert told.wait(30)
        connection = http.client.HTTPConnection(address, timeout=30)
        connection.request("GET", "/healthz")
        assert connection.getresponse().read() == b'{"status":"ok"}'
        connection.close()
        stop.set()
        thread.join(30)
        assert not thread.is_alive() and ended.is_set()

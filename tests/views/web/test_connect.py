"""A creator's way through consent, from the link to the thanks, with the stand-in TikTok over HTTP."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from hexameter.main import open_app
from hexameter.views.web.app import open_web
from tests.standin.server import stand
from tests.views.web.conftest import client


def test_consent_ends_in_thanks_and_only_once(tmp_path: Path) -> None:
    with stand.opened() as there:
        base = str(there.http.base_url).rstrip("/")
        keys = {"tiktok_client_key": stand.APPS.client_key, "tiktok_client_secret": stand.APPS.client_secret}
        urls = {"tiktok_api_url": base, "tiktok_auth_url": base, "now": stand.NOW.isoformat(), "public_url": "http://127.0.0.1:8686"}
        with open_app(str(tmp_path / "home"), overrides={**keys, **urls}) as app:
            asked = app.connections.begin(there.busiest)
            ticked = there.http.post(asked["url"], data={"handle": there.busiest})
            back = urlsplit(ticked.headers["location"])
            creator = client(open_web(app))
            answer = creator.get(back.path, params=dict(parse_qsl(back.query)))
            assert answer.status_code == 200, answer.text
            assert f"Thank you, @{there.busiest}" in answer.text
            again = creator.get(back.path, params=dict(parse_qsl(back.query)))
            assert again.status_code == 400 and "was not connected" in again.text
            declined = app.connections.begin(there.busiest)
            state = dict(parse_qsl(urlsplit(declined["url"]).query))["state"]
            refused = creator.get(back.path, params={"state": state, "error": "access_denied", "error_description": "<i>No</i>"})
            assert refused.status_code == 400 and "Nothing was connected" in refused.text and "<i>" not in refused.text

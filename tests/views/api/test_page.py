"""The page docs/api.md, run as it stands: its curl lines against a real server, its token from the command line."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from hexameter.main import open_app
from tests.views.api.conftest import PASSWORD, served
from tests.views.homes import WORKED, fill, hexameter

PAGE = Path(__file__).parents[3] / "docs" / "api.md"


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_page_works_as_it_stands(tmp_path: Path) -> None:
    lines = [line for block in re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL) for line in block.splitlines()]
    curls = [line for line in lines if line.startswith("curl ")]
    (create,) = (line for line in lines if line.startswith("hexameter tokens create"))
    home = fill(tmp_path / "home", tmp_path)
    (tmp_path / "readings.csv").write_text(WORKED, encoding="utf-8")
    with open_app(str(home), overrides={"now": "2025-08-01T00:00:00Z"}) as app, served(app) as address:
        app.desk.people.add_owner("marie", "Marie", PASSWORD)
        made = hexameter(*create.split()[1:], "--json", home=home).document
        environment = {**os.environ, "HEXAMETER": f"{address}/api/v1", "TOKEN": made["secret"]}
        for curl in curls:
            done = subprocess.run(["bash", "-c", curl], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
            assert done.returncode == 0, (curl, done.stdout[:300], done.stderr)
            assert "-o posts.parquet" in curl or json.loads(done.stdout)
        assert (tmp_path / "posts.parquet").read_bytes()[:4] == b"PAR1"
        listed = hexameter("tokens", "list", "--json", home=home).document["tokens"]
        assert [t["begins"] for t in listed] == [made["secret"][:7]] and listed[0]["used_at"] is not None
        assert hexameter("tokens", "revoke", str(made["number"]), home=home).status == 0
        assert hexameter("tokens", "list", "--json", home=home).document == {"tokens": []}
    assert len(curls) >= 7

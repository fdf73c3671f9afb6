"""What is installed is whole: the wheel has every file the sources have, and works from an empty home without the repository."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
SOURCES = REPOSITORY / "src"
_ASKED = """
import hexameter
from hexameter.campaigns.access.passwords import check_password
print(hexameter.__file__)
try:
    check_password("password123", "marie")
except hexameter.errors.BadValue as refused:
    print(refused.message)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content, as an installer lays it out."""
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "copy"  # setuptools writes beside the sources
    copy.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (copy / name).write_bytes((REPOSITORY / name).read_bytes())
    for path in _files(SOURCES):
        (copy / "src" / path).parent.mkdir(parents=True, exist_ok=True)
        (copy / "src" / path).write_bytes((SOURCES / path).read_bytes())
    words = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(folder), str(copy)]
    subprocess.run([sys.executable, "-m", "pip", *words], check=True, timeout=300)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(folder / "site")
    return folder / "site"


def test_every_file_comes_along(installed: Path) -> None:
    assert {path for path in _files(installed) if path.parts[0] == "hexameter"} == set(_files(SOURCES))


def test_it_serves_from_an_empty_home(installed: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(installed), "HOME": str(tmp_path), "PYTHONWARNINGS": "default"}
    asked = subprocess.run([sys.executable, "-c", _ASKED], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
    where, said = asked.stdout.splitlines()
    assert Path(where).is_relative_to(installed) and "one of the first anybody would try" in said
    words = [sys.executable, "-m", "hexameter", "--home", str(tmp_path / "home"), "serve", "--port", "0", "--no-track", "--json"]
    with subprocess.Popen(words, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            told = json.loads(server.stdout.readline())
            page = _get(told["first_run"])  # a migrated desk, the templates, the French catalogues
            assert 'lang="fr"' in page and "Mot de passe" in page
            (style, *_) = re.findall(r'href="(/static/hexameter\.\w+\.css)"', page)
            assert "--" in _get(told["address"] + style)
        finally:
            server.terminate()


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and not path.parent.name.endswith(".egg-info"):
            yield path.relative_to(folder)


def _get(address: str) -> str:
    with urllib.request.urlopen(urllib.request.Request(address, headers={"accept-language": "fr"}), timeout=60) as answer:
        return str(answer.read().decode())

"""Every page has its pictures: the list in docs/pictures.py names each route that is a page, and no other."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from hexameter.views.web.app import PAGES

DOCS = Path(__file__).parents[2] / "docs"


def _pictures() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pictures", DOCS / "pictures.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_list_is_the_routers() -> None:
    pictures = _pictures()
    asked = {route.path for group in PAGES for route in group.router.routes if "GET" in route.methods}
    assert {path for path in asked if not pictures.NOT_SHOWN.match(path)} == set(pictures.SHOWN)

"""The search of every page's head: campaigns, creators, hashtags, posts by id or address."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from hexameter.views.web.access import least
from hexameter.views.web.address import address_of
from hexameter.views.web.frame import house_of, measured_of, page

router = APIRouter()


@router.get("/search")
@least("analyst")
def search(request: Request) -> Response:
    """What has the words in its name; a single thing named exactly is opened at once."""
    house, words = house_of(request), address_of(request).get("q")
    found = measured_of(request).alone(lambda: house.search(words))
    links = _links(found)
    exact = [there for kind, name, there in links if kind == "post" or name.casefold() == words.casefold().lstrip("@#")]
    if len(exact) == 1:
        return RedirectResponse(exact[0], 303)
    return page(request, "search.html", words=words, links=links)


def _links(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        *(("campaign", c["name"], f"/campaigns/{c['slug']}") for c in found["campaigns"]),
        *(("creator", handle, f"/creators/{quote(handle, safe='')}") for handle in found["creators"]),
        *(("hashtag", tag, f"/hashtags/{quote(tag, safe='')}") for tag in found["hashtags"]),
        *(("post", post, f"/posts/{quote(post, safe='')}") for post in found["posts"]),
    ]

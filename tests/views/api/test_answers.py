"""What is answered: the command line's own numbers, pages, ETags, one shape of errors, a description that is true. And hostile bodies."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from hexameter.views.api.table import ROUTES
from tests.views.api.conftest import POST, Api, is_problem
from tests.views.homes import AS_OF, hexameter

READER = ("analyst", "read")
WRITER = ("manager", "write")
SCOPES = {
    "/campaigns/glowday/kpis": ("--campaign", "glowday"),
    "/creators/lea/kpis": ("--creator", "lea"),
    "/hashtags/glowday/kpis": ("--hashtag", "glowday"),
    f"/posts/{POST}/kpis": ("--post", POST),
    "/kpis": ("--all",),
}


@pytest.mark.parametrize("path", SCOPES)
@pytest.mark.parametrize(
    "more", [{}, {"from": "2025-07-10", "to": "2025-07-20", "tz": "Europe/Paris"}, {"definition": "all", "posts": True}]
)
def test_the_numbers_are_those_of_the_command_line(api: Api, path: str, more: dict[str, Any]) -> None:
    words = [w for name, value in more.items() for w in ((f"--{name}",) if value is True else (f"--{name}", value))]
    printed = hexameter("kpis", *SCOPES[path], "--as-of", AS_OF, *words, "--json", home=api.app.home)
    answer = api.ask("GET", path, READER, params={"as_of": AS_OF, **more})
    assert answer.json() == printed.document


def test_one_number_comes_in_its_envelope(api: Api) -> None:
    whole = api.ask("GET", "/campaigns/glowday/kpis", READER, params={"as_of": AS_OF}).json()
    told = api.ask("GET", "/campaigns/glowday/kpis/views", READER, params={"as_of": AS_OF}).json()
    assert told["value"] == whole["views"]
    assert (told["as_of"], told["n"], told["n_excluded"]) == (AS_OF, 4, 0)
    assert (
        told["definition"]["version"] == whole["definitions_version"]
        and told["receipt"]["lake_version"] == whole["receipt"]["lake_version"]
    )
    receipt = api.ask("GET", told["receipt"]["href"].removeprefix("/api/v1"), READER, params={"as_of": AS_OF}).json()
    assert receipt["value"] == told["value"] and receipt["sql"] and "left_out" in receipt


def test_pages_hold_everything_once(api: Api) -> None:
    found, cursor = [], None
    for _ in range(5):
        answer = api.ask(
            "GET", "/campaigns/glowday/posts", READER, params={"as_of": AS_OF, "limit": 2, **({"cursor": cursor} if cursor else {})}
        )
        page = answer.json()
        assert page["n_items"] == 4 and len(page["items"]) <= 2
        found += [post["post_id"] for post in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    whole = api.ask("GET", "/campaigns/glowday/kpis", READER, params={"as_of": AS_OF, "posts": True}).json()["posts"]
    assert found == [post["post_id"] for post in whole]
    for wrong in ("x", "bm8", "W10", "WzEsLTFd", "é"):
        assert is_problem(api.ask("GET", "/campaigns", READER, params={"cursor": wrong}), 422)["field"] == "cursor"


def test_what_did_not_change_is_not_sent_again(api: Api) -> None:
    for path, params in (("/campaigns/glowday/kpis", {"as_of": AS_OF}), ("/campaigns/glowday", {}), ("/tables", {})):
        first = api.ask("GET", path, READER, params=params)
        again = api.ask("GET", path, READER, params=params, headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    first = api.ask("GET", "/campaigns/glowday/kpis", READER, params={"as_of": AS_OF})
    assert api.ask("POST", "/campaigns/glowday/costs", WRITER, json={"amount": "1.00"}).status_code == 201
    again = api.ask("GET", "/campaigns/glowday/kpis", READER, params={"as_of": AS_OF}, headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 200 and again.json()["hashtag"]["cost_minor"] == first.json()["hashtag"]["cost_minor"] + 100


CREATE = {"name": "x", "from": "2026-01-01", "to": "2026-01-31"}
HOSTILE: dict[str, tuple[Any, int]] = {
    "ten megabytes": (b'{"name": "' + b"x" * 10_000_000 + b'"}', 413),
    "no json": (b"{", 400),
    "deep": (b"[" * 100_000 + b"]" * 100_000, 400),
    "deep in a text field": (b'{"name": ' + b'{"a":' * 400 + b"1" + b"}" * 400 + b"}", 422),
    "not utf-8": (b'{"name": "\xff\xfe"}', 400),
    "a list": (b"[]", 422),
    "null": (b"null", 422),
    "nul": (json.dumps({**CREATE, "name": "a\0b"}).encode(), 422),
    "half a character": (b'{"name": "\\ud800", "from": "2026-01-01", "to": "2026-01-31"}', 422),
    "number for text": (json.dumps({**CREATE, "name": 1}).encode(), 422),
    "text for a list": (json.dumps({**CREATE, "hashtags": "glow"}).encode(), 422),
    "huge whole number": (b'{"name": ' + b"9" * 5000 + b"}", 400),
    "unknown word": (json.dumps({**CREATE, "owner": "me"}).encode(), 422),
    "by another name": (json.dumps({**CREATE, "from_day": "2026-01-01"}).encode(), 422),
    "too long": (json.dumps({**CREATE, "name": "x" * 30_000}).encode(), 422),
    "too many": (json.dumps({**CREATE, "creators": ["lea"] * 2_000}).encode(), 422),
    "no such day": (json.dumps({**CREATE, "from": "2026-02-30"}).encode(), 422),
    "no such zone": (json.dumps({**CREATE, "tz": "Mars/Olympus"}).encode(), 422),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_body_is_refused_in_the_one_shape(api: Api, case: str) -> None:
    body, status = HOSTILE[case]
    before = api.ask("GET", "/campaigns", WRITER).json()
    answer = api.ask("POST", "/campaigns", WRITER, content=body, headers={"content-type": "application/json"})
    told = is_problem(answer, status)
    assert len(answer.content) < 2_000 and told["what"]
    assert api.ask("GET", "/campaigns", WRITER).json() == before


@pytest.mark.parametrize("path", ["/deliverables/99999999999999999999/approval", "/deliverables/x/approval", "/deliverables/-1e9/approval"])
def test_a_number_that_is_none_is_refused(api: Api, path: str) -> None:
    is_problem(api.ask("POST", path, WRITER), 422)


@pytest.mark.parametrize(
    "path", ["/campaigns/nosuch", "/creators/nobody/kpis", "/tables/nosuch", "/nosuch", "/campaigns/%00", "/campaigns/..%2f..", ""]
)
def test_what_is_not_there_is_404(api: Api, path: str) -> None:
    assert api.ask("GET", path, READER).status_code in (404, 422)
    assert api.ask("GET", path, READER).headers["content-type"] == "application/problem+json"


def test_wrong_queries_are_refused(api: Api) -> None:
    for params in ({"as_of": "yesterday"}, {"form": "2025-07-01"}, {"posts": "perhaps"}, {"from": "2025-08-01", "to": "2025-07-01"}):
        assert is_problem(api.ask("GET", "/campaigns/glowday/kpis", READER, params=params), 422)["field"]


def test_the_same_name_again_is_a_conflict(api: Api) -> None:
    assert api.ask("POST", "/campaigns", WRITER, json={**CREATE, "name": "twice"}).status_code == 201
    is_problem(api.ask("POST", "/campaigns", WRITER, json={**CREATE, "name": "twice", "to": "2026-03-01"}), 409)


def test_a_file_is_taken_row_by_row_and_given_back(api: Api) -> None:
    text = (
        "post_id,creator,captured_at,views\n7523537000000000901,zoe,2025-07-31T12:00Z,10\n7523537000000000902,zoe,2025-07-31T12:00Z,12x\n"
    )
    told = api.ask("POST", "/imports", WRITER, content=text.encode(), headers={"x-file-name": "../../zoe.csv"}).json()
    assert (told["read"], told["stored"]["post_snapshot"], told["rejected"], told["file"]) == (2, 1, 1, "zoe.csv")
    assert told["rejects"][0]["value"] == "12x"
    assert api.ask("GET", "/posts/7523537000000000901/readings", READER).json()["items"][0]["views"] == 10
    assert api.ask("DELETE", f"/imports/{told['batch']}", WRITER).status_code == 200
    assert api.ask("GET", "/posts/7523537000000000901/readings", READER).json()["items"] == []
    is_problem(api.ask("POST", "/imports", WRITER, content=b"\x00\x01binary"), 422)
    is_problem(api.ask("POST", "/imports", WRITER, content=text.encode(), params={"columns": "views"}), 422)


def test_what_leaves_as_a_file_is_in_the_log(api: Api) -> None:
    file = api.ask("GET", "/campaigns/glowday/files/posts", READER, params={"kind": "parquet"})
    assert file.content[:4] == b"PAR1" and "glowday-posts.parquet" in file.headers["content-disposition"]
    table = api.ask("GET", "/tables/post/file", READER, params={"q": "handle=lea"})
    assert table.text.count("\n") == 5
    lines = api.app.desk.people.audit.list("main", 2)
    assert [(line["who"], line["what"], line["about"]) for line in lines] == [
        ("analyst", "export", "post.csv: handle=lea"),
        ("analyst", "export", "campaign glowday: posts.parquet"),
    ]


def test_the_description_is_whole_and_true(api: Api) -> None:
    answer = api.ask("GET", "/openapi.json", None)
    told = answer.json()
    assert told["openapi"].startswith("3.1") and told["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    described = {(m.upper(), path) for path, found in told["paths"].items() for m in found}
    assert described == {(route.method, f"/api/v1{route.path}") for route in ROUTES}
    operations = [operation for found in told["paths"].values() for operation in found.values()]
    assert len({operation["operationId"] for operation in operations}) == len(ROUTES)
    for operation in operations:
        assert operation["summary"] and operation["tags"] and "role" in operation["description"]
        assert {"401", "403", "404", "409", "422", "429"} <= operation["responses"].keys()
    for schema in told["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
        for example in schema.get("examples", ()):
            jsonschema.validate(example, {**schema, "components": told["components"]}, cls=jsonschema.Draft202012Validator)
    problem = told["components"]["schemas"]["Problem"]
    jsonschema.validate(api.ask("GET", "/campaigns", None).json(), problem)

"""Items come out of any JSON envelope as text, big ids whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hexameter.contracts.records import FileSample
from hexameter.errors import BadFile
from hexameter.sources.files.json_items import Shape, read_items

SHAPE = Shape(
    items=("itemList[*]", "ItemModule.*", '"deep.key".item', "data"),
    fields={"post_id": ["id"], "views": ["statsV2.playCount", "stats.playCount"]},
    lists={"hashtags": ["challenges[*].title", "tags[*]"]},
    outer={"now": ["extra.now"]},
)


def sample_of(folder: Path, text: str, kind: str = "json", name: str = "odd [1]*.json") -> FileSample:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return FileSample(path=path, name=name, kind=kind, columns=(), head=text[:65536])


def rows(folder: Path, text: str, kind: str = "json", shape: Shape = SHAPE) -> list[dict[str, object]]:
    return [row for frame in read_items(sample_of(folder, text, kind), shape) for row in frame.to_dicts()]


ITEM = '{"id": 7320768196569599275, "stats": {"playCount": 5}, "challenges": [{"title": "a"}, {"title": ""}]}'


@pytest.mark.parametrize(
    "envelope",
    ["[%s]", '{"itemList": [%s], "extra": {"now": 9}}', '{"ItemModule": {"x": %s}}', '{"deep.key": {"item": %s}}', '{"data": %s}', "%s"],
)
def test_the_item_is_found_in_its_envelope(tmp_path: Path, envelope: str) -> None:
    [row] = rows(tmp_path, envelope % ITEM)
    assert (row["row"], row["whole"], row["post_id"], row["views"], row["hashtags"]) == (1, True, "7320768196569599275", "5", ["a"])
    assert row["now"] == ("9" if "extra" in envelope else None)


def test_lines_stream_and_a_broken_one_is_marked(tmp_path: Path) -> None:
    found = rows(tmp_path, '{"id": "1"}\n{"id": \n\n{"data": {"id": "3"}}\n', kind="ndjson")
    assert [(r["row"], r["whole"], r["post_id"]) for r in found] == [(1, True, "1"), (2, False, None), (3, True, "3")]


def test_rows_are_numbered_across_chunks(tmp_path: Path) -> None:
    sample = sample_of(tmp_path, json.dumps([{"id": str(n)} for n in range(5000)]))
    frames = list(read_items(sample, SHAPE, chunk=100))
    assert len(frames) > 1
    assert [r for f in frames for r in f["row"].to_list()] == list(range(1, 5001))
    assert [r for f in frames for r in f["post_id"].to_list()] == [str(n) for n in range(5000)]


def test_empty_absent_and_nul(tmp_path: Path) -> None:
    found = rows(tmp_path, '[{"id": "", "tags": []}, {"id": null}, {"id": "a\\u0000b", "tags": ["x"]}, null, 3]')
    assert [(r["post_id"], r["hashtags"]) for r in found] == [(None, []), (None, None), ("a\x00b", ["x"]), (None, None), (None, None)]


def test_a_key_may_hold_the_dots(tmp_path: Path) -> None:
    shape = Shape(fields={"handle": ["authorMeta.name"]}, dotted=True)
    found = rows(tmp_path, '[{"authorMeta.name": "lea"}, {"authorMeta": {"name": "mia"}}]', shape=shape)
    assert [r["handle"] for r in found] == ["lea", "mia"]


@pytest.mark.parametrize("text", ['[{"id": "1"}, {"id": ', '{"itemList": [{"id": "1"}', '[{"id": "1"} oops]'])
def test_json_that_is_cut_short_is_refused_with_a_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadFile, match="not valid JSON"):
        rows(tmp_path, text)


def test_an_endless_item_is_refused(tmp_path: Path) -> None:
    text = '[{"id": "' + "x" * 40_000_000 + '"}]'
    with pytest.raises(BadFile, match="more than 16,777,216 bytes"):
        rows(tmp_path, text)


@pytest.mark.parametrize(("kind", "text"), [("json", "[%s, 3]"), ("ndjson", "%s\n{}\n")])
def test_an_item_a_little_over_the_limit_is_refused_too(tmp_path: Path, kind: str, text: str) -> None:
    assert len(rows(tmp_path, text % json.dumps({"id": "1", "x": "a" * (15 << 20)}), kind)) == 2
    with pytest.raises(BadFile, match="more than 16,777,216 bytes"):
        rows(tmp_path, text % json.dumps({"id": "1", "x": "a" * (20 << 20)}), kind)


def test_depth_is_no_bomb(tmp_path: Path) -> None:
    assert rows(tmp_path, '{"data":' * 20_000 + "1" + "}" * 20_000)[0]["post_id"] is None


def test_a_list_that_is_null_is_empty(tmp_path: Path) -> None:
    assert rows(tmp_path, '{"itemList": null, "extra": {"now": 9}}') == []


def test_a_large_wrapping_object_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="at most 8 can be read"):
        rows(tmp_path, '{"itemList": []}', shape=Shape(limit=8))


def test_strict_shapes_do_without_a_fallback(tmp_path: Path) -> None:
    shape = Shape(items=("list[*]",), fields={"post_id": ["id"]}, strict=True)
    assert rows(tmp_path, '{"id": "1", "list": null}', shape=shape) == []
    assert [r["post_id"] for r in rows(tmp_path, '{"list": [{"id": "1"}]}', shape=shape)] == ["1"]

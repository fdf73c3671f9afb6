"""What a path may be: every container and encoding opens, every bad file is refused in one sentence."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from hexameter.contracts.records import FileSample
from hexameter.errors import BadFile, HexameterError, UnknownFormat
from hexameter.sources.files.opening import glance, open_file

TEXT = "post_id,creator,views\n1,léa,5\n"


def sample_of(path: Path, content: bytes) -> FileSample:
    path.write_bytes(content)
    with open_file(path) as opened:
        assert opened.sha256 == hashlib.sha256(content).hexdigest()
        assert opened.bytes == len(content)
        return opened.samples[0]


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.encode("utf-16"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.encode("cp1252"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        ("sep=,\r\n" + TEXT).encode("utf-16"),
        gzip.compress(TEXT.encode()),
        gzip.compress(TEXT.encode("utf-16")),
    ],
    ids=["utf8", "bom", "utf16le", "utf16be", "cp1252", "crlf", "cr", "excel", "gzip", "gzip-utf16"],
)
def test_text_in_any_encoding(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "no_name_that_helps"
    path.write_bytes(content)
    with open_file(path) as opened:
        (sample,) = opened.samples
        assert (sample.kind, sample.columns) == ("csv", ("post_id", "creator", "views"))
        assert "léa" in sample.path.read_text(encoding="utf-8-sig")


def parquet() -> bytes:
    out = io.BytesIO()
    pl.DataFrame({"post_id": ["1"], "views": [5]}).write_parquet(out)
    return out.getvalue()


def workbook(rows: list[list[object]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "kind", "columns"),
    [
        (b"a\tb\n1\t2\n", "tsv", ("a", "b")),
        (b"a;b\n1;2\n", "csv", ("a", "b")),
        (b"a|b\n1|2\n", "csv", ("a", "b")),
        (b'{"a":1,"b":{"c":2}}\n{"a":2}\n', "ndjson", ("a", "b", "b.c")),
        (b'\xef\xbb\xbf{"a":1}\n\n{"a":2}\n', "ndjson", ("a",)),
        (b'[{"a":1},{"b":[{"c":2}]}]', "json", ("a", "b", "b.c")),
        (b'{"list":[{"id":1}]}', "json", ("list", "list.id")),
        (b'{\n  "a": 1\n}\n', "json", ("a",)),
        (parquet(), "parquet", ("post_id", "views")),
        (workbook([["post_id", "views"], ["1", 5]]), "xlsx", ("post_id", "views")),
    ],
)
def test_the_container_is_found_by_content(tmp_path: Path, content: bytes, kind: str, columns: tuple[str, ...]) -> None:
    sample = sample_of(tmp_path / "wrong.txt", content)
    assert (sample.kind, sample.columns, sample.name) == (kind, columns, "wrong.txt")


def test_a_zip_is_as_many_samples_as_tables_and_leaves_nothing_behind(tmp_path: Path) -> None:
    members = {
        "export/a.csv": TEXT.encode(),
        "b.json": b"[]",
        "__MACOSX/._a.csv": b"x",
        "empty.csv": b"",
        "c/": b"",
        "pic.png": b"\x89PNG\r\n\0\0\0\0",
    }
    path = tmp_path / "export.zip"
    path.write_bytes(zipped(members))
    room = tmp_path / "room"
    room.mkdir()
    with open_file(path, room) as opened:
        assert [s.name for s in opened.samples] == ["a.csv", "b.json"]
        assert opened.skipped == ("pic.png",)
        assert all(room in s.path.parents for s in opened.samples)
    assert list(room.iterdir()) == []


def test_nothing_is_left_behind_when_the_work_fails(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(TEXT.encode()))
    room = tmp_path / "room"
    room.mkdir()
    with pytest.raises(ZeroDivisionError), open_file(path, room) as opened:
        assert opened.samples[0].name == "a.csv"
        raise ZeroDivisionError
    assert list(room.iterdir()) == []


def test_a_member_cannot_leave_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "evil.zip"
    path.write_bytes(zipped({"../../evil.csv": TEXT.encode(), "/etc/evil2.csv": TEXT.encode()}))
    with open_file(path) as opened:
        assert [s.name for s in opened.samples] == ["evil.csv", "evil2.csv"]
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["evil.zip"]


def bomb() -> bytes:
    return gzip.compress(b"0" * (80 * 1024 * 1024), 9)


BAD: list[tuple[str, Callable[[], bytes], str]] = [
    ("empty", lambda: b"", "is empty"),
    ("blanks", lambda: b"  \n\n ", "holds nothing but blanks"),
    ("zeros", lambda: b"\0" * 5000, "nothing but zero bytes"),
    ("binary", lambda: bytes(range(256)) * 40, "is a binary file"),
    ("pdf", lambda: b"%PDF-1.7 ...", "is a PDF"),
    ("old excel", lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "an old Excel file (.xls)"),
    ("html", lambda: b"<!doctype html><html></html>", "is a web page or XML"),
    ("truncated gzip", lambda: gzip.compress(os.urandom(5000))[:-600], "is cut short"),
    ("damaged gzip", lambda: gzip.compress(TEXT.encode())[:10] + b"xxxxxxxxxxxxxxx", "is a damaged gzip file"),
    ("gzip bomb", bomb, "looks like a zip bomb"),
    ("zip bomb", lambda: zipped({"a.csv": b"0" * (80 * 1024 * 1024)}), "looks like a zip bomb"),
    ("gzip in gzip", lambda: gzip.compress(gzip.compress(TEXT.encode())), "is packed more than once"),
    ("zip in zip", lambda: zipped({"a.zip": zipped({"a.csv": TEXT.encode()})}), "holds an archive, 'a.zip'"),
    ("truncated zip", lambda: zipped({"a.csv": TEXT.encode() * 100})[:-40], "is a damaged or truncated zip"),
    ("empty zip", lambda: zipped({}), "is a zip with no file in it"),
    ("zip of pictures", lambda: zipped({"a.png": bytes(range(256)) * 9, "b.png": bytes(range(256)) * 9}), "holds no table"),
    ("truncated parquet", lambda: parquet()[:-20], "is a damaged Parquet file"),
    ("damaged workbook", lambda: zipped({"xl/workbook.xml": b"<oops"}), "cannot be read as an Excel workbook"),
    ("empty workbook", lambda: workbook([]), "holds no sheet with rows"),
    ("long line", lambda: b"a,b\n" + b"x" * (70 * 1024 * 1024), "a line longer than 64 MiB"),
    ("long header", lambda: b"a" * 100_000, "the first line of"),
    ("deep json", lambda: b"[" * 10_000 + b"]" * 10_000, "nested more than"),
    ("half utf-16", lambda: TEXT.encode("utf-16")[:-1], "is damaged or cut short"),
]


@pytest.mark.parametrize(("content", "sentence"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
def test_a_bad_file_is_refused_in_one_sentence(tmp_path: Path, content: Callable[[], bytes], sentence: str) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(content())
    with pytest.raises((BadFile, UnknownFormat)) as refusal, open_file(path):
        pass
    assert sentence in refusal.value.message
    assert "\n" not in refusal.value.message


def refusal_of(path: Path) -> str:
    with pytest.raises(HexameterError) as refusal, open_file(path):
        pass
    assert isinstance(refusal.value, BadFile)
    return refusal.value.message


def test_a_link_inside_a_zip_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.csv")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("real.csv", TEXT)
        archive.writestr(link, "/etc/passwd")
    assert "holds a symbolic link, 'link.csv'" in refusal_of(tmp_path / "x.zip")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text(TEXT, encoding="utf-8")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket")[:100])
        assert "is no ordinary file" in refusal_of(tmp_path / "socket")
    assert "is a link" in refusal_of(tmp_path / "link.csv")
    assert "is a folder" in refusal_of(tmp_path)
    assert "is no ordinary file" in refusal_of(tmp_path / "pipe")
    assert "is no ordinary file" in refusal_of(Path("/dev/null"))
    assert "there is no file" in refusal_of(tmp_path / "nowhere.csv")
    assert "there is no file" in refusal_of(tmp_path / "real.csv" / "below")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(TEXT, encoding="utf-8")
    path.chmod(0)
    assert "permission denied" in refusal_of(path)


def test_the_head_is_bounded(tmp_path: Path) -> None:
    lines = "".join(json.dumps({"id": n, "text": "x" * 500}) + "\n" for n in range(2_000))
    assert len(sample_of(tmp_path / "big", lines.encode()).head) <= 64 * 1024


@pytest.mark.parametrize(
    ("content", "guessed", "right"),
    [
        (TEXT.encode(), True, True),
        (TEXT.encode() + b"2,mia,6\n" * 20_000 + "3,zoé,7\n".encode("cp1252"), True, False),  # shows its encoding far from the beginning
        (TEXT.encode("utf-16"), False, False),
        (gzip.compress(TEXT.encode()), False, False),
        (b"%PDF-1.7", False, False),
    ],
    ids=["utf8", "cp1252", "utf16", "gzip", "pdf"],
)
def test_a_glance_may_be_wrong_and_the_whole_tells(tmp_path: Path, content: bytes, guessed: bool, right: bool) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(content)
    with glance(path) as seen:
        assert (seen.sample is not None) == guessed
        if content.startswith(b"%PDF"):
            with pytest.raises(UnknownFormat):
                seen.sure()
        else:
            assert (seen.sure().samples == (seen.sample,)) == right


def test_hashing_may_begin_before_polars_is_loaded() -> None:
    ask = "import sys, hexameter.sources.files.entrance; print([m for m in ('polars', 'pyarrow', 'duckdb') if m in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"

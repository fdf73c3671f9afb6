"""A brief on paper: what was written stands in it as it was written, and nothing of it is read as markup."""

from __future__ import annotations

import io
import unicodedata
from typing import Any

import pypdf

from hexameter.views.reports.brief_pdf import brief_pdf, stand_in

HOSTILE = '#panic("x") *bold* $x^2$ = Title <b> @lea \\ #include "/etc/passwd" ~ -- //'


def _told(*parts: tuple[str, str, list[str]], creator: str | None = "lea") -> dict[str, Any]:
    told = [{"title": title, "kind": kind, "lines": lines} for title, kind, lines in parts]
    return {"title": "Été", "creator": creator, "version": 3, "written": "2025-07-30T12:00:00Z", "parts": told}


def _read(pdf: bytes) -> tuple[pypdf.PdfReader, str]:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return reader, unicodedata.normalize("NFC", "\n".join(page.extract_text() for page in reader.pages))


def test_hostile_words_stand_as_they_were_written() -> None:
    reader, text = _read(brief_pdf(_told(("goal", "text", [HOSTILE]), ("do", "list", [HOSTILE, "two\nlines"])), "en"))
    assert text.replace("\n", " ").count(HOSTILE) == 2 and "two\nlines" in text
    assert reader.metadata and reader.metadata.title == "Été"
    assert "Brief for @lea" in text and "Version 3, 2025-07-30 12:00 UTC" in text and "1 / 1" in text


def test_it_is_tagged_for_screen_readers_and_says_its_language() -> None:
    for language, heading in (("en", "What you deliver"), ("fr", "Ce que vous livrez")):
        pdf = brief_pdf(_told(("deliverables", "list", ["1 vidéo"]), creator=None), language)
        reader, text = _read(pdf)
        root: Any = reader.trailer["/Root"]
        assert heading in text and root["/Lang"] == language and "/StructTreeRoot" in root and b"pdfuaid" in pdf


def test_letters_of_many_scripts_are_printed() -> None:
    words = "Tiếng Việt ď ő ş Žluťoučký Ελληνικά Жизнь"
    assert words in _read(brief_pdf(_told(("message", "text", [words])), "en"))[1]


def test_signs_without_a_font_stand_in_brackets_and_a_note_says_so() -> None:
    nobodys = "\U0003fffd"  # no letter has this number, so no font has it
    text = _read(brief_pdf(_told(("message", "text", [f"Glow {nobodys}{nobodys} up"])), "en"))[1]
    assert "Glow [...] up" in text and "no font here" in text
    assert stand_in("\U0001f469\u200d\U0001f52c") == "[woman, microscope]" and stand_in("\U0001f1eb\U0001f1f7") == "[FR]"
    assert stand_in("\u4e2d\u6587") == "[...]" and stand_in("\U0001f44d\U0001f3fd") == "[thumbs up sign]"


def test_links_lead_where_they_say_and_long_words_stay_on_the_page() -> None:
    address = 'https://example.com/?a=1&b="]#' + "x" * 300
    reader, _ = _read(brief_pdf(_told(("links", "links", [address]), ("notes", "text", ["w" * 3000])), "en"))
    notes: Any = [a.get_object() for page in reader.pages for a in page.get("/Annots", [])]
    assert {note["/A"]["/URI"] for note in notes} == {address}
    assert all(0 <= float(x) <= 596 for note in notes for x in note["/Rect"][::2])


def test_control_signs_and_turned_text_do_no_harm() -> None:
    text = _read(brief_pdf(_told(("goal", "text", ["a\x07b\x1b[31m \u202etxt.exe \ud800"])), "en"))[1]
    assert "ab[31m txt.exe" in text


def test_the_same_brief_is_the_same_file() -> None:
    told = _told(("goal", "text", ["Glow"]))
    assert brief_pdf(told, "fr") == brief_pdf(told, "fr") and brief_pdf(_told(), "en").startswith(b"%PDF")

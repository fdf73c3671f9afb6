"""Every kind of mistake has its sentence and its exit status; nobody sees a traceback for one of theirs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hexameter import errors
from hexameter.views.cli.errors import EXIT_STATUS, status_of
from hexameter.views.cli.run import run
from tests.views.homes import Done, hexameter

USAGE = (
    ("kpi", "unknown command 'kpi'. Did you mean kpis?"),
    ("campaign creat x", "unknown command 'campaign creat'. Did you mean create?"),
    ("kpis --campain x", "hexameter kpis has no option '--campain'. Did you mean --campaign? See: hexameter kpis --help"),
    ("kpis --campaign", "hexameter kpis needs a value after --campaign. See: hexameter kpis --help"),
    ("campaign show", "hexameter campaign show needs CAMPAIGN. See: hexameter campaign show --help"),
    ("campaign create X --to 2025-07-31", "hexameter campaign create needs --from. See: hexameter campaign create --help"),
    ("kpis a b", "hexameter kpis does not know what to do with 'a b'. Put quotes around a name with spaces. See: hexameter kpis --help"),
    ("kpis --as-of 1 --as-of 2", "--as-of is given twice; hexameter kpis takes it once. Keep one of them."),
    ("--jsn kpis", "unknown option '--jsn'. Options stand after the verb. See: hexameter --help"),
    ("campaign add glowday", "Nothing says what to change. Give --creator HANDLE, --hashtag TAG or --mention HANDLE."),
    (
        "campaign cost glowday",
        "hexameter campaign cost needs AMOUNT, or --remove with a cost's number. Example: hexameter campaign cost glowday 300",
    ),
    ("import x.csv --map views", "--map is 'views'; expected FIELD=COLUMN. Example: --map views='Video plays'"),
    ("import x.csv --map views=a --map views=b", "--map names the field 'views' twice. Keep the column that counts."),
    (
        "lake erase lea",
        "This would erase every post and reading of 'lea' for good, in all versions. If you mean it: hexameter lake erase lea --yes",
    ),
    ("serve --port x", "--port is 'x'; expected a whole number. Example: --port 30"),
    ("serve --port 70000", "--port is 70000; expected 0 to 65535."),
    (
        "report",
        "Reports as PDF and slides come in a later release; this one exports rows. "
        "Until then: hexameter export posts posts.xlsx --campaign NAME",
    ),
    ("sql x --limit 3.5", "--limit is '3.5'; expected a whole number. Example: --limit 30"),
    ("lake vacuum --keep-hours x", "--keep-hours is 'x'; expected a number. See: hexameter lake vacuum --help"),
    ("completion print tcsh", "no completion for the shell 'tcsh'. Expected bash, zsh or fish."),
)
ASKED = (
    ("kpis --campaign glowdya", "unknown campaign 'glowdya'. Did you mean glowday?"),
    (
        "kpis --campaign glowday --tz Pariss",
        "--tz: 'Pariss' is not a time zone. Did you mean Europe/Paris?",
    ),
    (
        "kpis --all --as-of yesterday",
        "--as-of: 'yesterday' is not a time. Expected like 2025-08-01T00:00:00Z, 2025-08-01T02:00:00+02:00, 2025-08-01 or Unix seconds.",
    ),
    ("kpis --all --from 2025-07-32", "--from: '2025-07-32' is not a day. Expected year-month-day, like 2025-07-01."),
    (
        "kpis --campaign glowday --creator lea",
        "Both campaign and creator are given. Give one of --campaign SLUG, --creator HANDLE, --hashtag TAG, --post ID or --all.",
    ),
    (
        "kpis",
        "Nothing says which posts are meant. Give one of --campaign SLUG, --creator HANDLE, --hashtag TAG, --post ID or --all.",
    ),
    (
        "explain engagment_rate --all",
        "unknown KPI 'engagment_rate'. Known: videos, views, engagement_rate, interactions, followers, hashtag. "
        "Did you mean engagement_rate?",
    ),
    ("kpis --creator lae", "unknown creator '@lae': no imported file mentions it. Did you mean @lea?"),
    (
        "campaign cost glowday 12x",
        "cost is '12x'; that is not an amount of money. Expected a number like 500, 500.00 or 1 200,50.",
    ),
    ("formats tiktok_studo", "unknown format 'tiktok_studo'. Did you mean tiktok_studio?"),
    ("export posst x.csv --all", None),
    ("kpis --all --from 2025-08-02 --to 2025-08-01", "from is 2025-08-02, after to, which is 2025-08-01. Exchange them, or leave one out."),
    ("sql selec", None),
)


def _plain(done: Done) -> None:
    assert done.status == 2
    assert done.out == ""
    assert "Traceback" not in done.err
    assert done.err.count("\n") == 1, "one sentence, one line"


@pytest.mark.parametrize(("words", "sentence"), USAGE, ids=[words for words, _ in USAGE])
def test_words_that_do_not_fit(tmp_path: Path, words: str, sentence: str) -> None:
    done = hexameter(*words.split(), home=tmp_path / "home")
    _plain(done)
    assert done.err == f"{sentence}\n"
    assert not (tmp_path / "home").exists(), "a mistake in the words opens no home"


@pytest.mark.parametrize(("words", "sentence"), ASKED, ids=[words for words, _ in ASKED])
def test_values_that_do_not_hold(worked: Path, words: str, sentence: str | None) -> None:
    done = hexameter(*words.split(), home=worked)
    _plain(done)
    assert sentence is None or done.err == f"{sentence}\n"


def test_with_json_the_error_is_one_object_on_standard_error(worked: Path) -> None:
    done = hexameter("kpis", "--campaign", "glowdya", "--json", home=worked)
    assert (done.status, done.out) == (2, "")
    assert done.error == {
        "kind": "NotFound",
        "message": "unknown campaign 'glowdya'.",
        "field": "campaign",
        "value": "glowdya",
        "hint": "Did you mean glowday?",
    }


def test_with_json_a_wrong_option_is_the_same_object(tmp_path: Path) -> None:
    done = hexameter("--json", "kpis", "--as-off", "2025-08-01", home=tmp_path)
    assert (done.status, done.error["kind"], done.error["field"], done.error["value"]) == (2, "Usage", "as_off", "--as-off")


def _family(kind: type[errors.HexameterError]) -> list[type[errors.HexameterError]]:
    return [kind, *(deeper for sub in kind.__subclasses__() for deeper in _family(sub))]


@pytest.mark.parametrize(("kind", "status"), EXIT_STATUS, ids=lambda x: getattr(x, "__name__", str(x)))
def test_the_class_decides_the_exit_status(kind: type[errors.HexameterError], status: int) -> None:
    for member in _family(kind) if kind is not errors.HexameterError else [kind]:
        assert status_of(member("x")) == status


class _Broken:
    """A connection that fails as told, in place of the services."""

    def __init__(self, problem: BaseException) -> None:
        self.problem = problem

    def __call__(self, **_: Any) -> Any:
        raise self.problem


def _run(problem: BaseException, home: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = run(["status", "--home", str(home), *words], _Broken(problem), "0")
    out, err = capsys.readouterr()
    return status, out, err


@pytest.mark.parametrize(
    ("problem", "status"),
    [(errors.Retryable("TikTok did not answer."), 3), (errors.Refused("TikTok said no."), 3), (errors.DamagedLake("gone."), 1)],
)
def test_platforms_and_our_own_failures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], problem: errors.HexameterError, status: int
) -> None:
    assert _run(problem, tmp_path, capsys) == (status, "", f"{problem.message}\n")


def test_a_defect_is_one_sentence_and_a_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = _run(RuntimeError("inner secret"), tmp_path, capsys)
    assert (status, out) == (1, "")
    assert err == (
        "Hexameter failed: RuntimeError. This is a defect of Hexameter, not a mistake of yours. "
        f"The details are in {tmp_path}/hexameter.log; please send that file to whoever looks after Hexameter.\n"
    )
    log = (tmp_path / "hexameter.log").read_text(encoding="utf-8")
    assert "Traceback" in log and "RuntimeError: inner secret" in log
    assert (tmp_path / "hexameter.log").stat().st_mode & 0o077 == 0, "only for its owner"


def test_interrupted_says_that_nothing_is_half_stored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = _run(KeyboardInterrupt(), tmp_path, capsys)
    assert (status, out) == (130, "")
    assert err == "\nInterrupted. Nothing is half-stored: run the same command again to finish.\n"


def test_an_error_from_outside_cannot_steer_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, _, err = _run(errors.BadFile("file \x1b[2J\u202egnp.exe\n[red]x"), tmp_path, capsys)
    assert err == "file <U+001B>[2J<U+202E>gnp.exe [red]x\n"

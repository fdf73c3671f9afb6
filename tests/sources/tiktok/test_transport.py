"""Answers judged and requests sent again by type of error, over real HTTP: FAULTS.md 14 to 16 and 18."""

from __future__ import annotations

import gzip
import logging
import traceback
from datetime import UTC, datetime, timedelta

import pytest
from tests.sources.tiktok.scripted import BUSINESS, CREATOR, HASTY, NOW, Asked, Say, TestLine, bad, good, no, ok

from hexameter.contracts.tracking import Job, Limit
from hexameter.errors import Outage, QuotaSpent, RateLimited, Refused, Revoked, ScopeMissing

PROFILE = Job("display", "profile", CREATOR)
ACCOUNT = Job("accounts", "profile", BUSINESS)
USER = ok({"user": {"follower_count": 10, "username": "lea"}})
MIDNIGHT = datetime(2026, 11, 2, tzinfo=UTC)

PASSING = {
    "500": no("internal_error", "Something is wrong. Please try again later.", 500),
    "502 html": Say("<html>Bad Gateway</html>", 502),
    "504 html": Say("<html>Gateway Time-out</html>", 504),
    "html with 200": Say("<html>hello</html>"),
    "empty": Say(b""),
    "cut json": Say('{"data": {"user": {"follow'),
    "no object": Say("[1, 2]"),
    "not utf-8": Say(b"\xff\xfe\xfa"),
    "deep": Say('{"data":' + "[" * 30_000 + "]" * 30_000 + "}"),
    "data is a list": Say({"data": [], "error": {"code": "ok"}}),
    "no data": Say({"error": {"code": "ok"}}),
    "error inside 200": no("internal_error", "", 200),
    "cut body": Say('{"data": {', how="cut"),
    "reset": Say(how="reset"),
    "too large": Say(b" " * 300_000),
    "bomb": Say(gzip.compress(b" " * 50_000_000), headers={"Content-Encoding": "gzip"}),
    "cut gzip": Say(gzip.compress(b"{}" * 999)[:-9], headers={"Content-Encoding": "gzip"}),
    "packed otherwise": Say(b"x", headers={"Content-Encoding": "br"}),
    "408": no("", "", 408),
    "huge number": Say('{"data": ' + "9" * 5000 + "}"),
}


@pytest.mark.parametrize("fault", PASSING)
def test_what_may_pass_is_tried_again(fault: str, script) -> None:
    reading = script(PASSING[fault], USER)
    [page] = reading.pages(PROFILE)
    assert page.chunk.readings["creator_snapshot"]["followers"].to_pylist() == [10]
    assert len(reading.server.asked) == len(reading.line.spent) == 2
    assert len(reading.line.waits) == 1


@pytest.mark.parametrize("how", ["silent", "drip"])
def test_a_slow_answer_is_given_up(how: str, script) -> None:
    reading = script(Say(b"{", how=how), tries=2, bounds=HASTY)
    with pytest.raises(Outage, match="no answer came in time|not whole after"):
        reading.pages(PROFILE)
    assert len(reading.line.spent) == 2


@pytest.mark.parametrize("fault", ["500", "504 html", "empty", "cut body", "reset", "data is a list"])
def test_after_so_many_tries_it_is_an_outage(fault: str, script) -> None:
    reading = script(PASSING[fault], tries=3)
    with pytest.raises(Outage, match="the profile of @lea"):
        reading.pages(PROFILE)
    assert len(reading.server.asked) == len(reading.line.spent) == 3
    first, second = reading.line.waits
    assert 1 <= first <= 2 <= second <= 3, "longer each time, with jitter"


def test_five_tries_unless_told_otherwise(script) -> None:
    reading = script(PASSING["500"])
    with pytest.raises(Outage):
        reading.pages(PROFILE)
    assert len(reading.server.asked) == 5


def test_nobody_listens(script) -> None:
    reading = script(USER, tries=2)
    reading.sources["display"].transport._bases["open"] = "http://127.0.0.1:9"  # type: ignore[attr-defined]  # the discard port
    with pytest.raises(Outage, match="no connection"):
        reading.pages(PROFILE)


def test_a_redirect_is_not_followed(script) -> None:
    reading = script(Say(status=302, headers={"Location": "http://127.0.0.1:9/"}))
    with pytest.raises(Refused, match="HTTP 302"):
        reading.pages(PROFILE)
    assert len(reading.server.asked) == 1


def test_a_short_retry_after_is_waited_for(script) -> None:
    reading = script(no("rate_limit_exceeded", "", 429, Retry_After="7"), USER)
    reading.pages(PROFILE)
    assert reading.line.waits == [7.0]


def test_a_long_retry_after_gives_the_line_back(script) -> None:
    reading = script(no("rate_limit_exceeded", "", 429, Retry_After="600"), USER)
    with pytest.raises(RateLimited) as raised:
        reading.pages(PROFILE)
    assert raised.value.until == NOW + timedelta(seconds=600)
    assert reading.line.limits == [(("display.user_info.minute",), raised.value.until)]
    assert reading.line.waits == []


def test_without_retry_after_it_backs_off_and_then_gives_the_line_back(script) -> None:
    reading = script(no("rate_limit_exceeded", "", 429), tries=3)
    with pytest.raises(RateLimited) as raised:
        reading.pages(PROFILE)
    assert len(reading.server.asked) == 3
    assert raised.value.until is not None and raised.value.until > reading.line.at
    assert reading.line.limits == [(("display.user_info.minute",), raised.value.until)]


def test_503_with_a_long_retry_after_is_not_hammered(script) -> None:
    reading = script(Say("<html/>", 503, {"Retry-After": "900"}))
    with pytest.raises(RateLimited):
        reading.pages(PROFILE)
    assert len(reading.server.asked) == 1


@pytest.mark.parametrize("header", ["soon", "-5", "nan", "1e99", "Wed, 99 Nov 2026"])
def test_a_retry_after_that_is_none_does_no_harm(header: str, script) -> None:
    reading = script(no("rate_limit_exceeded", "", 429, Retry_After=header), USER)
    reading.pages(PROFILE)
    assert all(0 <= w < 60 for w in reading.line.waits)


def test_a_spent_day_lasts_until_midnight_utc(script) -> None:
    def answer(asked: Asked) -> Say:
        if asked.path == "/v2/oauth/token/":
            return Say({"access_token": "clt.x", "expires_in": 7200})
        return no("daily_quota_limit_exceeded", "", 429)

    reading = script(answer)
    with pytest.raises(RateLimited) as raised:
        reading.pages(Job("research", "profile", handle="lea"))
    assert raised.value.until == MIDNIGHT
    assert reading.line.limits == [(("research.day",), MIDNIGHT)]


@pytest.mark.parametrize(
    ("code", "message", "after"),
    [
        (40100, "Due to too many requests, please retry later", timedelta(minutes=5)),
        (51021, "too many requests", timedelta(minutes=5)),
        (40100, "App reaches the QPD limit.", MIDNIGHT - NOW),
    ],
)
def test_the_business_api_asks_for_patience(code: int, message: str, after: timedelta, script) -> None:
    reading = script(bad(code, message))
    with pytest.raises(RateLimited) as raised:
        reading.pages(ACCOUNT)
    assert raised.value.until == NOW + after
    [(names, until)] = reading.line.limits
    assert until == NOW + after and ("business.day" in names) == (until == MIDNIGHT)
    assert len(reading.server.asked) == 1


def test_a_limit_a_second_passes_by_itself(script) -> None:
    reading = script(bad(40100, "App reaches the QPS limit."), good({"followers_count": 5}))
    reading.pages(ACCOUNT)
    assert len(reading.line.waits) == 1 and reading.line.waits[0] < 5


@pytest.mark.parametrize("code", [40101, 40102, 40016, 40200, 40201, 40202, 40700, 50000, 50002, 51305, 60001, 50017])
def test_business_codes_that_are_retried(code: int, script) -> None:
    reading = script(bad(code, "busy"), good({"followers_count": 5}))
    assert reading.pages(ACCOUNT)[0].chunk.read == 1


@pytest.mark.parametrize("code", [40000, 40001])
def test_business_permission_errors_stop(code: int, script) -> None:
    reading = script(bad(code, "No permission"))
    with pytest.raises(ScopeMissing):
        reading.pages(ACCOUNT)
    assert len(reading.server.asked) == 1


def test_a_business_parameter_error_is_told_in_tiktoks_words(script) -> None:
    reading = script(bad(40002, "max time span is 30 days\n when use stat_time_day"))
    with pytest.raises(Refused, match="40002: max time span is 30 days  when use stat_time_day"):
        reading.pages(ACCOUNT)


@pytest.mark.parametrize(("code", "status"), [("scope_not_authorized", 401), ("scope_permission_missed", 400)])
def test_a_missing_scope_is_no_revocation(code: str, status: int, script) -> None:
    with pytest.raises(ScopeMissing):
        script(no(code, "The user did not authorize the scope", status)).pages(PROFILE)


def test_invalid_params_are_refused_once(script) -> None:
    reading = script(no("invalid_params", "Fields is empty"))
    with pytest.raises(Refused, match="invalid_params: Fields is empty"):
        reading.pages(PROFILE)
    assert len(reading.server.asked) == 1


@pytest.mark.parametrize(
    ("refusal", "job", "fine", "header"),
    [
        (no("access_token_invalid", "The access token is invalid", 401), PROFILE, USER, "authorization"),
        (Say({"code": "access_token_invalid", "message": "flat"}, 401), PROFILE, USER, "authorization"),
        (Say("", 401), PROFILE, USER, "authorization"),
        (bad(40105, "Access token is incorrect or has been revoked."), ACCOUNT, good({"followers_count": 1}), "access-token"),
    ],
    ids=["open", "flat", "bare 401", "business"],
)
def test_a_refused_token_is_renewed_and_the_request_resent_once(refusal: Say, job: Job, fine: dict, header: str, script) -> None:
    reading = script(refusal, fine)
    reading.pages(job)
    tokens = [asked.headers[header].removeprefix("Bearer ") for asked in reading.server.asked]
    assert tokens == ["act.first", "act.first+"]
    assert len(reading.line.spent) == 2 and reading.line.waits == []


def test_a_token_refused_right_after_it_was_renewed_is_an_outage_not_the_creators_revocation(script) -> None:
    reading = script(no("access_token_invalid", "gone", 401))
    with pytest.raises(Outage, match="just given @lea.*tries again") as raised:
        reading.pages(PROFILE)
    assert "connect again" in str(raised.value)
    assert len(reading.server.asked) == 2, "resent once"


def test_a_token_is_renewed_once_even_when_other_tries_lie_between(script) -> None:
    refused, fault = no("access_token_invalid", "", 401), PASSING["500"]
    reading = script(refused, fault, refused, USER)
    with pytest.raises(Outage):
        reading.pages(PROFILE)
    assert len(reading.line.refused) == 1


class Strict(TestLine):
    """A line whose leave ends after so many requests."""

    def __init__(self, leave: int):
        super().__init__()
        self.leave = leave

    def spend(self, limits) -> None:  # type: ignore[no-untyped-def]
        given: list[Limit] = list(limits)
        if not self.leave:
            raise QuotaSpent("spent", until=MIDNIGHT)
        self.leave -= 1
        super().spend(given)


def test_nothing_is_sent_without_leave(script) -> None:
    reading = script(PASSING["500"])
    reading.line = Strict(2)
    with pytest.raises(QuotaSpent):
        reading.pages(PROFILE)
    assert len(reading.server.asked) == 2, "each try was paid before it was sent"


SECRET = "act.Very-Secret*Token!1"


@pytest.mark.parametrize(
    "answer",
    [
        no("invalid_params", f"token {SECRET} is odd", 400),
        no("internal_error", SECRET, 500),
        no("access_token_invalid", f"'{SECRET}' or '{SECRET}+' expired", 401),
        Say(how="reset"),
        Say("<html/>", 504),
        no("rate_limit_exceeded", SECRET, 429),
    ],
    ids=["400", "500", "401", "reset", "504", "429"],
)
def test_no_token_is_told(answer: Say, script, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    reading = script(answer, tries=2)
    reading.line = TestLine(token=SECRET)
    with pytest.raises((Outage, Refused, RateLimited)) as raised:
        reading.pages(PROFILE)
    problem = raised.value
    told = "".join(traceback.format_exception(problem)) + repr(problem) + repr(vars(problem)) + caplog.text
    assert SECRET not in told
    assert problem.__cause__ is None and problem.__context__ is None


def test_a_secret_in_a_query_is_not_logged(script, caplog: pytest.LogCaptureFixture) -> None:
    from tests.sources.tiktok.scripted import BRAND

    caplog.set_level(logging.DEBUG)
    reading = script(bad(40002, "secret the-business-secret is wrong"))
    with pytest.raises(Refused) as raised:
        reading.pages(Job("tiktok_one", "report", BRAND, words=("1",)))
    assert "the-business-secret" in reading.server.asked[0].query["secret"]
    assert "the-business-secret" not in caplog.text + str(raised.value)


@pytest.mark.parametrize("token", ["", "a\nb", "naïve", "x\x00"])
def test_a_token_that_cannot_be_sent_is_a_dead_one(token: str, script) -> None:
    reading = script(USER)
    reading.line = TestLine(token=token)
    with pytest.raises(Revoked):
        reading.pages(PROFILE)
    assert not reading.server.asked

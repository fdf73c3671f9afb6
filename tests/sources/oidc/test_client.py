"""Signing on against a real provider over HTTP: the right person comes in, every wrong token is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from tests.sources.oidc.provider import StandIn, providing

from hexameter.errors import BadValue, Outage, Refused
from hexameter.sources.oidc.client import Provider

HERE = "http://127.0.0.1:8686/sign-on/callback"


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with providing() as provider:
        yield provider


@pytest.fixture
def client(standin: StandIn) -> Iterator[Provider]:
    opened = Provider(standin.address, standin.client_id, standin.client_secret)
    yield opened
    opened.close()


def test_the_person_the_provider_vouches_for(standin: StandIn, client: Provider) -> None:
    departure = client.leave(HERE)
    back = standin.authorise(departure.address)
    assert back["state"] == departure.state
    who = client.arrive(back["code"], HERE, departure.nonce, departure.verifier)
    assert (who.mail, who.name) == ("lea@example.com", "Léa")
    assert departure.verifier not in departure.address and departure.verifier not in repr(departure)
    with pytest.raises(Refused):  # a code works once
        client.arrive(back["code"], HERE, departure.nonce, departure.verifier)


WRONG: dict[str, dict[str, Any]] = {
    "another audience": {"aud": "somebody-else"},
    "another issuer": {"iss": "https://evil.example"},
    "run out": {"exp": 1},
    "another nonce": {"nonce": "replayed"},
    "no nonce": {"nonce": None},
    "no subject": {"sub": None},
    "not verified": {"email_verified": False},
    "verified as a word": {"email_verified": "true"},
    "no e-mail": {"email": None},
    "another party": {"azp": "somebody-else"},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_token_with_something_wrong_is_refused(standin: StandIn, client: Provider, wrong: str) -> None:
    standin.claims = WRONG[wrong]
    departure = client.leave(HERE)
    with pytest.raises(Refused):
        client.arrive(standin.authorise(departure.address)["code"], HERE, departure.nonce, departure.verifier)


def test_a_token_signed_by_another_key_is_refused(standin: StandIn, client: Provider) -> None:
    standin.signer = RSAKey.generate_key(2048, {"kid": "one"})
    departure = client.leave(HERE)
    with pytest.raises(Refused, match="not valid"):
        client.arrive(standin.authorise(departure.address)["code"], HERE, departure.nonce, departure.verifier)


def test_a_code_without_its_verifier_is_refused(standin: StandIn, client: Provider) -> None:
    departure = client.leave(HERE)
    with pytest.raises(Refused):
        client.arrive(standin.authorise(departure.address)["code"], HERE, departure.nonce, "another")


@pytest.mark.parametrize(
    "issuer", ["http://login.example.com", "ftp://127.0.0.1", "https://user@login.example.com", "", "//x", "http://[::1"]
)
def test_an_issuer_must_be_https_or_on_this_machine(issuer: str) -> None:
    with pytest.raises(BadValue, match="oidc_issuer"):
        Provider(issuer, "hexameter", "")


def test_an_endless_or_foreign_discovery_is_refused(standin: StandIn, client: Provider) -> None:
    standin.padding = 2_000_000
    with pytest.raises(Outage, match="larger than"):
        client.leave(HERE)
    standin.padding, standin.discovery = 0, {"issuer": "https://another.example"}
    with pytest.raises(Refused, match="names itself differently"):
        client.leave(HERE)
    standin.discovery = {"token_endpoint": "http://169.254.169.254/token"}
    with pytest.raises(BadValue, match="token_endpoint"):
        client.leave(HERE)

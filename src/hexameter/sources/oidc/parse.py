"""What a provider's token says, checked: signature, issuer, audience, time, nonce, verified e-mail. It asks nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from authlib.oauth2.rfc6749.errors import OAuth2Error
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from hexameter.contracts.signing_on import Identity
from hexameter.errors import Refused

# Signed by the provider's own key; never "none", never with a secret both know.
_SIGNED = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
_LEEWAY_SECONDS = 60
_HINT = "Try again; if it stays, tell the operator."


def claims_of(tokens: Mapping[str, Any], keys: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str, now: float) -> dict[str, Any]:
    """The claims of the id token in a token answer.

    Raises  Refused  it is missing, or anything about it is not as it must be
    """
    raw = tokens.get("id_token")
    if not isinstance(raw, str):
        raise Refused("The sign-on provider sent no id token.", hint=_HINT)
    try:
        token = jwt.decode(raw, KeySet.import_key_set(keys), algorithms=list(_SIGNED))  # type: ignore[arg-type]
        options = {"aud": {"essential": True, "value": client_id}}
        params = {"nonce": nonce, "client_id": client_id, "access_token": tokens.get("access_token")}
        claims = CodeIDToken(token.claims, token.header, options, params)
        claims.validate(now=int(now), leeway=_LEEWAY_SECONDS)
    except (JoseError, OAuth2Error, ValueError, TypeError, KeyError) as problem:
        raise Refused(f"The sign-on provider's token is not valid ({type(problem).__name__}).", hint=_HINT) from None
    if str(token.claims.get("iss", "")).rstrip("/") != issuer:
        raise Refused("The sign-on provider's token is another provider's.", hint=_HINT)
    return dict(token.claims)


def identity_of(claims: Mapping[str, Any]) -> Identity:
    """Who the claims are about.

    Raises  Refused  no e-mail address, or one that the provider has not verified
    """
    mail = claims.get("email")
    if not isinstance(mail, str) or "@" not in mail or claims.get("email_verified") is not True:
        raise Refused("The sign-on provider does not vouch for your e-mail address.", hint="Verify it there, then try again.")
    name = claims.get("name")
    return Identity(mail.strip().casefold(), name if isinstance(name, str) else "")

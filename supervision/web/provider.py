"""The city's own login by OpenID Connect: authorization code with PKCE, state and nonce.

Only what the provider itself signed for this client, for this very login, counts as a person.
OpenID Connect Core 1.0 §3.1 (code flow) and §3.1.3.7 (ID token); RFC 7636 (PKCE); RFC 9207 (iss).
"""

import base64
import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx2
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

from data_access.supervision.pending import Pending
from supervision.web.place import LOOPBACK, NotSetUp

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]  # signed with a key that only the provider has
LEEWAY = 60  # seconds by which clocks may differ
FRESH = 3600  # seconds for which the provider's own description is believed
WAIT = 10  # seconds


class NotBelieved(Exception):
    """What came back from the provider does not show who somebody is."""


class UnknownKey(NotBelieved):
    """An ID token names a key that is not among those we know of the provider."""


@dataclass(frozen=True)
class Client:
    """What this site is to the provider."""

    issuer: str
    id: str
    secret: str


def client() -> Client | None:
    """The client of OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET_FILE; None if there is none.

    NotSetUp if only half of it is there.
    """
    issuer, name = os.environ.get("OIDC_ISSUER", ""), os.environ.get("OIDC_CLIENT_ID", "")
    if not issuer:
        return None
    if not name:
        raise NotSetUp("OIDC_ISSUER is set, but not OIDC_CLIENT_ID")
    file = os.environ.get("OIDC_CLIENT_SECRET_FILE")
    try:
        secret = Path(file).read_text("utf-8").strip() if file else ""
    except OSError as error:
        raise NotSetUp(f"OIDC_CLIENT_SECRET_FILE={file}: {error.strerror}") from error
    return Client(_guarded(issuer), name, secret)


def _guarded(address: str) -> str:
    """An address whose answers nobody on the way can change."""
    parts = urlsplit(address)
    if parts.scheme != "https" and (parts.scheme != "http" or parts.hostname not in LOOPBACK):
        raise NotSetUp(f"{address}: the provider has to be asked by https")
    return address


@dataclass
class Provider:
    """A provider's own description, and its keys; asked for again when too old."""

    client: Client
    told: dict[str, Any]
    keys: KeySet
    at: float


_KNOWN: dict[Client, Provider] = {}


async def provider(client: Client, renew: bool = False) -> Provider:
    """The provider as it describes itself. NotBelieved, httpx2.HTTPError."""
    known = _KNOWN.get(client)
    if known and not renew and known.at > time.monotonic() - FRESH:
        return known
    async with httpx2.AsyncClient(timeout=WAIT, follow_redirects=False) as web:
        where = client.issuer.rstrip("/") + "/.well-known/openid-configuration"
        told = _object(await web.get(where))
        if told.get("issuer") != client.issuer:
            raise NotBelieved(f"{where} speaks for {told.get('issuer')}")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            _guarded(str(told.get(name)))
        keys = KeySet.import_key_set(_object(await web.get(told["jwks_uri"])))  # type: ignore[arg-type]
    _KNOWN[client] = Provider(client, told, keys, time.monotonic())
    return _KNOWN[client]


def _object(answer: httpx2.Response) -> dict[str, Any]:
    answer.raise_for_status()
    found = answer.json()
    if answer.status_code != httpx2.codes.OK or not isinstance(found, dict):
        raise NotBelieved(f"{answer.url}: no object")
    return found


def way(found: Provider, pending: Pending, returning: str) -> str:
    """The address at the provider where somebody logs in."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(pending.verifier.encode()).digest())
    asked = {
        "response_type": "code", "client_id": found.client.id, "redirect_uri": returning,
        "scope": os.environ.get("OIDC_SCOPE", "openid profile"),
        "state": pending.state, "nonce": pending.nonce,
        "code_challenge": challenge.rstrip(b"=").decode(), "code_challenge_method": "S256",
    }  # fmt: skip
    endpoint = found.told["authorization_endpoint"]
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"


async def claims(found: Provider, code: str, pending: Pending, returning: str) -> dict[str, Any]:
    """What the provider says of the person who came back with a code. NotBelieved."""
    asked = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": returning,
        "client_id": found.client.id, "code_verifier": pending.verifier,
    }  # fmt: skip
    secret = found.client.secret
    login = (quote(found.client.id, safe=""), quote(secret, safe="")) if secret else None
    async with httpx2.AsyncClient(timeout=WAIT, follow_redirects=False, auth=login) as web:
        answer = await web.post(found.told["token_endpoint"], data=asked)
    if answer.status_code != httpx2.codes.OK:
        raise NotBelieved(f"the provider refused the code with {answer.status_code}")
    token = str(_object(answer).get("id_token"))
    try:
        return believed(found, token, pending.nonce)
    except UnknownKey:  # the provider may have changed its keys just now
        return believed(await provider(found.client, renew=True), token, pending.nonce)


def believed(found: Provider, token: str, nonce: str) -> dict[str, Any]:
    """The claims of an ID token: signed by this issuer, for this client and login, in time.

    NotBelieved; UnknownKey if its key is not among the provider's.
    """
    issuer, name = found.client.issuer, found.client.id
    rules = JWTClaimsRegistry(
        leeway=LEEWAY,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": name},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        read = jwt.decode(token, found.keys, algorithms=ALGORITHMS)
        rules.validate(read.claims)
    except InvalidKeyIdError as error:
        raise UnknownKey(f"ID token: {error}") from error
    except (JoseError, ValueError) as error:
        raise NotBelieved(f"ID token: {error}") from error
    told: dict[str, Any] = read.claims
    party = told.get("azp", name if told["aud"] in (name, [name]) else None)
    if party != name or told["nonce"] != nonce:
        raise NotBelieved("ID token: issued for another client or login")
    if not isinstance(told["sub"], str) or not told["sub"].strip():
        raise NotBelieved("ID token: names nobody")
    return told

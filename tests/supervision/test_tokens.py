"""What the provider signs, and everything that must not pass for it; which group may do what."""

import base64
import hmac
import json
import time
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from supervision.web import provider, roles
from supervision.web.place import NotSetUp
from supervision.web.provider import Client, NotBelieved, Provider, UnknownKey

ISSUER, ID, NONCE = "https://login.example.gov.cn", "sunline", "n-0S6_WzA2Mj"
KEY = RSAKey.generate_key(2048, {"kid": "one"})


def signed(key: RSAKey = KEY, header: dict[str, Any] | None = None, **changes: Any) -> str:
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": ID, "sub": "wang", "iat": now, "exp": now + 60, "nonce": NONCE}
    told = {name: value for name, value in (claims | changes).items() if value is not None}
    return jwt.encode(header or {"alg": "RS256", "kid": "one"}, told, key)


def shared(key: bytes, algorithm: str = "HS256") -> str:
    """A token sealed with whatever key as if it were a shared secret."""
    body = signed().split(".")[1]
    told = json.dumps({"alg": algorithm, "kid": "one"}).encode()
    head = base64.urlsafe_b64encode(told).rstrip(b"=").decode()
    seal = hmac.digest(key, f"{head}.{body}".encode(), "sha256") if key else b""
    return f"{head}.{body}.{base64.urlsafe_b64encode(seal).rstrip(b'=').decode()}"


@pytest.fixture(scope="module")
def known() -> Provider:
    return Provider(Client(ISSUER, ID, ""), {}, KeySet([KEY]), 0.0)


def test_a_token_of_this_provider_client_and_login_is_believed(known: Provider) -> None:
    assert provider.believed(known, signed(), NONCE)["sub"] == "wang"
    assert provider.believed(known, signed(aud=[ID]), NONCE)["sub"] == "wang"
    assert provider.believed(known, signed(aud=[ID, "other"], azp=ID), NONCE)["sub"] == "wang"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"}, {"iss": None}, {"aud": "other"}, {"aud": []},
        {"aud": None}, {"aud": [ID, "other"]}, {"aud": [ID, "other"], "azp": "other"},
        {"azp": "other"}, {"exp": 1}, {"exp": None}, {"exp": "tomorrow"}, {"iat": None},
        {"iat": 99999999999}, {"nbf": 99999999999}, {"nonce": "other"}, {"nonce": None},
        {"nonce": [NONCE]}, {"sub": None}, {"sub": ""}, {"sub": " "}, {"sub": 7},
    ],
)  # fmt: skip
def test_any_other_token_is_not(known: Provider, changes: dict[str, Any]) -> None:
    with pytest.raises(NotBelieved):
        provider.believed(known, signed(**changes), NONCE)


def test_a_token_that_somebody_else_signed_is_not_believed(known: Provider) -> None:
    other = RSAKey.generate_key(2048, {"kid": "one"})
    with pytest.raises(NotBelieved):
        provider.believed(known, signed(other), NONCE)
    with pytest.raises(NotBelieved):  # the provider's public key taken for a shared secret
        provider.believed(known, shared(KEY.as_pem(private=False)), NONCE)
    with pytest.raises(NotBelieved):
        provider.believed(known, shared(b"", "none"), NONCE)
    with pytest.raises(UnknownKey):
        provider.believed(known, signed(header={"alg": "RS256", "kid": "two"}), NONCE)
    whole = signed()
    for spoilt in ("", "x", whole[:-4], whole.rsplit(".", 1)[0] + ".", whole + "x", "é.é.é"):
        with pytest.raises(NotBelieved):
            provider.believed(known, spoilt, NONCE)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('[[grant]]\ngroup = "a"\nrole = "admin"', "admin"),
        ('[[grant]]\ngroup = "a"\nrole = "department_supervisor"', "units belong"),
        ('[[grant]]\ngroup = "a"\nrole = "auditor"\nunits = ["610902"]', "units belong"),
        ('[[grant]]\ngroup = "a"\nrole = "department_supervisor"\nunits = ["mars"]', "mars"),
        ('[[grant]]\ngroup = "a"\nrole = "auditor"\nunit = "x"', "unknown key unit"),
        ("[[grant]]\nrole = 'auditor'", "group"),
        ("x = ", "Invalid"),
        ("", "grant"),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str, said: str
) -> None:
    path = tmp_path / "roles.toml"
    path.write_text(wrong, "utf-8")
    monkeypatch.setenv("OIDC_ROLES_FILE", str(path))
    with pytest.raises(NotSetUp, match=said):
        roles.mapping()

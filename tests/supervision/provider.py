"""A real OpenID provider for tests: python -m tests.supervision.provider PORT.

It is oidc-provider-mock, made to insist on PKCE, which that leaves unchecked.
"""

import base64
import hashlib
import sys

import flask
from oidc_provider_mock import app


def main(port: int) -> None:
    provider = app(require_nonce=True)
    challenges: set[str] = set()

    def pkce() -> tuple[str, int] | None:
        asked = flask.request
        if asked.path == "/oauth2/authorize":
            if asked.args.get("code_challenge_method") != "S256":
                return "PKCE is required", 400
            challenges.add(asked.args["code_challenge"])
        if asked.path == "/oauth2/token":
            digest = hashlib.sha256(asked.form.get("code_verifier", "").encode()).digest()
            told = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if told not in challenges:
                return "no such challenge", 400
            challenges.discard(told)
        return None

    provider.before_request(pkce)
    provider.run(host="localhost", port=port)


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""A real OpenID provider for tests: python -m tests.supervision.provider PORT.

It is oidc-provider-mock, made to insist on PKCE, which that leaves unchecked.
"""

import base64
import hashlib
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIServer, make_server

import flask
from oidc_provider_mock import app


class Server(ThreadingMixIn, WSGIServer):
    """One connection a request: Flask's own server spins on connections that were left open."""

    daemon_threads = True


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
    make_server("localhost", port, provider, server_class=Server).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""Serve the site and say where: python -m web.serve [--port 8501]."""

import argparse
import os
import sys
from socket import socket

import uvicorn

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Announcing(uvicorn.Server):
    """Says what to open once it can be opened, not before."""

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        sys.stdout.write(f"Sunline: open http://localhost:{self.config.port}\n")
        sys.stdout.flush()


def main() -> None:
    """Run until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8501)
    given = parser.parse_args()
    if os.environ.get("SUNLINE_LOCAL_ACCOUNTS") and given.host not in LOOPBACK:
        parser.error("SUNLINE_LOCAL_ACCOUNTS is for one's own machine: unset it, or drop --host")
    settings = uvicorn.Config(
        "app:app", host=given.host, port=given.port, log_level="warning", access_log=False
    )
    Announcing(settings).run()


if __name__ == "__main__":
    main()

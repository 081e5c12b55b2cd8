"""A PostgreSQL server of the tests' own: made, started and thrown away by them."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def _bin(program: str) -> str:
    found = shutil.which(program) or next(
        (str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))), None
    )
    if found is None:
        raise RuntimeError(f"{program} not found: run `make system` to install PostgreSQL")
    return found


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Run a server in a folder, on a Unix socket only, and give its SQLAlchemy URL."""
    account = "postgres" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    if account:
        folder.chmod(0o755)
        for parent in folder.parents:
            if parent.stat().st_uid == 0 and parent != Path("/") and not parent.stat().st_mode & 1:
                parent.chmod(parent.stat().st_mode | 0o011)
        shutil.chown(folder, account)
    data = folder / "data"

    def run(*command: str) -> None:
        subprocess.run(command, check=True, user=account, cwd=folder, stdout=subprocess.DEVNULL)

    run(_bin("initdb"), "-D", str(data), "-U", "sunline", "-A", "trust", "-E", "UTF8", "--no-sync")
    settings = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    run(_bin("pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log"), "-o", settings, "start")
    try:
        yield f"postgresql+psycopg://sunline@/postgres?host={folder}"
    finally:
        run(_bin("pg_ctl"), "-D", str(data), "-m", "immediate", "stop")

"""Download a whole release over HTTP, so that it can be checked: the standard library is enough.

    python -m pipeline.download https://HOST/open-data/ankang-release/latest/ FOLDER
    python -m pipeline.verify FOLDER

Nothing is judged here. Whatever was changed on the way is named by `verify`.
"""

import argparse
import json
import shutil
import sys
import urllib.error
import urllib.request
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from data_access.settings import MANIFEST, REMOVED, SIGNED

GONE = (404, 410)
SECONDS = 60


def download(address: str, folder: Path) -> int:
    """Fetch everything that the manifest of a release names; returns the number of files.

    A release whose figures were removed is fetched as far as it is there. ValueError where a name
    would lead out of the folder.
    """
    with _opened(address.rstrip("/") + f"/{MANIFEST}") as answer:
        home = answer.url.removesuffix(MANIFEST)  # `latest` has become one release
        told = answer.read()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).write_bytes(told)
    names = [*json.loads(told)["files"], SIGNED, REMOVED]
    return 1 + sum(_fetch(home, name, folder) for name in names)


def _fetch(home: str, name: str, folder: Path) -> bool:
    """One file, in pieces; False if it is not there."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{name}: not the name of a file inside a release")
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with _opened(home + quote(name)) as answer, target.open("wb") as file:
            shutil.copyfileobj(answer, file)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code not in GONE:
            raise
        return False
    return True


def _opened(address: str):  # type: ignore[no-untyped-def]  # urllib has no name for it
    if not address.startswith(("http://", "https://")):
        raise ValueError(f"{address}: give an address that begins with http:// or https://")
    return urllib.request.urlopen(address, timeout=SECONDS)  # noqa: S310 - checked above


def main() -> int:
    """Print what was fetched; 1 if the release is not there."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.download", description=__doc__)
    parser.add_argument("address")
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    try:
        count = download(given.address, given.folder)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{given.address}: {error}\n")
        return 1
    sys.stdout.write(f"{count} files in {given.folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

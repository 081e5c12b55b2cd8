"""`python -m pipeline.attack FOLDER...`: attack releases of one city; status 1 if any gives in."""

import sys
from pathlib import Path

from pipeline.attack import attack, summary


def main(arguments: list[str]) -> int:
    """Attack the folders given and print what was found."""
    if not arguments:
        print(__doc__, file=sys.stderr)  # noqa: T201
        return 2
    report = attack([Path(folder) for folder in arguments])
    print(summary(report))  # noqa: T201
    return 1 if report.recovered else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""All measurements in one run: python -m tools.bench --sizes 0.4,4,20.

Seconds differ from machine to machine and from hour to hour; a ratio within one run does not. Ends
with status 1 if two ways that must count the same do not.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from pipeline.sources.demo import CASES
from tools import bench_ingest, bench_refresh, bench_scale, bench_search, bench_site

INGEST_SMALL, INGEST_LARGE = 110_000, 1_100_000  # cases: 0.4 and 4 million rows


def main() -> int:
    """Ingest, then counting and page reads at each size, the refresh, the search, the site."""
    parser = argparse.ArgumentParser(description=__doc__)
    bench_scale.add_arguments(parser)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sunline-bench-") as name:
        bench_ingest.compare(Path(name), (INGEST_SMALL, INGEST_LARGE))
    same = [bench_scale.run(given.sizes, given.base), bench_refresh.run(CASES)]
    same.append(bench_search.run())
    bench_site.run(round(max(given.sizes) * 1e6))
    return 0 if all(same) else 1


if __name__ == "__main__":
    sys.exit(main())

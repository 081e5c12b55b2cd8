"""`python -m pipeline.verify FOLDER`: the same as `python -m pipeline verify FOLDER`."""

import argparse
import sys

from pipeline.verify.command import add_arguments, run


def main(arguments: list[str]) -> int:
    """Check the folder that is named; exit status as in `run`."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.verify")
    add_arguments(parser)
    return run(parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

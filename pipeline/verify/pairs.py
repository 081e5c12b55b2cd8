"""The table `outcome_pairs`: the index of the texts beside it, and nothing else."""

from pipeline.verify.opened import Opened
from pipeline.verify.report import Check

WRONG = """
    WITH told AS (FROM outcome_pairs), there AS (
        SELECT DISTINCT substr(text, i::INTEGER, 2) AS pair, place
        FROM (SELECT text, rowid AS place, unnest(range(1, length(text))) AS i FROM outcomes)
    )
    SELECT (SELECT count(*) FROM told ANTI JOIN there USING (pair, place))
        + (SELECT count(*) FROM there ANTI JOIN told USING (pair, place)
            WHERE NOT contains(there.pair, chr(10))) AS wrong
"""


def pairs(release: Opened) -> Check:
    """Whether each pair of characters names just the texts in which it stands."""
    wrong = release.number(WRONG)
    failed = (f"outcome_pairs: {wrong} places that are not those of the texts",) if wrong else ()
    return Check("outcome_pairs", "the index of the texts", failed)

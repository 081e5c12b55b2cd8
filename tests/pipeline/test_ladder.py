"""The ladder against the same rule told row by row."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ladder import NOWHERE, Numbers, climb

CLOSING = (False, True, True, False)


def by_hand(nodes: list[list[int]], k: int) -> list[int]:
    """Row by row: settle each node that has enough, after taking its smallest class along."""
    step = [NOWHERE] * len(nodes)
    for level, closing in enumerate(CLOSING):
        for node in sorted({row[level] for row in nodes} - {NOWHERE}):
            here = [i for i, row in enumerate(nodes) if row[level] == node]
            waiting = [i for i in here if step[i] == NOWHERE]
            if closing and 0 < len(waiting) < k:
                classes: dict[tuple[int, int], list[int]] = {}
                for i in set(here) - set(waiting):
                    classes.setdefault((step[i], nodes[i][step[i]]), []).append(i)
                if classes:
                    waiting += min(classes.items(), key=lambda item: (len(item[1]), item[0]))[1]
            for i in waiting:
                step[i] = level if len(waiting) >= k else NOWHERE
    return step


def nested(numbers: list[int]) -> Numbers:
    """Nodes of four steps, each within the next; every seventh row begins on the second."""
    rows = np.array(numbers, dtype=np.int64)
    nodes = np.column_stack([rows, rows // 2, rows // 6, rows // 24])
    nodes[rows % 7 == 6, 0] = NOWHERE
    return nodes


@settings(max_examples=300)
@given(st.lists(st.integers(0, 30), max_size=60), st.integers(1, 5))
def test_each_row_is_where_the_rule_told_row_by_row_puts_it(numbers: list[int], k: int) -> None:
    nodes = nested(numbers).reshape(-1, 4)
    assert climb(nodes, k, CLOSING).tolist() == by_hand(nodes.tolist(), k)


def test_of_equal_classes_the_first_is_taken_along() -> None:
    nodes = np.array([[0, 0]] * 3 + [[1, 0]] * 3 + [[2, 0]] * 2)
    assert climb(nodes, 3, (False, True)).tolist() == [1, 1, 1, 0, 0, 0, 1, 1]
    assert climb(nodes, 3, (False, False)).tolist() == [0] * 6 + [NOWHERE] * 2

"""Equal counts have one name, in whichever metric and as whichever part they appear."""

import pytest

from metrics import quantities, registry


def test_a_share_s_numerator_is_what_another_metric_counts() -> None:
    share, cases = registry.get("not_handled"), registry.get("not_handled_cases")
    assert quantities.numerator(share) == quantities.base(cases)
    assert quantities.counts(cases) < quantities.counts(share)


def test_one_share_s_numerator_is_the_next_one_s_denominator() -> None:
    answered, satisfied = registry.get("callbacks_answered"), registry.get("satisfied")
    assert quantities.numerator(answered) == quantities.base(satisfied)
    assert quantities.base(answered) != quantities.base(satisfied)


@pytest.mark.parametrize(
    ("one", "other"),
    [("received", "not_handled_cases"), ("answered_calls", "received"), ("satisfied", "solved")],
)
def test_what_differs_has_another_name(one: str, other: str) -> None:
    """By its condition, its subject, or only in its numerator."""
    assert quantities.numerator(registry.get(one)) != quantities.numerator(registry.get(other))


def test_what_or_joins_is_one_condition() -> None:
    assert quantities._conjuncts("a = 1 AND (b = 2 OR c = 3)") == ["a = 1", "(b = 2 OR c = 3)"]
    assert quantities._conjuncts("a = 1 OR b = 2 AND c = 3") == ["a = 1 OR b = 2 AND c = 3"]

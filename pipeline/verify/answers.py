"""The tables `questions` and `doubts`: answers without long numbers, and counts told in tens."""

from pipeline.verify.opened import Opened
from pipeline.verify.report import Check

WRONG = """
    SELECT count(*) AS texts, count(*) - count(DISTINCT "row") AS double,
        count(*) FILTER (
            text IS NULL OR trim(text) = '' OR "when" = '' OR category = ''
            OR regexp_matches(text, '[0-9]{7}')
        ) AS wrong
    FROM questions
"""
NUMBERS = """
    SELECT count(*) AS rows, count(*) FILTER (
        least(raised, answered, in_time, open) < 10
        OR raised % 10 + coalesce(answered, 0) % 10 + coalesce(in_time, 0) % 10
            + coalesce(open, 0) % 10 <> 0
        OR coalesce(in_time, 0) > coalesce(answered, 0)
        OR coalesce(answered, 0) + coalesce(open, 0) > coalesce(raised, 0)
    ) AS wrong
    FROM doubts
"""


def texts(release: Opened) -> Check:
    """Whether each answer is there once, under its keys, and without a telephone in it."""
    (found,) = release.rows(WRONG)
    failed = []
    if found["wrong"]:
        failed.append(f"questions: {found['wrong']} answers without words, or with a long number")
    if found["double"]:
        failed.append(f"questions: {found['double']} answers told twice")
    return Check("questions", f"{found['texts']} answers to doubts", tuple(failed))


def numbers(release: Opened) -> Check:
    """Whether no number of doubts is small or exact enough to be about somebody."""
    (found,) = release.rows(NUMBERS)
    failed = () if found["rows"] == 1 and not found["wrong"] else ("doubts: no counts in tens",)
    return Check("doubts", "doubts counted in tens", failed)

"""Typical cases (典型案例): approved texts that editors put before the others."""

from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, func, insert, select

from data_access.supervision.approved import APPROVED, typical
from data_access.supervision.audit import Did
from data_access.supervision.deeds import deed
from data_access.supervision.review_tables import REVIEW_PICKS, REVIEWS
from data_access.supervision.reviews import BadReview, one_of
from data_access.supervision.viewer import Role, Viewer, require

P = REVIEW_PICKS.c


def picked(connection: Connection, review: int) -> bool:
    """Whether a review is called typical."""
    query = select(typical()).where(REVIEWS.c.id == review)
    return bool(connection.execute(query).scalar())


def pick(viewer: Viewer, engine: Engine, review: int, chosen: bool) -> None:
    """Call an approved text typical, or no longer. Refused for others than editors.

    BadReview `state` where it is not approved, or is called so already.
    """
    require(viewer, Role.EDITOR)
    with deed(viewer, engine, Did.ACTED, f"review {review}", typical=str(chosen)) as connection:
        if one_of(viewer, connection, review).state != APPROVED:
            raise BadReview("state")
        if picked(connection, review) == chosen:
            raise BadReview("state")
        number = select(func.count()).where(P.review_id == review).scalar_subquery()
        connection.execute(
            insert(REVIEW_PICKS).values(
                review_id=review, seq=number + 1, at=datetime.now(UTC), actor=viewer.name[:300],
                shown=viewer.shown[:128], typical=chosen,
            )
        )  # fmt: skip

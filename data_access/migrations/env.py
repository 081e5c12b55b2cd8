"""Alembic's entry: data_access.cases.engine.upgrade hands over an open connection."""

from alembic import context

from data_access.cases import kinds  # noqa: F401 - they put their tables into the metadata
from data_access.cases.schema import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()

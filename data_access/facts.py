"""Columns of the fact table: one row a case as it stood at the as-of moment. Metrics count these."""

TIMES = ("received_at", "due_at", "closed_at", "as_of")
LABELS = ("unit", "area", "category", "channel", "nature")
COLUMNS = (*TIMES, *LABELS)

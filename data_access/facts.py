"""Columns of the fact table that metrics count: a row per case as it stood at a moment."""

TIMES = ("received_at", "due_at", "closed_at", "as_of")
LABELS = ("unit", "area", "category", "channel", "nature")
COLUMNS = (*TIMES, *LABELS)

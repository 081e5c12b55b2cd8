"""The look-up store: where a caller's own case stands, and nothing by which to find anyone.

A row is found by a keyed hash of case number and query code and sealed under a key made of the
same two, so the store alone tells nothing: see docs/lookup.md. `reading`, `rating`, `ticket` and
`limits` are for the public plane, `writing` and `collecting` for the pipeline.
"""

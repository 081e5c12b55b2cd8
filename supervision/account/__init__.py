"""Accountability (问责): figures of handling units, each with the way to the cases behind it."""

"""Sections of the page of hot topics: what moved, where, when in the year, and what was done."""

from components.topics.moving import moving, since
from components.topics.places import places
from components.topics.seasons import seasons
from components.topics.signals import signals
from components.topics.source import source

__all__ = ["moving", "places", "seasons", "signals", "since", "source"]

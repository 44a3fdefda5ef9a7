"""What the tasks of questionnaires are called; one open task per key."""

from __future__ import annotations


def alarm(assignment_id: int, item_alarms: int = 0) -> str:
    """A safety alert of one form; a later alert while the first is in hand has a number of its own."""
    return f"item9:{assignment_id}" + (f":{item_alarms}" if item_alarms else "")


def not_asked(assignment_id: int) -> str:
    """A question that must be put in person."""
    return f"item9-not-asked:{assignment_id}"


def locked(episode_id: int, timepoint: str) -> str:
    """A link that was locked."""
    return f"link-locked:{episode_id}:{timepoint}"


def interpreter(episode_id: int, timepoint: str) -> str:
    """Forms that need an interpreter."""
    return f"interpreter:{episode_id}:{timepoint}"


def form(episode_id: int, timepoint: str, phase: str) -> str:
    """Forms that are due, by what they wait for: one of `PHASES`."""
    return f"form:{episode_id}:{timepoint}:{phase}"


PHASES = ("no_link", "unopened", "unfinished", "on_paper")


def place(key: str) -> tuple[int, str]:
    """The episode and the time point a form's or an interpreter's key speaks of.

    Examples
    --------
    >>> place("form:12:baseline:no_link")
    (12, 'baseline')
    """
    _, episode, timepoint, *_ = key.split(":")
    return int(episode), timepoint

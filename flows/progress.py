"""How a pass tells what it is doing: a stage opens, counts up and closes. Who listens, and how it looks, is not known here."""

from contextvars import ContextVar
from typing import Protocol


class Progress(Protocol):
    """A listener to a pass; every method returns at once and never raises."""

    def begin(self, stage: str, total: int) -> None:
        """Open `stage`, which has `total` units of work (0 = unknown)."""

    def advance(self, stage: str, note: str = "") -> None:
        """Tell that one unit of `stage` is done; `note` is one line about it."""

    def end(self, stage: str, note: str) -> None:
        """Close `stage`; `note` sums it up in one line."""


class Silence:
    """A listener that does nothing."""

    def begin(self, stage: str, total: int) -> None:
        """Ignore it."""

    def advance(self, stage: str, note: str = "") -> None:
        """Ignore it."""

    def end(self, stage: str, note: str) -> None:
        """Ignore it."""


# Who listens to the pass under way: set by the command that starts it, so that listeners never travel through an orchestrator.
LISTENER: ContextVar[Progress] = ContextVar("LISTENER", default=Silence())  # noqa: B039 - Silence has no state

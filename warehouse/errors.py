"""What can go wrong with the warehouse, each with what to do about it. Nothing here touches a file."""


class WarehouseError(Exception):
    """Something about the warehouse is not as expected; the message says where, what was expected, what was found, what to do."""


class HeldError(WarehouseError):
    """Another process holds the private file or its lock; `pid` names it where known. Nothing is lost: try again later."""

    def __init__(self, message: str, pid: int | None = None) -> None:
        super().__init__(message)
        self.pid = pid


class CorruptError(WarehouseError):
    """The private file cannot be read; it was set aside, and `evwatch replay` rebuilds it."""


class NoRoomError(WarehouseError):
    """The disk is full, or too full to begin."""


class NotPublishedError(WarehouseError):
    """There is no published warehouse yet."""


class SpoolError(WarehouseError):
    """A record does not fit its table; the message names batch, table, row and column."""


class QuestionError(WarehouseError):
    """A question cannot be answered: no query of that name, wrong parameters, wrong SQL, or SQL that is not allowed."""

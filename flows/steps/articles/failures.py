"""What extraction says where it can give no article: a value as well as an exception, small enough to cross processes."""


class Unreadable(Exception):  # noqa: N818 -- it is handed on as the outcome of one page, and named as the outcomes are
    """A page that gives no article; `str()` says in one line why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __reduce__(self) -> tuple[type["Unreadable"], tuple[str]]:
        return (Unreadable, (self.reason,))

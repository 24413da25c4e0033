"""What the rules say no to, in words a person can act on."""

from __future__ import annotations


class Refused(Exception):
    """A rule refuses what was asked.

    Args:
        message: a Chinese sentence for the person who asked. It is also the key under which the
            translation catalogue keeps the sentence, so variable parts go in as ``%(name)s``.
        params: the values of those variable parts.
    """

    def __init__(self, message: str, **params: object) -> None:
        self.message = message
        self.params = params
        super().__init__(message)

    def __str__(self) -> str:
        return self.message % self.params if self.params else self.message

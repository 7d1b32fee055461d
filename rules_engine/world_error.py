"""What is wrong with a world's documents."""

from __future__ import annotations


class WorldError(Exception):
    """A document of the world does not say what it must; names the document, the item, and what was expected."""

    def __init__(self, document: str, item: str, expected: str, got: str) -> None:
        super().__init__(f"{document}, {item}: expected {expected}, got {got}")
        self.document = document
        self.item = item
        self.expected = expected
        self.got = got

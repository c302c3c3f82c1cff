"""What a terminal shows, as far as carriage returns and line ends go."""

from __future__ import annotations


class Screen:
    """Rows of characters; blanks at the end of a row are not counted.

    Attributes:
        column: where the cursor stands.
    """

    def __init__(self):
        self._rows = [[]]
        self.column = 0

    def feed(self, text):
        for character in text:
            if character == "\r":
                self.column = 0
            elif character == "\n":
                self._rows.append([])
                self.column = 0
            else:
                assert character.isprintable(), repr(text)
                row = self._rows[-1]
                row[self.column : self.column + 1] = character
                self.column += 1

    @property
    def rows(self):
        return ["".join(row).rstrip() for row in self._rows]

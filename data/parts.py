"""Parts of an archive, by article: what a model scores that saw the labels of the other parts."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import Any, Self

#: More are no cross-fitting that anybody trains.
MOST_PARTS = 1000


@dataclass(frozen=True, slots=True)
class Part:
    """One of several parts into which articles fall by a hash of their ids.

    Attributes:
        number: Counted from 1.
        of: How many there are.
        family: SHA-256 (64 hex digits) of what the models of all parts were trained on and how.
    """

    number: int
    of: int
    family: str

    @classmethod
    def from_json(cls, content: Any) -> Self:
        """The inverse of ``as_json``.

        Raises:
            KeyError, TypeError, ValueError: It is none.
        """
        number, of, family = content["number"], content["of"], content["family"]
        if type(number) is not int or type(of) is not int or not isinstance(family, str):
            raise TypeError("a part is two whole numbers and a text")
        if not 1 <= number <= of <= MOST_PARTS:
            raise ValueError(f"part {number} of {of}")
        return cls(number, of, family)

    def as_json(self) -> dict[str, Any]:
        """For files."""
        return asdict(self)

    def holds(self, article_id: str) -> bool:
        """Whether an article falls into this part; it hangs on its id and their number alone."""
        digest = blake2b(article_id.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        return int.from_bytes(digest) % self.of == self.number - 1

    def __str__(self) -> str:
        return f"part {self.number} of {self.of}"

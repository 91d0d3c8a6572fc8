"""Who asks for something, and what belongs to whom.

There are no accounts. A visitor holds a secret key, and what the visitor makes names the key's digest as its owner: who
reads a run's files, or its address, does not learn the key.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass

# Random bytes of a key: too many to be guessed.
_KEY_BYTES = 32
# What `secrets.token_urlsafe` makes of that many bytes.
_KEY = re.compile(r"[A-Za-z0-9_-]{43}")
# Hexadecimal digits of an owner.
_OWNER_DIGITS = 32


@dataclass(frozen=True)
class Visitor:
    """Who asks.

    owner: what is written into what the visitor makes; empty for the operator, to whom everything belongs.
    """

    owner: str

    @property
    def is_operator(self) -> bool:
        """Whether it is who runs the app: at a local start, whoever sits at the machine."""
        return not self.owner

    def may_change(self, owner: str) -> bool:
        """Whether what belongs to `owner` may be changed, and is listed."""
        return self.is_operator or self.owner == owner


OPERATOR = Visitor("")


def new_key() -> str:
    """A key for a new visitor."""
    return secrets.token_urlsafe(_KEY_BYTES)


def is_key(text: str) -> bool:
    """Whether a text can be a visitor's key."""
    return _KEY.fullmatch(text) is not None


def visitor_with(key: str) -> Visitor:
    """The visitor who holds this key."""
    return Visitor(hashlib.sha256(key.encode()).hexdigest()[:_OWNER_DIGITS])

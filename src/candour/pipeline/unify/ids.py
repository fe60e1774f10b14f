"""Ids that stay: made from the source identity that was received first (design 6.2)."""

from __future__ import annotations

import base64
import hashlib

LENGTH = 12


def made_id(letter: str, identity: str) -> str:
    """``P``, ``D``, ``S`` or ``N`` and 12 base32 characters of the identity's SHA-256.

    Sixty bits: among a million deaths the chance that any two share an id is under one in a
    million. The identity cannot be read from it, but whoever holds a list of identities can
    recompute ids: they are pseudonyms, not anonymous.
    """
    digest = hashlib.sha256(identity.encode("utf-8")).digest()
    return letter + base64.b32encode(digest).decode("ascii")[:LENGTH]

"""Pseudonyms that keep the form of what they stand for, the same wherever the key is the same."""

from __future__ import annotations

import hashlib
import hmac
import re
from functools import lru_cache

from bedrock_doctor.errors import UsageError

_WORD = re.compile(
    r"(?P<kept>aws-reserved(?:/sso\.amazonaws\.com(?:/[a-z]+(?:-[a-z]+)+-[0-9]+(?=/))?)?"
    r"|aws-service-role|service-role|AWSReservedSSO|AWSServiceRoleFor\w+|(?:RCP)?FullAWSAccess"
    r"|[\w-]+(?:\.[\w-]+)*\.amazonaws\.com(?:\.cn)?|https://signin\.[\w.-]+/saml"
    r"|token\.actions\.githubusercontent\.com|accounts\.google\.com|\$\{[^}]*\})"
    r"|[A-Z]?[a-z]+|[A-Z]+|[^\W\d_A-Za-z]+"
)
_CUT = re.compile(r"(?P<head>[^\W\d_]+)[*?]|[*?](?P<tail>[^\W\d_]+)")
_LENGTH = 8
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


class Pseudonyms:
    """Hands out pseudonyms and remembers for what. A pseudonym stands for itself.

    Args:
        key: who knows it can try out what a pseudonym stands for.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.known: dict[str, str] = {}
        self._owners: dict[str, str] = {}
        self._patterns: set[str] = set()
        self._word = lru_cache(maxsize=1 << 16)(self._of_word)

    @property
    def fingerprint(self) -> str:
        """Tells whether two snapshots were redacted with the same key, and nothing else."""
        return self._digest("fingerprint", "")[:4].hex()

    def account(self, account: str) -> str:
        """Twelve digits for twelve digits."""
        if account in self._owners:
            return account
        number = int.from_bytes(self._digest("account", account)[:8]) % 10**11
        return self._kept(account, f"9{number:011d}")

    def unique_id(self, text: str) -> str:
        """An id or access key as long as it was, with its four-letter prefix."""
        if text in self._owners:
            return text
        digest = self._digest("id", text)
        rest = (digest * 4)[: len(text) - 4]
        return self._kept(text, text[:4] + "".join(_BASE32[byte % 32] for byte in rest))

    def lower_id(self, text: str) -> str:
        """A part of an id in lower-case letters and digits, as long as it was."""
        if text in self._owners:
            return text
        return self._kept(text, self._digest("part", text).hex()[: max(4, len(text))])

    def name(self, text: str) -> str:
        """A name or a pattern for names, word by word; digits, wildcards and marks stay."""
        if "*" in text or "?" in text:
            self._patterns.add(text)
        found = _WORD.sub(lambda m: m[0] if m["kept"] else self._word(m[0]), text)
        if found != text:
            self.known[text] = found
        return found

    def check_patterns(self) -> None:
        """Makes sure that every pattern matches the pseudonyms of what it matched.

        Raises:
            UsageError: a wildcard cuts through a word that was replaced.
        """
        words = {m[0].lower() for name in self.known for m in _WORD.finditer(name)}
        for pattern in sorted(self._patterns):
            if "?" in pattern and any(not m["kept"] for m in _WORD.finditer(pattern)):
                raise _cannot_follow(pattern)
            for cut in _CUT.finditer(pattern):
                head, tail = _words_of(cut["head"])[-1], _words_of(cut["tail"])[0]
                if any(
                    (head and word != head and word.startswith(head))
                    or (tail and word != tail and word.endswith(tail))
                    for word in words
                ):
                    raise _cannot_follow(pattern)

    def _of_word(self, word: str) -> str:
        if word.lower() in self._owners:
            return word
        digest = self._digest("word", word.lower())
        text = "".join(_LETTERS[byte % 26] for byte in digest[:_LENGTH])
        self._kept(word.lower(), text, remember=False)
        if len(word) > 1 and word.isupper():
            return text.upper()
        return text.capitalize() if word[:1].isupper() else text

    def _kept(self, text: str, pseudonym: str, *, remember: bool = True) -> str:
        owner = self._owners.setdefault(pseudonym, text)
        if owner != text:
            raise UsageError(
                "two names would get the same pseudonym", help="give another --redact-key"
            )
        if remember:
            self.known[text] = pseudonym
        return pseudonym

    def _digest(self, kind: str, text: str) -> bytes:
        return hmac.new(self._key, f"{kind}\0{text}".encode(), hashlib.sha256).digest()


def _words_of(text: str | None) -> list[str]:
    return [m[0].lower() for m in _WORD.finditer(text or "")] or [""]


def _cannot_follow(pattern: str) -> UsageError:
    return UsageError(
        f"pseudonyms would change what `{pattern}` matches",
        help="use --redact accounts, which keeps names",
    )

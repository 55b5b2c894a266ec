"""What an answer means for the document, and for the target. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

TEMPORARY = frozenset({408, 425, 429})
ABOUT_US = frozenset({401, 402, 403, 404, 405, 406, 407, 415, 421, 426, 431, 451})  # not about the document
TOLD_TO_WAIT = frozenset({429, 503})
GONE = 410
# What an error of the network, of a file system or of our own guard is called, with what helps.
HINTS = {
    "refused": "nothing listens there: is the receiver up, is the port right?",
    "unresolved": "the host name is not known: check the address",
    "forbidden": "",
    "connect_timeout": "no connection in time: is a firewall in between?",
    "timeout": "the answer took too long: raise the target's time limit, or have it answer first and work later",
    "tls": "the certificate was not accepted: see HUB_DELIVERY_CA_FILE for a private authority",
    "broken": "the connection broke before the answer was complete",
    "protocol": "what came back is not HTTP",
    "write": "the file could not be written: check folder, rights and space",
    "storage": "S3 refused or did not answer",
}


class Fate(Enum):
    """What becomes of a document after an attempt."""

    DELIVERED = "delivered"
    AGAIN = "again"
    DEAD = "dead"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back from one attempt: an HTTP status, or the class of an error; neither when a file was written."""

    status: int | None = None
    error: str = ""
    detail: str = ""
    retry_after: float | None = None  # seconds, as asked for
    seconds: float = 0.0
    answer_bytes: int = 0
    excerpt: str = ""

    @property
    def outcome(self) -> str:
        """One word for the receipt."""
        if self.error:
            return self.error
        return "delivered" if self.status is None or 200 <= self.status < 300 else f"http_{self.status}"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`failed`: the target as such did not do its part. `wait`: seconds the whole target asks to be left alone."""

    fate: Fate
    failed: bool = False
    gone: bool = False
    wait: float | None = None
    why: str = ""


def judge(answer: Answer) -> Verdict:
    """Retry what may pass, give up what will not, and tell a sick target from a document that it refuses."""
    if answer.error:
        why = answer.detail or HINTS.get(answer.error, "")
        return Verdict(fate=Fate.AGAIN, failed=True, why=f"{answer.error}: {why}" if why else answer.error)
    if answer.status is None or 200 <= answer.status < 300:
        return Verdict(fate=Fate.DELIVERED)
    return _by_status(answer.status, answer)


def _by_status(status: int, answer: Answer) -> Verdict:
    if status in TOLD_TO_WAIT and answer.retry_after is not None:
        why = f"HTTP {status}: asked to wait {answer.retry_after:.0f} s"
        return Verdict(fate=Fate.AGAIN, wait=answer.retry_after, why=why)
    if status in TEMPORARY or status >= 500:
        return Verdict(fate=Fate.AGAIN, failed=True, why=f"HTTP {status}")
    if status == GONE:
        return Verdict(fate=Fate.AGAIN, gone=True, why="HTTP 410: the receiver wants nothing any more")
    if status < 400:
        where = f" ({answer.detail})" if answer.detail else ""
        why = f"HTTP {status}: answers elsewhere{where}; redirects are not followed, edit the address"
        return Verdict(fate=Fate.AGAIN, failed=True, why=why)
    return Verdict(fate=Fate.DEAD, failed=status in ABOUT_US, why=f"HTTP {status}: refused")

"""What a language model's work takes: tokens and cost, before (an estimate) and after (a report)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from kgraph.errors import UsageError
from kgraph.extraction.llm_cache import Reply

#: Characters of an answer for each character of a paper: the labels of 835 papers, written as answers, have 0.59.
ANSWER_SHARE: Final = 0.6


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices of a million tokens read and a million tokens written, in any currency."""

    prompt: float
    completion: float

    def __post_init__(self) -> None:
        if not (0 <= self.prompt < float("inf") and 0 <= self.completion < float("inf")):
            raise UsageError("prices of a million tokens must be 0 or more")

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Return the price of so many tokens.

        >>> Prices(0.5, 2.0).cost(1_000_000, 500_000)
        1.5
        """
        return (prompt_tokens * self.prompt + completion_tokens * self.completion) / 1e6


@dataclass(frozen=True, slots=True)
class Estimate:
    """What an extraction would take, reckoned without asking anybody. ``cost`` is None without prices."""

    papers: int
    requests: int
    cached: int
    prompt_tokens: int
    completion_tokens: int
    cost: float | None

    def __str__(self) -> str:
        return (
            f"{self.papers:,} papers: about {self.requests:,} requests ({self.cached:,} more are answered from the "
            f"cache), about {self.prompt_tokens:,} tokens read and {self.completion_tokens:,} written"
            f"{_price(self.cost)}; tokens are reckoned at four characters each, and a model that thinks before it "
            "answers writes several times more"
        )


@dataclass(frozen=True, slots=True)
class Report:
    """What an extraction took. ``dropped`` counts what the model returned that could not be used, by reason.

    Tokens include those of answers that were of no use; ``counted`` tells whether the server counted all of them.
    """

    papers: int
    unread: int
    requests: int
    cached: int
    retries: int
    prompt_tokens: int
    completion_tokens: int
    counted: bool
    cost: float | None
    dropped: tuple[tuple[str, int], ...]

    def __str__(self) -> str:
        about = "" if self.counted else "about "
        dropped = ", ".join(f"{count:,} {reason}" for reason, count in self.dropped) or "none"
        return (
            f"{self.papers:,} papers ({self.unread:,} without an answer): {self.requests:,} requests, "
            f"{self.cached:,} answers from the cache, {self.retries:,} retries, {about}{self.prompt_tokens:,} tokens "
            f"read and {about}{self.completion_tokens:,} written{_price(self.cost)}; names dropped: {dropped}"
        )


def _price(cost: float | None) -> str:
    return "" if cost is None else f", cost {cost:,.4f}"


@dataclass(slots=True)
class Ledger:
    """Counts what an extraction takes while it runs; several threads may write."""

    papers: int = 0
    unread: int = 0
    requests: int = 0
    cached: int = 0
    retries: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    counted: bool = True
    dropped: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def note_reply(self, reply: Reply) -> None:
        """Count a request that was answered."""
        with self._lock:
            self.requests += 1
            self.prompt_tokens += reply.prompt_tokens
            self.completion_tokens += reply.completion_tokens
            self.counted = self.counted and reply.counted

    def note_cached(self) -> None:
        """Count a question that was answered from the cache."""
        with self._lock:
            self.cached += 1

    def note_retry(self) -> None:
        """Count a request that has to be sent again."""
        with self._lock:
            self.retries += 1

    def report(self, prices: Prices | None) -> Report:
        """Return the counts so far."""
        with self._lock:
            cost = prices.cost(self.prompt_tokens, self.completion_tokens) if prices else None
            return Report(
                self.papers, self.unread, self.requests, self.cached, self.retries, self.prompt_tokens,
                self.completion_tokens, self.counted, cost, tuple(sorted(self.dropped.items())),
            )  # fmt: skip


def reckon_tokens(text: str) -> int:
    """Return about how many tokens a text has: one for four ASCII characters, one for any other character.

    >>> reckon_tokens("Attention is all you need."), reckon_tokens("注意力")
    (7, 3)
    """
    plain = sum(character.isascii() for character in text)
    return -(-plain // 4) + len(text) - plain

"""Extraction by a language model behind any OpenAI-compatible endpoint; only names that the text holds count."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from kgraph.errors import UsageError
from kgraph.extraction.documents import Document, read_document
from kgraph.extraction.entities import Tagged
from kgraph.extraction.llm_cache import AnswerCache, Reply, answer_key
from kgraph.extraction.llm_client import ChatClient, EndpointError, Unanswered
from kgraph.extraction.llm_endpoint import Endpoint
from kgraph.extraction.llm_prompt import (
    ANSWER_SCHEMA,
    INSTRUCTIONS,
    PROMPT_VERSION,
    Answered,
    BadAnswer,
    question,
    read_answer,
)
from kgraph.extraction.llm_threads import DaemonThreads
from kgraph.extraction.llm_usage import ANSWER_SHARE, Estimate, Ledger, Prices, Report, reckon_tokens
from kgraph.extraction.model import TaggerModel, load_model
from kgraph.extraction.proposals import Place, cut_passages, keep_apart, propose_candidates
from kgraph.records import FIELDS, Candidate, Paper, Role

#: The variable that holds the key where the user names no other.
KEY_VARIABLE: Final = "KGRAPH_LLM_KEY"
#: Confidence of a name whose spellings are all in the text. It is no measured probability: endpoints give none.
CONFIDENCE: Final = 0.9
#: Words and symbols of an abstract in one question, more than nearly all abstracts have.
PASSAGE_WORDS: Final = 1500
#: Papers without an answer, one after the other, after which a run stops: the fault is not the papers'.
MOST_UNREAD: Final = 5

_LONGEST_NAME: Final = 120


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked about a passage, and the key under which the answer is kept."""

    text: str
    key: str


class LlmExtractor:
    """Extracts by asking a model about each paper; made by :func:`load_llm`.

    A paper that stays without an answer after all tries has no candidates; ``on_unread`` is told why.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        roles: TaggerModel,
        *,
        cache: AnswerCache | None = None,
        concurrency: int = 4,
        max_tokens: int = 4096,
        prices: Prices | None = None,
        progress: Callable[[int], None] | None = None,
        on_unread: Callable[[Paper, str], None] | None = None,
    ) -> None:
        if concurrency < 1 or max_tokens < 1:
            raise UsageError("concurrency and the tokens of an answer are 1 or more")
        self._endpoint = endpoint
        self._roles = roles
        self._cache = cache
        self._concurrency = concurrency
        self._max_tokens = max_tokens
        self._prices = prices
        self._progress = progress
        self._on_unread = on_unread
        self._ledger = Ledger()

    @property
    def report(self) -> Report:
        """What the extraction has taken so far."""
        return self._ledger.report(self._prices)

    def describe(self) -> dict[str, str]:
        """Return what the candidates depend on, for the manifest of a graph."""
        return {"extractor": "llm", "model": self._endpoint.model, "prompt": PROMPT_VERSION}

    def estimate(self, papers: Sequence[Paper]) -> Estimate:
        """Return about what the extraction of papers would take; nobody is asked, and tokens are reckoned."""
        questions = [each for paper in papers for each in self._questions(read_document(paper))]
        open_ones = [each for each in questions if not (self._cache and self._cache.get(each.key))]
        fixed = reckon_tokens(INSTRUCTIONS)
        sizes = [reckon_tokens(each.text) for each in open_ones]
        read = sum(sizes) + fixed * len(sizes)
        written = round(ANSWER_SHARE * sum(sizes))
        cost = self._prices.cost(read, written) if self._prices else None
        return Estimate(len(papers), len(open_ones), len(questions) - len(open_ones), read, written, cost)

    def __call__(self, papers: Sequence[Paper]) -> Iterator[list[Candidate]]:
        """Yield the candidates of each paper, in the order of the papers.

        Raises :class:`EndpointError` where the endpoint cannot be reached, refuses, or answers for none of
        several papers in a row; what was answered until then is in the cache.
        """
        client = ChatClient(self._endpoint, self._ledger)
        threads = DaemonThreads(partial(self._answer, client), self._concurrency)
        waiting: deque[tuple[Document, list[Future[Reply]]]] = deque()
        unread = 0
        try:
            for document in map(read_document, papers):
                waiting.append((document, [threads.submit(each) for each in self._questions(document)]))
                if len(waiting) > 2 * self._concurrency:
                    found, unread = self._finish(*waiting.popleft(), unread)
                    yield found
            while waiting:
                found, unread = self._finish(*waiting.popleft(), unread)
                yield found
        finally:
            client.stop()
            for future in (each for _, futures in waiting for each in futures):
                future.cancel()
            threads.close()

    def _questions(self, document: Document) -> list[_Question]:
        title = document.paper.title.strip()
        passages = [each for each in cut_passages(document, PASSAGE_WORDS) if each.field == "abstract"]
        texts = [document.paper.abstract[each.start : each.end] for each in passages]
        asked = [question(title, text) for text in texts or [""] if title or text]
        return [_Question(text, answer_key(self._endpoint.model, PROMPT_VERSION, text)) for text in asked]

    def _answer(self, client: ChatClient, asked: _Question) -> Reply:
        """Return an answer that can be read, from the cache or from the model. Runs in a thread."""
        kept = self._cache.get(asked.key) if self._cache else None
        if kept and not _fault(kept):
            self._ledger.note_cached()
            return kept
        fault = ""
        # An answer that was cut or malformed gets one more try, with more room.
        for limit in (self._max_tokens, 2 * self._max_tokens):
            reply = client.ask(INSTRUCTIONS, asked.text, ANSWER_SCHEMA, limit)
            fault = _fault(reply)
            if not fault:
                if self._cache:
                    self._cache.put(asked.key, reply)
                return reply
        raise Unanswered(fault)

    def _finish(self, document: Document, futures: Sequence[Future[Reply]], unread: int) -> tuple[list[Candidate], int]:
        """Return the candidates of a paper, and how many papers in a row have stayed unread."""
        found: list[Candidate] = []
        try:
            replies = [future.result() for future in futures]
        except Unanswered as problem:
            unread += 1
            self._note_unread(document.paper, str(problem), unread)
        else:
            unread = 0 if futures else unread
            answered = [each for reply in replies for each in read_answer(reply.content, self._ledger.dropped)]
            found = self._candidates(document, answered)
        self._ledger.papers += 1
        if self._progress:
            self._progress(1)
        return found, unread

    def _note_unread(self, paper: Paper, problem: str, in_a_row: int) -> None:
        self._ledger.unread += 1
        if self._on_unread:
            self._on_unread(paper, problem)
        if in_a_row >= MOST_UNREAD:
            raise EndpointError(
                f"{in_a_row} papers in a row stayed without an answer, the last because: {problem}; "
                "answers to others are kept where a cache was given"
            )

    def _candidates(self, document: Document, answered: Sequence[Answered]) -> list[Candidate]:
        proposed = [pair for entity in answered for pair in self._find_entity(document, entity)]
        # The longest first, so that a name inside a longer one does not count; the sort keeps the model's order.
        proposed.sort(key=lambda pair: pair[0].start - pair[0].end)
        spans = keep_apart(document, dict.fromkeys(span for span, _ in proposed), self._ledger.dropped)
        asked: dict[Place, Role] = {}
        for span, role in proposed:
            if role:
                asked.setdefault((span.field, span.start, span.end), role)
        return propose_candidates(document, spans, self._roles, asked)

    def _find_entity(self, document: Document, entity: Answered) -> list[tuple[Tagged, Role | None]]:
        """Return where the spellings of an entity stand; those that stand nowhere are counted and left out."""
        places = {surface: find_spelling(document.paper, surface) for surface in entity.surfaces}
        found = sum(1 for each in places.values() if each)
        if found < len(places):
            self._ledger.dropped["not in the text"] += len(places) - found
        score = CONFIDENCE * found / max(1, len(places))
        return [(Tagged(*place, entity.type, score), entity.role) for each in places.values() for place in each]


def find_spelling(paper: Paper, surface: str) -> list[Place]:
    """Return where a spelling stands in a paper as whole words; any white space answers for a space.

    >>> find_spelling(Paper("p", "LM, no LLM", "An LM"), "LM")
    [('title', 0, 2), ('abstract', 3, 5)]
    """
    if len(surface) > _LONGEST_NAME or not any(character.isalnum() for character in surface):
        return []
    pattern = re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, surface.split())) + r"(?!\w)")
    return [(field, *match.span()) for field in FIELDS for match in pattern.finditer(paper.text(field))]


def _fault(reply: Reply) -> str:
    """Return why an answer cannot be used, or nothing."""
    try:
        read_answer(reply.content, Ledger().dropped)
    except BadAnswer as problem:
        return "the answer was cut: it has more tokens than were allowed" if reply.cut else str(problem)
    return ""


def load_llm(
    *,
    url: str,
    model: str,
    key_variable: str = "",
    cache: Path | None = None,
    concurrency: int = 4,
    timeout: float = 120.0,
    retries: int = 5,
    max_tokens: int = 4096,
    prices: Prices | None = None,
    model_path: Path | None = None,
    vocabulary: Path | None = None,
    progress: Callable[[int], None] | None = None,
    on_unread: Callable[[Paper, str], None] | None = None,
) -> LlmExtractor:
    """Return an extractor that asks a language model.

    ``url`` is what stands before ``/chat/completions``; ``key_variable`` names the environment variable with the
    key (:data:`KEY_VARIABLE` where it is empty; without a key none is sent); ``cache`` is a folder for answers;
    ``timeout`` is in seconds; ``model_path`` is a tagger whose role classifier fills in missing roles, and
    ``vocabulary`` adds to the names that it knows. ``progress`` is told how many papers have been done since it was
    last told. Raises :class:`UsageError`.
    """
    endpoint = Endpoint(url, model, _read_key(key_variable), timeout, retries)
    return LlmExtractor(
        endpoint,
        load_model(model_path, vocabulary),
        cache=AnswerCache(cache) if cache else None,
        concurrency=concurrency,
        max_tokens=max_tokens,
        prices=prices,
        progress=progress,
        on_unread=on_unread,
    )


def _read_key(variable: str) -> str:
    key = os.environ.get(variable or KEY_VARIABLE, "").strip()
    if variable and not key:
        raise UsageError(f"the environment variable {variable!r}, which is to hold the key, is not set")
    return key

"""What a paper says is its own in so many words: "we propose NAME, …", "NAME: what it is", "NAME, a novel …"."""

from __future__ import annotations

import re
from typing import Final

from kgraph.extraction.abbreviations import NAMING
from kgraph.extraction.documents import Document
from kgraph.extraction.entities import PaperName, Tagged
from kgraph.extraction.tokens import TITLE_BREAK

#: What may stand in a title beside a name that is all it has, in front and behind.
_INTRODUCING: Final = re.compile(r"\s*(?:(?:an?|the|towards?|introducing)\s)?\s*", re.IGNORECASE)
_REPORT: Final = re.compile(r"\s*(?:(?:technical|system) (?:report|card)\b.*)?\W*", re.IGNORECASE)
_WE: Final = (
    r"\b(?:we|(?:this|the|our) (?:paper|work|study|article|(?:technical )?report)|the authors)"
    r"(?: (?:therefore|thus|then|here|also|first|further|additionally|hence))?"
)
#: What stands behind a name that the title tells about: "DistilBERT, a distilled version of BERT".
_APPOSED: Final = re.compile(r", an? ")
_WE_PROPOSE: Final = rf"{_WE} (?:propos|introduc|present)(?:e|es|ed|s)? (?:(?:the|an?|our) )?"
#: What stands in front of a name that the paper proposes, and behind it where it is the whole of what is proposed.
_PRESENTING: Final = re.compile(rf"{_WE_PROPOSE}(?:(?:novel|new|simple|efficient) )?[\"“]?$", re.IGNORECASE)
_PRESENTED: Final = re.compile(r"[\"”]?\s*(?:[(,:;.–—]|--?\s|(?:which|that|to|where|as|and)\b)")
#: What stands behind a name that is new: "QuillNet (QN), a novel framework".
_NOVEL: Final = re.compile(r"(?: \([^\s()]*\))?, (?:an?|the first) (?:\w+ ){0,2}(?:novel|new|innovative)\b")
#: What no name has in front of it that is new: "allocated by AdaLoRA, a novel approach is proposed".
_LEANING: Final = re.compile(
    r"\b(?:by|with|via|from|on|of|in|for|using|uses?|than|to|like|through|upon|and) (?:the )?$", re.IGNORECASE
)
#: What stands in front of a name that is given; "which we call" says who gives it, elsewhere the sentence does.
_CALLING: Final = re.compile(
    rf"(?P<we>\b(?:which|that|and) we )?\b(?:{NAMING}|call|dub|name|term)"
    r"(?: (?:it|this \w+|our \w+))?(?: as)? (?:the )?[\"“`']*$"
)
_WE_MAKE: Final = (
    rf"{_WE} (?:propos|introduc|present|develop|design|devis|releas|creat|construct|build|built|formulat|defin|describ|"
    r"call|name|term|dub)\w*"
)
_MAKING: Final = re.compile(rf"{_WE_MAKE}\b[^.;]*$", re.IGNORECASE)
#: "We propose a best-practice recipe, "; "we release "; not "we build a corpus from OSWorld, ".
_MAKING_SUCH: Final = re.compile(
    rf"(?i:{_WE_MAKE} (?:an?|the|our)) (?:[a-z\-]+ ){{0,7}}[a-z\-]+, $|(?i:{_WE} (?:release|open-source)) $"
)
#: "We propose pruning by quilted layers ("; not "we propose a module based on a vision transformer (".
_PROPOSING: Final = re.compile(
    rf"{_WE_PROPOSE}(?:(?!(?:for|using|with|based|that|to|which|via|in|on|from)\b)[\w\-/&]+ ){{1,10}}\($",
    re.IGNORECASE,
)
#: One word with capitals and others: QuillNet, Codex, VGG-16, but not LLMs.
_PROPER: Final = re.compile(r"(?![A-Z]+s?$)(?=\S*[A-Z])\S+")
#: Of anything else what the abstract says counts where it is at least so probable: not in "we propose a novel
#: reinforcement learning (RL) framework".
_LEAST: Final = 0.05
#: Few cues in front of a name are as long, and none that names it at the end of its sentence.
_CUE: Final = 60
_LONG_CUE: Final = 260


def is_announced(document: Document, name: PaperName, probability: float = 1.0) -> bool:
    """Return whether a paper says in so many words that a name is its own, a metric aside.

    ``probability`` is how probable that is otherwise.

    Of the labelled names that are a method, a model or a dataset, 473 of 476 in the title "NAME: what it is" are
    introduced, and 243 of 245 that are the title as a whole. So are 579 of the 590 names in "we propose NAME, …",
    1,122 of 1,125 in "NAME, a novel …", 412 of 420 in "we propose …, called NAME", and 250 of 258 with capitals in "we
    propose a method, NAME" and "we release NAME". Of those with capitals in "we propose what it is (NAME)" 921 of 1,000
    are: these count where ``probability`` does not rule it out.
    """
    if name.type == "metric":
        return False
    if _is_title_of(document, name):
        return True
    is_likely = probability >= _LEAST
    is_possible = is_likely or any(map(_PROPER.fullmatch, name.surfaces))
    return is_possible and any(_is_presented(document, span, is_likely) for span in name.occurrences)


def _is_title_of(document: Document, name: PaperName) -> bool:
    title = document.paper.title
    in_title = (span for span in name.occurrences if span.field == "title" and name.type != "task")
    return any(
        (span.start == 0 and (TITLE_BREAK.match(title, span.end) or _APPOSED.match(title, span.end)))
        or (_INTRODUCING.fullmatch(title, 0, span.start) and _REPORT.fullmatch(title, span.end))
        for span in in_title
    )


def _is_presented(document: Document, span: Tagged, is_likely: bool) -> bool:
    if span.field == "title":
        return False
    text = document.paper.abstract
    before = text[max(0, span.start - _CUE) : span.start]
    if _NOVEL.match(text, span.end) and not _LEANING.search(before):
        return True
    if _PRESENTED.match(text, span.end) and _PRESENTING.search(before):
        return True
    called = _CALLING.search(before)
    if called:
        return bool(called["we"] or _MAKING.search(text[max(0, span.start - _LONG_CUE) : span.start]))
    if (
        is_likely
        and before.endswith("(")
        and text.startswith(")", span.end)
        and _PROPER.fullmatch(text, span.start, span.end)
    ):
        return bool(_PROPOSING.search(text[max(0, span.start - _LONG_CUE) : span.start]))
    is_proper = re.search("[A-Z]", text[span.start + 1 : span.end])
    named = before.endswith((", ", "release ", "open-source ")) and is_proper
    return bool(named and _MAKING_SUCH.search(text[max(0, span.start - _LONG_CUE) : span.start]))

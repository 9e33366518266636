"""The normal form of a name: what two spellings must share to be the same name."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote

from kgraph.notation import plain_notation, spell_letters

_SEPARATORS = re.compile(r"(?:[\s\-‐-―−_/\\,:;'’`\"“”]|\^(?![a-z])|\.(?!\d)|(?<!\d)\.)+")
_DIGIT_GAP = re.compile(r"(?<=\d) (?=\d)")
# Words whose final s is no plural: bias, loss, BLAS, ...
_PLURAL = re.compile(r"(?:(?<=[a-z0-9]{2})(?<![suiao])s|(?<=[a-z]{3}[ao])s(?<!bias)(?<!atlas)(?<!chaos))\b(?! \d)")
_IES = re.compile(r"(?<=[a-z]{3})ies\b")


@lru_cache(maxsize=200_000)
def normal_form(surface: str) -> str:
    r"""Fold case, separators, plurals, TeX, Greek letters and compatibility characters of a name.

    Separators vanish, save between two digits, so that sizes and versions stay apart:

    >>> normal_form("Large Language Models") == normal_form("large-language model")
    True
    >>> normal_form("Llama 2-7B"), normal_form("LLaMA-27B")
    ('llama2 7b', 'llama27b')
    >>> normal_form("MobileNet V2") == normal_form("MobileNetV2")
    True
    >>> normal_form("Kinetics-400") == normal_form("Kinetics400")
    True
    >>> normal_form(r"$\tau^2$-Bench"), normal_form("τ²-bench"), normal_form("Tau2-Bench")
    ('tau2bench', 'tau2bench', 'tau2bench')
    >>> normal_form("codes"), normal_form("CodeS")
    ('code', 'codes')
    """
    plain = plain_notation(surface)
    fold = str if plain[-1:] == "S" and plain[-2:-1].islower() else _fold_plurals
    text = _fold_letters(plain)
    if text.replace(" ", "").isalpha():
        # Nearly always, and then there is nothing else to fold.
        return fold(text).replace(" ", "")
    text = fold(_SEPARATORS.sub(" ", text).strip())
    kept = _DIGIT_GAP.sub("\0", text).replace(" ", "").replace("\0", " ")
    return kept or surface.casefold()


def _fold_letters(text: str) -> str:
    """Fold case and compatibility characters, and spell Greek letters out."""
    return text.lower() if text.isascii() else spell_letters(unicodedata.normalize("NFKC", text).casefold())


def _fold_plurals(text: str) -> str:
    if "s" not in text:
        return text
    return _PLURAL.sub("", _IES.sub("y", text) if "ies" in text else text)


def singular(surface: str) -> str:
    """Return the name with its last word in the singular, as written otherwise.

    >>> singular("Large Language Models"), singular("LLMs"), singular("case studies"), singular("LASSO loss")
    ('Large Language Model', 'LLM', 'case study', 'LASSO loss')
    """
    head, tail = surface[:-1], surface[-1:]
    if tail != "s" or not _is_plural(surface):
        return surface
    return f"{surface[:-3]}y" if head.endswith("ie") else head


def _is_plural(surface: str) -> bool:
    folded = unicodedata.normalize("NFKC", surface).casefold()
    return folded.endswith("s") and _fold_plurals(folded) != folded


def slug(name: str) -> str:
    """Return a name as the last part of an IRI: lower case, words joined by hyphens, the rest percent-encoded.

    >>> slug("Low-Rank Adaptation"), slug("C++"), slug("50% sparsity"), slug("τ-Bench")
    ('low-rank-adaptation', 'c%2B%2B', '50%25-sparsity', 'tau-bench')
    """
    words = re.sub(r"[\s_\-‐-―−]+", "-", _fold_letters(name)).strip("-")
    return quote(words, safe="") or "-"

"""The normal form of a name: what two spellings must share to be the same name."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SEPARATORS = re.compile(r"(?:[\s\-‐-―−_/\\,:;'’`\"“”]|\.(?!\d)|(?<!\d)\.)+")
_DIGIT_GAP = re.compile(r"(?<=\d) (?=\d)")
# Words whose final s is no plural: bias, loss, BLAS, ...
_PLURAL = re.compile(r"(?<=[a-z0-9]{2})(?<![suiao])s\b|(?<=[a-z]{3}[ao])s\b(?<!bias)(?<!atlas)(?<!chaos)")
_IES = re.compile(r"(?<=[a-z]{3})ies\b")


@lru_cache(maxsize=200_000)
def normal_form(surface: str) -> str:
    """Fold case, separators, plurals and compatibility characters of a name.

    Separators vanish, save between two digits, so that sizes and versions stay apart:

    >>> normal_form("Large Language Models") == normal_form("large-language model")
    True
    >>> normal_form("Llama 2-7B"), normal_form("LLaMA-27B")
    ('llama2 7b', 'llama27b')
    >>> normal_form("MobileNet V2") == normal_form("MobileNetV2")
    True
    """
    text = unicodedata.normalize("NFKC", surface).casefold()
    text = _SEPARATORS.sub(" ", text).strip()
    text = _PLURAL.sub("", _IES.sub("y", text))
    kept = _DIGIT_GAP.sub("\0", text).replace(" ", "").replace("\0", " ")
    return kept or surface.casefold()

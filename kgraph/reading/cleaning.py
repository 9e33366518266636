"""Cleaning of text, once, when it is read; every later stage sees clean text."""

from __future__ import annotations

import re

_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f]")
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"\\^`{|}]+")
_BREAK = re.compile(r"[ \t]*\r?\n\s*")


def clean(text: str) -> str:
    r"""Replace lone surrogates by U+FFFD and drop C0 controls but tab and newline; change nothing else.

    >>> clean("a\x00b\ud800\n\tc")
    'ab�\n\tc'
    """
    if text.isascii() and text.isprintable():
        return text
    return _CONTROL.sub("", _SURROGATE.sub("\ufffd", text))


def unwrap(text: str) -> str:
    r"""Join the lines of a text that its format wrapped; for formats where line breaks mean nothing.

    BibTeX libraries, Atom feeds and arXiv's metadata break lines at a fixed width, in titles too: the
    breaks belong to the transport, so readers of these formats undo them before the text is cleaned.

    >>> unwrap("  Attention is\n   all you need\n")
    'Attention is all you need'
    """
    return _BREAK.sub(" ", text.strip())


def web_address(text: str) -> str:
    """Return the text if it is an http or https address, else nothing: other schemes run code where pages show them.

    >>> web_address(" https://arxiv.org/abs/2106.09685 "), web_address("javascript:alert(1)")
    ('https://arxiv.org/abs/2106.09685', '')
    """
    text = clean(text).strip()
    return text if _WEB_ADDRESS.fullmatch(text) else ""

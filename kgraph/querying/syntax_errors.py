"""What the parser says of a query, in fewer words."""

from __future__ import annotations

import re
from typing import Final

#: A class of characters as the parser writes its grammar, and its sign for any character.
_CHARACTERS: Final = re.compile(r"\[(?:'(?:\\u\{[0-9A-F]+\}|\\.|[^'\\])'|\s|\||\.\.=)+\]|\[_\]")


def explain_syntax_error(error: SyntaxError) -> str:
    r"""Return the parser's message with its place, without the single characters that would have been possible.

    >>> explain_syntax_error(SyntaxError("error at 2:12: expected one of Prefix not found, ['%'], ['0' ..= '9' | '-']"))
    'error at 2:12: Prefix not found'
    >>> explain_syntax_error(SyntaxError("error at 1:29: expected one of HAVING, OFFSET, ['0'..='9']"))
    'error at 1:29: expected one of HAVING, OFFSET'
    >>> explain_syntax_error(SyntaxError("error at 1:6: expected [_]"))
    'error at 1:6: this is no SPARQL'
    """
    place, found, rest = str(error).partition(": expected ")
    if not found:
        return place
    wishes = [wish.strip() for wish in _CHARACTERS.sub("", rest.removeprefix("one of ")).split(", ")]
    named = [wish for wish in wishes if wish]
    # What is wrong is said in a sentence, what is missing in a word.
    sentences = [wish for wish in named if " " in wish]
    if sentences:
        return f"{place}: {'; '.join(sentences)}"
    if not named:
        return f"{place}: this is no SPARQL"
    return f"{place}: expected {'one of ' if len(named) > 1 else ''}{', '.join(named)}"

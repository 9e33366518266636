r"""LaTeX in bibliographic fields to plain text; mathematics stays as it is written.

Accents and symbols are pylatexenc's, handed over one by one. Whole texts are not: it takes a per cent
sign for a comment, drops what stands in ``\texttt``, and needs milliseconds for an abstract.
"""

from __future__ import annotations

import logging
import re
from functools import lru_cache
from typing import Final

from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexwalker import LatexWalkerError

from .cleaning import clean

# What it cannot decode is kept as letters; its warnings would reach people who can do nothing about them.
logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)

_MATH = re.compile(
    r"(\$\$[^$]+\$\$|(?<!\\)\$(?:[^$\\]|\\.)+\$|\\\((?:[^\\]|\\[^()])+\\\)|\\\[(?:[^\\]|\\[^\[\]])+\\\])"
)
_TYPOGRAPHY: Final = tuple(
    (re.compile(written), meant)
    for written, meant in (("---", "—"), ("--", "–"), (r"(?<!\\)``", "“"), (r"(?<!\\)''", "”"), (r"(?<![\\/])~", " "))
)
_LINE_BREAK = re.compile(r"\\\\(?:\[[^\]]{0,20}\])?")
_ESCAPED = re.compile(r"\\([%&_#${} ])")
_LETTER = r"(?:\\[ij](?![A-Za-z])|[A-Za-z])"
_ACCENT = re.compile(rf"\\(?:[\"'`^~=.]|[uvHtcdbrk](?![A-Za-z]))\s*(?:\{{\s*{_LETTER}{{1,2}}\s*\}}|{_LETTER})")
_REFERENCE = re.compile(
    r"\\(?:(?:cite[a-z]*|ref|label|[vh]space|begin|end)\*?\s*(?:\[[^\]]{0,80}\]\s*)*|href\s*)\{[^{}]*\}"
)
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?(\s*\{\}|\s*)")
_SPACING = re.compile(r"\\([-/@!,;:])")
#: Commands that only switch the look of what follows.
_SWITCHES: Final = re.compile(
    "bf|bfseries|em|footnotesize|it|itshape|large|Large|mathbf|noopsort|normalfont|protect|rm|sc|scshape|sf|sffamily|"
    "sl|small|tt|ttfamily|xspace"
)
#: Symbols that pylatexenc lacks, or decodes to the day on which it runs.
_SYMBOLS: Final = {"textgreater": ">", "textless": "<", "textbar": "|", "textasciicircum": "^", "today": "today"}
# No text has these after cleaning.
_OPEN, _CLOSE = "\x01", "\x02"


def decode_latex(text: str) -> str:
    r"""Return plain text for LaTeX.

    >>> decode_latex(r"{B}ERT \& {\'e}l{\`e}ve: 5% of $x_1$, \emph{so} \O rsted")
    'BERT & élève: 5% of $x_1$, so Ørsted'
    """
    parts = _MATH.split(clean(text))
    return "".join(part if index % 2 else _decode(part) for index, part in enumerate(parts))


def decode_address(text: str) -> str:
    r"""Return an address or an identifier without what BibTeX files wrap around it.

    >>> decode_address(r"\url{https://example.org/a\_b%20c}")
    'https://example.org/a_b%20c'
    """
    return re.sub(r"\\url\b|[{}]", "", _ESCAPED.sub(r"\1", text)).strip()


def _decode(text: str) -> str:
    for written, meant in _TYPOGRAPHY:
        text = written.sub(meant, text)
    if "\\" in text:
        text = _decode_commands(text)
    return text.replace("{", "").replace("}", "").replace(_OPEN, "{").replace(_CLOSE, "}")


def _decode_commands(text: str) -> str:
    text = _LINE_BREAK.sub(" ", text)
    text = _ESCAPED.sub(lambda match: {"{": _OPEN, "}": _CLOSE}.get(match[1], match[1]), text)
    text = _ACCENT.sub(lambda match: _decode_symbol(match[0]) or match[0], text)
    text = _REFERENCE.sub("", text)
    text = _SPACING.sub(lambda match: " " if match[1] in ",;:" else "", text)
    return _COMMAND.sub(_decode_command, text)


def _decode_command(match: re.Match[str]) -> str:
    """Decode a symbol; of a command with an argument only the argument stays, of an unknown one its name."""
    name, rest = match.groups()
    if _SWITCHES.fullmatch(name) or match.string.startswith("{", match.end()):
        return ""
    return _SYMBOLS.get(name) or _decode_symbol(f"\\{name}") or name + rest.removesuffix("{}")


@lru_cache(maxsize=4096)
def _decode_symbol(command: str) -> str:
    """Return the characters of an accent or a symbol; empty where it is none."""
    try:
        return str(LatexNodes2Text().latex_to_text(command)).strip()
    except (LatexWalkerError, LookupError, TypeError, ValueError, AttributeError):
        return ""

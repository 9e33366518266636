r"""TeX in names, as arXiv's abstracts have it (``$\tau^2$-Bench``), in plain characters (τ²-Bench)."""

from __future__ import annotations

import re
from typing import Final

_ALPHABET: Final = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi "
    "psi omega"
)
#: Small Greek letters by their names; the sigma that ends words is none of them.
_GREEK: Final = dict(zip(_ALPHABET.split(" "), "αβγδεζηθικλμνξοπρστυφχψω", strict=True))
_SYMBOLS: Final = {
    **_GREEK,
    **{name.capitalize(): letter.upper() for name, letter in _GREEK.items()},
    **{f"var{name}": letter for name, letter in _GREEK.items()},
    **{"times": "×", "infty": "∞", "ell": "ℓ", "sharp": "♯", "star": "*", "ast": "*", "circ": "∘", "pm": "±"},
    **{"sim": "∼", "approx": "≈", "to": "→", "rightarrow": "→", "leftrightarrow": "↔", "nabla": "∇", "partial": "∂"},
    **{"dagger": "†", "cdot": "·", "oplus": "⊕", "otimes": "⊗", "perp": "⊥", "top": "⊤", "leq": "≤", "geq": "≥"},
}
_LATIN: Final = str.maketrans({letter: name for name, letter in _GREEK.items()})

#: A character that TeX takes literally behind a backslash; one that only parts letters; a command.
_LITERAL: Final = re.compile(r"\\([&%$#_{}])")
_SPACING: Final = re.compile(r"\\[/!,;:]|\\ |\\(?=-)")
_COMMAND: Final = re.compile(r"\\([A-Za-z]+)\s*")
_POWER: Final = re.compile(r"\^\s*(?:\{\s*(\d+)\s*\}|(\d))")
_INDEX: Final = re.compile(r"_\s*(?:\{\s*([\d.]+|\w)\s*\}|(\d))")
_HIGH: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# No text has these once it is read: see kgraph.reading.cleaning.
_KEPT: Final = dict(zip("&%$#_{}", "\x01\x02\x03\x04\x05\x06\x07", strict=True))
_BACK: Final = str.maketrans({kept: character for character, kept in _KEPT.items()})
_MARKS: Final = str.maketrans("", "", "${}\\")
#: What raises anything but a letter: L^p is not LP.
_RAISE: Final = re.compile(r"\^(?!\s*\{?\s*[A-Za-z])")


_FIRST_MARK: Final = re.compile(r"\*\*|[${}~]")
_LAST_MARK: Final = re.compile(r"(?:\*\*|[${}~])$")
#: A blank at which no line is broken.
_TIE: Final = re.compile(r"(?<=\w)~(?=\w)")


def is_marked(name: str) -> bool:
    r"""Whether there is TeX in a name.

    >>> is_marked(r"$k$-means"), is_marked(r"{\mu}P"), is_marked("Llama~3"), is_marked("KV$"), is_marked("C++")
    (True, True, True, False, False)
    """
    return "\\" in name or "~" in name or ("$" in name and (name.count("$") > 1 or "^" in name or "_" in name))


def plain_notation(name: str) -> str:
    r"""Return a name with what TeX means in plain characters: letters for their commands, powers raised.

    >>> plain_notation(r"$\tau^2$-Bench"), plain_notation(r"$\pi_{0.5}$"), plain_notation(r"Uni$\textbf{F}^2$ace")
    ('τ²-Bench', 'π0.5', 'UniF²ace')
    >>> plain_notation(r"KV\$"), plain_notation(r"$k$-means"), plain_notation(r"\omniedit"), plain_notation("C++")
    ('KV$', 'k-means', 'omniedit', 'C++')
    >>> plain_notation("Llama~3.1 8B")
    'Llama 3.1 8B'
    """
    if not is_marked(name):
        return name
    text = _SPACING.sub("", _LITERAL.sub(lambda found: _KEPT[found[1]], _TIE.sub(" ", name)))
    text = _COMMAND.sub(_meant, text)
    text = _POWER.sub(lambda found: (found[1] or found[2]).translate(_HIGH), text)
    text = _INDEX.sub(lambda found: found[1] or found[2], text)
    return _RAISE.sub("", text).translate(_MARKS).translate(_BACK).strip() or name


def _meant(command: re.Match[str]) -> str:
    """Return the symbol that a command is; of one with an argument nothing, of an unknown one its name."""
    if command.string.startswith("{", command.end()):
        return ""
    return _SYMBOLS.get(command[1], command[1])


def find_bare(name: str) -> tuple[int, int]:
    r"""Return where a name begins and ends without the marks of TeX or Markdown at its ends that have no partner.

    >>> [name[slice(*find_bare(name))] for name in ("Delightful Policy}", "**SAM 2", "$k$", "F_{1}", "KV$ cache", "A*")]
    ['Delightful Policy', 'SAM 2', '$k$', 'F_{1}', 'KV$ cache', 'A*']
    """
    start, end = 0, len(name)
    while found := _FIRST_MARK.match(name, start, end):
        if not _is_stray(found.group(), "}", name[start:end]):
            break
        start = found.end()
    while found := _LAST_MARK.search(name, start, end):
        if not _is_stray(found.group(), "{", name[start:end]):
            break
        end = found.start()
    return start, end


def _is_stray(mark: str, wrong_brace: str, name: str) -> bool:
    """Return whether a mark at one end of a name has no partner; one of the two braces has none there."""
    if mark in "{}":
        other = "}" if mark == "{" else "{"
        return mark == wrong_brace or name.count(mark) > name.count(other)
    return mark == "~" or name.count(mark) % 2 == 1


def spell_letters(text: str) -> str:
    """Return a text in small letters with Greek letters spelled out.

    >>> spell_letters("τ-bench")
    'tau-bench'
    """
    return text.translate(_LATIN)

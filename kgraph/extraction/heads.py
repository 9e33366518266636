"""Where a name ends that has its words in capitals: in front of the noun that says what it is, "Fourier Enhancement".

Of 669 labelled names with two words in capitals beside such a noun in small letters 20 have it as a part.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from kgraph.extraction.documents import Document
from kgraph.extraction.groups import Place

_HEADED: Final = re.compile(
    r"(?=\S*[A-Z].*[\s\-][A-Z])[A-Z]\S*(?: (?:[A-Z]\S*|of|for|and|with|to|in|the|via|on|from|by))*(?<=\w)"
    r"(?P<head> (?:framework|module|mechanism|dataset|method|benchmark|strategy|algorithm|architecture|approach|task|"
    r"paradigm|technique|problem|objective|scheme|stage|methodology|pipeline|platform|procedure|protocol|component|"
    r"library|engine|design)s?)"
)


def cut_head(document: Document, place: Place) -> Place:
    """Return a place that ends in front of such a noun, unless an abbreviation stands for that too."""
    if (place.field, place.start, place.end) in document.long_spans:
        return place
    headed = _HEADED.fullmatch(document.paper.text(place.field), place.start, place.end)
    return replace(place, end=headed.start("head"), words=place.words - 1) if headed else place

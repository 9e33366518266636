"""The trained tagger, ranker and role classifier, and the file that holds them."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from kgraph.errors import InputError
from kgraph.extraction.convolution import Array, ConvNet, pack_convnet, unpack_convnet
from kgraph.extraction.crf import Chain, SpanScore, find_spans, pack_chain, run_chain, unpack_chain
from kgraph.extraction.documents import Document, read_document
from kgraph.extraction.emissions import Emitter, Sums
from kgraph.extraction.entities import PaperName
from kgraph.extraction.features import WordFeatures
from kgraph.extraction.groups import CLASSES, Group, group_spans
from kgraph.extraction.lexicon import Lexicon, load_lexicon
from kgraph.extraction.memory import Memory
from kgraph.extraction.network import Network, pack_network, unpack_network
from kgraph.extraction.ownership import ownership_features
from kgraph.extraction.ranking import ranking_features
from kgraph.extraction.roles import choose_roles, role_features
from kgraph.extraction.selection import select_names
from kgraph.records import Paper, Role
from kgraph.resources import collector_paused, data_path

SHIPPED: Final = "tagger.zip"
#: Bytes of a model once unpacked; the shipped one has some 7 million.
_LARGEST: Final = 1 << 30
#: What reading one raises where it is damaged, encrypted, or no model.
_DAMAGE: Final = (OSError, EOFError, LookupError, ValueError, TypeError, RuntimeError)
#: What the chain and the network weigh beside each other.
CHAIN_SHARE: Final = 0.4
NETWORK_SHARE: Final = 0.8


class Tagger:
    """The first layer: how probable each span is as a name of each type, sentence by sentence.

    A chain and a network judge each word; the labelling is as probable as their weighted product says (a product of
    experts, Hinton 2002), within the transitions of the chain.
    """

    def __init__(self, chain: Chain, network: ConvNet, lexicon: Lexicon) -> None:
        self.chain = chain
        self.network = network
        self.words = WordFeatures(lexicon)
        self._emitter = Emitter(chain, network, self.words)
        self._moves = replace(chain, transitions=chain.transitions * CHAIN_SHARE)

    def find_spans(self, document: Document) -> list[SpanScore]:
        """Return the spans of a document that are not improbable as names."""
        return self.find_all_spans([document])[0]

    def find_all_spans(self, documents: Sequence[Document]) -> list[list[SpanScore]]:
        """Return the spans of each document; faster than one by one, and the same."""
        lengths = [len(sentence.words) for document in documents for sentence in document.sentences]
        if not lengths:
            return [[] for _ in documents]
        sums = self._emitter.sums(documents)
        emissions = CHAIN_SHARE * sums.emissions + NETWORK_SHARE * self._run_network(documents, sums)
        lattice = run_chain(self._moves, emissions, lengths)
        return find_spans(lattice, lengths, [len(document.sentences) for document in documents])

    def _run_network(self, documents: Sequence[Document], sums: Sums) -> Array:
        vectors = self.words.lexicon.vectors[sums.vectors]
        found, first = [], 0
        for document in documents:
            lengths = [len(sentence.words) for sentence in document.sentences]
            if lengths:
                last = first + sum(lengths)
                found.append(self.network.run(sums.own[first:last], vectors[first:last], lengths))
                first = last
        return np.concatenate(found)


@dataclass(frozen=True, slots=True)
class SecondLayer:
    """Which groups of spans are names: by what they were in labelled papers, and by two networks.

    ``ranker`` tells names and their types, ``owner`` what is a paper's own.
    """

    memory: Memory
    ranker: Network
    owner: Network

    def choose(self, document: Document, groups: Sequence[Group], words: WordFeatures) -> list[PaperName]:
        """Return the groups that are names, their occurrences without overlap."""
        if not groups:
            return []
        rows = np.concatenate([ranking_features(document, groups, words), self.memory.rows(groups)], axis=1)
        return select_names(document, groups, self.ranker.run(rows), self.owner.run(rows)[:, 1])


class TaggerModel:
    """Finds the names of a paper with types and roles; made by ``train``, read by :func:`load_model`."""

    def __init__(self, tagger: Tagger, second: SecondLayer, roles: Chain, ownership: Chain) -> None:
        self.tagger = tagger
        self.words = tagger.words
        self.second = second
        self.roles = roles
        self.ownership = ownership

    def find_names(self, document: Document) -> list[PaperName]:
        """Return the names of a paper, their occurrences without overlap."""
        return self.find_all_names([document])[0]

    def find_all_names(self, documents: Sequence[Document]) -> list[list[PaperName]]:
        """Return the names of each paper; faster than one by one, and the same."""
        spans = self.tagger.find_all_spans(documents)
        return [
            self.second.choose(document, group_spans(document, each), self.words)
            for document, each in zip(documents, spans, strict=True)
        ]

    def find_roles(self, document: Document, names: Sequence[PaperName]) -> list[Role | None]:
        """Return the role of each name of a paper, None for one that had better be left out."""
        return self.find_all_roles([document], [names])[0]

    def find_all_roles(
        self, documents: Sequence[Document], names: Sequence[Sequence[PaperName]]
    ) -> list[list[Role | None]]:
        """Return the roles of the names of each paper; faster than one by one, and the same."""
        lengths = [len(each) for each in names]
        if not any(lengths):
            return [[] for _ in documents]
        rows = [role_features(document, each, self.words) for document, each in zip(documents, names, strict=True)]
        words = [ownership_features(*each) for each in zip(documents, names, rows, strict=True)]
        roles, owned = _run_names(self.roles, rows), _run_names(self.ownership, words)[:, 0].tolist()
        ends = list(accumulate(lengths))
        return [
            choose_roles(document, each, roles[end - len(each) : end], owned[end - len(each) : end])
            for document, each, end in zip(documents, names, ends, strict=True)
        ]


def _run_names(chain: Chain, papers: Sequence[Sequence[Sequence[str]]]) -> npt.NDArray[np.float64]:
    """Return the probability of each label of each name (name, label), given the features of the names of papers."""
    sums = np.stack([chain.total(row) for rows in papers for row in rows])
    return run_chain(chain, sums, [len(rows) for rows in papers if rows]).marginals()


def save_model(path: Path, model: TaggerModel) -> None:
    """Write the parts of a model into one file; the same bytes for the same weights."""
    parts = {
        "tagger": pack_chain(model.tagger.chain),
        "network": pack_convnet(model.tagger.network),
        "memory": _pack_memory(model.second.memory),
        "ranker": pack_network(model.second.ranker),
        "owner": pack_network(model.second.owner),
        "roles": pack_chain(model.roles),
        "ownership": pack_chain(model.ownership),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for part, contents in parts.items():
            for name, content in contents.items():
                archive.writestr(zipfile.ZipInfo(f"{part}/{name}"), content, zipfile.ZIP_DEFLATED, 9)
    path.write_bytes(buffer.getvalue())


@lru_cache(maxsize=2)
@collector_paused()
def load_model(path: Path | None = None, vocabulary: Path | None = None) -> TaggerModel:
    """Read a model, without ``path`` the shipped one; ``vocabulary`` adds to the names that it knows.

    Raises :class:`InputError` where there is none.
    """
    file = path or data_path(SHIPPED)
    lexicon = load_lexicon(vocabulary)
    try:
        with zipfile.ZipFile(file) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _LARGEST:
                raise ValueError("larger than any model, once unpacked")
            parts = {name: archive.read(name) for name in archive.namelist()}
        chain, roles, ownership = (unpack_chain(_part(parts, part)) for part in ("tagger", "roles", "ownership"))
        network = unpack_convnet(_part(parts, "network"))
        ranker, owner = unpack_network(_part(parts, "ranker")), unpack_network(_part(parts, "owner"))
        second = SecondLayer(_unpack_memory(_part(parts, "memory")), ranker, owner)
        model = TaggerModel(Tagger(chain, network, lexicon), second, roles, ownership)
        _try_out(model)
    except (*_DAMAGE, zipfile.BadZipFile, zlib.error) as error:
        raise InputError(f"{file}: is not a model that 'kgraph train' wrote ({error}); train it anew") from None
    return model


def _try_out(model: TaggerModel) -> None:
    """Read one name in one title: parts of different models do not fit each other."""
    document = read_document(Paper("paper/probe", "A probe", ""))
    groups = group_spans(document, model.tagger.find_spans(document) or [SpanScore(0, 1, 2, {"method": 0.9})])
    model.second.choose(document, groups, model.words)


def _part(parts: Mapping[str, bytes], part: str) -> dict[str, bytes]:
    return {name.split("/")[1]: content for name, content in parts.items() if name.startswith(f"{part}/")}


def _pack_memory(memory: Memory) -> dict[str, bytes]:
    counts = np.array(list(memory.counts.values()), np.int64).reshape(-1, CLASSES).clip(0, 255).astype(np.uint8)
    return {"keys": "\n".join(memory.counts).encode(), "counts": counts.tobytes()}


def _unpack_memory(parts: Mapping[str, bytes]) -> Memory:
    counts = np.frombuffer(parts["counts"], np.uint8).reshape(-1, CLASSES).tolist()
    keys = parts["keys"].decode().split("\n")
    return Memory(dict(zip(keys, map(tuple, counts), strict=True)))

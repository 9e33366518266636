"""Make the word statistics that the tagger ships, from unlabelled titles and abstracts.

Needs gensim and scikit-learn, which the package does not: run it in an environment that has kgraph,
gensim and scikit-learn. Skip-gram vectors of the words are put into 64, 256 and 1,024 clusters; with
them go a class of document frequency and one of how often a word is capitalised inside a sentence. The
vectors of the more frequent words are kept too, cut to 40 principal components of one byte each.

The vectors are trained by two threads and so differ a little from run to run; the file that ships was made
once and is an input of training. usage: python benchmarks/make_clusters.py OUT.json.gz PAPERS.jsonl.gz...
"""

from __future__ import annotations

import base64
import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kgraph.extraction.documents import cut_sentences
from kgraph.names import normal_form

FEWEST = 4
DIMENSIONS = 100
CLUSTERS = (64, 256, 1024)
FEWEST_FOR_VECTOR = 7
VECTOR = 40


def read_texts(paths: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Yield title and abstract of each distinct title."""
    seen: set[str] = set()
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open() as lines:
            for line in lines:
                paper = json.loads(line)
                key = normal_form(paper["title"])
                if key not in seen:
                    seen.add(key)
                    yield paper["title"], paper["abstract"]


def main(output: Path, paths: Sequence[Path]) -> None:
    """Train the vectors, cluster them and write the table."""
    sentences: list[list[str]] = []
    frequency: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for title, abstract in read_texts(paths):
        found = [*cut_sentences("title", title), *cut_sentences("abstract", abstract)]
        sentences += [[word.lower() for word in sentence.words] for sentence in found]
        frequency.update({word.lower() for sentence in found for word in sentence.words})
        for sentence in found:
            if sentence.field == "abstract":
                inside.update(word.lower() for word in sentence.words[1:])
                capital.update(word.lower() for word in sentence.words[1:] if word != word.lower())
    rows = sorted(word for word, count in frequency.items() if count >= FEWEST)
    vectors = _vectors(sentences, rows)
    labels = _cluster(vectors, [frequency[word] for word in rows])
    chosen = [row for row, word in enumerate(rows) if frequency[word] >= FEWEST_FOR_VECTOR]
    content = {
        "words": {
            "word": " ".join(rows),
            **{name: " ".join(map(str, of)) for name, of in zip(("large", "middle", "small"), labels, strict=True)},
            "frequency": "".join(str(_size(frequency[word])) for word in rows),
            "capitals": "".join(_share(capital[word], inside[word]) for word in rows),
        },
        "with_vector": " ".join(rows[row] for row in chosen),
        "vectors": base64.b64encode(_reduce(vectors)[chosen].tobytes()).decode(),
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    output.write_bytes(gzip.compress(text.encode(), mtime=0))


def _reduce(vectors: Any) -> Any:
    import numpy as np

    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    centred = unit - unit.mean(axis=0)
    *_, axes = np.linalg.svd(centred, full_matrices=False)
    reduced = centred @ axes[:VECTOR].T
    return np.clip(np.round(reduced / reduced.std() * 20), -127, 127).astype(np.int8)


def _vectors(sentences: list[list[str]], rows: Sequence[str]) -> Any:
    from gensim.models import Word2Vec  # type: ignore[import-not-found,unused-ignore]

    model = Word2Vec(
        sentences, vector_size=DIMENSIONS, window=4, min_count=FEWEST, sg=1, negative=8, workers=2, epochs=4, seed=1,
        sample=1e-4,
    )  # fmt: skip
    return model.wv[list(rows)]


def _cluster(vectors: Any, frequencies: Sequence[int]) -> list[Any]:
    import numpy as np
    from sklearn.cluster import MiniBatchKMeans

    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    weights = np.sqrt(np.asarray(frequencies, dtype=float))
    return [
        MiniBatchKMeans(count, random_state=1, n_init=2, batch_size=4096, max_iter=60)
        .fit(unit, sample_weight=weights)
        .predict(unit)
        for count in CLUSTERS
    ]


def _size(frequency: int) -> int:
    return min(9, frequency.bit_length() // 2)


def _share(capital: int, inside: int) -> str:
    if inside < 5:
        return "?"
    return str(round(4 * capital / inside))


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])

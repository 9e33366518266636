"""Papers in which a name may stand are found however it is written, so that no other needs to be searched again."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from kgraph.engines.local import LocalEngine
from kgraph.extraction.missing import Texts, Wanted, find_holders, find_missed
from kgraph.extraction.phrases import phrase_key

NAMES = ("fine-tuning", "neural network", "VR", "GPT-4.5 Turbo")
TEXT = st.lists(
    st.sampled_from(
        [*NAMES, "Neural Networks", "fine tuning", "finetuning", "VRs", "overfitting", "of", "-", ".", "A"]
    ),
    max_size=8,
).map(" ".join)


def holders(papers: list[tuple[str, str]], keys: set[str]) -> set[str]:
    engine = LocalEngine()
    ids = [str(number) for number in range(len(papers))]
    titles, abstracts = [title for title, _ in papers], [abstract for _, abstract in papers]
    engine.register("papers", pa.table({"id": ids, "title": titles, "abstract": abstracts}))
    engine.register("kept_papers", pa.table({"id": ids}))
    return set(find_holders(engine, keys))


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=5))
def test_no_paper_that_names_it_is_passed_over(papers: list[tuple[str, str]]) -> None:
    wanted = {phrase_key(name): Wanted(name, lower=True) for name in NAMES}
    found = holders(papers, set(wanted))
    for number, (title, abstract) in enumerate(papers):
        if any(find_missed(Texts(str(number), title, abstract, ()), wanted)):
            assert str(number) in found


def test_a_short_name_inside_other_words_is_none() -> None:
    assert holders([("Overriding", "We drive rvrs."), ("Worlds in VR", "")], {"vr"}) == {"1"}

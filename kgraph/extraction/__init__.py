"""Text → candidates: the names in a paper, with their types and roles; and settling them over a corpus."""

from kgraph.extraction.extracting import extract_all, extract_candidates, extraction_started
from kgraph.extraction.extractors import Extractor, load_extractor, read_settings
from kgraph.extraction.missing import MISSED, WANTED
from kgraph.extraction.model import TaggerModel, load_model
from kgraph.extraction.settling import settle

__all__ = [
    "MISSED",
    "WANTED",
    "Extractor",
    "TaggerModel",
    "extract_all",
    "extract_candidates",
    "extraction_started",
    "load_extractor",
    "load_model",
    "read_settings",
    "settle",
]

"""A blind test of the running service: its answers sealed, its probes searched, both opened."""

from app.services.blind_test.protocol_text import protocol_text
from app.services.blind_test.seal_answers import SealedTest, seal_answers
from app.services.blind_test.search_blind import Searched, search_blind

__all__ = ["SealedTest", "Searched", "protocol_text", "seal_answers", "search_blind"]

"""Pages in HTML that open without a network: their style and their pictures are in them."""

from typing_extensions import override

from adapters.evaluation_paper.protocol import protocol_page
from app.domain.blind_score import OpenedBlindTest
from app.domain.evaluation import Evaluation
from app.ports.evaluation_paper import EvaluationPaper


class HtmlEvaluationPaper(EvaluationPaper):
    """Writes HTML; nothing in it is fetched, and nothing runs."""

    @override
    def protocol(self, opened: OpenedBlindTest) -> str:
        return protocol_page(opened)

    @override
    def report(self, evaluation: Evaluation) -> str:
        from adapters.evaluation_paper.report import report_page  # noqa: PLC0415 - with matplotlib

        return report_page(evaluation)

"""Use cases about the review of searches by people."""

from dataclasses import dataclass

from app.services.reviews.read_reviews import ReadReviews
from app.services.reviews.record_review import RecordReview
from app.services.reviews.view_picture import ViewPicture


@dataclass(frozen=True, slots=True)
class ReviewServices:
    """What reviewers ask for."""

    read: ReadReviews
    record: RecordReview
    view_picture: ViewPicture

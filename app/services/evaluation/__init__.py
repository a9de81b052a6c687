"""Measuring a face engine on labelled photos, beside the service and never in its gallery."""

from app.services.evaluation.evaluate import Evaluate, Program, Wanted
from app.services.evaluation.evaluate_gallery import EvaluateGallery
from app.services.evaluation.watching import Step, Unwatched, Watcher

__all__ = ["Evaluate", "EvaluateGallery", "Program", "Step", "Unwatched", "Wanted", "Watcher"]

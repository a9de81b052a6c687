"""A review's entry as plain JSON: what the audit has the hash of, and a disclosure shows.

Candidates are named by their rank, which tells nothing of a person.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from app.domain.audit_record import canonical_json, moment
from app.domain.review import Finding, ReviewEntry


def told(entry: ReviewEntry, ranks: Mapping[str, int]) -> dict[str, Any]:
    """Return an entry; `ranks` are the candidates' by external_image_id."""
    said: dict[str, Any] = {
        "number": entry.number,
        "at": moment(entry.at),
        "reviewer": entry.reviewer.person,
        "key": entry.reviewer.key,
        "corrects": entry.corrects,
    }
    if probe := entry.probe:
        reasons = [str(reason) for reason in probe.reasons]
        suitability = str(probe.suitability)
        said["probe"] = {"suitability": suitability, "reasons": reasons, "notes": probe.notes}
    if answer := entry.answer:
        said["answer"] = {
            "none_of_these": not answer.findings,
            "findings": [_finding(one, ranks) for one in answer.findings],
            "notes": answer.notes,
            "blind": answer.is_blind,
        }
    if entry.close is not None:
        said["close"] = {"reason": entry.close.reason}
    if release := entry.release:
        evidence = release.corroboration
        said["release"] = {
            "candidate": ranks.get(release.external_image_id),
            "corroboration": evidence
            and {
                "kind": str(evidence.kind),
                "reference": evidence.reference,
                "text": evidence.text,
            },
        }
    return said


def sha256_of_entry(entry: ReviewEntry, ranks: Mapping[str, int]) -> str:
    """Return the hash that the audit has of an entry: of its canonical JSON."""
    return hashlib.sha256(canonical_json(told(entry, ranks)).encode()).hexdigest()


def _finding(finding: Finding, ranks: Mapping[str, int]) -> dict[str, Any]:
    return {
        "candidate": ranks.get(finding.external_image_id),
        "conclusion": str(finding.conclusion),
        "features": {str(one.feature): str(one.observation) for one in finding.features},
        "notes": finding.notes,
    }

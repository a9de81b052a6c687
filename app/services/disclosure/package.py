"""The files of a disclosure, signed together and put in one ZIP."""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from app.domain.photo import sha256_of
from app.services.signatures import Signer

DOCUMENT = "disclosure.json"
PAPER = "disclosure.pdf"
SIGNED = "disclosure.signed.json"
README = "README.txt"

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP can say: the same bytes every time
_READ_ME = """\
Disclosure of search {search_id}

disclosure.pdf          for people
disclosure.json         the same for programs, and what is too long for paper
disclosure.signed.json  the SHA-256 of these and of this file, signed (Ed25519)

verify_disclosure.py, which is published with Candid's documentation, checks all of it offline:
python verify_disclosure.py --key THE_AGENCYS_PUBLIC_KEY {file_name}
"""


def file_name_of(search_id: str) -> str:
    """Return how the package of a search is called."""
    return f"disclosure-{search_id}.zip"


def packed(document: Mapping[str, Any], paper: bytes, signer: Signer) -> bytes:
    """Return the ZIP: the document, which carries the PDF's hash, the PDF, and all signed."""
    search_id = document["search"]["search_id"]
    whole = _written({**document, "pdf": {"file": PAPER, "sha256": sha256_of(paper)}})
    readme = _READ_ME.format(search_id=search_id, file_name=file_name_of(search_id)).encode()
    files = {README: readme, PAPER: paper, DOCUMENT: whole}
    statement = {
        "kind": document["kind"],
        "search_id": search_id,
        "made_at": document["made_at"],
        "files": {one: sha256_of(content) for one, content in files.items()},
    }
    signed = _written(signer.signed(statement, under="disclosure"))
    return _zipped({**files, SIGNED: signed})


def _written(document: Mapping[str, Any]) -> bytes:
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode("utf-8", "replace")


def _zipped(files: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _FIRST_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return written.getvalue()

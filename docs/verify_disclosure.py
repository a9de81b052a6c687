"""Verify a disclosure of Candid's without Candid: verify_disclosure.py [--key KEY] PACKAGE.zip.

KEY is the agency's public key as you were told it. Python 3.9 or later and `cryptography` are
needed, and no network. With `python -I` nothing but these is read.
"""

import argparse
import base64
import hashlib
import json
import zipfile
import zlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

NAMES = ("README.txt", "disclosure.json", "disclosure.pdf", "disclosure.signed.json")
MOST_BYTES = 500_000_000
UNREADABLE = (OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)
UNREADABLE += (KeyError, TypeError, ValueError, AttributeError)

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--key")
parser.add_argument("package")
asked = parser.parse_args()
faults = []


def check(signed: dict, under: str, name: str) -> dict:
    """Return what is signed; its signature is over its canonical form, the key in it."""
    said = signed[under]
    form = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(said["public_key"]))
        public.verify(base64.b64decode(signed["signature"]), form.encode())
    except (InvalidSignature, ValueError):
        faults.append(f"{name}: the signature does not fit")
    if asked.key and said["public_key"] != asked.key:
        faults.append(f"{name}: signed with another key, {said['public_key']}")
    return said


try:
    with zipfile.ZipFile(asked.package) as package:
        names = package.namelist()
        if sorted(names) != sorted(NAMES):
            faults.append(f"the package has not exactly {', '.join(NAMES)}, each once: {names}")
        if sum(one.file_size for one in package.infolist()) > MOST_BYTES:
            raise ValueError(f"unpacked it is larger than {MOST_BYTES} bytes")
        content = {one: package.read(one) for one in names}
    statement = check(json.loads(content["disclosure.signed.json"]), "disclosure", "the package")
    for file, sha256 in statement["files"].items():
        if file not in content:
            faults.append(f"{file}: missing")
        elif hashlib.sha256(content[file]).hexdigest() != sha256:
            faults.append(f"{file}: altered")
    if {*statement["files"], "disclosure.signed.json"} != set(NAMES):
        faults.append("the signed statement is not about every file")
    document = json.loads(content["disclosure.json"])
    if document["pdf"]["sha256"] != hashlib.sha256(content["disclosure.pdf"]).hexdigest():
        faults.append("disclosure.json was made for another PDF")
    if document["search"]["search_id"] != statement["search_id"]:
        faults.append("disclosure.json is about another search than the signed statement")
    head = check(document["audit"]["signed_head"], "head", "the head of the audit")
    print(f"Search {statement['search_id']}, disclosed {statement['made_at']}")
    print(
        f"Key {statement['public_key']}; audit up to number {head['number']}, hash {head['hash']}"
    )
except UNREADABLE as error:
    faults.append(f"{asked.package}: not a disclosure, or cut off ({type(error).__name__} {error})")
if not asked.key:
    print("No --key: the signatures fit the keys that are named, whosever they are")
print("\n".join([*faults, f"{len(faults)} faults"]))
raise SystemExit(1 if faults else 0)

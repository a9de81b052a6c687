"""Verify a receipt of removal without Candid: verify_receipt.py [--key KEY] RECEIPT [PHOTO ...].

RECEIPT is the answer of GET /removals/{id}, or its `signed` part, as a file; KEY is the public key
as you were told it. PHOTO are files of which the receipt is to say that they were removed. Only
`signed` is signed and looked at: what stands beside it in the answer may have been altered.
"""

import argparse
import base64
import hashlib
import json
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--key")
parser.add_argument("receipt")
parser.add_argument("photo", nargs="*")
asked = parser.parse_args()
faults = []

try:
    document = json.loads(Path(asked.receipt).read_text("utf-8"))
    signed = document.get("signed", document)
    receipt, signature = signed["receipt"], signed["signature"]
    known = receipt["kind"] == "candid removal receipt, version 1"
    key = receipt["public_key"]
except (OSError, ValueError, LookupError, TypeError, AttributeError):
    known = False
if not known:
    raise SystemExit(f"{asked.receipt}: no receipt of a removal that this script knows")
# What is signed is the canonical form: sorted keys, no spaces, characters as they are.
form = json.dumps(receipt, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
try:
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key))
    public.verify(base64.b64decode(signature), form.encode())
except (InvalidSignature, ValueError, TypeError):
    raise SystemExit("the signature does not fit: the receipt was altered") from None
if asked.key and key != asked.key:
    faults.append(f"signed by another key, {key}")
if receipt["state"] != "proved":
    faults.append(f"the removal is {receipt['state']}, not proved")
for check in receipt["checks"]:
    faults.extend(f"{check['place']}: {left}" for left in check["left"])
gone = [photo for photo in receipt["photos"] if photo["removed_at"]]
removed = {photo["sha256"] for photo in gone} - {None}  # None: it was gone before, or never kept
shown = {name: hashlib.sha256(Path(name).read_bytes()).hexdigest() for name in asked.photo}
faults.extend(f"{name}: no photo of this receipt" for name in shown if shown[name] not in removed)
if not asked.key:
    print("No --key: the signature fits the key that the receipt names, whosever it is")
print(f"removal {receipt['removal_id']}: {len(gone)} photos, proved at {receipt['proved_at']}")
print(f"asked: {json.dumps(receipt['asked'])}")
print("\n".join([*faults, f"{len(faults)} faults"]))
raise SystemExit(1 if faults else 0)

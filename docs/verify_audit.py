"""Verify an export of Candid's audit without Candid: verify_audit.py [--key KEY] EXPORT [HEAD ...].

KEY is the public key as you were told it, HEAD are files of signed heads that were kept elsewhere.
"""

import argparse
import base64
import hashlib
import json
import re
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--key")
parser.add_argument("export")
parser.add_argument("head", nargs="*")
asked = parser.parse_args()
faults = []


def signed_head(text: str, name: str) -> tuple[int, str, str]:
    """Return number and hash of a head; its signature is over its canonical form."""
    signed = json.loads(text)
    head = signed.get("head")
    if head is None:
        faults.append(f"{name}: not there")
        return -1, "", name
    form = json.dumps(head, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(head["public_key"]))
        public.verify(base64.b64decode(signed["signature"]), form.encode())
    except (InvalidSignature, ValueError):
        faults.append(f"{name}: the signature does not fit")
    if asked.key and head["public_key"] != asked.key:
        faults.append(f"{name}: signed by another key, {head['public_key']}")
    return head["number"], head["hash"], name


heads = [signed_head(Path(name).read_text("utf-8"), name) for name in asked.head]
with Path(asked.export).open(encoding="utf-8", newline="\n") as export:
    begin = json.loads(next(export))
    first, number, previous = begin["after"], begin["after"], begin["previous_hash"]
    found = {number: previous}
    if first == 0 and previous != "0" * 64:
        faults.append("the export begins with the first record, and says another hash before it")
    line = next(export, "")
    for following in export:  # {"hash":"<64 digits>","record":<what was hashed>}
        claimed, text, line = line[9:73], line[84:-2], following
        number += 1
        written = re.match(r'\{"number":(\d+),', text)
        if written is None or int(written[1]) != number:
            faults.append(f"number {number}: missing, or another record stands in its place")
            number = int(written[1]) if written else number
        elif hashlib.sha256((previous + text).encode()).hexdigest() != claimed:
            faults.append(f"number {number}: altered, or not chained to the one before")
        previous = claimed
        found |= {number: claimed} if any(number == head[0] for head in heads) else {}
    found[number] = previous
heads.append(signed_head(line, "the head at the end of the export"))
for at, signed_hash, name in heads:
    if at >= first and found.get(at) != signed_hash:
        faults.append(f"{name}: number {at} is cut off or was replaced")
for at, _, name in heads:
    if at < first:
        print(f"{name}: number {at} is before this export; not compared")
if not asked.key:
    print("No --key: the signatures fit the keys that the heads name, whosever they are")
print("\n".join([*faults, f"numbers {first + 1} to {number}: {len(faults)} faults"]))
raise SystemExit(1 if faults else 0)

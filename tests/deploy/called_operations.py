"""Which operations of AWS the adapters call, read from their source."""

import ast
import json
from pathlib import Path

import botocore.session
import cfnlint
from botocore import xform_name

ADAPTERS = Path(__file__).parents[2] / "adapters"

S3_PERMISSIONS = {
    "AbortMultipartUpload": {"AbortMultipartUpload"},
    "CompleteMultipartUpload": {"PutObject"},
    "CreateMultipartUpload": {"PutObject"},
    "DeleteObject": {"DeleteObject"},
    "DeleteObjects": {"DeleteObject"},
    "GetBucketLocation": {"GetBucketLocation"},
    "GetBucketVersioning": {"GetBucketVersioning"},
    "GetObject": {"GetObject"},
    "HeadBucket": {"ListBucket"},
    "HeadObject": {"GetObject"},
    "ListObjectVersions": {"ListBucketVersions"},
    "ListObjectsV2": {"ListBucket"},
    "PutObject": {"PutObject"},
    "UploadPart": {"PutObject"},
}
"""S3's actions are not named as its operations: the service authorization reference of AWS."""


def operations(service: str) -> frozenset[str]:
    """Return the operations in botocore's model of the service."""
    return frozenset(botocore.session.get_session().get_service_model(service).operation_names)


def called(service: str, folder: Path) -> set[str]:
    """Return the operations that the folder's modules name: as a method, or in a string."""
    names = {name: operation for operation in operations(service) for name in _names(operation)}
    trees = (ast.parse(path.read_text()) for path in folder.rglob("*.py"))
    return {names[word] for tree in trees for word in _words(tree) if word in names}


def resource_kinds() -> dict[str, list[str]]:
    """Return on which kinds of resource each action of Rekognition can be allowed, if any.

    As cfn-lint carries AWS's service authorization reference: in lower case.
    """
    file = Path(cfnlint.__file__).parent / "data" / "AdditionalSpecs" / "Policies.json"
    known = json.loads(file.read_text())["rekognition"]["Actions"]
    return {action: facts.get("Resources", []) for action, facts in known.items()}


def _names(operation: str) -> set[str]:
    return {operation, xform_name(operation)}


def _words(tree: ast.AST) -> set[str]:
    words = set()
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=word) | ast.Constant(value=str(word)):
                words.add(word)
            case _:
                pass
    return words

"""The IAM policies under deploy/aws, and those of its template with names filled in alike."""

import json
import re
from pathlib import Path
from typing import Any

from cfnlint.decode import decode

AWS = Path(__file__).parents[2] / "deploy" / "aws"
TEMPLATE = AWS / "candid.yaml"

_NAMES = {
    "AWS::Partition": "PARTITION",
    "AWS::Region": "REGION",
    "AWS::AccountId": "ACCOUNT",
    "BucketName": "BUCKET",
    "PhotoPrefix": "PREFIX",
    "ProbePrefix": "PROBES",
    "CollectionId": "COLLECTION",
    "Photos.Arn": "arn:PARTITION:s3:::BUCKET",
    "DataKeys.Arn": "arn:PARTITION:s3:::VAULT",
    "WrappingKey.Arn": "arn:PARTITION:kms:REGION:ACCOUNT:key/WRAPPING",
    "PhotoKey.Arn": "arn:PARTITION:kms:REGION:ACCOUNT:key/KEY",
}
_NOTHING = {"Ref": "AWS::NoValue"}

Statements = dict[str, dict[str, Any]]


def statements(name: str) -> Statements:
    """Return the statements of a policy file by their id."""
    return _by_id(json.loads((AWS / name).read_text())["Statement"])


def template() -> dict[str, Any]:
    read, problems = decode(str(TEMPLATE))
    assert not problems
    return dict(read)


def role_statements(*, options: bool) -> Statements:
    """Return what the template's role may do, with all options chosen or none."""
    policies = template()["Resources"]["ServiceRole"]["Properties"]["Policies"]
    filled = _filled(policies, options=options)
    return _by_id([one for policy in filled for one in policy["PolicyDocument"]["Statement"]])


def actions(of: Statements) -> set[str]:
    return {action for one in of.values() for action in _list(one["Action"])}


def resources(statement: dict[str, Any]) -> list[str]:
    return _list(statement["Resource"])


def _by_id(given: list[dict[str, Any]]) -> Statements:
    found = {one["Sid"]: one for one in given}
    assert len(found) == len(given)
    return found


def _filled(node: Any, *, options: bool) -> Any:  # noqa: ANN401 - a template's node
    match node:
        case {"Ref": name}:
            return _NAMES[name]
        case {"Fn::GetAtt": [resource, attribute]}:
            return _NAMES[f"{resource}.{attribute}"]
        case {"Fn::Sub": text}:
            return re.sub(r"\$\{([^}]+)\}", lambda found: _NAMES[found[1]], text)
        case dict():
            return {key: _filled(value, options=options) for key, value in node.items()}
        case list():
            chosen = [_choice(one, options=options) for one in node]
            return [_filled(one, options=options) for one in chosen if one != _NOTHING]
        case _:
            return node


def _choice(node: Any, *, options: bool) -> Any:  # noqa: ANN401 - a template's node
    match node:
        case {"Fn::If": [_, then, other]}:
            return then if options else other
        case _:
            return node


def _list(given: str | list[str]) -> list[str]:
    return [given] if isinstance(given, str) else list(given)

"""The permissions that Candid asks for on AWS: enough, no more, and the same in every file."""

import re
import shutil
import subprocess

import pytest

from tests.deploy.called_operations import (
    ADAPTERS,
    S3_PERMISSIONS,
    called,
    operations,
    resource_kinds,
)
from tests.deploy.policies import (
    AWS,
    actions,
    resources,
    role_statements,
    statements,
    template,
)

SERVICE = "service-policy.json"
CREATING = "create-collection-policy.json"
ENDPOINT = "endpoint-policy.json"
IMPORTER = "importer-policy.json"
EVALUATION = "evaluation-policy.json"
POLICIES = sorted(path.name for path in AWS.glob("*.json"))


def test_every_policy_file_is_looked_at_here() -> None:
    assert sorted([SERVICE, CREATING, ENDPOINT, IMPORTER, EVALUATION]) == POLICIES


def test_the_role_of_the_template_may_do_what_the_files_say() -> None:
    expected = statements(SERVICE) | statements(CREATING) | statements(ENDPOINT)

    assert role_statements(options=True) == expected


def test_without_the_options_the_role_has_what_indexing_and_searching_need() -> None:
    expected = statements(SERVICE)
    del expected["UserVectors"]

    assert role_statements(options=False) == expected


@pytest.mark.parametrize("name", POLICIES)
def test_every_rekognition_action_is_an_operation_of_the_service(name: str) -> None:
    asked = {one for one in actions(statements(name)) if one.startswith("rekognition:")}

    assert asked <= {f"rekognition:{one}" for one in operations("rekognition")}


@pytest.mark.parametrize("name", POLICIES)
def test_an_action_that_can_be_limited_to_a_collection_is(name: str) -> None:
    kinds = resource_kinds()
    own = ":collection/candid-evaluation-*" if name == EVALUATION else ":collection/COLLECTION"

    for statement in statements(name).values():
        for action in actions({"": statement}):
            service, _, operation = action.partition(":")
            if service == "rekognition" and kinds[operation.lower()]:
                assert all(own in one for one in resources(statement))


@pytest.mark.parametrize("name", POLICIES)
def test_what_no_resource_can_limit_is_limited_to_the_region(name: str) -> None:
    for statement in statements(name).values():
        if resources(statement) == ["*"]:
            assert statement["Condition"]["StringEquals"] == {"aws:RequestedRegion": "REGION"}


@pytest.mark.parametrize("name", POLICIES)
def test_no_action_is_a_pattern(name: str) -> None:
    assert not [one for one in actions(statements(name)) if "*" in one]


def test_every_call_of_the_engine_is_allowed() -> None:
    calls = called("rekognition", ADAPTERS / "face_engine" / "rekognition")

    files = (SERVICE, CREATING, ENDPOINT, EVALUATION)
    allowed = {one for name in files for one in actions(statements(name))}

    assert "IndexFaces" in calls
    assert {f"rekognition:{one}" for one in calls} <= allowed


def test_every_call_to_s3_is_allowed() -> None:
    engine = ADAPTERS / "face_engine" / "rekognition"  # large photos go to it by way of S3
    calls = called("s3", ADAPTERS / "photo_store") | called("s3", engine)

    needed = {f"s3:{one}" for call in calls for one in S3_PERMISSIONS[call]}

    assert needed <= actions(statements(SERVICE))


def test_every_call_to_the_key_store_is_allowed_and_none_deletes() -> None:
    allowed = statements(SERVICE)
    store = {sid: allowed[sid] for sid in ("DataKeys", "DataKeyBucket")}
    calls = called("s3", ADAPTERS / "data_keys")
    wrapping = called("kms", ADAPTERS / "key_wrapping")

    assert "PutObject" in calls
    assert {f"s3:{one}" for call in calls for one in S3_PERMISSIONS[call]} == actions(store)
    assert {f"kms:{one}" for one in wrapping} == actions({"": allowed["WrappingKey"]})
    assert not [one for one in actions(store) if "Delete" in one]


def test_the_collection_of_the_settings_is_never_to_be_deleted() -> None:
    deleting = statements(ENDPOINT)["OtherCollections"]

    assert all(one.endswith("collection/COLLECTION-*") for one in resources(deleting))


def test_an_importer_deletes_no_photo_and_searches_nobody() -> None:
    others = statements(IMPORTER)
    traces = others.pop("OwnTraces")
    may = actions(others)

    assert resources(traces) == ["arn:PARTITION:s3:::BUCKET/PREFIX/~*"]  # no id has a tilde
    assert "rekognition:IndexFaces" in may
    assert not [one for one in may if "Delete" in one or "Search" in one]


def test_an_importer_may_do_nothing_to_photos_that_the_service_may_not() -> None:
    own = {sid: one for sid, one in statements(IMPORTER).items() if not sid.startswith("Source")}

    assert actions(own) <= actions(statements(SERVICE))


def test_the_bucket_is_private_encrypted_and_keeps_nothing_that_was_deleted() -> None:
    bucket = template()["Resources"]["Photos"]["Properties"]

    encryption = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert encryption["BucketKeyEnabled"] is True
    assert "VersioningConfiguration" not in bucket


def test_the_data_keys_have_a_private_bucket_that_keeps_no_versions_and_forgets_none() -> None:
    made = template()
    bucket = made["Resources"]["DataKeys"]["Properties"]
    given = made["Outputs"]["Settings"]["Value"]["Fn::Sub"]

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert "VersioningConfiguration" not in bucket
    assert "LifecycleConfiguration" not in bucket
    assert bucket["BucketName"] != made["Resources"]["Photos"]["Properties"]["BucketName"]
    for setting in (
        "DATA_KEYS__KIND=s3",
        "DATA_KEYS__BUCKET=${DataKeys}",
        "ENCRYPTION__KMS_KEY_ID",
    ):
        assert f"CANDID_{setting}" in given


def test_photos_keys_and_faces_outlive_the_stack() -> None:
    kept = template()["Resources"]

    for name in ("Photos", "PhotoKey", "DataKeys", "WrappingKey", "FaceCollection"):
        assert kept[name]["DeletionPolicy"] == kept[name]["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("name", POLICIES)
def test_the_command_of_the_page_leaves_no_capital_word_in_a_policy(name: str) -> None:
    page = (AWS.parents[1] / "docs" / "run-on-aws.md").read_text()
    said = re.findall(r"-e (s/[A-Z]+/\S+)", page)
    said.sort(key=lambda one: "SOURCE" not in one)  # before BUCKET and PREFIX, as the page says
    sed = shutil.which("sed")
    assert sed

    expressions = [part for one in said for part in ("-e", one.rstrip("`"))]
    command = [sed, *expressions, str(AWS / name)]
    filled = subprocess.check_output(command, text=True)  # noqa: S603 - the page's words

    assert len(said) == 12
    assert not re.findall("[A-Z]{3,}", filled.replace("KEY-ID", "").replace("WRAPPING-", ""))

"""At start: does this bucket forget what is overwritten, and does it write conditionally?"""

from typing import Final

from botocore.exceptions import ClientError

from adapters.data_keys.s3.bucket import KeyBucket
from adapters.s3_faults import region_told
from adapters.s3_refusals import in_other_region
from app.domain.errors import DataKeysMisconfiguredError

_KEY: Final = "check"
_NO_TAG: Final = '"00000000000000000000000000000000"'


async def check_place(bucket: KeyBucket) -> None:
    """Raise DataKeysMisconfiguredError, saying what to change, where the bucket keeps versions."""
    if (region := await _region(bucket)) not in {None, bucket.place.region}:
        raise DataKeysMisconfiguredError(in_other_region(bucket.place, str(region)))
    with bucket.asking("GetBucketVersioning"):
        answer = await bucket.client.get_bucket_versioning(Bucket=bucket.name)
    status = answer.get("Status")
    if status == "Enabled":
        raise DataKeysMisconfiguredError(
            f"The bucket {bucket.name} keeps versions: a destroyed key would stay in an old one. "
            "Name a bucket of its own that never had versioning by CANDID_DATA_KEYS__BUCKET."
        )
    if status == "Suspended":
        await _check_versions(bucket)


async def check_writes(bucket: KeyBucket) -> None:
    """Raise DataKeysMisconfiguredError where one writer could overwrite another's keys unseen."""
    content = b"shows at every start that conditional writes are honoured"
    if await bucket.write(_KEY, content, None) and await bucket.write(_KEY, content, None):
        raise _overwrites("If-None-Match: *")
    if await bucket.write(_KEY, content, _NO_TAG):
        raise _overwrites("If-Match")


async def _check_versions(bucket: KeyBucket) -> None:
    """Refuse old versions below the prefix, from the time before versioning was suspended."""
    with bucket.asking("ListObjectVersions"):
        page = await bucket.client.list_object_versions(
            Bucket=bucket.name, Prefix=bucket.place.name_of("")
        )
    old = [one for one in page.get("Versions", []) if one.get("VersionId") != "null"]
    if old or page.get("DeleteMarkers") or page.get("IsTruncated"):
        raise DataKeysMisconfiguredError(
            f"The bucket {bucket.name} has old versions below {bucket.prefix}/: destroyed keys "
            "may be in them. Delete every version but the newest there, or name a bucket that "
            "never had versioning by CANDID_DATA_KEYS__BUCKET."
        )


async def _region(bucket: KeyBucket) -> str | None:
    """Return the bucket's region; None where S3 does not tell, or what it answers says more."""
    with bucket.asking("HeadBucket"):
        try:
            answer = await bucket.client.head_bucket(Bucket=bucket.name)
        except ClientError as error:
            return region_told(error)
    return answer.get("BucketRegion")


def _overwrites(condition: str) -> DataKeysMisconfiguredError:
    return DataKeysMisconfiguredError(
        f"This S3 overwrites where it is told not to ({condition}), so that two writers could lose "
        "a key unseen; use one that supports conditional writes, or CANDID_DATA_KEYS__KIND=file."
    )

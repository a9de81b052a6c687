"""At start: is this the right bucket, and may the service do there what it must?"""

import uuid

from botocore.exceptions import ClientError

from adapters.photo_store.s3.bucket import Bucket
from adapters.s3_faults import region_told
from adapters.s3_refusals import in_other_region
from app.domain.errors import CandidError, PhotoStoreMisconfiguredError

_CONTENT = b"written to see whether it can be read"


async def check(bucket: Bucket) -> None:
    """Raise PhotoStoreMisconfiguredError saying what to change, or PhotoStoreUnavailableError."""
    place = bucket.place
    if (region := await _region(bucket)) not in {None, place.region}:
        raise PhotoStoreMisconfiguredError(in_other_region(place, str(region)))
    with bucket.asking("ListObjectsV2"):
        await bucket.client.list_objects_v2(Bucket=bucket.name, Prefix=place.name_of(""), MaxKeys=1)
    name = place.name_of(f"~check/{uuid.uuid4()}")  # no photo's: no id has a tilde
    try:
        await _write_and_read(bucket, name)
    except CandidError:
        await _try_to_remove(bucket, name)
        raise
    await bucket.remove(name)


async def _region(bucket: Bucket) -> str | None:
    """Return the bucket's region; None where S3 does not tell, or what it answers says more."""
    with bucket.asking("HeadBucket"):
        try:
            answer = await bucket.client.head_bucket(Bucket=bucket.name)
        except ClientError as error:
            return region_told(error)
    return answer.get("BucketRegion")


async def _write_and_read(bucket: Bucket, name: str) -> None:
    await bucket.write(name, _CONTENT)
    answer = await bucket.open(name)
    with bucket.asking("GetObject"):
        read = await answer["Body"].read() if answer else None
    if read != _CONTENT:
        raise PhotoStoreMisconfiguredError(
            f"What was written to the bucket {bucket.name} does not come back from it."
        )


async def _try_to_remove(bucket: Bucket, name: str) -> None:
    try:
        await bucket.remove(name)
    except CandidError:
        return

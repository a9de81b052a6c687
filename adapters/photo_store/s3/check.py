"""At start: is this the right bucket, and may the service do there what it must?"""

import uuid

from botocore.exceptions import ClientError

from adapters.photo_store.s3.bucket import Bucket
from adapters.photo_store.s3.errors import in_other_region, region_told, translated
from app.domain.errors import CandidError, PhotoStoreMisconfiguredError

_CONTENT = b"written to see whether it can be read"


async def check(bucket: Bucket) -> None:
    """Raise PhotoStoreMisconfiguredError saying what to change, or PhotoStoreUnavailableError."""
    place = bucket.place
    if (region := await _region(bucket)) not in {None, place.region}:
        raise PhotoStoreMisconfiguredError(in_other_region(place, str(region)))
    with translated("ListObjectsV2", place):
        await bucket.client.list_objects_v2(
            Bucket=place.bucket, Prefix=place.name_of(""), MaxKeys=1
        )
    name = place.name_of(f"~check/{uuid.uuid4()}")  # no photo's: no id has a tilde
    try:
        await _write_and_read(bucket, name)
    except CandidError:
        await _try_to_remove(bucket, name)
        raise
    await bucket.remove(name)


async def _region(bucket: Bucket) -> str | None:
    """Return the bucket's region; None where S3 does not tell, or what it answers says more."""
    with translated("HeadBucket", bucket.place):
        try:
            answer = await bucket.client.head_bucket(Bucket=bucket.place.bucket)
        except ClientError as error:
            return region_told(error)
    return answer.get("BucketRegion")


async def _write_and_read(bucket: Bucket, name: str) -> None:
    await bucket.write(name, _CONTENT)
    if await bucket.write(name, b"another"):
        raise PhotoStoreMisconfiguredError(
            "This S3 overwrites where it is told not to (If-None-Match: *), so that two writers "
            "could lose a photo unseen; use one that supports conditional writes."
        )
    answer = await bucket.open(name)
    with translated("GetObject", bucket.place):
        read = await answer["Body"].read() if answer else None
    if read != _CONTENT:
        raise PhotoStoreMisconfiguredError(
            f"What was written to the bucket {bucket.place.bucket} does not come back from it."
        )


async def _try_to_remove(bucket: Bucket, name: str) -> None:
    try:
        await bucket.remove(name)
    except CandidError:
        return

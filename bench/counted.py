"""`candid`, with a byte written for each photo that its engine is asked to enrol.

`CANDID_BENCH_COUNT=FILE` would be refused as a setting, so the file is named by the first argument:
`python -m bench.counted FILE serve`.
"""

import os
import sys

from adapters.face_engine.local.enroller import LocalEnroller
from app.__main__ import main
from app.domain.face import Enrolled


def count_in(path: str) -> None:
    """Count every enrolment from here on, whatever comes of it."""
    counted = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    enrol = LocalEnroller.enrol

    async def counting(
        engine: LocalEnroller, photo: bytes, external_image_id: str, face: int | None
    ) -> Enrolled:
        os.write(counted, b".")
        return await enrol(engine, photo, external_image_id, face)

    LocalEnroller.enrol = counting  # type: ignore[assignment,method-assign]  # for this process


if __name__ == "__main__":
    count_in(sys.argv.pop(1))
    main()

"""What every JMS adapter promises, as tests: for the adapters here, and for anybody's own.

A test module subclasses `bookings.BookingsContract`, and `photos.PhotosContract` or
`no_photos.NoPhotosContract`, and gives each the one fixture that it names; docs/add-a-jms.md
shows it. Needs pytest (`pip install 'candid[contract]'`); anyio's plugin, which comes with
Candid, runs the asynchronous tests.
"""

import pytest

pytest.register_assert_rewrite(
    *(f"{__name__}.{module}" for module in ("bookings", "no_photos", "photos"))
)

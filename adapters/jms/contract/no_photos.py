"""What every JMS promises that knows no photos."""

import pytest

from app.domain.errors import JmsCannotListError, PhotoMissingError
from app.domain.photo import View
from app.ports.jms import Jms, PhotoRef


@pytest.mark.anyio
class NoPhotosContract:
    """Needs a fixture `jms`: a JMS that is well and has no photos."""

    async def test_a_jms_that_knows_no_photos_says_so(self, jms: Jms) -> None:
        with pytest.raises(JmsCannotListError, match=r"cannot list photos"):
            await jms.photos(View.FRONT, None, None)

        with pytest.raises(PhotoMissingError):
            await jms.photo(PhotoRef("A1", None, View.FRONT, None, ""))

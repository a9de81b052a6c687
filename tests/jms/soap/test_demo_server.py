"""The demo JMS, a SOAP server that was not written for this adapter, as its guide connects it."""

import re
from pathlib import Path

import pytest

from adapters.jms.soap import PasswordForm, UsernameToken
from app.demo_jms.application import demo_jms
from app.demo_jms.jail import DemoJail
from app.domain.booking import RecordStatus
from app.domain.photo import View
from tests.jms.soap.connected import connected_to
from tests.servers import served

GUIDE = (Path(__file__).parents[3] / "docs" / "demo-jms.md").read_text("utf-8")
REQUESTS = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)[-1]


@pytest.mark.parametrize("form", list(PasswordForm))
async def test_its_bookings_and_photos_are_read(tmp_path: Path, form: PasswordForm) -> None:
    token = UsernameToken("candid", "sesame", form)
    with served(demo_jms(DemoJail(seed=7, count=20), "sesame")) as url:
        async with connected_to(f"{url}/soap", tmp_path, REQUESTS, token) as jms:
            page = await jms.photos(View.FRONT, None, None)
            ids = [ref.external_image_id for ref in page.items]
            answers = await jms.bookings([*ids, "nobody"])
            photo = await jms.photo(page.items[0])

    assert len(ids) == 20
    assert set(answers.found) == set(ids)
    assert all(one.person.last_name and one.charges for one in answers.found.values())
    assert {one.status for one in answers.found.values()} == {RecordStatus.ACTIVE}
    assert photo.startswith(b"\xff\xd8")

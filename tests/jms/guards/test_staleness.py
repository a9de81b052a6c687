"""However changes, questions and events follow one another, no answer is older than was said."""

import asyncio
import sys
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.booking import Booking
from tests.fakes_jms import FakeJms
from tests.jms.guards.guarded import Guarded, guarded

KEPT = 10.0
NEVER = (float("inf"), sys.maxsize)
IDS = ("A1", "A2", "A3")
STEPS = st.one_of(
    st.tuples(st.sampled_from(["change", "ask", "forget"]), st.sampled_from(IDS)),
    st.tuples(st.just("wait"), st.floats(0, 7)),
)


@dataclass
class Story:
    """What the JMS has had, by version, and what was told about it."""

    jms: FakeJms = field(default_factory=lambda: FakeJms({one: Booking(one, "0") for one in IDS}))
    replaced: dict[tuple[str, int], tuple[float, int]] = field(default_factory=dict)
    forgotten: dict[str, int] = field(default_factory=dict)
    steps: int = 0

    def change(self, external_image_id: str, now: float) -> None:
        version = int(self.jms.known[external_image_id].booking_number or "")
        self.replaced[external_image_id, version] = (now, self.steps)
        self.jms.known[external_image_id] = Booking(external_image_id, str(version + 1))

    async def ask(self, external_image_id: str, guards: Guarded) -> None:
        answers = await guards.jms.bookings([external_image_id, *IDS])
        for one in IDS:
            served = int(answers.found[one].booking_number or "")
            until, step = self.replaced.get((one, served), NEVER)
            assert until > guards.clock.now - KEPT
            assert step > self.forgotten.get(one, 0)

    async def go_on(self, what: str, which: object, guards: Guarded) -> None:
        now, self.steps = guards.clock.now, self.steps + 1
        if what == "wait":
            assert isinstance(which, float)
            guards.clock.now += which
            return
        one = str(which)
        if what == "change":
            self.change(one, now)
        elif what == "forget":
            self.forgotten[one] = self.steps
            guards.jms.forget([one])
        else:
            await self.ask(one, guards)


@settings(max_examples=150, deadline=None)
@given(st.lists(STEPS, max_size=40))
def test_no_answer_is_older_than_was_said(steps: list[tuple[str, object]]) -> None:
    async def told() -> None:
        story = Story()
        async with guarded(story.jms, kept=KEPT) as guards:
            for what, which in steps:
                await story.go_on(what, which, guards)

    asyncio.run(told())

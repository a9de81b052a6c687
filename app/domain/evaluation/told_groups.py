"""What an evaluation says of its groups, in plain sentences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.domain.evaluation.rate import Ratio
from app.domain.evaluation.result import LEAST_PEOPLE, GroupedBy, SharedThreshold

TOO_FEW_COMPARISONS = "too few comparisons of different people for a threshold that groups share"
_PAIR = 2  # groups, of which one cannot be picked in another's place


@dataclass(frozen=True, slots=True)
class Contrast:
    """One kind of error, the worst group's against the best's, or why it was not compared."""

    errors: str  # "false matches"
    people_were: str  # what befell people: "confused with others"
    ratio: Ratio | None
    not_estimable: str | None
    large: int  # groups that were compared
    tried: int  # groups of whom anything was counted

    @property
    def why_not(self) -> str:
        """Why there is no ratio."""
        if self.tried < _PAIR:
            return "fewer than two groups have anything to compare"
        if self.large < _PAIR:
            return f"fewer than two groups have {LEAST_PEOPLE} people to compare"
        return f"none was counted in any of the {self.large} groups that are large enough"

    @property
    def picked(self) -> str:
        """Say what picking the two groups does to their ratio; empty where there are but two."""
        if self.ratio is None or self.large <= _PAIR:
            return ""
        return (
            f"The two were picked from {self.large} groups by these same rates, which makes their "
            "difference look larger and surer than it is."
        )


def contrasts(shared: SharedThreshold) -> tuple[Contrast, Contrast]:
    """Return how the groups compare at one threshold, by false matches and by misses."""
    groups = shared.groups
    return (
        Contrast(
            "false matches",
            "confused with others",
            shared.false_match_ratio,
            shared.false_match_ratio_not_estimable,
            sum(one.has_false_matches_to_compare for one in groups),
            sum(one.false_match.n > 0 for one in groups),
        ),
        Contrast(
            "false non-matches",
            "missed",
            shared.false_nonmatch_ratio,
            shared.false_nonmatch_ratio_not_estimable,
            sum(one.has_misses_to_compare for one in groups),
            sum(one.false_nonmatch.n > 0 for one in groups),
        ),
    )


def times(ratio: Ratio, not_estimable: str | None) -> str:
    """Return how many times the worst group's rate is the best group's.

    Where too few events stand behind one of the two, the interval is told alone.
    """
    value, interval = ratio.value, ratio.interval
    if interval is None:
        return "an unknown number of times" if not_estimable or not value else f"{value:.1f} times"
    if ratio.tells_nothing:
        return "an unknown number of times"
    if value is None:
        return f"at least {interval.low:.1f} times (the other group had no such error at all)"
    bounds = f"at least {interval.low:.1f}"
    if interval.high is not None:
        bounds = f"between {interval.low:.1f} and {interval.high:.1f}"
    return f"{bounds} times" if not_estimable else f"{value:.1f} times ({bounds})"


def compared_at(grouped: GroupedBy) -> SharedThreshold | None:
    """Return the threshold to tell in words: the middle one, or one at which groups compare."""
    every = grouped.thresholds
    ordered = sorted(every, key=lambda one: abs(every.index(one) - len(every) // 2))
    telling = [one for one in ordered if one.false_match_ratio]
    return next(iter(telling or ordered), None)


def by_group_told(grouped: GroupedBy) -> Iterator[str]:
    """Say whom it errs against, at one threshold for all groups."""
    shared = compared_at(grouped)
    if shared is None:
        yield f"By {grouped.column} nothing was compared: {TOO_FEW_COMPARISONS}."
    else:
        for contrast in contrasts(shared):
            yield _told(grouped.column, contrast)
    yield from left_out_of_groups(grouped)


def counted_in_groups(grouped: GroupedBy) -> Iterator[str]:
    """Say between whom false matches are counted, what misses are, and who is in no group."""
    yield (
        "False matches are counted between people of the same group."
        if grouped.of_person
        else "False matches are counted by the probe's value, against everybody."
    )
    yield (
        "False non-matches are counted by search: one in which no face is found is one, and of "
        "several enrolled photos the most alike counts (ISO/IEC 19795-1 counts comparisons that "
        "could be made)."
    )
    if grouped.unlabelled:
        yield f"{grouped.unlabelled:,} photos have no value here and are in no group."
    yield from left_out_of_groups(grouped)


def left_out_of_groups(grouped: GroupedBy) -> Iterator[str]:
    """Say who is in no group for their photos contradict one another, where anybody is."""
    if grouped.contradicted:
        people = "1 person" if grouped.contradicted == 1 else f"{grouped.contradicted:,} people"
        yield (
            f"By {grouped.column}, {people} of several values in the set were put into no group."
        )


def small_groups(grouped: GroupedBy) -> Sequence[str]:
    """Return the groups that are too small to be sure of, each with why."""
    shared = compared_at(grouped)
    return (
        [f"{one.group} ({one.warning})" for one in shared.groups if one.warning] if shared else []
    )


def _told(column: str, contrast: Contrast) -> str:
    ratio, few = contrast.ratio, contrast.not_estimable
    if ratio is None:
        return f"By {column} the groups were not compared by {contrast.errors}: {contrast.why_not}."
    if ratio.tells_nothing:
        said = (
            f"By {column}: whether people of the group {ratio.worst} were {contrast.people_were} "
            f"more often than people of the group {ratio.best}, this set cannot tell."
        )
    else:
        said = (
            f"By {column}: at one threshold for all, people of the group {ratio.worst} were "
            f"{contrast.people_were} {times(ratio, few)} as often as people of the group "
            f"{ratio.best}."
        )
    return " ".join(filter(None, (said, _only_between(few), _or_not(ratio), contrast.picked)))


def _only_between(not_estimable: str | None) -> str:
    """Say why no figure is told."""
    return f"As one figure it is not estimable ({not_estimable})." if not_estimable else ""


def _or_not(ratio: Ratio) -> str:
    """Say so where the set cannot tell the two groups apart, and has not said so yet."""
    if ratio.tells_nothing or ratio.interval is None or ratio.interval.low > 1:
        return ""
    return "The interval reaches down to no difference: this set cannot tell."

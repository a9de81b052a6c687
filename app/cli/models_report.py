"""What `candid models` shows, to people and to programs."""

import json as json_format
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from rich.table import Column, Table

from app.cli.console import console, told
from app.wiring.model_licences import told_of
from app.wiring.model_to_use import ModelToUse
from app.wiring.model_trial import TriedModel
from app.wiring.models import Kind, KnownModel, Listed, ModelList

_USES = {"served": "in use", "next": "next", "none": ""}
_KINDS = {Kind.DETECTOR: "finds faces", Kind.RECOGNITION: "tells faces apart"}
_STEPS = """\
2. A gallery that has faces goes to it beside the running service; no search fails or mixes models:

  a. Set these beside the settings that stand, and restart every process of this database:
{following}
  b. candid import start --records --mode force     (every photo is read again)
  c. candid model status                            (until no face is missing)
  d. candid model switch                            (searches answer with it from this moment on)
  e. Move every CANDID_ENGINE__NEXT__X to CANDID_ENGINE__X, so that these are set:
{named}
     {away}, and restart every process.

docs/change-the-model.md says what changes for callers, and how to go back."""
_AFTER = """
To change a gallery that has faces to it, write CANDID_ENGINE__NEXT__ in the place of
CANDID_ENGINE__ in each of these lines. After the switch move every CANDID_ENGINE__NEXT__X to
CANDID_ENGINE__X, and take away what was set of the old model alone (CANDID_ENGINE__MODEL_*).
docs/change-the-model.md has every step."""


def show_models(every: ModelList, *, json: bool) -> None:
    """Show the registry, and what a person must know of each model."""
    if json:
        rows = [_row(one) for one in every.known]
        shown = {"models": rows, "own": every.own, "not_offered": dict(every.not_offered)}
        console.print_json(json_format.dumps(shown, default=str))
        return
    table = Table(
        Column("Model", no_wrap=True),
        "Does",
        Column("Licensed for", no_wrap=True),
        "Numbers",
        "On this machine",
    )
    for one in every.known:
        is_here = "installed" if one.installed else "not installed"
        here = ", ".join(filter(None, (is_here, _USES[one.use])))
        numbers = str(one.model.dimensions or "")
        table.add_row(one.model.name, _KINDS[one.model.kind], one.model.rights, numbers, here)
    console.print(table)
    for own in every.own:
        _say(f"Your own: {own}.")
    for one in every.known:
        _say(f"\n{one.model.name}: {one.model.provenance}.")
        for line in _told(one):
            _say(f"  {line}")
    _say("")
    for name, why in every.not_offered.items():
        _say(f"Not offered: {name}: {why}.")


def _row(one: Listed) -> dict[str, Any]:
    differential = one.model.differential
    ratio = round(differential.ratio, 1) if differential and differential.ratio else None
    return {
        **asdict(one.model),
        "differential": differential and {**asdict(differential), "ratio": ratio},
        "installed": one.installed,
        "use": one.use,
        "licence_accepted": one.accepted and asdict(one.accepted),
    }


def _told(one: Listed) -> Iterator[str]:
    model = one.model
    yield f"Licence stated at: {model.licence_stated_at}."
    if model.needs_own_licence:
        yield f"On record: {told_of(model, one.accepted)}."
    if model.report:
        yield f"Measured: {model.report}."
    if model.dimensions:
        scale = model.calibration
        yield f"Similarities: {scale.name if scale else 'its cosine times 100, not calibrated'}."
        if model.differential:
            yield f"Errors between groups: {model.differential.told}"
    yield from model.warnings


def warn(model: KnownModel) -> None:
    """Say on standard error what a person must know before using it."""
    for warning in model.warnings:
        told.print(f"{model.name}: {warning}", style="yellow", markup=False, soft_wrap=True)


def show_change(change: ModelToUse) -> None:
    """Say how a model becomes the one that is used, and which settings of another's go then."""
    named, others = change.settings, [f"CANDID_ENGINE__{other}" for other in change.others]
    _say("Do one of the two.\n\n1. A gallery without faces: set these, and restart.\n")
    _say(_lines("CANDID_ENGINE__", named))
    _say(f"     Take away {', '.join(others)}.\n" if others else "")
    away = ", ".join(["CANDID_ENGINE__NEXT__*", *others])
    _say(
        _STEPS.format(
            following=_lines("CANDID_ENGINE__NEXT__", named),
            named=_lines("CANDID_ENGINE__", named),
            away=f"take away {away}",
        )
    )


def _lines(prefix: str, settings: Mapping[str, str]) -> str:
    return "\n".join(f"       {prefix}{name}={value}" for name, value in settings.items())


def show_trial(done: TriedModel) -> None:
    """Say what a model gives, how fast, and which settings name it."""
    trial = done.trial
    _say(f"Model:     {trial.model}")
    _say(f"SHA-256:   {done.sha256}")
    if done.known:
        _say(f"Known as:  {done.known.name}. {done.known.provenance}")
    _say(f"Template:  {trial.dimensions} numbers, {2 * trial.dimensions:,} bytes a face")
    for (encoders, threads), faces in trial.faces_a_second.items():
        name = "Speed:" if (encoders, threads) == (1, 1) else ""
        _say(
            f"{name:10} {faces:,.0f} faces a second: {encoders} process(es) at once with {threads} "
            "thread(s) each"
        )
    _say(
        f"{'':10} (recognition alone, without finding the face. CANDID_ENCODER__PROCESSES and "
        "CANDID_ENCODER__THREADS set both)"
    )
    _say(_pairs(done))
    if done.known:
        warn(done.known)
    if done.first:
        _say(f"\nFirst:\n  {done.first}")
    _say("\nSettings:")
    lines = done.settings or ["(none: it is used where nothing else is named)"]
    for line in lines:
        _say(f"  CANDID_ENGINE__{line}" if "=" in line else f"  {line}")
    _say(_AFTER)


def _pairs(done: TriedModel) -> str:
    pairs = done.trial.pairs
    if pairs is None:
        return (
            "Photos:    none with two of one person and one of another; whether it tells people "
            "apart was not tried. --photos takes photos of your own."
        )
    return (
        f"Photos:    {done.trial.photos}: {pairs.told}. Some photos show that a model is fed "
        "rightly, and nothing of its error rates."
    )


def _say(text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)

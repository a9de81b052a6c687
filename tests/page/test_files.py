"""What the page is made of; no browser is needed."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from app.api.page_files import PageFiles
from app.domain.access import Scope
from app.domain.custody import CUSTODY_STATUSES
from app.domain.imports import ImportMode, ImportState, ItemReason, SourceKind
from app.domain.ncic import EYE_COLOR, HAIR_COLOR, RACE, SEX
from app.domain.purpose import Purpose
from app.domain.review import (
    Conclusion,
    CorroborationKind,
    Feature,
    Observation,
    ProbeFault,
    ReviewState,
)
from app.domain.search_fields import Authority, SearchField
from tests.live import ROOT
from tests.page.icons import ICONS, drawn

PAGE = ROOT / "app" / "page"
SOURCES = sorted(path for path in PAGE.rglob("*") if path.suffix in {".js", ".css", ".html"})
SCRIPTS = [path for path in SOURCES if path.suffix == ".js"]
TEXTS = {path.stem: json.loads(path.read_text("utf-8")) for path in (PAGE / "text").glob("*.json")}
OPENAPI = json.loads((ROOT / "openapi" / "openapi.json").read_text("utf-8"))
CALLS = (
    ("get", "/whoami"),
    ("get", "/policy"),
    ("post", "/detect"),
    ("post", "/search"),
    ("get", "/searches/{search_id}"),
    ("get", "/searches/{search_id}/reviews"),
    ("post", "/searches/{search_id}/reviews"),
    ("post", "/searches/{search_id}/reviews/probe"),
    ("post", "/searches/{search_id}/reviews/release"),
    ("post", "/searches/{search_id}/reviews/close"),
    ("get", "/searches/{search_id}/disclosure"),
    ("get", "/reviews"),
    ("get", "/searches"),
    ("get", "/imports"),
    ("post", "/imports"),
    ("get", "/imports/{import_id}"),
    ("get", "/imports/{import_id}/items"),
    ("get", "/imports/{import_id}/events"),
    ("post", "/imports/{import_id}/pause"),
    ("post", "/imports/{import_id}/resume"),
    ("post", "/imports/{import_id}/cancel"),
    ("post", "/imports/{import_id}/retry"),
    ("get", "/model"),
    ("get", "/audit/report"),
    ("get", "/audit/verify"),
    ("get", "/keys"),
    ("post", "/keys"),
    ("delete", "/keys/{prefix}"),
)
"""The calls whose problems people see; each problem has a text of its own."""
NEVER_SEEN = {
    "foreign_origin",
    "on_behalf_of_refused",
    "high_confidence_refused",
}  # what this page never sends
OWN_CODES = {
    *("offline", "unreadable_answer", "photo_not_opened", "sign_in_failed", "sign_in_blocked"),
    *(
        "left_alone",
        "not_deleted",
        "sign_in_not_asked",
        "sign_in_other",
        "insecure_page",
        "no_candidate",
        "no_conclusion",
        "no_lead",
        "no_suitability",
        "conclusion_missing",
    ),
}
NOT_CODES = {"title", "other", "said", "retry_after"}
STORES = {"lib/waiting-store.js": "indexedDB", "service-worker.js": "caches."}
"""The two files that store: searches that wait, sealed; and the page's own files."""
FORBIDDEN = {
    "en": r"match|matches|matching|identified|hit|hits|suspect|suspects|probability|certainty",
    "es": r"coincidencias?|identificad[oa]s?|aciertos?|sospechos[oa]s?|probabilidad|certeza|match",
}
"""Words that call a candidate more than a lead, or a score a probability."""


def _source(path: Path) -> str:
    return path.read_text("utf-8")


def _named(path: Path) -> str:
    return str(path.relative_to(PAGE))


@pytest.mark.parametrize("path", SOURCES, ids=_named)
def test_a_file_is_short_and_names_no_other_host(path: Path) -> None:
    source = _source(path).replace("http://www.w3.org/2000/svg", "")

    assert source.count("\n") <= 250
    assert not re.search(r"https?://|@import", source)
    assert path.suffix != ".css" or "url(" not in source


@pytest.mark.parametrize("path", SCRIPTS, ids=_named)
def test_a_script_makes_no_markup_of_text_and_stores_nothing(path: Path) -> None:
    refused = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
    stored = r"localStorage|sessionStorage|document\.cookie|caches\.|indexedDB"
    source = _source(path).replace(STORES.get(_named(path), "\0"), "")

    assert not re.search(f"{refused}|{stored}", source)
    assert _source(path).startswith("// ")


def test_everything_weighs_less_than_200_kb_over_the_wire() -> None:
    sent = [one.gzipped or one.plain for one in PageFiles.read().by_path.values()]

    assert sum(map(len, sent)) < 200_000


def test_icons_are_what_their_drawing_gives() -> None:
    for name, (side, fill) in ICONS.items():
        assert (PAGE / "icons" / name).read_bytes() == drawn(side, fill)


def test_the_manifest_names_icons_that_are_there() -> None:
    manifest = json.loads((PAGE / "manifest.webmanifest").read_text("utf-8"))
    addressed = (manifest["start_url"], manifest["scope"], manifest["display"])

    assert {one["src"] for one in manifest["icons"]} <= set(PageFiles.read().by_path)
    assert addressed == ("/", "/", "standalone")


def test_another_content_is_another_version() -> None:
    files = PageFiles.read()

    assert re.fullmatch(r"[0-9a-f]{16}", files.version)
    assert PageFiles.read().version == files.version


def test_every_language_has_the_same_texts_with_the_same_values() -> None:
    english = TEXTS["en"]

    for texts in TEXTS.values():
        assert list(texts) == list(english)
        for key, text in texts.items():
            assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", english[key])), key
            assert text.strip() == text != ""


def test_every_text_that_a_script_asks_for_is_there_and_every_text_is_asked_for() -> None:
    scripts = "\n".join(map(_source, SCRIPTS))
    said = set(re.findall(r"\"([a-z_]+\.[a-z_.]+)\"", scripts.replace("probe.jpg", "")))
    stems = set(re.findall(r"`([a-z_]+(?:\.[a-z_]+)*)[._]?\$\{", scripts))
    english = set(TEXTS["en"])
    counted = {key.rsplit(".", 1)[0] for key in english if key.endswith((".one", ".other"))}

    unknown = {key for key in said if key.split(".")[0] in {k.split(".")[0] for k in english}}
    assert unknown - english - counted - stems_of(english) == set()
    unused = {
        key
        for key in english - said
        if key.rsplit(".", 1)[0] not in said | stems and key.split(".")[0] not in stems
    }
    assert unused == set()


def stems_of(keys: set[str]) -> set[str]:
    """Return what stands before the last part of keys: a script may put that part to it."""
    return {key.rsplit(".", 1)[0] for key in keys}


@pytest.mark.parametrize("language", TEXTS)
def test_no_text_calls_a_candidate_more_than_a_lead(language: str) -> None:
    forbidden = re.compile(rf"\b({FORBIDDEN[language]})\b", re.IGNORECASE)
    told = [text for text in TEXTS[language].values() if forbidden.search(text)]

    assert told == []


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_every_problem_of_a_call_has_a_text(method: str, path: str) -> None:
    answers = OPENAPI["paths"][path][method]["responses"]
    told = " ".join(one["description"] for status, one in answers.items() if status >= "400")
    codes = set(re.findall(r"`([a-z_]+)`", told)) - NEVER_SEEN

    assert {code for code in codes if f"error.{code}" not in TEXTS["en"]} == set()


def test_every_problem_that_has_a_text_exists() -> None:
    documented = set(re.findall(r"`([a-z_]+)`", (ROOT / "docs" / "api-errors.md").read_text()))
    told = {key.split(".", 1)[1] for key in TEXTS["en"] if key.startswith("error.")}

    assert told - NOT_CODES - OWN_CODES - documented == set()


@pytest.mark.parametrize(
    ("stem", "names"),
    [
        ("feature", Feature),
        ("observation", Observation),
        ("conclusion", Conclusion),
        ("fault", ProbeFault),
        ("state", ReviewState),
        ("purpose", Purpose),
        ("field", SearchField),
        ("choice", Authority),
        ("corroboration", CorroborationKind),
        ("source", SourceKind),
        ("mode", ImportMode),
        ("run", ImportState),
        ("reason", ItemReason),
        ("scope", Scope),
        ("code.sex", SEX),
        ("code.race", RACE),
        ("code.eyes", EYE_COLOR),
        ("code.hair", HAIR_COLOR),
        ("code.custody", CUSTODY_STATUSES),
    ],
)
def test_every_word_of_the_api_has_a_text(stem: str, names: Iterable[str]) -> None:
    assert {f"{stem}.{one}" for one in names} <= set(TEXTS["en"])


@pytest.mark.parametrize(
    ("script", "constant", "names"),
    [
        ("parts/checklist.js", "FEATURES", Feature),
        ("parts/review-probe.js", "FAULTS", ProbeFault),
        ("parts/review-release.js", "KINDS", CorroborationKind),
        ("screens/reviews.js", "STATES", ReviewState),
        ("parts/import-form.js", "SOURCES", SourceKind),
        ("parts/import-form.js", "MODES", ImportMode),
        ("parts/key-form.js", "SCOPES", Scope),
        ("parts/key-limits.js", "PURPOSES", Purpose),
    ],
)
def test_lists_stand_in_the_order_of_the_api(script: str, constant: str, names: type) -> None:
    listed = re.search(rf"{constant} = \[(.*?)\]", _source(PAGE / script), re.DOTALL)

    assert listed
    assert re.findall(r'"(\w+)"', listed[1]) == [str(one) for one in names]  # type: ignore[attr-defined]  # an enum

"""NCIC's codes for scars, marks and tattoos (SMT): what it is and where on the body.

From the list that NIEM publishes (SMTCodeType of NIEM 3.1, 713 codes). Of its kinds only those are
here that can be seen and say nothing of health; the others are known, so that they are left out.
"""

import re
from collections.abc import Mapping

from app.domain.booking import FeatureKind
from app.domain.ncic import by_word, spoken

_PREFIXES = ("SC", "MOLE", "DISC", "TAT", "RTAT")
_PLACES = """
abdomen|ABDOM|ABDOM|ABDOM|ABDOM|ABDM
ankle|ANKL|ANKL|ANKL|ANKL|ANKL
left ankle|L ANKL|L ANK|L ANK|L ANKL|LANKL
right ankle|R ANKL|R ANK|R ANK|R ANKL|RANKL
arm|ARM||ARM|ARM|ARM
left arm|L ARM|L ARM|L ARM|L ARM|L ARM
right arm|R ARM|R ARM|R ARM|R ARM|R ARM
left upper arm|UL ARM|||UL ARM|ULARM
right upper arm|UR ARM|||UR ARM|URARM
back|BACK|BACK|BACK|BACK|BACK
full body||||FLBODY|FLBOD
breast|BREAST|BRST|BRST|BREAST|BRST
left breast|L BRST|LBRST|L BRS|L BRST|LBRST
right breast|R BRST|RBRST|R BRS|R BRST|RBRST
buttock|BUTTK|BUTTK|BUTTK|BUTTK|BUTTK
left buttock|L BUTTK|L BUT|L BUT|L BUTK|LBUTK
right buttock|R BUTTK|R BUT|R BUT|R BUTK|RBUTK
calf|CALF|||CALF|CALF
left calf|L CALF|||L CALF|LCALF
right calf|R CALF|||R CALF|RCALF
cheek|CHK|CHK|CHEEK|CHEEK|CHEEK
left cheek|L CHK|L CHK|L CHK|L CHK|L CHK
right cheek|R CHK|R CHK|R CHK|R CHK|R CHK
chest|CHEST|CHEST|CHEST|CHEST|CHEST
chin|CHIN|CHIN|CHIN|CHIN|CHIN
ear|EAR|EAR|EAR|EAR|EAR
left ear|L EAR|L EAR|L EAR|L EAR|L EAR
right ear|R EAR|R EAR|R EAR|R EAR|R EAR
elbow|ELBOW|||ELBOW|ELBOW
left elbow|L ELB|||LELBOW|L ELB
right elbow|R ELB|||RELBOW|R ELB
eye|EYE||EYE|EYE|
left eye|L EYE|L EYE|L EYE|L EYE|
right eye|R EYE|R EYE|R EYE|R EYE|
face|FACE||FACE|FACE|FACE
finger|FGR|FGR|FGR|FNGR|FNGR
left finger|L FGR|L FGR|L FGR|L FGR|L FGR
right finger|R FGR|R FGR|R FGR|R FGR|R FGR
foot|FOOT|FOOT|FOOT|FOOT|FOOT
left foot|L FT|L FT|L FT|L FOOT|LFOOT
right foot|R FT|R FT|R FT|R FOOT|RFOOT
forearm|F ARM|||FARM|FARM
left forearm|LF ARM|||LF ARM|LFARM
right forearm|RF ARM|||RF ARM|RFARM
forehead|FHD|FHD|FHD|FHD|FHD
groin|GROIN|GROIN||GROIN|GROIN
hand|HAND|HAND||HAND|HAND
left hand|L HND|L HND|L HND|L HND|L HND
right hand|R HND|R HND|R HND|R HND|R HND
head|HEAD|HEAD|HEAD|HEAD|HEAD
hip|HIP|HIP|HIP|HIP|HIP
left hip|L HIP|L HIP|L HIP|L HIP|L HIP
right hip|R HIP|R HIP|R HIP|R HIP|R HIP
knee|KNEE|KNEE|KNEE|KNEE|KNEE
left knee|L KNEE|L KNE|LKNEE|L KNEE|LKNEE
right knee|R KNEE|R KNE|RKNEE|R KNEE|RKNEE
left leg|L LEG|L LEG|L LEG|L LEG|L LEG
leg|LEG|LEG|LEG|LEG|LEG
right leg|R LEG|R LEG|R LEG|R LEG|R LEG
lip|LIP|LIP|LIP|LIP|LIP
lower lip|LOW LIP|L LIP|L LIP|LW LIP|LWLIP
upper lip|UP LIP|U LIP|U LIP|UP LIP|UPLIP
neck|NECK|NECK|NECK|NECK|NECK
nose|NOSE|NOSE|NOSE|NOSE|NOSE
penis|PENIS|PENIS|PENIS|PENIS|PENIS
left shoulder|L SHLD|L SHD|LSHLD|L SHLD|LSHLD
right shoulder|R SHLD|R SHD|RSHLD|R SHLD|RSHLD
shoulder|SHLD|SHLD|SHLD|SHLD|SHLD
left thigh|L THGH|L THG|LTHGH|L THGH|LTHGH
right thigh|R THGH|R THG|RTHGH|R THGH|RTHGH
thigh|THGH|THGH|THGH|THGH|THGH
left toe||||L TOE|
right toe||||R TOE|
toe||||TOE|
left wrist|L WRIST|L WRS|L WRS|L WRS|LWRS
right wrist|R WRIST|R WRS|R WRS|R WRS|RWRS
wrist|WRIST||WRIST|WRS|WRS
"""
"""A place on the body, and how each of _PREFIXES writes it: NCIC abbreviates in many ways."""

_OTHERS = """
PRCD ABDMN|abdomen; PRCD BACK|back; PRCD CHIN|chin; PRCD EAR|ear; PRCD EARS|ears;
PRCD EYE|eye; PRCD FACE|face; PRCD GNTLS|genitals; PRCD L EAR|left ear; PRCD L EYE|left eye;
PRCD L NIP|left nipple; PRCD LIP|lip; PRCD LLIP|lower lip; PRCD NIPPL|nipple;
PRCD NOSE|nose; PRCD R EAR|right ear; PRCD R EYE|right eye; PRCD R NIP|right nipple;
PRCD TONGU|tongue; PRCD ULIP|upper lip; DIMP CHIN|chin; DIMP L CHK|left cheek;
DIMP R CHK|right cheek; CLEFT CHIN|chin; FRECKLES|; POCKMARKS|
"""


def _codes() -> Mapping[str, str]:
    others = (one.strip().partition("|") for one in _OTHERS.split(";"))
    codes = {code: place for code, _, place in others}
    for line in _PLACES.split("\n")[1:-1]:
        place, *forms = line.split("|")
        codes |= {f"{p} {f}": place for p, f in zip(_PREFIXES, forms, strict=True) if f}
    return codes


PLACES: Mapping[str, str] = _codes()
"""Each code that is taken in, and its place on the body in words; "" where it names none."""

KINDS: Mapping[str, FeatureKind] = {
    "SC": FeatureKind.SCAR,
    "TAT": FeatureKind.TATTOO,
    "RTAT": FeatureKind.TATTOO,
    **dict.fromkeys(("MOLE", "DISC", "PRCD", "DIMP", "CLEFT", "FRECKLES"), FeatureKind.MARK),
    "POCKMARKS": FeatureKind.MARK,
}
"""What the first word of a code says it is, in the image types of ANSI/NIST-ITL 10.003."""

_NOT_TAKEN_IN = re.compile(
    r"(?:ART|BLND|BRAC?|BRACE|CARD|CATA|COLOST|CRIP|DA|DENT|DEV|EXTR|FRC|HFR|IMPL|INTRA|MC|MISS|NM"
    r"|ORTH|PROT|SHRT|SHUNT|SKL|TD|TUBE|VASC|WIRE|CAUL) .+"
    r"|CL LIP|CLEFT PAL|CON LENSES|EAR TUBES|HAIR IMPL|HEAR AID|HERMAPHR|HUMPBACKED|IUD|TRANSSXL"
    r"|TRANSVST"
)
_HEALTH = re.compile(
    r"\b(?:AMPUT|ARTIFICIAL|BLIND|BROKEN|CANE|CATARACT|CRIPPL|CROSSEYED|CRUTCH|DEAF|DEFORM|DENTURE"
    r"|FRACTUR|GLASS EYE|GLASSES|GLAUCOMA|HEARING|IMPLANT|LIMP|MISSING|MUTE|PARALY|STAPLES|STUTTER"
    r"|TRANSSEX|WHEELCHAIR)"
)
"""The first are codes of NCIC; the second begin words that mean as much."""

_KIND_WORDS = by_word(
    {
        "SC": "sc,scar,scars",
        "TAT": "tat,tatt,tatto,tattoo,tattoos,tattooed",
        "RTAT": "rtat,removed tattoo,tattoo removed",
        "MOLE": "mole,moles",
        "DISC": "disc,discoloration,skin discoloration,birthmark,birth mark,birthmarks",
        "PRCD": "prcd,pierced,piercing,piercings,body piercing",
        "DIMP": "dimp,dimple,dimples",
        "MARK": "mark,marks,mrk,marking",
    }
)
_LONGEST_FIRST = sorted(_KIND_WORDS, key=len, reverse=True)

_PLACE_WORDS = by_word(
    {
        "": "the,on,of,in,side,area,nonspecific,non,specific",
        "left": "l,lt,lft",
        "left fore": "lf",
        "left upper": "ul",
        "right": "r,rt,rgt",
        "right fore": "rf",
        "right upper": "ur",
        "upper": "u,up,upr",
        "lower": "low,lo,lw,lwr",
        "abdomen": "abdom,abdm,abdmn,stomach,belly",
        "ankle": "ank,ankl",
        "breast": "brst,brs,breasts",
        "buttock": "but,butk,buttk,buttocks",
        "cheek": "chk",
        "elbow": "elb",
        "eye": "eyebrow,brow",
        "finger": "fgr,fngr,fingers",
        "foot": "ft",
        "fore": "f",
        "forearm": "farm",
        "forehead": "fhd",
        "hand": "hnd",
        "knee": "kne",
        "shoulder": "shld,shd,shldr",
        "thigh": "thg,thgh",
        "toe": "toes",
        "wrist": "wrs,wrst",
    }
)


def _key(place: str) -> frozenset[str]:
    words = " ".join(_PLACE_WORDS.get(word, word) for word in spoken(place).split())
    joined = " ".join(words.split()).replace("fore arm", "forearm").replace("full body", "body")
    return frozenset(joined.split())


_BY_PLACE = {(code.split(" ")[0], _key(place)): code for code, place in PLACES.items() if place}


def known_code(text: str) -> str | None:
    """Return the code that a text is, whatever its case and blanks; None when it is none here."""
    code = " ".join(text.upper().split())
    return code if code in PLACES else None


def is_not_taken_in(text: str) -> bool:
    """Say whether a text is one of NCIC's codes that tell of health, or says the same in words.

    What a tattoo shows, such as a broken heart, tells nothing.
    """
    said = " ".join(text.upper().split())
    if split_kind(said)[0] in {"TAT", "RTAT"}:
        return False
    return _NOT_TAKEN_IN.fullmatch(said) is not None or _HEALTH.search(said) is not None


def split_kind(text: str) -> tuple[str, str]:
    """Return the prefix of NCIC (or MARK) that a text names at its start or end, and what is left.

    Both are empty or whole words: `Tattoo, left arm` is TAT and `left arm`.
    """
    words = spoken(text)
    for known in _LONGEST_FIRST:
        if words == known or words.startswith(known + " "):
            return _KIND_WORDS[known], words[len(known) :].strip()
        if words.endswith(" " + known):
            return _KIND_WORDS[known], words[: -len(known)].strip()
    return "", words


def code_of(prefix: str, place: str) -> str | None:
    """Return the code of a thing at a place: TAT at `Left Upper Arm` is `TAT UL ARM`.

    None where NCIC has no code for exactly this place.
    """
    return _BY_PLACE.get((prefix, _key(place)))


def kind_of(prefix: str) -> FeatureKind | None:
    """Return what a prefix of NCIC, or MARK, says it is."""
    return FeatureKind.MARK if prefix == "MARK" else KINDS.get(prefix)

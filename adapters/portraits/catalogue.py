"""Which sample photographs there are, in which published archives they lie, and whose they are."""

from dataclasses import dataclass

from adapters.package_files import Archive
from adapters.portraits.portrait import Role


@dataclass(frozen=True, slots=True)
class Sample:
    """A photograph inside an archive, pinned by SHA-256."""

    person: str
    external_image_id: str
    role: Role
    archive: Archive
    member: str
    sha256: str
    crop: tuple[int, int, int, int]  # head and shoulders: left, top, right, bottom, in pixels
    rights: str


FACE_RECOGNITION = Archive(
    requirement="face_recognition==1.3.0",
    sha256="5e5efdd1686aa566af0d3cc1313b131e4b197657a8ffd03669e6d3fad92705ec",
    megabytes=3,
    pip_options=("--no-binary", "face_recognition"),
)
MATPLOTLIB = Archive(
    requirement="matplotlib==3.5.3",
    sha256="35a8ad4dddebd51f94c5d24bec689ec0ec66173bf614374a1244c6241c1595e0",
    megabytes=7,
    pip_options=(
        *("--only-binary", ":all:", "--platform", "win32"),
        *("--implementation", "cp", "--python-version", "3.7"),
    ),
)
SCIKIT_IMAGE = Archive(
    requirement="scikit-image==0.26.0",
    sha256="a2d211bc355f59725efdcae699b93b30348a19416cc9e017f7b2fb599faf7219",
    megabytes=11,
    pip_options=(
        *("--only-binary", ":all:", "--platform", "win_arm64"),
        *("--implementation", "cp", "--python-version", "3.13"),
    ),
)
_IMAGES = "face_recognition-1.3.0/tests/test_images/"
_WHITE_HOUSE = (
    "Official White House photograph by Pete Souza: a work of the United States government, "
    "in the public domain (17 U.S.C. 105). Its use here suggests no approval or endorsement."
)
_NAVY = (
    "Official United States Navy portrait by James S. Davis: a work of the United States "
    "government, in the public domain (17 U.S.C. 105)."
)
_NASA = (
    "Official NASA portrait: a work of the United States government, in the public domain "
    "(17 U.S.C. 105). Its use here suggests no approval or endorsement."
)

SAMPLES = (
    Sample(
        person="Barack Obama",
        external_image_id="DEMO-0001",
        role=Role.BOOKING,
        archive=FACE_RECOGNITION,
        member=_IMAGES + "obama.jpg",
        sha256="0930e3aa8cae5920329c0c8cbc6a2ab70f47b0e67b432875beaa95cbf7e741f6",
        crop=(130, 0, 850, 900),
        rights=_WHITE_HOUSE,
    ),
    Sample(
        person="Barack Obama",
        external_image_id="DEMO-0002",
        role=Role.BOOKING,
        archive=FACE_RECOGNITION,
        member=_IMAGES + "obama3.jpg",
        sha256="76ac6bf97c36dc2da0ad16a537d6a5ac1b10f48d49aac29a0cca9a17cdbc3ca3",
        crop=(370, 80, 1170, 1080),
        rights=_WHITE_HOUSE,
    ),
    Sample(
        person="Joe Biden",
        external_image_id="DEMO-0003",
        role=Role.BOOKING,
        archive=FACE_RECOGNITION,
        member=_IMAGES + "biden.jpg",
        sha256="3c17508bb91554c637a2eabddfae790e5bb1caba93130814fc2ac50be9760c4c",
        crop=(140, 20, 940, 1020),
        rights=_WHITE_HOUSE,
    ),
    Sample(
        person="Grace Hopper",
        external_image_id="DEMO-0004",
        role=Role.BOOKING,
        archive=MATPLOTLIB,
        member="matplotlib/mpl-data/sample_data/grace_hopper.jpg",
        sha256="a8ca6d734765703b09728ab47fe59f473d93ae3967fc24c7c0288c3c7adb7130",
        crop=(0, 0, 512, 600),
        rights=_NAVY,
    ),
    Sample(
        person="Eileen Collins",
        external_image_id="DEMO-0005",
        role=Role.BOOKING,
        archive=SCIKIT_IMAGE,
        member="skimage/data/astronaut.png",
        sha256="88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
        crop=(40, 0, 400, 450),
        rights=_NASA,
    ),
    Sample(
        person="Barack Obama",
        external_image_id="DEMO-PROBE",
        role=Role.PROBE,
        archive=FACE_RECOGNITION,
        member=_IMAGES + "obama2.jpg",
        sha256="a7efcc907375274796f39646510704aa86672d59f6d5469d69af3c85590976a6",
        crop=(40, 100, 545, 731),
        rights=_WHITE_HOUSE,
    ),
)

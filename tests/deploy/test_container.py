"""The container: nobody's rights, nothing to write but its volume, and the Makefile's own steps."""

import re

import yaml

from tests.live import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()
SERVED = DOCKERFILE.rpartition("\nFROM ")[2]
CANDID = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["candid"]


def test_the_service_runs_as_a_user_without_rights_on_the_machine() -> None:
    assert re.search(r"^USER candid$", SERVED, re.MULTILINE)
    assert CANDID["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in CANDID["security_opt"]
    assert "privileged" not in CANDID
    assert "cap_add" not in CANDID


def test_it_writes_to_its_volume_alone() -> None:
    assert CANDID["read_only"] is True
    assert [volume.split(":")[1] for volume in CANDID["volumes"]] == ["/data"]
    assert [mount.split(":")[0] for mount in CANDID["tmpfs"]] == ["/tmp"]  # noqa: S108 - its mount
    assert "VOLUME /data" in SERVED
    assert "CANDID_DATA_DIR=/data" in SERVED


def test_its_health_is_asked() -> None:
    asked = DOCKERFILE[DOCKERFILE.index("HEALTHCHECK") :].splitlines()[0]
    assert asked.endswith("CMD candid health || exit 1")
    assert "healthcheck" not in CANDID


def test_plain_http_is_not_published_to_other_machines() -> None:
    assert CANDID["ports"] == ["127.0.0.1:8000:8000"]


def test_it_is_built_by_the_makefile_and_holds_no_secret() -> None:
    assert "RUN make install" in DOCKERFILE
    assert not re.search(r"SECRET|PASSWORD|TOKEN|KEY\b", DOCKERFILE)

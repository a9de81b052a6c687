"""What `candid encryption` opens: a look makes nothing, a change is of the database's own keys."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from app.domain.audit import Actor
from app.domain.errors import DataKeysMisconfiguredError
from app.settings import Settings
from app.wiring.encryption import opened_adoption, opened_encryption

CLERK = Actor("command line (clerk)", None, "request-1")


async def test_a_look_makes_no_store(database: str, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url=SecretStr(database))

    with pytest.raises(DataKeysMisconfiguredError, match="There are no data keys in"):
        async with opened_encryption(settings, changes=False):
            pass

    assert not (tmp_path / "data-keys").exists()
    assert not (tmp_path / "key-encryption-key").exists()


async def test_only_the_databases_own_keys_are_rotated(database: str, tmp_path: Path) -> None:
    mine = Settings(data_dir=tmp_path / "mine", database_url=SecretStr(database))
    other = Settings(data_dir=tmp_path / "other", database_url=SecretStr(database))
    for settings in (other, mine):
        async with opened_adoption(settings) as adopt:
            await adopt(CLERK)

    async with opened_encryption(mine, changes=True) as manage:
        await manage.rotate(CLERK, lambda _: None)
        assert [one.generation for one in (await manage.status(CLERK)).generations] == [2]
    with pytest.raises(DataKeysMisconfiguredError, match="the same key store"):
        async with opened_encryption(other, changes=True):
            pass
    async with opened_encryption(other, changes=False) as manage:
        assert [one.generation for one in (await manage.status(CLERK)).generations] == [1]

"""The use cases of a change of the face model."""

from dataclasses import dataclass

from app.services.model.give_up_model import GiveUpModel
from app.services.model.read_model import ReadModel
from app.services.model.switch_model import SwitchModel


@dataclass(frozen=True, slots=True)
class ModelServices:
    """What an administrator may ask about the model."""

    read: ReadModel
    switch: SwitchModel
    give_up: GiveUpModel

"""`candid openapi`."""

import json
import sys

from app.main import create_app
from app.settings import Settings


def openapi() -> None:
    """Print the OpenAPI document."""
    document = create_app(Settings()).openapi()
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")

"""Labelled sets for `candid evaluate`, made of the measuring data."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path


def london_with_groups(shared_data: Path, folder: Path, people: int) -> Path:
    """Write a CSV of some people of the London set, with their sex, age and ethnicity."""
    london = shared_data / "london"
    with (london / "london_info.csv").open(newline="") as file:
        info = {row["face_id"]: row for row in csv.DictReader(file)}
    with (london / "protocol.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    wanted = sorted({row["person"] for row in rows})[:people]
    return written(
        folder / "london.csv",
        [
            {
                "person": row["person"],
                "image": london / row["image"],
                "role": row["role"],
                "sex": info[row["person"]]["face_gender"],
                "race": info[row["person"]]["face_eth"],
                "age": info[row["person"]]["face_age"],
            }
            for row in rows
            if row["person"] in wanted
        ],
    )


def lfw_part(shared_data: Path, folder: Path, every: int) -> Path:
    """Write a CSV of one person in `every` of the LFW set's protocol."""
    lfw = shared_data / "lfw"
    with (lfw / "protocol.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    wanted = set(sorted({row["person"] for row in rows})[::every])
    part = [{**row, "image": lfw / row["image"]} for row in rows if row["person"] in wanted]
    return written(folder / "lfw.csv", part)


def written(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path

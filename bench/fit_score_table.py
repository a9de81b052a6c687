"""Fits the local engine's score table on LFW: `python -m bench.fit_score_table`.

Every pair of different people is an impostor pair (one photo a person, about 8 million pairs); a
similarity stands at the cosine that its false match rate leaves.
"""

import numpy as np

from bench.face_sets import by_role, encoded, photos

RATES = {20: 1e-1, 40: 1e-2, 60: 1e-3, 80: 1e-4, 90: 1e-5}
_ROLES = "gallery_mated", "gallery_distractor", "probe_nonmated"


def main() -> None:
    """Print the table as `adapters/face_engine/local/score.py` holds it."""
    every = encoded(photos("lfw"))
    vectors = {one.person: one.vector for one in by_role(every, *_ROLES) if one.vector is not None}
    stacked = np.stack(list(vectors.values()))
    scores = stacked @ stacked.T
    impostors = np.sort(scores[np.triu_indices(len(stacked), 1)])
    mated = np.array(
        [
            float(one.vector @ vectors[one.person])
            for one in by_role(every, "probe_mated")
            if one.vector is not None and one.person in vectors
        ]
    )
    print(f"LFW: {len(stacked)} people, {len(impostors)} impostor pairs, {len(mated)} mated pairs")
    print("similarity  false match rate  cosine  mated pairs at or above")
    for similarity, rate in RATES.items():
        cosine = float(np.quantile(impostors, 1 - rate))
        print(f"{similarity:10}  {rate:16.0e}  {cosine:.4f}  {(mated >= cosine).mean():.3f}")


if __name__ == "__main__":
    main()

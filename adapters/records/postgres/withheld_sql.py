"""The statements about what must not be shown.

Photos are locked before their rows here, both in the order of the ids.
"""

from typing import Final

from adapters.records.postgres.everywhere import COLLECTIONS

COLUMNS: Final = (
    "withheld_id, external_image_id, record_status, state, hidden_at, said_by, confirmed_at, "
    "hold_id, removal_id, ended_at, misses"
)

_KNOWN: Final = f"{COLLECTIONS} AS known"

# The photos of every collection: clients of Rekognition's protocol ask theirs by the same ids.
_EVERYWHERE: Final = f"""
SELECT photos.collection, photos.external_image_id FROM {_KNOWN} JOIN photos USING (collection)
WHERE external_image_id = ANY(%(ids)s::text[]) AND status <> 'removed'
ORDER BY photos.collection, photos.external_image_id FOR NO KEY UPDATE OF photos
"""  # noqa: S608 - a constant of ours

# What hides more than the event does stays as it is.
HIDE: Final = f"""
WITH meant AS ({_EVERYWHERE})
UPDATE photos SET record_status = CASE WHEN record_status = ANY(%(weaker)s)
                                       THEN %(record_status)s ELSE record_status END,
                  standing_as_of = greatest(standing_as_of, %(at)s)
FROM meant WHERE photos.collection = meant.collection
  AND photos.external_image_id = meant.external_image_id
"""  # noqa: S608 - a constant of ours

# A stricter status begins its time anew; of a weaker one only that it was told is kept.
NOTE: Final = f"""
INSERT INTO withheld (collection, external_image_id, record_status, event_id, said_by, hidden_at,
                      believed_at, read_at)
SELECT DISTINCT known.collection, told.id, %(record_status)s, %(event_id)s, %(event_id)s,
       %(at)s::timestamptz, %(believed_at)s::timestamptz, %(believed_at)s::timestamptz
FROM unnest(%(ids)s::text[]) AS told (id)
CROSS JOIN {_KNOWN}
WHERE (known.collection = %(collection)s OR EXISTS (
    SELECT FROM withheld WHERE withheld.collection = known.collection
      AND external_image_id = told.id AND ended_at IS NULL))
  AND NOT EXISTS (
    SELECT FROM photos WHERE photos.collection = known.collection
      AND external_image_id = told.id AND status = 'removed')
ORDER BY 1, 2
ON CONFLICT (collection, external_image_id) WHERE ended_at IS NULL DO UPDATE SET
    believed_at = greatest(withheld.believed_at, EXCLUDED.believed_at),
    event_id = EXCLUDED.event_id,
    (record_status, said_by, hidden_at, read_at) = (SELECT
        CASE WHEN is_weaker THEN EXCLUDED.record_status ELSE withheld.record_status END,
        CASE WHEN is_weaker OR withheld.record_status = EXCLUDED.record_status
             THEN EXCLUDED.said_by ELSE withheld.said_by END,
        CASE WHEN is_weaker THEN greatest(withheld.hidden_at, EXCLUDED.hidden_at)
             ELSE withheld.hidden_at END,
        CASE WHEN is_weaker THEN EXCLUDED.read_at ELSE withheld.read_at END
        FROM (VALUES (withheld.record_status = ANY(%(weaker)s))) AS before (is_weaker))
"""  # noqa: S608 - a constant of ours

OF: Final = """
SELECT external_image_id, record_status FROM withheld
WHERE collection = %(collection)s AND external_image_id = ANY(%(ids)s::text[])
  AND ended_at IS NULL
"""

REMOVED_AS: Final = """
SELECT withheld.record_status FROM withheld JOIN photos USING (collection, external_image_id)
WHERE collection = %(collection)s AND external_image_id = %(external_image_id)s
  AND state = 'removed' AND status = 'removed' AND ended_at = changed_at
"""

TO_READ: Final = f"""
UPDATE withheld SET read_at = %(until)s
WHERE collection = %(collection)s AND withheld_id IN (
    SELECT withheld_id FROM withheld
    WHERE collection = %(collection)s AND ended_at IS NULL AND read_at <= %(now)s
      AND believed_at <= %(now)s AND hidden_at <= %(hidden_before)s
    ORDER BY read_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING {COLUMNS}
"""  # noqa: S608 - a constant of ours

_READ: Final = """
WITH locked AS (
    SELECT withheld_id FROM withheld
    WHERE collection = %(collection)s AND withheld_id = ANY(%(withheld_ids)s::bigint[])
      AND ended_at IS NULL
    ORDER BY external_image_id FOR UPDATE
)
UPDATE withheld SET read_at = told.read_at, {change}
FROM locked JOIN unnest(%(withheld_ids)s::bigint[], %(read_at)s::timestamptz[])
    AS told (withheld_id, read_at) USING (withheld_id)
WHERE collection = %(collection)s AND withheld.withheld_id = locked.withheld_id
"""
# A word by which the photo was hidden is not the second one.
SAID_AGAIN: Final = _READ.format(
    change="confirmed_at = CASE WHEN hidden_at < %(at)s THEN %(at)s::timestamptz END, misses = 0"
)
MISSED: Final = _READ.format(change="misses = misses + 1")

SHOW: Final = f"""
WITH meant AS ({_EVERYWHERE})
UPDATE photos SET record_status = 'active', standing_as_of = greatest(standing_as_of, %(at)s)
FROM meant WHERE photos.collection = meant.collection
  AND photos.external_image_id = meant.external_image_id
  AND photos.record_status <> 'active' AND photos.standing_as_of <= %(at)s
"""  # noqa: S608 - a constant of ours

# Of ids that have no photo, or had one in a collection that is gone.
END: Final = """
WITH locked AS (
    SELECT collection, withheld_id FROM withheld
    WHERE external_image_id = ANY(%(ids)s::text[])
      AND ended_at IS NULL AND believed_at <= %(at)s AND NOT EXISTS (
          SELECT FROM photos WHERE photos.collection = withheld.collection
            AND photos.external_image_id = withheld.external_image_id
            AND record_status <> 'active' AND status <> 'removed')
    ORDER BY collection, external_image_id FOR UPDATE OF withheld
)
UPDATE withheld SET state = 'shown', ended_at = %(at)s FROM locked
WHERE withheld.collection = locked.collection AND withheld.withheld_id = locked.withheld_id
"""

# What an event hid and that has no photo counts for nothing.
_COUNTS: Final = """(event_id IS NULL OR EXISTS (
          SELECT FROM photos WHERE photos.collection = withheld.collection
            AND photos.external_image_id = withheld.external_image_id))"""

# Of the days with new ones, which are those that this transaction wrote down as counted.
BY_MINUTE: Final = f"""
SELECT date_trunc('minute', hidden_at), count(*) FROM withheld
WHERE collection = %(collection)s AND state IN ('waiting', 'asking', 'removed') AND {_COUNTS}
  AND hidden_at >= (
      SELECT min(hidden_at) - interval '1 day' FROM withheld
      WHERE collection = %(collection)s AND ended_at IS NULL AND counted_at = now())
GROUP BY 1 ORDER BY 1
"""  # noqa: S608 - a constant of ours

_THOSE: Final = """
WITH locked AS (
    SELECT withheld_id FROM withheld
    WHERE collection = %(collection)s AND ended_at IS NULL {which}
    ORDER BY external_image_id LIMIT %(limit)s FOR UPDATE
), changed AS (
    UPDATE withheld SET {change} FROM locked
    WHERE collection = %(collection)s AND withheld.withheld_id = locked.withheld_id
    RETURNING withheld.withheld_id, record_status
) SELECT """
_ALL: Final = _THOSE + "count(*) FROM changed"
AGREE: Final = (_THOSE + "withheld_id, record_status FROM changed").format(
    which="AND state = 'asking'", change="state = 'agreed', read_at = least(read_at, believed_at)"
)
READ_SOON: Final = _ALL.format(which="AND read_at > %(at)s", change="read_at = %(at)s")
COUNTED: Final = _ALL.format(
    which=f"AND state = 'waiting' AND counted_at IS NULL AND {_COUNTS}", change="counted_at = now()"
)
STOP: Final = _ALL.format(
    which=f"""AND state = 'waiting' AND hidden_at >= %(since)s AND hidden_at < %(until)s
      AND {_COUNTS}""",
    change="state = 'asking'",
)
ASK: Final = _ALL.format(
    which="AND state = 'waiting' AND withheld_id = ANY(%(withheld_ids)s::bigint[])",
    change="state = 'asking'",
)

# What `Asking.of` says of them.
ASKING: Final = """
SELECT count(*), left(encode(sha256(convert_to(coalesce(
    string_agg(withheld_id || ' ' || record_status, chr(10) ORDER BY withheld_id), ''
), 'UTF8')), 'hex'), %(length)s)
FROM withheld WHERE collection = %(collection)s AND ended_at IS NULL AND state = 'asking'
"""

COUNTS: Final = """
SELECT state, count(*) FROM withheld
WHERE collection = %(collection)s AND ended_at IS NULL GROUP BY state
"""

# Only what it was when it was decided about, and what counted in its day or was agreed to.
REMOVING: Final = """
UPDATE withheld SET removal_id = %(removal_id)s
WHERE collection = %(collection)s AND withheld_id = %(withheld_id)s AND ended_at IS NULL
  AND record_status = %(status)s AND hidden_at = %(hidden_at)s AND confirmed_at = %(confirmed_at)s
  AND (state = 'agreed' OR state = 'waiting' AND counted_at IS NOT NULL)
RETURNING true
"""

HELD: Final = """
WITH before AS (
    SELECT withheld_id, hold_id FROM withheld
    WHERE collection = %(collection)s AND withheld_id = %(withheld_id)s AND ended_at IS NULL
    FOR UPDATE
)
UPDATE withheld SET hold_id = %(hold_id)s, read_at = %(read_at)s FROM before
WHERE collection = %(collection)s AND withheld.withheld_id = before.withheld_id
RETURNING before.hold_id IS DISTINCT FROM %(hold_id)s
"""

# What the triggers could not see: a photo that was put on record while an event hid it.
SLIPPED: Final = f"""
WITH slipped AS (
    SELECT photos.collection, photos.external_image_id, withheld.record_status, hidden_at
    FROM withheld CROSS JOIN {_KNOWN}
    JOIN photos ON photos.collection = known.collection
      AND photos.external_image_id = withheld.external_image_id
    WHERE withheld.collection = %(collection)s AND ended_at IS NULL AND event_id IS NOT NULL
      AND photos.record_status = 'active' AND photos.status <> 'removed'
      AND (standing_as_of IS NULL OR standing_as_of < believed_at)
    ORDER BY photos.collection, photos.external_image_id FOR NO KEY UPDATE OF photos
), hidden AS (
    UPDATE photos SET record_status = slipped.record_status,
                      standing_as_of = greatest(standing_as_of, hidden_at)
    FROM slipped
    WHERE photos.collection = slipped.collection
      AND photos.external_image_id = slipped.external_image_id
    RETURNING true
) SELECT count(*) FROM hidden
"""  # noqa: S608 - a constant of ours
OVER: Final = """
UPDATE withheld SET state = CASE WHEN status = 'removed' THEN 'removed' ELSE 'shown' END,
                    ended_at = now()
FROM photos
WHERE withheld.collection = %(collection)s AND ended_at IS NULL AND event_id IS NOT NULL
  AND photos.collection = withheld.collection
  AND photos.external_image_id = withheld.external_image_id
  AND ((status = 'removed' AND changed_at >= hidden_at) OR (
      photos.record_status = 'active' AND status <> 'removed' AND standing_as_of >= believed_at))
"""

TO_TELL: Final = f"""
SELECT {COLUMNS} FROM withheld
WHERE collection = %(collection)s AND told IS DISTINCT FROM state
ORDER BY withheld_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
"""  # noqa: S608 - a constant of ours
TOLD: Final = """
UPDATE withheld SET told = state
WHERE collection = %(collection)s AND withheld_id = ANY(%(withheld_ids)s::bigint[])
"""

PAGE: Final = f"""
SELECT {COLUMNS} FROM withheld
WHERE collection = %(collection)s AND (%(state)s::text IS NULL OR state = %(state)s)
  AND (%(after)s::bigint IS NULL OR withheld_id < %(after)s)
ORDER BY withheld_id DESC LIMIT %(limit)s
"""  # noqa: S608 - a constant of ours

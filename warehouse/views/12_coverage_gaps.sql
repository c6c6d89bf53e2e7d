-- When we could not have seen what a source published: so that "no deals in May" can be qualified.
-- failing: polls failed for six hours and more; not_polled: we did not ask for 36 hours; empty: the feed answered without items;
-- silent: a pause of more than twice the longest usual one (the source's, or a feed that froze).
CREATE OR REPLACE VIEW coverage_gaps AS
WITH present AS (SELECT max(fetched_at) AS moment FROM fetches WHERE kind = 'feed'),
polls AS (
  SELECT f.source_id, f.fetched_at, f.outcome,
    CASE WHEN f.outcome IN ('ok', 'unchanged') AND coalesce(f.item_count, 1) > 0 THEN 'good' WHEN f.outcome IN ('ok', 'empty') THEN 'empty' ELSE 'failing' END AS kind,
    lag(f.fetched_at) OVER w AS before, lead(f.fetched_at) OVER w AS after
  FROM fetches AS f WHERE f.kind = 'feed' WINDOW w AS (PARTITION BY f.source_id ORDER BY f.fetched_at)
),
full_once AS (SELECT source_id, min(fetched_at) AS full_at FROM polls WHERE kind = 'good' GROUP BY source_id),
islands AS (
  SELECT *, sum(CASE WHEN kind = before_kind THEN 0 ELSE 1 END) OVER (PARTITION BY source_id ORDER BY fetched_at) AS island
  FROM (SELECT *, lag(kind) OVER (PARTITION BY source_id ORDER BY fetched_at) AS before_kind FROM polls)
),
streaks AS (
  SELECT i.source_id, any_value(i.kind) AS kind, arg_min(coalesce(i.before, i.fetched_at), i.fetched_at) AS gap_from, arg_max(i.after, i.fetched_at) AS gap_to_kept,
    max(i.fetched_at) AS last_at, count(*) AS polls, mode(i.outcome) AS outcome
  FROM islands AS i WHERE i.kind <> 'good' GROUP BY i.source_id, i.island
),
ends AS (
  SELECT s.*, (SELECT min(p.fetched_at) FROM polls AS p WHERE p.source_id = s.source_id AND p.fetched_at > s.last_at) AS gap_to FROM streaks AS s
),
silences AS (
  SELECT s.source_id, s.spoken_at AS gap_from, lead(s.spoken_at) OVER (PARTITION BY s.source_id ORDER BY s.spoken_at) AS gap_to, r.newest_at,
    (active_seconds(lead(s.spoken_at) OVER (PARTITION BY s.source_id ORDER BY s.spoken_at), r.active) - active_seconds(s.spoken_at, r.active)) / 3600 AS hours,
    r.longest_hours, r.second_hours, r.third_hours, r.usual_gap_hours, r.pauses, r.days
  FROM (
    SELECT DISTINCT source_id, date_trunc('minute', least(coalesce(published_at, first_seen_at), first_seen_at)) AS spoken_at FROM items
  ) AS s JOIN source_rhythm((SELECT moment FROM present)) AS r ON r.source_id = s.source_id
)
SELECT source_id, gap_from, gap_to, CASE kind WHEN 'empty' THEN 'empty' ELSE 'failing' END AS reason,
  CASE kind WHEN 'empty' THEN polls || ' polls found the feed empty' ELSE polls || ' polls failed (' || outcome || ')' END AS detail
FROM ends, present
WHERE date_diff('hour', gap_from, coalesce(gap_to, present.moment)) >= 6 AND polls >= 2
  AND (kind = 'failing' OR gap_from >= (SELECT f.full_at FROM full_once AS f WHERE f.source_id = ends.source_id))
UNION ALL
SELECT source_id, before, fetched_at, 'not_polled', 'not asked for ' || date_diff('hour', before, fetched_at) || ' hours'
FROM polls WHERE date_diff('hour', before, fetched_at) > 36
UNION ALL
SELECT s.source_id, g.last_polled_at, NULL, 'not_polled', 'not asked for ' || date_diff('hour', g.last_polled_at, present.moment) || ' hours'
FROM sources AS s JOIN (SELECT source_id, max(fetched_at) AS last_polled_at FROM polls GROUP BY source_id) AS g ON g.source_id = s.source_id, present
WHERE s.enabled AND date_diff('hour', g.last_polled_at, present.moment) > 36
UNION ALL
SELECT source_id, gap_from, gap_to, 'silent', 'nothing for ' || round(hours / 24, 1) || ' days that it usually publishes on'
FROM silences
WHERE pauses >= 6 AND gap_to IS NOT NULL AND hours > 2 * greatest(
  CASE WHEN hours >= longest_hours THEN least(second_hours, 2 * third_hours) ELSE least(longest_hours, 2 * second_hours) END,
  CASE WHEN days < 15 THEN 36 ELSE greatest(12, least(24, 12 * usual_gap_hours)) END)
UNION ALL
SELECT source_id, newest_item_at, NULL, 'silent', reason FROM source_health WHERE state = 'stale';

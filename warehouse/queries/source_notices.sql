-- Sources that broke or recovered between two moments.
-- $since = NULL: the earlier moment; without it, a day before the last poll
WITH ends AS (SELECT max(fetched_at) AS present, coalesce(CAST($since AS TIMESTAMPTZ), max(fetched_at) - INTERVAL 1 DAY) AS past FROM fetches WHERE kind = 'feed')
SELECT n.source_id, CASE WHEN n.state IN ('ok', 'quiet') THEN 'recovered' WHEN o.state IN ('ok', 'quiet', 'new') THEN 'broke' ELSE 'changed' END AS notice,
  o.state AS was, n.state, n.reason, n.since
FROM source_health AS n
JOIN source_health_at((SELECT past FROM ends)) AS o ON o.source_id = n.source_id
WHERE o.state <> n.state AND NOT (o.state IN ('ok', 'quiet', 'new') AND n.state IN ('ok', 'quiet', 'off'))
ORDER BY notice, n.source_id

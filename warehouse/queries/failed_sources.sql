-- Sources whose last poll failed, with what happened and since when nothing good came.
SELECT f.source_id, s.name, f.outcome, f.http_status, f.error, f.fetched_at, t.last_ok_at, t.next_poll_at, f.url
FROM (SELECT * FROM fetches WHERE kind = 'feed' QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY fetched_at DESC) = 1) AS f
JOIN sources AS s ON s.source_id = f.source_id
LEFT JOIN feed_states AS t ON t.source_id = f.source_id
WHERE s.enabled AND f.outcome NOT IN ('ok', 'unchanged')
ORDER BY t.last_ok_at NULLS FIRST, f.source_id

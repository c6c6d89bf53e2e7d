-- How each source does, by its own rhythm: the troubled first.
-- $state = NULL: ok, quiet, stale, failing, blocked, silent_zero, changed_volume, new or off
SELECT source_id, state, reason, since, last_ok_at, newest_item_at, usual_gap_hours, silence_hours, items_7d, items_usual_7d
FROM source_health
WHERE CAST($state AS VARCHAR) IS NULL OR state = CAST($state AS VARCHAR)
ORDER BY list_position(['failing', 'blocked', 'silent_zero', 'stale', 'changed_volume', 'quiet', 'new', 'ok', 'off'], state), since, source_id

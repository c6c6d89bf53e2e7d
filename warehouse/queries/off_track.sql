-- Deals that were cancelled, paused, delayed or failed, with the sentence that says so.
-- $since = NULL: first day of the event, YYYY-MM-DD; without it, all
SELECT coalesce(e.event_date, CAST(e.reported_at AS DATE)) AS event_date, d.title, e.event_type, d.status, d.host_country, d.amount_usd, e.quote, a.url, d.deal_id
FROM deal_events AS e
JOIN deals AS d ON d.deal_id = e.deal_id
LEFT JOIN article_texts AS a ON a.article_id = e.article_id
WHERE (e.event_type IN ('delay', 'pause', 'cancel', 'regulatory_block') OR e.status_after IN ('suspended', 'cancelled', 'failed'))
  AND (CAST($since AS DATE) IS NULL OR coalesce(e.event_date, CAST(e.reported_at AS DATE)) >= CAST($since AS DATE))
ORDER BY event_date DESC, d.deal_id

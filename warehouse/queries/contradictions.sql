-- Values that reports contradict each other on: the chosen one first, each with outlet, day and reason.
-- $deal = NULL: one deal_id; without it, all
SELECT d.title, c.field, c.value, c.chosen, c.outlet, CAST(c.reported_at AS DATE) AS reported_on, c.because, a.url, c.deal_id
FROM deal_conflicts AS c
JOIN deals AS d ON d.deal_id = c.deal_id
LEFT JOIN article_texts AS a ON a.article_id = c.article_id
WHERE CAST($deal AS VARCHAR) IS NULL OR c.deal_id = CAST($deal AS VARCHAR)
ORDER BY d.last_reported_at DESC, c.deal_id, c.field, c.chosen DESC, c.reported_at

-- Deals by month, months without any included, with how many sources were watched and how many of them had gaps: a zero is told from a blind spot.
-- $since = NULL: first month, YYYY-MM-DD; without it, all
SELECT * FROM deals_by_month
WHERE CAST($since AS DATE) IS NULL OR month >= date_trunc('month', CAST($since AS DATE))
ORDER BY month

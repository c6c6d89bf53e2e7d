-- Deals first reported since a day, newest first.
-- $since = NULL: first day, YYYY-MM-DD; without it, the last 30 days that the warehouse knows
-- $country = NULL: host country, two letters
-- $limit = 200: most rows
SELECT CAST(first_reported_at AS DATE) AS reported_on, title, deal_type, direction, status, host_country, amount, currency, amount_usd, investors, outlet_count, deal_id, first_url
FROM deal_ledger
WHERE first_reported_at >= coalesce(CAST($since AS TIMESTAMPTZ), (SELECT max(first_reported_at) FROM deals) - INTERVAL 30 DAY)
  AND (CAST($country AS VARCHAR) IS NULL OR host_country = upper(CAST($country AS VARCHAR)))
ORDER BY first_reported_at DESC, deal_id
LIMIT CAST($limit AS BIGINT)

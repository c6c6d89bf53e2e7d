-- Investors by counted US dollars of the deals they take part in (whole deals, not shares), then by number of deals.
-- $country = NULL: country of control, two letters
-- $limit = 30: most rows
SELECT name, country, deals, counted, amount_usd, host_countries, party_id
FROM top_investors
WHERE CAST($country AS VARCHAR) IS NULL OR country = upper(CAST($country AS VARCHAR))
ORDER BY amount_usd DESC NULLS LAST, deals DESC, name
LIMIT CAST($limit AS BIGINT)

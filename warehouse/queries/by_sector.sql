-- Deals and counted US dollars by sector.
-- $since = NULL: first day of the deals, YYYY-MM-DD; without it, all
SELECT sector, count(*) AS deals, count(*) FILTER (WHERE count_in_totals) AS counted, sum(amount_usd) FILTER (WHERE count_in_totals) AS amount_usd,
  count(*) FILTER (WHERE count_in_totals AND amount_usd IS NULL) AS without_amount
FROM deal_ledger
WHERE CAST($since AS DATE) IS NULL OR deal_date >= CAST($since AS DATE)
GROUP BY sector
ORDER BY amount_usd DESC NULLS LAST, deals DESC, sector

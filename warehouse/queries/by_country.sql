-- Deals and counted US dollars by host country.
-- $since = NULL: first day of the deals, YYYY-MM-DD; without it, all
SELECT host_country, count(*) AS deals, count(*) FILTER (WHERE count_in_totals) AS counted, sum(amount_usd) FILTER (WHERE count_in_totals) AS amount_usd,
  count(*) FILTER (WHERE count_in_totals AND amount_usd IS NULL) AS without_amount, sum(jobs) FILTER (WHERE count_in_totals) AS jobs
FROM deal_ledger
WHERE CAST($since AS DATE) IS NULL OR deal_date >= CAST($since AS DATE)
GROUP BY host_country
ORDER BY amount_usd DESC NULLS LAST, deals DESC, host_country

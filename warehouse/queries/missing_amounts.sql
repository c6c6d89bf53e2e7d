-- Counted deals for which no report states a sum of money: where asking would help most.
SELECT deal_date, title, deal_type, direction, status, host_country, investors, outlet_count, deal_id, first_url
FROM deal_ledger
WHERE count_in_totals AND amount IS NULL
ORDER BY outlet_count DESC, deal_date DESC, deal_id

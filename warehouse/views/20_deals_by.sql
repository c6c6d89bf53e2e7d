-- Deals counted by month, country, sector, status, investor. Sums take only what the rules count, so nothing is summed twice.
CREATE OR REPLACE VIEW deals_by_month AS
WITH dated AS (SELECT date_trunc('month', deal_date) AS month, * FROM deal_ledger),
months AS (
  SELECT CAST(unnest(generate_series(min(month), greatest(max(month), date_trunc('month', (SELECT CAST(max(fetched_at) AS DATE) FROM fetches WHERE kind = 'feed'))), INTERVAL 1 MONTH)) AS DATE) AS month
  FROM dated
),
watched AS (SELECT date_trunc('month', CAST(fetched_at AS DATE)) AS month, count(DISTINCT source_id) AS sources_watched FROM fetches WHERE kind = 'feed' GROUP BY 1),
gaps AS (
  SELECT m.month, count(DISTINCT g.source_id) AS sources_with_gaps
  FROM months AS m JOIN coverage_gaps AS g ON g.gap_from < m.month + INTERVAL 1 MONTH AND coalesce(g.gap_to, now()) >= m.month GROUP BY m.month
)
SELECT
  m.month, count(d.deal_id) AS deals, count(d.deal_id) FILTER (WHERE d.count_in_totals) AS counted, sum(d.amount_usd) FILTER (WHERE d.count_in_totals) AS amount_usd,
  count(d.deal_id) FILTER (WHERE d.count_in_totals AND d.amount_usd IS NULL) AS without_amount, count(d.deal_id) FILTER (WHERE d.direction = 'outbound') AS outbound,
  count(d.deal_id) FILTER (WHERE d.direction = 'inbound') AS inbound, count(d.deal_id) FILTER (WHERE d.status IN ('cancelled', 'suspended', 'failed')) AS off_track,
  coalesce(any_value(w.sources_watched), 0) AS sources_watched, coalesce(any_value(g.sources_with_gaps), 0) AS sources_with_gaps
FROM months AS m
LEFT JOIN dated AS d ON d.month = m.month
LEFT JOIN watched AS w ON w.month = m.month
LEFT JOIN gaps AS g ON g.month = m.month
GROUP BY m.month;

CREATE OR REPLACE VIEW deals_by_country AS
SELECT
  host_country, count(*) AS deals, count(*) FILTER (WHERE count_in_totals) AS counted, sum(amount_usd) FILTER (WHERE count_in_totals) AS amount_usd,
  count(*) FILTER (WHERE count_in_totals AND amount_usd IS NULL) AS without_amount, sum(jobs) FILTER (WHERE count_in_totals) AS jobs,
  min(deal_date) AS first_deal, max(deal_date) AS last_deal
FROM deal_ledger GROUP BY host_country;

CREATE OR REPLACE VIEW deals_by_sector AS
SELECT
  sector, count(*) AS deals, count(*) FILTER (WHERE count_in_totals) AS counted, sum(amount_usd) FILTER (WHERE count_in_totals) AS amount_usd,
  count(*) FILTER (WHERE count_in_totals AND amount_usd IS NULL) AS without_amount, min(deal_date) AS first_deal, max(deal_date) AS last_deal
FROM deal_ledger GROUP BY sector;

CREATE OR REPLACE VIEW deals_by_status AS
SELECT
  status, count(*) AS deals, sum(amount_usd) FILTER (WHERE count_in_totals) AS amount_usd, max(last_reported_at) AS last_reported_at,
  list_position(['rumoured', 'mou', 'announced', 'agreed', 'approved', 'under_construction', 'operating', 'completed', 'suspended', 'cancelled', 'failed', 'divested'], status) AS stage
FROM deals GROUP BY status;

CREATE OR REPLACE VIEW top_investors AS
SELECT
  p.party_id, arg_max(p.name, p.report_count) AS name, mode(p.country) AS country, count(DISTINCT p.deal_id) AS deals,
  count(DISTINCT p.deal_id) FILTER (WHERE d.count_in_totals) AS counted, sum(d.amount_usd) FILTER (WHERE d.count_in_totals) AS amount_usd,
  list(DISTINCT d.host_country ORDER BY d.host_country) FILTER (WHERE d.host_country IS NOT NULL) AS host_countries, max(d.last_reported_at) AS last_reported_at
FROM (SELECT deal_id, party_id, arg_max(name, report_count) AS name, max(country) AS country, max(report_count) AS report_count
      FROM deal_parties WHERE role IN ('investor', 'lead_investor', 'sponsor', 'fund_manager', 'partner') GROUP BY deal_id, party_id) AS p
JOIN deals AS d ON d.deal_id = p.deal_id
GROUP BY p.party_id;

-- The ledger for analysts: one row per deal, parties side by side, in the columns of the hand-kept trackers.
CREATE OR REPLACE VIEW deal_ledger AS
WITH named AS (
  SELECT
    deal_id,
    string_agg(name, ', ' ORDER BY report_count DESC, name) FILTER (WHERE role IN ('investor', 'lead_investor', 'sponsor', 'fund_manager', 'potential_investor')) AS investors,
    string_agg(name, ', ' ORDER BY report_count DESC, name) FILTER (WHERE role = 'partner') AS partners,
    string_agg(name, ', ' ORDER BY report_count DESC, name) FILTER (WHERE role = 'target') AS targets,
    string_agg(name || ' (' || role || ')', ', ' ORDER BY report_count DESC, name)
      FILTER (WHERE role NOT IN ('investor', 'lead_investor', 'sponsor', 'fund_manager', 'potential_investor', 'partner', 'target')) AS others,
    list(DISTINCT country ORDER BY country) FILTER (WHERE country IS NOT NULL AND role IN ('investor', 'lead_investor', 'sponsor', 'fund_manager', 'partner'))
      AS investor_countries
  FROM deal_parties GROUP BY deal_id
),
disputed AS (SELECT deal_id, list(DISTINCT field ORDER BY field) AS disputed FROM deal_conflicts GROUP BY deal_id),
first_told AS (
  SELECT a.deal_id, arg_min(t.url, (a.role <> 'first_report', coalesce(t.published_at, t.first_seen_at))) AS first_url
  FROM deal_articles AS a JOIN article_texts AS t ON t.article_id = a.article_id
  WHERE a.report_id IS NOT NULL GROUP BY a.deal_id
)
SELECT
  d.deal_id, coalesce(d.announced_on, CAST(d.first_reported_at AS DATE)) AS deal_date, d.announced_on, d.date_precision, d.title, d.deal_type, d.direction, d.status,
  d.sector, d.host_country, d.admin1, d.place, n.investors, n.partners, n.targets, n.others, n.investor_countries, d.amount, d.currency, d.amount_kind,
  d.amount_qualifier, d.amount_usd, d.usd_rate_on, d.stake_pct, d.capacity, d.capacity_unit, d.capacity_year, d.jobs, d.tier, d.count_in_totals,
  d.not_counted_because, d.parent_deal_id, d.first_reported_at, d.last_reported_at, d.report_count, d.outlet_count, d.languages, x.disputed, d.review, f.first_url
FROM deals AS d
LEFT JOIN named AS n ON n.deal_id = d.deal_id
LEFT JOIN disputed AS x ON x.deal_id = d.deal_id
LEFT JOIN first_told AS f ON f.deal_id = d.deal_id;

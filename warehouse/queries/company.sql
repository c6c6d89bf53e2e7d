-- One company's history: every event of every deal in which it takes part, oldest first.
-- $name = ?: part of its name in any script, or its party_id
WITH meant AS (
  SELECT party_id FROM parties
  WHERE contains(lower(name), lower(CAST($name AS VARCHAR))) OR contains(name_zh, CAST($name AS VARCHAR)) OR party_id = CAST($name AS VARCHAR)
  UNION SELECT party_id FROM deal_parties WHERE contains(lower(name), lower(CAST($name AS VARCHAR)))
)
SELECT coalesce(e.event_date, CAST(e.reported_at AS DATE)) AS event_date, d.title, p.name, p.role, e.event_type, e.status_after, d.amount, d.currency, d.host_country, e.quote, d.deal_id
FROM deal_parties AS p
JOIN meant AS m ON m.party_id = p.party_id
JOIN deals AS d ON d.deal_id = p.deal_id
LEFT JOIN deal_events AS e ON e.deal_id = d.deal_id
ORDER BY event_date, d.deal_id, e.reported_at

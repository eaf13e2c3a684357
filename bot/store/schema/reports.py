"""The reports' step: whom a channel works for and at which margin; views with plain names for whoever opens the file."""

SCRIPT = """
-- Each change of a channel's client code or margin is a row; what a row leaves as it was is NULL.
CREATE TABLE channel_terms (
  id INTEGER PRIMARY KEY,
  channel TEXT NOT NULL REFERENCES channels(id),
  client TEXT CHECK (length(client) <= 32),
  margin_bp INTEGER CHECK (margin_bp BETWEEN 0 AND 100000),
  set_by TEXT NOT NULL,
  set_at TEXT NOT NULL,
  CHECK (client IS NOT NULL OR margin_bp IS NOT NULL)
) STRICT;
CREATE INDEX channel_terms_by_channel ON channel_terms(channel, set_at, id);

-- What holds for a brief: the terms in force when it was opened; if there were none yet, the first ever set.
CREATE VIEW brief_terms AS
  SELECT briefs.id AS brief,
         coalesce(
           (SELECT client FROM channel_terms held WHERE held.channel = briefs.channel AND client IS NOT NULL
             AND set_at <= briefs.created_at ORDER BY set_at DESC, id DESC LIMIT 1),
           (SELECT client FROM channel_terms held WHERE held.channel = briefs.channel AND client IS NOT NULL
             ORDER BY set_at, id LIMIT 1), '') AS client,
         coalesce(
           (SELECT margin_bp FROM channel_terms held WHERE held.channel = briefs.channel AND margin_bp IS NOT NULL
             AND set_at <= briefs.created_at ORDER BY set_at DESC, id DESC LIMIT 1),
           (SELECT margin_bp FROM channel_terms held WHERE held.channel = briefs.channel AND margin_bp IS NOT NULL
             ORDER BY set_at, id LIMIT 1), 0) AS margin_bp
    FROM briefs;

CREATE VIEW spend_by_day AS
  SELECT days.day AS day_utc, channels.name AS channel_name, days.channel AS channel, days.tier AS tier,
         days.jobs AS jobs, days.spent_micro AS amount_micro, days.spent_micro / 1000000.0 AS amount,
         days.currency AS currency
    FROM ledger_days days JOIN channels ON channels.id = days.channel
   ORDER BY days.day DESC, channels.name, days.tier;

CREATE VIEW briefs_and_costs AS
  SELECT briefs.id AS brief, channels.name AS channel_name, briefs.channel AS channel, brief_terms.client AS client,
         briefs.author AS author, briefs.prompt AS prompt, briefs.created_at AS opened_at,
         (SELECT count(*) FROM versions WHERE versions.brief = briefs.id) AS pictures,
         (SELECT count(*) FROM approvals JOIN versions ON versions.id = approvals.version
           WHERE versions.brief = briefs.id AND approvals.withdrawn_at IS NULL) AS approvals,
         coalesce(sum(CASE WHEN spent.tier = 'draft' THEN spent.amount_micro END), 0) AS draft_micro,
         coalesce(sum(CASE WHEN spent.tier = 'pro' THEN spent.amount_micro END), 0) AS pro_micro,
         coalesce(sum(CASE WHEN spent.tier = 'fix' THEN spent.amount_micro END), 0) AS fix_micro,
         coalesce(sum(spent.amount_micro), 0) AS total_micro,
         coalesce(sum(spent.amount_micro), 0) / 1000000.0 AS total, spent.currency AS currency
    FROM briefs JOIN channels ON channels.id = briefs.channel
    JOIN brief_terms ON brief_terms.brief = briefs.id
    LEFT JOIN ledger_entries spent ON spent.brief = briefs.id AND spent.kind NOT IN ('reserve', 'void')
   GROUP BY briefs.id, spent.currency;
CREATE INDEX ledger_by_brief ON ledger_entries(brief);

CREATE VIEW assets AS
  SELECT cell.id AS version, cell.brief AS brief, cell.number AS cell, channels.name AS channel_name,
         briefs.channel AS channel, brief_terms.client AS client, briefs.prompt AS prompt, briefs.author AS author,
         group_concat(approvals.person, ', ') AS approvers, min(approvals.created_at) AS approved_at,
         pro.id AS pro_version, pro.picture AS pro_picture,
         (SELECT count(*) FROM versions fix WHERE fix.brief = cell.brief AND fix.kind = 'fix') AS fixes_of_brief
    FROM approvals JOIN versions cell ON cell.id = approvals.version
    JOIN briefs ON briefs.id = cell.brief JOIN channels ON channels.id = briefs.channel
    JOIN brief_terms ON brief_terms.brief = briefs.id
    LEFT JOIN versions pro ON pro.parent = cell.id AND pro.kind = 'pro'
   WHERE approvals.withdrawn_at IS NULL
   GROUP BY cell.id;

CREATE VIEW budgets_now AS
  SELECT channels.name AS channel_name, budgets.channel AS channel, budgets.amount_micro AS amount_micro,
         budgets.amount_micro / 1000000.0 AS amount, budgets.currency AS currency, budgets.period AS period,
         channels.timezone AS timezone, budgets.set_by AS set_by, budgets.set_at AS set_at,
         (SELECT coalesce(sum(spent_micro), 0) FROM ledger_days
           WHERE ledger_days.channel = budgets.channel AND ledger_days.currency = budgets.currency)
           AS spent_ever_micro,
         (SELECT coalesce(sum(amount_micro), 0) FROM open_holds
           WHERE open_holds.channel = budgets.channel AND open_holds.currency = budgets.currency) AS held_micro
    FROM budgets JOIN channels ON channels.id = budgets.channel
   WHERE budgets.id = (SELECT max(id) FROM budgets newest WHERE newest.channel = budgets.channel);
"""

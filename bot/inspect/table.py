"""Everything that people did about pictures, in order, as rows."""

from __future__ import annotations

from bot.store import Transaction

COLUMNS = ("at", "what", "channel", "person", "brief", "version", "note", "ai_source_type")

_LOG = """
SELECT created_at, 'asked', channel, author, id, '', prompt FROM briefs
UNION ALL
SELECT approvals.created_at, 'approved', channel, person, brief, version, versions.kind || ' ' || versions.number
  FROM approvals JOIN versions ON versions.id = approvals.version JOIN briefs ON briefs.id = brief
UNION ALL
SELECT withdrawn_at, 'approval withdrawn', channel, person, brief, version, versions.kind || ' ' || versions.number
  FROM approvals JOIN versions ON versions.id = approvals.version JOIN briefs ON briefs.id = brief
  WHERE withdrawn_at IS NOT NULL
UNION ALL
SELECT at, 'delivered', channel, person, brief, version,
    'sha256 ' || sha256 || iif(signed, ', signed', '') || iif(watermarked, ', watermarked', '')
  FROM deliveries JOIN versions ON versions.id = version JOIN briefs ON briefs.id = brief
UNION ALL
SELECT at, 'refused', channel, person, '', '', iif(term = '', '', term || ': ') || reason FROM refusals
ORDER BY 1
"""


def log(tx: Transaction) -> list[tuple[object, ...]]:
    """Who asked, approved, had delivered and was refused, oldest first, as `COLUMNS` without the last."""
    return [tuple(row) for row in tx.execute(_LOG)]

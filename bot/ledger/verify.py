"""Proof that a ledger is sound: each invariant is a query that finds what breaks it. Only reads."""

from __future__ import annotations

from typing import Final

from bot.ledger.rollups import verify_rollups
from bot.store import Transaction

#: How many offenders of one kind are named.
NAMED_AT_MOST: Final = 5

#: Sentence with a place for the offender, and the query that lists offenders.
_INVARIANTS: Final[tuple[tuple[str, str], ...]] = (
    (
        "Entry {} is negative.",
        "SELECT id FROM ledger_entries WHERE amount_micro < 0 AND kind <> 'correct'",
    ),
    (
        "Entry {} releases money but carries an amount.",
        "SELECT id FROM ledger_entries WHERE kind = 'void' AND amount_micro <> 0",
    ),
    (
        "Reservation {} ends more than once.",
        "SELECT reservation FROM ledger_entries WHERE kind IN ('settle', 'void')"
        " GROUP BY reservation HAVING count(*) > 1",
    ),
    (
        "Entry {} ends something that is no reservation.",
        "SELECT ended.id FROM ledger_entries ended LEFT JOIN ledger_entries held"
        " ON held.id = ended.reservation WHERE ended.kind <> 'reserve'"
        " AND (held.id IS NULL OR held.kind <> 'reserve')",
    ),
    (
        "Entry {} differs from its reservation in channel, brief, job, tier, person, currency or period.",
        "SELECT ended.id FROM ledger_entries ended JOIN ledger_entries held ON held.id = ended.reservation"
        " WHERE (ended.channel, ended.brief, ended.job, ended.tier, ended.person, ended.currency,"
        " ended.period_at) IS NOT"
        " (held.channel, held.brief, held.job, held.tier, held.person, held.currency, held.period_at)",
    ),
    (
        "Entry {} does not match its job in brief, tier or channel.",
        "SELECT entry.id FROM ledger_entries entry LEFT JOIN jobs ON jobs.id = entry.job"
        " LEFT JOIN briefs ON briefs.id = jobs.brief"
        " WHERE (entry.brief, entry.tier, entry.channel) IS NOT (jobs.brief, jobs.tier, briefs.channel)",
    ),
    (
        "Job {} has more than one open reservation.",
        "SELECT held.job FROM ledger_entries held LEFT JOIN ledger_entries ended"
        " ON ended.reservation = held.id AND ended.kind IN ('settle', 'void')"
        " WHERE held.kind = 'reserve' AND ended.id IS NULL GROUP BY held.job HAVING count(*) > 1",
    ),
    (
        "Job {} has ended, but its money is still held.",
        "SELECT held.job FROM ledger_entries held JOIN jobs ON jobs.id = held.job"
        " LEFT JOIN ledger_entries ended ON ended.reservation = held.id"
        " WHERE held.kind = 'reserve' AND ended.id IS NULL"
        " AND jobs.state IN ('done', 'failed', 'cancelled')",
    ),
    (
        "Correction {} changes a reservation that was never settled.",
        "SELECT id FROM ledger_entries entry WHERE kind = 'correct' AND NOT EXISTS"
        " (SELECT 1 FROM ledger_entries settled WHERE settled.reservation = entry.reservation"
        " AND settled.kind = 'settle')",
    ),
    (
        "Reservation {} is corrected to less than nothing.",
        "SELECT reservation FROM ledger_entries WHERE kind IN ('settle', 'correct')"
        " GROUP BY reservation HAVING sum(amount_micro) < 0",
    ),
    (
        "Correction {} does not say who made it and why.",
        "SELECT id FROM ledger_entries WHERE kind = 'correct'"
        " AND (coalesce(corrected_by, '') = '' OR coalesce(reason, '') = '')",
    ),
    (
        "Job {} is done, but was never settled.",
        "SELECT jobs.id FROM jobs WHERE state = 'done' AND NOT EXISTS"
        " (SELECT 1 FROM ledger_entries entry WHERE entry.job = jobs.id AND entry.kind = 'settle')",
    ),
    (
        "Job {} waits or runs without money held for it.",
        "SELECT jobs.id FROM jobs WHERE state IN ('queued', 'running') AND NOT EXISTS"
        " (SELECT 1 FROM ledger_entries held LEFT JOIN ledger_entries ended ON ended.reservation = held.id"
        " WHERE held.job = jobs.id AND held.kind = 'reserve' AND ended.id IS NULL)",
    ),
)


def verify(tx: Transaction) -> list[str]:
    """Everything that is wrong with the ledger, as sentences; empty when it is sound."""
    found = [str(row[0]) for row in tx.execute("PRAGMA quick_check").fetchall() if row[0] != "ok"]
    for sentence, query in _INVARIANTS:
        offenders = [str(row[0]) for row in tx.execute(f"{query} LIMIT {NAMED_AT_MOST + 1}").fetchall()]
        found += [sentence.format(offender) for offender in offenders[:NAMED_AT_MOST]]
        if len(offenders) > NAMED_AT_MOST:
            found.append(sentence.format("… (and more)"))
    return found + _missing_rows(tx) + _missing_guards(tx) + _sums(tx) + verify_rollups(tx)


def _missing_rows(tx: Transaction) -> list[str]:
    """Ids come without gaps, since nothing is deleted and a rolled back id is given out again."""
    rows, last = tx.execute("SELECT count(*), coalesce(max(id), 0) FROM ledger_entries").fetchone()
    return [] if rows == last else [f"The ledger counts to {last} but has {rows} entries: some are missing."]


def _missing_guards(tx: Transaction) -> list[str]:
    wanted = {"ledger_is_append_only_update", "ledger_is_append_only_delete", "one_end_per_reservation"}
    kept = {row[0] for row in tx.execute("SELECT name FROM sqlite_master WHERE tbl_name = 'ledger_entries'")}
    return [f"The database has lost its guard {name}." for name in sorted(wanted - kept)]


def _sums(tx: Transaction) -> list[str]:
    """All that was ever held is settled, released or still held: counted from either end, per channel."""
    rows = tx.execute(
        """
        WITH held AS (
          SELECT entry.channel, entry.currency, entry.amount_micro, ended.kind AS ended
            FROM ledger_entries entry LEFT JOIN ledger_entries ended
              ON ended.reservation = entry.id AND ended.kind IN ('settle', 'void')
           WHERE entry.kind = 'reserve'
        ), parts AS (
          SELECT channel, currency, sum(amount_micro) AS total FROM held GROUP BY channel, currency
        ), whole AS (
          SELECT channel, currency, sum(amount_micro) AS total FROM ledger_entries
           WHERE kind = 'reserve' GROUP BY channel, currency
        )
        SELECT whole.channel, whole.currency, whole.total, parts.total AS parts
          FROM whole JOIN parts USING (channel, currency) WHERE whole.total <> parts.total
        """
    ).fetchall()
    return [
        f"In channel {row['channel']} the holds sum to {row['total']} {row['currency']} micro-units,"
        f" but by how they ended to {row['parts']}."
        for row in rows
    ]

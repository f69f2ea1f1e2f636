"""A run from its first day to its ledger: today, dated changes, snapshots, checks."""

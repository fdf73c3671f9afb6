"""The verbs every view shares: collect, measure, explain, query, export, and the care of desk, lake and home. No ratio is computed here."""

"""A guide in Markdown, run and judged: read, its commands run in order in one shell, its sentences by the ledger's experiments."""

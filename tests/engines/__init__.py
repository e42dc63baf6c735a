"""The ledger on other engines than the reader's: recipes, disposable roots, and the table of what was found."""

"""Faults, made on purpose: ``./lab exec python -m tests.faults`` injects them on a host of its own and counts what they leave."""

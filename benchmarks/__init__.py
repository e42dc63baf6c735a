"""Measures the lab beside the other ways to run a container; the lab itself never imports this."""

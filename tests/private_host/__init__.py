"""A host of its own on this machine, where tests may do what they like: see host.py."""

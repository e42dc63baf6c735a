"""What the lab keeps and reads again, whatever has become of it meanwhile: a plain file, bounded, its JSON safe to walk through.

Below all layers: knows nothing of the lab, and speaks to nobody. A reason is a word (``file.Reason``); core.reasons says it.
"""

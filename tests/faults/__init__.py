"""Faults on purpose: a power cut, a kill, a flipped bit, a full disk, at every point where they can come.

`system.py` stands between the index and the operating system; `power_loss.py`, `kills.py`, `flips.py`, `refusals.py` and
`churn.py` are the experiments, which the tests run in part and `make torture` at length (`python -m tests.faults`).
"""

"""Fuzzing: inputs made from a corpus of cases by chance, and what must hold of every one of them.

`targets.py` says what is asked of each input, `mutation.py` makes inputs, `campaign.py` runs them, shrinks what fails and
saves it in `cases/`. `make test` runs every case and a slice, `make fuzz SECONDS=600` as long as it is told.
"""

"""An index of every format that was ever released, as that version of Vigie wrote it, and what it answers.

`python -m tests.index.golden` writes the one of the present format, once: a later version must go on to read it. The
name of a folder is the version of the manifest, and that of the files of arrays.
"""

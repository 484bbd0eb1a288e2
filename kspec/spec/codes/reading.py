"""Files that cannot be read, or define something twice."""

from kspec.spec.codes.explanation import explanation

__all__ = ["EXPLANATIONS"]

EXPLANATIONS = (
    explanation(
        "duplicate-key",
        "An object has the same key twice",
        """
        Most JSON readers silently take the last one. Remove one of the two, since they cannot both
        be meant.
        """,
        wrong="""
        "seed": 1,
        "seed": 2
        """,
        right="""
        "seed": 2
        """,
    ),
    explanation(
        "encoding",
        "The file is not UTF-8",
        """
        A spec is UTF-8, with or without a byte order mark. Windows editors call UTF-16 "Unicode"
        and an old code page "ANSI"; save as UTF-8 instead. PowerShell's ">" writes UTF-16: use
        "Out-File -Encoding utf8".
        """,
        wrong="""
        $ file spec.json
        spec.json: Unicode text, UTF-16, little-endian text
        """,
        right="""
        $ file spec.json
        spec.json: JSON text data
        """,
    ),
    explanation(
        "no-file",
        "There is no such file",
        """
        A file named on the command line or in "extends" does not exist. The path in "extends" is
        relative to the folder of the spec that contains it.
        """,
        wrong="""
        "extends": "specs/arhc3.json"
        """,
        right="""
        "extends": "specs/arch3.json"
        """,
    ),
    explanation(
        "not-a-file",
        "A folder is given where a file is needed",
        """
        "extends" names one spec. On the command line `kspec check` and `kspec migrate` take a
        folder for all the specs in it; other verbs take one file.
        """,
        wrong="""
        "extends": "specs"
        """,
        right="""
        "extends": "specs/arch3.json"
        """,
    ),
    explanation(
        "too-large",
        "The spec is too large, or unfolds to something too large",
        """
        A spec usually has a few thousand characters. So that a file from a stranger is safe to
        open, its size, its depth and what its blocks and repeats unfold to are limited; a network
        that needs more is better built in Python.
        """,
        wrong="""
        "layers": [{"repeat": 1000000, "layers": [{"type": "ReLU"}]}]
        """,
        right="""
        "layers": [{"repeat": 10, "layers": [{"type": "ReLU"}]}]
        """,
    ),
    explanation(
        "unreadable",
        "The operating system does not allow the file to be read",
        """
        The message ends with the system's own reason. Usually it is the permissions of the file or
        of a folder above it.
        """,
        wrong="""
        $ ls -l spec.json
        ---------- 1 me me 812 spec.json
        """,
        right="""
        $ ls -l spec.json
        -rw-r--r-- 1 me me 812 spec.json
        """,
    ),
)

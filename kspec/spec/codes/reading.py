"""Files that cannot be read, or say a thing twice."""

from kspec.spec.codes.explanation import explanation

__all__ = ["EXPLANATIONS"]

EXPLANATIONS = (
    explanation(
        "duplicate-key",
        "A key stands twice in one object",
        """
        Most readers of JSON take the last and say nothing. Here one of the two must go, since they
        cannot both be meant.
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
        A file that the command line or "extends" names is not there. The name in "extends" starts
        from the folder of the spec that says it.
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
        "A folder stands where a file is wanted",
        """
        "extends" names one spec. On the command line `kspec check` takes a folder for all the specs
        in it; other verbs take one file.
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
        A spec is a few thousand characters. So that a file from a stranger can be opened without
        fear, its size, its depth and what its blocks and repeats unfold to are bounded; a network
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
        "The system does not let the file be read",
        """
        The message ends with the system's own reason. Mostly the permissions of the file or of a
        folder above it forbid it.
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

"""What can go wrong, as one tree.

    RemousError                 every error a user can meet; exit code 1
    ├── InputError              a file or value the user gave can't be used; exit code 2
    ├── ConfigError             the settings can't be used; exit code 2
    ├── ModelError              a model folder can't be loaded
    ├── StoreError              the database can't be used
    └── FeedError               bytes that aren't a feed

Each error names the thing it is about (`subject`), says what is wrong with it and what
to do. Ordinary outcomes (not modified, unscored, cannot be told) are values, not errors.
"""


class RemousError(Exception):
    """An error with its subject, its problem and its remedy, on one line."""

    exit_code = 1

    def __init__(self, subject: object, problem: str, *, remedy: str = "") -> None:
        self.subject = str(subject)
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{self.subject}: {problem}" + (f"; {remedy}" if remedy else ""))


class InputError(RemousError):
    """A file, line or value that the user gave can't be used."""

    exit_code = 2


class ConfigError(RemousError):
    """The settings can't be used."""

    exit_code = 2


class ModelError(RemousError):
    """A model folder can't be loaded."""


class StoreError(RemousError):
    """The database can't be used."""


class FeedError(RemousError):
    """Bytes that are no feed."""

    exit_code = 2

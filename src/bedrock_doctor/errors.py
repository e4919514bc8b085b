"""The exceptions that bedrock-doctor raises on purpose.

::

    BedrockDoctorError                 exit 70 unless a subclass says otherwise
    ├── UsageError                     exit 2: the question cannot be asked as written
    │   ├── BadArn                     a text that should be an ARN is none
    │   ├── UnknownName                a name that a complete snapshot or catalog lacks
    │   └── UnsafeSnapshot             zip bomb, path traversal, link out of the snapshot
    ├── BadInput                       exit 2: a file or text cannot be read, with its position
    ├── NoCredentials                  exit 4: no usable credentials
    ├── AwsFailed                      exit 5: AWS refused or failed
    └── SparkFailed                    exit 5: Apache Spark does not start or gave up

Every message is lower case, has no final period, and quotes user input in backticks. Advice goes
into ``help``, which is printed on a line of its own.
"""

from __future__ import annotations


class BedrockDoctorError(Exception):
    """An error that is explained to the user instead of shown as a traceback.

    Attributes:
        message: what was wrong, understandable alone.
        help: what to do about it, or None.
        exit_code: the exit code of a command that ends with this error.
    """

    exit_code = 70

    def __init__(self, message: str, *, help: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class UsageError(BedrockDoctorError):
    """The question cannot be asked as written."""

    exit_code = 2


class BadArn(UsageError):
    """A text that should be an Amazon Resource Name is none."""


class UnknownName(UsageError):
    """A name that a complete snapshot or the catalog does not hold."""


class UnsafeSnapshot(UsageError):
    """A snapshot that tries to reach outside itself or to exhaust the machine."""


class BadInput(BedrockDoctorError):
    """A file or text that cannot be read as what it should be.

    Attributes:
        path: the file as the user named it, or None for other input.
        line: line of the defect, from 1, or None where a position makes no sense.
        column: column of the defect in characters, from 1, or None.
    """

    exit_code = 2

    def __init__(
        self,
        message: str,
        *,
        path: str | None = None,
        line: int | None = None,
        column: int | None = None,
        help: str | None = None,
    ) -> None:
        super().__init__(message, help=help)
        self.path = path
        self.line = line
        self.column = column

    @property
    def place(self) -> str:
        """``file:line:column`` as far as it is known, else an empty string."""
        parts = [self.path or ""]
        if self.line is not None:
            parts += [str(self.line), str(self.column or 1)]
        return ":".join(parts)


class NoCredentials(BedrockDoctorError):
    """No usable AWS credentials were found."""

    exit_code = 4


class AwsFailed(BedrockDoctorError):
    """AWS refused or failed to answer what nothing can go on without."""

    exit_code = 5


class SparkFailed(BedrockDoctorError):
    """Apache Spark does not start, or gave up."""

    exit_code = 5

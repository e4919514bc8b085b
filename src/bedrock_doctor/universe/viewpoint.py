"""From where the universe is looked at."""

from __future__ import annotations

from dataclasses import dataclass

from bedrock_doctor.model.attempt import Attempt


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """What requests have in common, and who makes them beside those that a snapshot holds.

    Attributes:
        partition: of the models and Regions that are asked for.
        region: Region in which AWS STS is called.
        endpoints: ids of the VPC endpoints on the way.
        signers: ARNs of further principals, each with its account.
    """

    partition: str = "aws"
    region: str = "us-east-1"
    endpoints: tuple[str, ...] = ()
    signers: tuple[tuple[str, str], ...] = ()

    def attempt(self, *, endpoints: bool) -> Attempt:
        """An attempt that tells no more of a request than this.

        Args:
            endpoints: whether it goes through the VPC endpoints.
        """
        return Attempt("", (), "", self.region, endpoints=self.endpoints if endpoints else ())

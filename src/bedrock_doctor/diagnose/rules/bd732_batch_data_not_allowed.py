"""BD732: the service role may not reach the data of the batch job."""

from __future__ import annotations

from bedrock_doctor.diagnose.barrier import Barrier
from bedrock_doctor.diagnose.base import Claim, Manual, Rule
from bedrock_doctor.diagnose.places import deny_place, near_place
from bedrock_doctor.diagnose.predicates import only_purpose
from bedrock_doctor.diagnose.wording import layer_words, listed, relief, signer
from bedrock_doctor.model.finding import Layer, Stage
from bedrock_doctor.model.trace import PolicyLayer
from bedrock_doctor.model.way import Purpose


def _claim(barrier: Barrier) -> Claim | None:
    if not only_purpose(barrier, Purpose.INPUT_DATA, Purpose.OUTPUT_DATA):
        return None
    buckets = dict.fromkeys(arn.rpartition(":")[2].partition("/")[0] for arn in barrier.resources)
    by = "" if barrier.layer is PolicyLayer.IDENTITY else f" (by the {layer_words(barrier)})"
    return Claim(
        f"the service role {signer(barrier)} is not allowed {listed(barrier.actions)} in "
        f"{listed(tuple(buckets))}{by}",
        deny_place(barrier) or near_place(barrier, "does not cover this request"),
        help=(_relief(barrier, tuple(buckets)),),
        subjects=barrier.resources,
    )


def _relief(barrier: Barrier, buckets: tuple[str, ...]) -> str:
    if barrier.deny is None and barrier.layer is PolicyLayer.RESOURCE:
        return f"have the owner of {listed(buckets)} allow it to {barrier.hop.hop.principal}"
    return relief(barrier)


RULE = Rule(
    id="BD732",
    slug="batch-data-not-allowed",
    title="The service role may not reach the data of the batch job",
    stage=Stage.INVOKE,
    layer=Layer.IDENTITY,
    manual=Manual(
        happened=(
            "The batch job runs as its service role, and a policy does not let that role read the "
            "input or write the output in Amazon S3."
        ),
        why=(
            "The role needs s3:ListBucket and s3:GetObject on the input and s3:PutObject on the "
            "output. A bucket of another account needs a bucket policy that allows them too."
        ),
        confirm="Compare the bucket and the action shown with the policies of the service role.",
        fix="Allow the service role exactly these actions on exactly these places.",
        avoid="Do not give the caller of the job these rights: the service role reads and writes.",
        references=(
            "https://docs.aws.amazon.com/bedrock/latest/userguide/batch-iam-sr.html",
            "https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-permissions.html",
        ),
    ),
    claims=_claim,
)

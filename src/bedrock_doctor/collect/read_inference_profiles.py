"""Inference profiles of one account and Region."""

from __future__ import annotations

from bedrock_doctor.collect.bedrock_files import BedrockFiles
from bedrock_doctor.collect.bedrock_shapes import ListInferenceProfiles, Profile, Tags
from bedrock_doctor.model.missing import Absence
from bedrock_doctor.model.snapshot import InferenceProfile


def read_inference_profiles(files: BedrockFiles) -> tuple[dict[str, InferenceProfile], bool]:
    """Reads ListInferenceProfiles and GetInferenceProfile; the latter counts where both tell.

    Returns:
        Profiles by id and by ARN, and whether they are all that there are.
    """
    found: dict[str, InferenceProfile] = {}
    tags = _tags(files)
    what = "the list of inference profiles"
    pages = files.reading.pages(
        *files.place,
        "list-inference-profiles",
        kind=ListInferenceProfiles,
        unknown=f"{what} of account {files.account} in {files.region}",
    )
    complete = not isinstance(pages, Absence) and not pages[-1].value.has_more
    if isinstance(pages, Absence):
        files.record(files.gap(pages, what, "bedrock:ListInferenceProfiles"))
    else:
        for page in pages:
            for summary in page.value.inference_profile_summaries:
                _add(found, summary, tags)
    for name in files.names("get-inference-profile"):
        what = f"inference profile `{name}`"
        output = files.one("get-inference-profile", name, Profile, what)
        if isinstance(output, Absence):
            complete = False
            call = "bedrock:GetInferenceProfile"
            files.record(files.gap(output, what, call, name, inference_profile_identifier=name))
        else:
            _add(found, output.value, tags)
    return found, complete


def _tags(files: BedrockFiles) -> dict[str, dict[str, str]]:
    """Tags by the ARN or id that the file is named after: the output itself does not tell."""
    found = {}
    for name in files.names("list-tags-for-resource"):
        output = files.one("list-tags-for-resource", name, Tags, f"tags of `{name}`")
        if not isinstance(output, Absence):
            found[name] = {tag.key: tag.value for tag in output.value.tags}
    return found


def _add(
    found: dict[str, InferenceProfile], profile: Profile, tags: dict[str, dict[str, str]]
) -> None:
    arn, name = profile.inference_profile_arn, profile.inference_profile_id
    found[arn] = found[name] = InferenceProfile(
        arn,
        name,
        profile.type,
        profile.status,
        tuple(model.model_arn for model in profile.models),
        tags.get(arn, tags.get(name)),
    )

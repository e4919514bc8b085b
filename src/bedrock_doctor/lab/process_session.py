"""A session of a lab role for ``credential_process``, as a program of its own.

The AWS CLI keeps sessions of profiles with ``role_arn`` in ``~/.aws/cli/cache`` and has no switch
for it; a session of an earlier lab would then be used in a later one. It keeps none of a process.
https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sourcing-external.html
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence

from bedrock_doctor.lab.client import lab_client
from bedrock_doctor.lab.credentials import SECRET


def main(arguments: Sequence[str]) -> int:
    """Assumes a role: access key id, session token, ARN of the role, Region."""
    from botocore.exceptions import BotoCoreError, ClientError

    key, token, role, region = arguments
    try:
        sts = lab_client("sts", os.environ["AWS_ENDPOINT_URL"], region, (key, SECRET, token))
        made = sts.assume_role(RoleArn=role, RoleSessionName="lab")["Credentials"]
    except (BotoCoreError, ClientError, KeyError) as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    answer = {
        "Version": 1,
        "AccessKeyId": made["AccessKeyId"],
        "SecretAccessKey": made["SecretAccessKey"],
        "SessionToken": made["SessionToken"],
        "Expiration": made["Expiration"].isoformat(),
    }
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The denied calls of a trail as a job: what spark-submit, Amazon EMR and AWS Glue run.

    spark-submit denied_calls.py --logs s3://my-trail/AWSLogs/ --results s3://my-results/denied/

Writes one row a group as Parquet, and the counts to standard output.
"""

import argparse

from pyspark.sql import SparkSession

import bedrock_doctor
import bedrock_doctor.spark


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--logs", required=True)
    parser.add_argument("--results", required=True)
    parser.add_argument("--since", default="")
    parser.add_argument("--until", default="")
    parser.add_argument("--snapshot")
    given, _ = parser.parse_known_args()  # AWS Glue adds arguments of its own
    snapshot = bedrock_doctor.load_snapshot([given.snapshot]) if given.snapshot else None

    spark = SparkSession.builder.appName("denied calls").getOrCreate()
    found = bedrock_doctor.spark.scan_trail(
        spark, given.logs, since=given.since, until=given.until, snapshot=snapshot
    )
    groups = bedrock_doctor.spark.groups_frame(spark, found)
    groups.coalesce(1).write.mode("overwrite").parquet(given.results)
    print(f"{found.denied} denied calls in {len(found.groups)} groups, {found.events} events read")
    for unread in found.unread:
        print(f"not whole: {unread.where}: {unread.why}")


if __name__ == "__main__":
    main()

"""Denied calls in CloudTrail: from files, Amazon S3 or LookupEvents to groups of denials."""

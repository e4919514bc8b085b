"""Policy documents as text: JSON, Terraform, CloudFormation, AWS CLI. Pure functions of values."""

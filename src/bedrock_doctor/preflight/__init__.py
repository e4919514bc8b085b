"""What is not deployed yet: Terraform plans and CloudFormation templates, laid over a snapshot."""

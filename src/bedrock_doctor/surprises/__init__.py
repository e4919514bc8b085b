"""What is surprising about who can reach which model: a closed list of kinds over an audit."""

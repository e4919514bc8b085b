"""From traces to findings: what stands in the way, whose it is, and what would settle a doubt."""

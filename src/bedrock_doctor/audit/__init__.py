"""Who can reach which model from where, over a whole snapshot."""

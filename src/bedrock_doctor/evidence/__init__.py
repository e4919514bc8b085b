"""What people hold in their hands: messages and events of AWS."""

"""What to do about the numbers: pure functions over what was measured."""

"""What can be told of a condition by looking at it: findings, plain words, starts to come."""

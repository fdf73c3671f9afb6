"""The nouns every room shares: table schemas, records and protocols. It computes nothing."""

"""The command line: words in, tables or JSON out. It computes no number and knows no engine."""

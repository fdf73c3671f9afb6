"""The desk: what people decide about their campaigns, in an SQL database. It holds no measurement."""

"""The desk: what people decide about their campaigns, in an SQL database. It holds no measurement."""

DESK_FILE = "desk.sqlite"  # in the home, unless the desk is in a PostgreSQL database

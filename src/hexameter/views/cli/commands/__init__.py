"""One module a verb. Each describes itself in a `Command`; the list is `registry.COMMANDS`. No number is computed here."""

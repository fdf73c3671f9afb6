"""How the desk's database came to be, step by step. Run by `campaigns.database` on opening; there is no step back."""

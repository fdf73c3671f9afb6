"""How messages leave the house: by e-mail, by webhook. It decides neither what is said nor to whom."""

"""How a campaign fills itself: what to read next, reading it, keeping it, finding its posts."""

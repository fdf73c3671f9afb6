"""What people are told: alerts raised, who wants them where, and what was delivered."""

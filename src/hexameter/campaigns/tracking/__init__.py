"""What the desk remembers for the tracker: accounts, limits spent, jobs, gaps, found posts. It asks TikTok nothing."""

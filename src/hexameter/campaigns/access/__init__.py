"""Who may do what: workspaces, memberships, invitations, passwords, and the log of it. It shows nothing and opens no lake."""

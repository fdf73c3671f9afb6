"""TikTok's own APIs: one folder each, with the transport, the logins and the drawers they share beside them. It keeps nothing."""

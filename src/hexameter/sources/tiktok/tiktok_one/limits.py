"""What TikTok One allows: no figure of its own is published, so the app's limits count. It counts nothing."""

from __future__ import annotations

from hexameter.sources.tiktok.business import APP_LIMITS

LIMITS = APP_LIMITS

"""What the Accounts API allows, beside the app's own limits. It counts nothing."""

from __future__ import annotations

from hexameter.contracts.tracking import Limit
from hexameter.sources.tiktok.business import APP_LIMITS

_RULE = "40 requests a minute for each connected account and endpoint; 38 are used"
BUSINESS_GET = Limit("accounts.business_get.minute", 38, 60, per="account", help=_RULE)
VIDEO_LIST = Limit("accounts.video_list.minute", 38, 60, per="account", help=_RULE)
LIMITS = (BUSINESS_GET, VIDEO_LIST, *APP_LIMITS)

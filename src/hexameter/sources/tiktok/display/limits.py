"""What the Display API allows. It counts nothing."""

from __future__ import annotations

from hexameter.contracts.tracking import Limit

# 600 in any sliding minute; five are left for the way there, which makes two requests that we sent 60 s apart arrive closer.
_RULE = "600 requests a minute and endpoint, in a sliding window (developers.tiktok.com, rate limits); 595 are used"
USER_INFO = Limit("display.user_info.minute", 595, 60, help=_RULE)
VIDEO_LIST = Limit("display.video_list.minute", 595, 60, help=_RULE)
VIDEO_QUERY = Limit("display.video_query.minute", 595, 60, help=_RULE)
LIMITS = (USER_INFO, VIDEO_LIST, VIDEO_QUERY)

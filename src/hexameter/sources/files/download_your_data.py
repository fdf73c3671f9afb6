"""The account archive of TikTok's 'Download your data': the profile's figures and posts.

Messages, addresses, orders and other people's names in it are never read.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from hexameter.contracts.protocols import Progress
from hexameter.contracts.records import Chunk, FileSample, ImportOptions
from hexameter.sources.files.cells import REJECTS
from hexameter.sources.files.json_items import Shape, read_items
from hexameter.sources.files.rows import Rows
from hexameter.sources.files.shaped import JSON_KINDS, leave_out, paths_of

_LIMIT = 128 * 1024 * 1024  # watching and chatting for years makes long archives
_PROFILES = (
    "Profile And Settings.Profile Info.ProfileMap",
    "Profile.Profile Info.ProfileMap",
    "Profile.Profile Information.ProfileMap",
)
_POSTS = ("Post.Posts.VideoList[*]", "Video.Videos.VideoList[*]")
_FANS = ("Profile And Settings.Follower.FansList[*]", "Activity.Follower List.FansList[*]", "Activity.Follower.FansList[*]")
_FOLLOWED = ("Profile And Settings.Following.Following[*]", "Activity.Following List.Following[*]", "Activity.Following.Following[*]")


def _in_profile(key: str) -> list[str]:
    return [f"{place}.{key}" for place in _PROFILES]


PROFILE = Shape(
    fields={
        "creator": _in_profile("userName"),
        "followers": _in_profile("followerCount"),
        "following": _in_profile("followingCount"),
        "likes_total": _in_profile("likesReceived"),
    },
    lists={
        "_posted": [f"{place}.Date" for place in _POSTS],
        "_followed": [f"{place}.Date" for place in _FANS],
        "_following": [f"{place}.Date" for place in _FOLLOWED],
    },
    limit=_LIMIT,
)
POSTS = Shape(
    items=_POSTS, fields={"_link": ["Link"], "published_at": ["Date"], "likes": ["Likes"], "caption": ["Title"]}, strict=True, limit=_LIMIT
)

# Two of these at the top of a JSON object make it an archive; the first parts of one may be long lists of comments or messages.
_TOP = {
    "Activity",
    "App Settings",
    "Comment",
    "Direct Message",
    "Direct Messages",
    "Income+ Wallet",
    "Likes and Favorites",
    "Location Review",
    "Post",
    "Profile",
    "Profile And Settings",
    "TikTok Live",
    "TikTok Shop",
    "TikTok Shopping",
    "Video",
    "Your Activity",
}
_OWN = {
    "Comment.Comments.CommentsList",
    "Direct Message.Direct Messages",
    "Direct Messages.Chat History",
    "Post.Posts.VideoList",
    "Profile And Settings.Profile Info",
    "Profile.Profile Information",
    "Video.Videos.VideoList",
    "Activity.Favorite Videos",
}
_NO_ID = "the archive's link carries no post id, so its likes cannot be tied to a post; import the post from another export"


class DownloadYourData:
    """An account archive as JSON."""

    name = "download_your_data"
    title = "TikTok 'Download your data' archive"
    help = "user_data_tiktok.json of 'Download your data': followers, accounts followed and likes of the profile; posts with an id."
    example = (
        '{"Post": {"Posts": {"VideoList": []}}, "Profile And Settings": {"Profile Info": {"ProfileMap": {"userName": "lea", '
        '"followerCount": 5012, "followingCount": 355, "likesReceived": "16443"}}}}\n'
    )
    limits = (
        "JSON only, not the TXT archive; at most "
        f"{_LIMIT // 2**20} MiB. Newer archives give posts without an id: those are listed as rejected. Without --captured-at, the "
        "newest date of the post, follower and following lists counts as the time of the figures. Nothing else in it is read or kept."
    )

    def matches(self, sample: FileSample) -> bool:
        """Whether the file is an account archive."""
        if sample.kind not in JSON_KINDS:
            return False
        paths = paths_of(sample)
        return bool(paths & _OWN) or len(paths & _TOP) > 1

    def read(self, sample: FileSample, options: ImportOptions, progress: Progress) -> Iterator[Chunk]:
        """The profile as a reading of the creator, after the posts that carry an id.

        Raises  MissingCaptureTime  no --captured-at, and no date in the archive's lists
        """
        progress.start(f"Reading {sample.name}", None)
        rows = Rows(self.name, options)
        profile = pl.concat(read_items(sample, PROFILE)).with_columns(captured_at=_newest(options))
        posts = 0
        for frame in read_items(sample, POSTS):
            yield rows.chunk(*_posts(frame, profile))
            posts += frame.height
        known = profile.filter(pl.any_horizontal(pl.col("followers", "following", "likes_total").is_not_null()))
        if known.height:
            figures = known.select("creator", "followers", "following", "likes_total", "captured_at", row=pl.lit(posts + 1, pl.Int64))
            yield rows.chunk(figures)
        progress.finish()


def _newest(options: ImportOptions) -> pl.Expr:
    """The capture time as text: --captured-at, else the newest date of the lists read (UTC, of one form: text order is time order)."""
    if options.captured_at is not None:
        return pl.lit(options.captured_at.isoformat())
    lists = [pl.col(c).fill_null([]) for c in ("_posted", "_followed", "_following")]
    return _utc(pl.concat_list(lists).list.max())


def _utc(day: pl.Expr) -> pl.Expr:
    return day.str.strip_suffix(" UTC") + "Z"


def _posts(frame: pl.DataFrame, profile: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    owner = profile.row(0, named=True)
    named = frame.select(
        "row",
        post_id=pl.col("_link").str.extract(r"/(?:video|photo)/(\d{15,20})", 1),
        creator=pl.lit(owner["creator"], pl.String),
        published_at=_utc(pl.col("published_at")),
        captured_at=pl.lit(owner["captured_at"], pl.String),
        likes="likes",
        caption=pl.when(pl.col("caption") != "N/A").then("caption"),
    )
    # the link itself is signed and private: the reject shows the day instead
    known, nameless = leave_out(named, pl.col("post_id").is_null(), "post_id", pl.col("published_at"), pl.lit(_NO_ID))
    return known, nameless.select(*REJECTS)


FORMAT = DownloadYourData()

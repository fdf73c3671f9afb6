"""TikTok Studio's Content file: the top posts of a period with their lifetime counters. The other six files are not known here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import polars as pl

from hexameter.contracts.records import FileSample, ImportOptions
from hexameter.sources.files.capture_time import export_day, in_name
from hexameter.sources.files.studio_dates import day_not_before
from hexameter.sources.files.text import ids_in
from hexameter.sources.files.times import from_ids, instants

# The English headers are those of real exports; the others and the extra columns come from users' reports.
CONTENT_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "time": ("time", "date", "hora", "fecha", "uhrzeit", "heure", "data", "horário"),
    "caption": ("video title", "título del video", "titre de la vidéo", "videotitel", "título do vídeo", "titolo del video"),
    "url": ("video link", "enlace del video", "lien de la vidéo", "videolink", "link do vídeo", "link del video"),
    "published_day": ("post time", "hora de publicación", "heure de publication", "veröffentlichungszeit", "horário da publicação"),
    "likes": ("total likes", "me gusta totales", "total de me gusta", "total de j'aime", "likes insgesamt", "total de curtidas"),
    "comments": ("total comments", "comentarios totales", "total de comentarios", "total de commentaires", "kommentare insgesamt"),
    "shares": ("total shares", "compartidos totales", "total de compartidos", "total de partages", "geteilt insgesamt"),
    "views": (
        "total views",
        "visualizaciones totales",
        "total de visualizaciones",
        "total de vues",
        "aufrufe insgesamt",
        "total de visualizações",
    ),
    "saves": ("add to favorites", "added to favorites", "favorites", "total favorites", "saves", "añadir a favoritos"),
    "reach": ("reach", "reached audience", "alcance"),
    "avg_watch_seconds": ("average watch time", "tiempo de visualización promedio"),
    "full_watch_pct": ("watched full video", "vio el video completo"),
    "new_followers": ("new followers", "nuevos seguidores"),
}


def content_frame(frame: pl.DataFrame, sample: FileSample, options: ImportOptions) -> pl.DataFrame:
    """The rows under canonical names, each read at the start of its Time's day.

    The year of Time is the first that is not before the newest post's id, so that copies of one export agree whatever their own dates;
    with --captured-at or a number in the name, the last that is not after it.

    Out     canonical columns, captured_at as an instant; blank where Time is no date and --captured-at is not given
    """
    numbers = ids_in(frame["url"])
    published = from_ids(numbers)
    known = options.captured_at or in_name(sample)
    days = day_not_before(frame["time"].cast(pl.String), None if known else _newest(published), export_day(sample, options))
    start = instants(days.cast(pl.String), "captured_at", options.tz).values
    local = pl.col("start").dt.convert_time_zone(options.tz)
    frame = frame.with_columns(start.alias("start"), published.alias("issued"))
    taken = pl.col("start")
    if options.captured_at is not None:
        given = pl.lit(options.captured_at).cast(pl.Datetime("us", "UTC"))
        same_day = local.dt.date() == given.dt.convert_time_zone(options.tz).dt.date()
        taken = pl.when(same_day).then(given).otherwise(taken)
    path = pl.col("url").str.to_lowercase()
    canonical = frame.with_columns(
        # a post of that very day was not read before it was there
        captured_at=pl.max_horizontal(taken, pl.when(pl.col("start").is_not_null()).then("issued")),
        media_type=pl.when(path.str.contains("/photo/")).then(pl.lit("photo")).when(path.str.contains("/video/")).then(pl.lit("video")),
        post_id=numbers,
    )
    return canonical.drop("time", "start", "issued", "published_day", strict=False)


def _newest(published: pl.Series) -> date | None:
    newest = published.drop_nulls().max()
    return newest.date() if isinstance(newest, datetime) else None

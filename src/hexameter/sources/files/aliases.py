"""The names that columns of a canonical table go by, in English, French, Spanish, German, Portuguese and in known crawls. It reads nothing.

Names are compared without case, accents, spaces, underscores and punctuation; a field's own name comes first and wins.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

# fmt: off
ALIASES: Mapping[str, tuple[str, ...]] = {
    "post_id": (
        "video id", "vid_id", "item_id", "aweme_id", "tiktok id", "id", "post", "publication id", "id publication", "id de la publication",
        "id de la vidéo", "id vidéo", "identifiant", "id de la publicación", "id publicación", "id del video", "id de vídeo", "id video",
        "beitrags-id", "beitrag id", "video-kennung", "id da publicação", "id publicação", "id do vídeo", "id do post",
    ),
    "creator": (
        "handle", "username", "user_name", "user name", "unique_id", "uniqueId", "author", "author_unique_id", "author username", "account",
        "influencer", "profile", "créateur", "créatrice", "auteur", "nom d'utilisateur", "compte", "pseudo", "influenceur", "creador",
        "creadora", "autor", "usuario", "nombre de usuario", "cuenta", "ersteller", "erstellerin", "urheber", "benutzername", "nutzername",
        "konto", "criador", "criadora", "usuário", "nome de usuário", "conta", "nombre del creador",
    ),
    "creator_id": (
        "author_id", "user_id", "uid", "id du créateur", "id de l'auteur", "id del creador", "id del autor", "ersteller-id", "nutzer-id",
        "id do criador", "id do autor",
    ),
    "published_at": (
        "published", "publish time", "post time", "posted at", "posted", "vid_postTime", "create_time", "createTime", "created_at",
        "date published", "publication date", "post date", "upload date", "timestamp", "publié le", "date de publication",
        "heure de publication", "publicado", "publicado el", "fecha de publicación", "hora de publicación", "veröffentlicht",
        "veröffentlicht am", "veröffentlichungsdatum", "gepostet am", "publicado em", "data de publicação", "hora da publicação",
        "data de postagem",
    ),
    "captured_at": (
        "captured", "capture time", "vid_scrapeTime", "scrape time", "scraped_at", "collected_at", "collection time", "fetched_at",
        "crawled_at", "read at", "snapshot at", "as of", "relevé le", "date du relevé", "collecté le", "date de collecte", "capturé le",
        "capturado", "capturado el", "fecha de captura", "recopilado el", "erfasst", "erfasst am", "erfassungsdatum", "abgerufen am",
        "capturado em", "data de captura", "coletado em", "data da coleta",
    ),
    "caption": (
        "vid_caption", "description", "video_description", "desc", "text", "title", "video title", "body", "légende", "texte", "titre",
        "titre de la vidéo", "descripción", "texto", "título", "título del video", "leyenda", "beschreibung", "bildunterschrift", "titel",
        "videotitel", "legenda", "descrição", "título do vídeo",
    ),
    "hashtags": ("vid_hashtags", "hashtag", "hashtag_names", "tags", "challenges", "mots-dièse", "mots-clics", "etiquetas", "schlagworte"),
    "mentions": ("mention", "mentioned", "video_mention_list", "menciones", "erwähnungen", "menções"),
    "views": (
        "vid_nview", "view", "view_count", "viewCount", "play_count", "playCount", "plays", "video views", "total views", "nviews", "vues",
        "nombre de vues", "total des vues", "lectures", "visualizaciones", "visualizaciones totales", "vistas", "reproducciones", "aufrufe",
        "videoaufrufe", "gesamtaufrufe", "wiedergaben", "visualizações", "visualizações totais", "visualizações do vídeo", "reproduções",
    ),
    "likes": (
        "vid_nlike", "like", "like_count", "likeCount", "digg_count", "diggCount", "hearts", "total likes", "nlikes", "j'aime",
        "mentions j'aime", "nombre de j'aime", "me gusta", "total de me gusta", "gefällt mir", "gefällt-mir-angaben", "curtidas",
        "total de curtidas", "gostos",
    ),
    "comments": (
        "vid_ncomment", "comment", "comment_count", "commentCount", "total comments", "ncomments", "commentaires",
        "nombre de commentaires", "comentarios", "total de comentarios", "kommentare", "comentários", "total de comentários",
    ),
    "shares": (
        "vid_nshare", "share", "share_count", "shareCount", "total shares", "nshares", "partages", "nombre de partages", "compartidos",
        "veces compartido", "total de compartidos", "compartir", "geteilt", "geteilte inhalte", "weiterleitungen", "compartilhamentos",
        "partilhas", "total de compartilhamentos",
    ),
    "saves": (
        "vid_nsave", "save", "saved", "save_count", "collect_count", "collectCount", "favorites", "favorites_count", "favourites",
        "favourites_count", "bookmarks", "add to favorites", "enregistrements", "favoris", "ajouts aux favoris", "guardados", "favoritos",
        "gespeichert", "favoriten", "lesezeichen", "salvamentos", "salvos",
    ),
    "reach": (
        "unique viewers", "total reach", "portée", "couverture", "spectateurs uniques", "alcance", "alcance total", "espectadores únicos",
        "reichweite", "erreichte personen",
    ),
    "views_paid": ("paid views", "video_views_paid", "vues payantes", "visualizaciones pagadas", "bezahlte aufrufe", "visualizações pagas"),
    "views_2s": ("2-second video views", "two second views", "video_watched_2s"),
    "views_6s": ("6-second video views", "six second views", "video_watched_6s"),
    "avg_watch_seconds": (
        "average watch time", "average_time_watched", "durée moyenne de visionnage", "tiempo medio de visualización",
        "durchschnittliche wiedergabezeit", "tempo médio de visualização",
    ),
    "full_watch_pct": ("watched full video", "vidéo visionnée en entier", "ganzes video angesehen", "assistiu ao vídeo completo"),
    "new_followers": ("followers gained", "nouveaux abonnés", "nuevos seguidores", "neue follower", "novos seguidores"),
    "followers": (
        "user_nfollower", "follower", "follower_count", "followerCount", "followers_count", "fans", "author_followers", "nfollowers",
        "abonnés", "nombre d'abonnés", "seguidores", "número de seguidores", "abonnenten", "follower-zahl", "anzahl follower",
        "número de seguidores do criador",
    ),
    "following": (
        "following_count", "followingCount", "abonnements", "suivis", "seguidos", "siguiendo", "folgt", "gefolgt", "seguindo", "a seguir",
    ),
    "likes_total": ("heart", "heartCount", "likes_count", "total hearts", "likes received"),
    "videos_total": ("video_count", "videoCount", "videos"),
    "duration_seconds": (
        "vid_duration", "duration", "video_duration", "length", "video length", "durée", "durée de la vidéo", "longueur", "duración",
        "duración del video", "dauer", "videolänge", "länge", "duração", "duração do vídeo",
    ),
    "media_type": ("type", "media", "post type", "type de média", "tipo de medio", "medientyp", "tipo de mídia"),
    "music_id": ("sound_id", "id de la musique", "id de la música", "musik-id", "id da música"),
    "url": (
        "vid_url", "video_url", "link", "video link", "post link", "post url", "share_url", "tiktok_url", "webVideoUrl", "permalink",
        "lien", "lien de la vidéo", "adresse", "enlace", "enlace del video", "videolink", "adresse des videos", "ligação",
        "link do vídeo",
    ),
    "region": ("region_code", "country", "country code", "pays", "país", "land"),
    "is_ad": ("ad", "publicité", "anuncio", "anzeige", "anúncio"),
    "paid_partnership": (
        "is_paid_partnership", "branded content", "partenariat rémunéré", "colaboración pagada", "bezahlte partnerschaft", "parceria paga",
    ),
}
# fmt: on


def folded(name: str) -> str:
    """A column's name as it is compared: without case, accents, spaces and punctuation.

    Example folded("Durée de la vidéo") -> "dureedelavideo"
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", name.replace("ß", "ss")) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", "", bare.casefold())


def _ranks() -> dict[str, tuple[str, int]]:
    ranks: dict[str, tuple[str, int]] = {}
    for field in ALIASES:
        ranks[folded(field)] = (field, 0)
    for field, names in ALIASES.items():
        for rank, name in enumerate(names, start=1):
            ranks.setdefault(folded(name), (field, rank))
    return ranks


RANKS = _ranks()


def fields_of(columns: Iterable[str]) -> dict[str, str]:
    """Which column carries which field: field -> column.

    Where two columns could carry one field, the field's own name wins, then the alias listed first in ALIASES, then the leftmost.

    Example fields_of(["vid_id", "Vues", "J'aime"]) -> {"post_id": "vid_id", "views": "Vues", "likes": "J'aime"}
    """
    best: dict[str, tuple[int, str]] = {}
    for column in columns:
        field, rank = RANKS.get(folded(column), ("", 0))
        if field and (field not in best or rank < best[field][0]):
            best[field] = (rank, column)
    return {field: best[field][1] for field in ALIASES if field in best}

"""Settings: rows of (name, default, help), each with an environment twin HEXAMETER_<NAME>. The only reader of environment and file.

It knows no room: `main` reads a value here and hands it over.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hexameter.errors import BadValue, did_you_mean


@dataclass(frozen=True)
class Setting:
    """One setting: its default as text, and what it is for."""

    name: str
    default: str
    help: str

    @property
    def env(self) -> str:
        """The environment variable that sets it."""
        return f"HEXAMETER_{self.name.upper()}"


SETTINGS: tuple[Setting, ...] = (
    Setting("home", "~/.local/share/hexameter", "Folder that holds the lake, the desk's database and hexameter.toml."),
    Setting("timezone", "UTC", "Zone of periods and of imported times without an offset, unless a command says otherwise."),
    Setting("engine", "duckdb", "Where numbers are computed: duckdb, or spark://host:port."),
    Setting("database_url", "", "The desk's database; empty: SQLite in the home. Example: postgresql+psycopg://user@host/hexameter."),
    Setting("source_order", "", "Sources in order of trust, by comma: decides between two exact readings of one instant. Empty: by name."),
    Setting("recommended_per_day", "1-3", "Posts a day counted as within the recommended band (a 2023 article's figure)."),
    Setting("qualified_view_seconds", "5", "Seconds after which a view is called qualified, where a retention curve was read."),
    Setting("rate_card", "skeepers", "Price list for media value: a preset's name, or a TOML file."),
    Setting("memory_limit", "", "Upper bound for the embedded engine's memory, like 2GB. Empty: the engine's own default."),
    Setting("tiktok_api_url", "https://open.tiktokapis.com", "Base address of Login Kit, Display, Research and Commercial Content APIs."),
    Setting("tiktok_business_url", "https://business-api.tiktok.com/open_api/v1.3", "Base address of TikTok's API for Business."),
    Setting("tiktok_auth_url", "https://www.tiktok.com", "Base address of the page on which creators consent."),
    Setting("tiktok_client_key", "", "Client key of your TikTok for Developers app: creators connect through it."),
    Setting("tiktok_client_secret", "", "Its client secret."),
    Setting("tiktok_research_key", "", "Client key of Research API credentials (researchers only)."),
    Setting("tiktok_research_secret", "", "Its client secret."),
    Setting("tiktok_business_id", "", "App id of your TikTok API for Business app."),
    Setting("tiktok_business_secret", "", "Its secret."),
    Setting("public_url", "http://127.0.0.1:8686", "Address under which others reach hexameter serve, for consent links."),
    Setting("secret_key", "", "Key that encrypts stored tokens. Empty: made once and kept in the home, readable by you only."),
    Setting(
        "shop_secret",
        "",
        "Secret with which your shop signs its order webhooks; a workspace's own: in its folder's hexameter.toml. Empty: none is taken.",
    ),
    Setting("trust_network", "", "yes: serve others without TLS, on a network you trust. Passwords then travel readable."),
    Setting("oidc_issuer", "", "Address of an OpenID Connect provider for single sign-on, like https://login.example.com. Empty: none."),
    Setting("oidc_client_id", "", "What Hexameter is registered as there; its redirect address is public_url + /sign-on/callback."),
    Setting("oidc_client_secret", "", "The secret it was given there."),
    Setting("oidc_name", "", "The provider's name on the login page."),
    Setting("api_requests_per_minute", "600", "Requests of one API token in a minute; more are answered with 429 and when to go on."),
    Setting("watch_folder", "", "Folder whose files are imported as they appear. Empty: the folder inbox in the home."),
    Setting("raw_days", "90", "Days for which API answers are kept as they came, to be read again by hexameter reparse. 0: not kept."),
    Setting("retention_days", "30", "Days after a campaign's end until which its posts are still read, once a week; then reading stops."),
    Setting("daily_requests", "", "Requests a day and API the tracker may spend, below the platform's own limits. Empty: only those."),
    Setting("smtp_url", "", "Mail server for alerts and digests, like smtp://user:password@mail.example.com:587. Empty: no e-mail."),
    Setting("smtp_from", "hexameter@localhost", "Address that e-mail comes from."),
    Setting("webhook_hosts", "", "Receivers of webhooks in your own network, as host:port by comma; others must be public and https."),
    Setting("now", "", "Pretend it is this instant (ISO 8601): for rehearsals and tests."),
)

FILE_NAME = "hexameter.toml"
OWN = ("shop_secret",)  # of each workspace: what opens one must not open another


def read_settings(environment: Mapping[str, str] | None = None, overrides: Mapping[str, str] | None = None) -> dict[str, str]:
    """Every setting's value as text: command line over environment over hexameter.toml over default.

    In      environment  os.environ unless given
            overrides    values from the command line, by setting name
    Raises  BadValue     an unknown name in the file or the overrides, or a file that is not TOML
    Example read_settings({"HEXAMETER_TIMEZONE": "Europe/Paris"})["timezone"] -> "Europe/Paris"
    """
    env = os.environ if environment is None else environment
    given = {name: value for name, value in (overrides or {}).items() if value is not None}
    _reject_unknown(given, "the command line")
    values = {s.name: env.get(s.env, s.default) for s in SETTINGS}
    home = Path(given.get("home", values["home"])).expanduser()
    stored = _from_file(home / FILE_NAME)
    merged = {s.name: given.get(s.name, env.get(s.env, stored.get(s.name, s.default))) for s in SETTINGS}
    merged["home"] = str(home)
    return merged


def own_settings(folder: Path) -> dict[str, str]:
    """What a workspace does not share with the others: from the hexameter.toml of its folder, else the default.

    Raises  BadValue  as `read_settings` does
    """
    stored = _from_file(folder / FILE_NAME)
    return {s.name: stored.get(s.name, s.default) for s in SETTINGS if s.name in OWN}


def _from_file(path: Path) -> dict[str, str]:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise BadValue(f"{path} is not valid TOML: {problem}.", field="settings", hint="Mend or remove the file.") from problem
    _reject_unknown(raw, str(path))
    return {name: str(value) for name, value in raw.items()}


def _reject_unknown(values: Mapping[str, object], where: str) -> None:
    known = [s.name for s in SETTINGS]
    for name in values:
        if name not in known:
            raise BadValue(f"unknown setting '{name}' in {where}.", field=name, hint=did_you_mean(name, known))

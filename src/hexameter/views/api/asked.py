"""What a route may be asked, read off the signature of its verb: names, types and bounds, as pydantic models. It calls no verb."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model

from hexameter.services.alerts.subscribing import AlertsOf
from hexameter.services.briefs import BriefsOf
from hexameter.services.campaign import Campaigns
from hexameter.services.candidates import CandidatesOf
from hexameter.services.deliverables import DeliverablesOf
from hexameter.services.doors import DoorsOf
from hexameter.services.inbox import InboxOf
from hexameter.services.insights import Insights
from hexameter.services.rights import RightsOf
from hexameter.services.selling import SellingOf
from hexameter.services.verbs import Verbs
from hexameter.views.api.route import Route

PARTS: Mapping[str, type] = {
    "alerts": AlertsOf,
    "briefs": BriefsOf,
    "campaigns": Campaigns,
    "candidates": CandidatesOf,
    "deliverables": DeliverablesOf,
    "doors": DoorsOf,
    "inbox": InboxOf,
    "insights": Insights,
    "rights": RightsOf,
    "selling": SellingOf,
}
ON_DESK = frozenset({"campaigns", "inbox", "briefs", "candidates", "deliverables", "rights", "doors"})  # they need no engine
OURS = frozenset({"self", "caller", "by", "reader", "person", "path"})  # said by the token or the server, never by the caller
SPELT = {"from_day": "from", "to_day": "to"}  # as everywhere in JSON and on the command line
MOST = 1_000
_NAMES = {
    "Any": Any, "Callable": Callable, "Iterable": Iterable, "Mapping": Mapping, "Sequence": Sequence, "Literal": Literal,
    "date": date, "datetime": datetime, "Path": Path, "Belonging": Literal["creators", "hashtags", "mentions"],
}  # fmt: skip
_INSIDE = re.compile(r"\{(\w+)\}")


def verb_of(route: Route) -> Callable[..., Any]:
    """The function whose signature and docstring speak for a route."""
    if not isinstance(route.run, str):
        return route.run
    part, _, name = route.run.rpartition(".")
    found: Callable[..., Any] = getattr(PARTS[part] if part else Verbs, name)
    return found


def in_path(route: Route) -> dict[str, Any]:
    """The words of a route's address and their types."""
    types_of = _types(verb_of(route))
    return {name: types_of.get(name, str) for name in _INSIDE.findall(route.path)}


def said(route: Route) -> dict[str, tuple[Any, Any]]:
    """What else may be said: name, type and default (`...` when it must be said)."""
    verb = verb_of(route)
    types_of, inside = _types(verb), in_path(route)
    found: dict[str, tuple[Any, Any]] = {}
    for name, parameter in inspect.signature(verb).parameters.items():
        if name in OURS or name in inside or parameter.kind is inspect.Parameter.VAR_KEYWORD:
            continue
        default = ... if parameter.default is inspect.Parameter.empty else parameter.default
        found[name] = (types_of.get(name, str), default)
    return found | {name: (kind, None) for name, kind in route.words.items()}


def model_of(route: Route) -> type[BaseModel] | None:
    """The query of a GET, the body of anything else; None: nothing may be said."""
    fields: dict[str, Any] = {}
    for name, (kind, default) in said(route).items():
        alias = SPELT.get(name)
        bound = bounded(kind) if default is ... else bounded(kind) | None
        fields[name] = (bound, Field(... if default is ... else _plain(default), alias=alias))
    if route.listed is not None:
        fields["limit"] = (Annotated[int, Field(ge=1, le=MOST)], Field(100, description="How many at most."))
        fields["cursor"] = (_Text | None, Field(None, description="Where to go on: `next` of the answer before."))
    if not fields:
        return None
    config = ConfigDict(extra="forbid", strict=route.method != "GET" and not route.upload, populate_by_name=False)
    if route.example:
        config["json_schema_extra"] = {"examples": [dict(route.example)]}
    name = "".join(word.title() for word in re.findall(r"[a-z]+", f"{route.method} {route.path}".lower()))
    return create_model(name, __config__=config, **fields)


def needed(route: Route) -> bool:
    """Whether something must be said besides the address."""
    return any(default is ... for _, default in said(route).values())


def as_verb(route: Route, name: str, value: Any) -> Any:
    """A word as the verb takes it: pairs come as an object."""
    of = _types(verb_of(route)).get(name)
    inner = get_args(of)
    return tuple(value.items()) if isinstance(value, dict) and inner and get_origin(inner[0]) is tuple else value


def handed(asked: BaseModel | None) -> dict[str, Any]:
    """What was said, by the verb's own names; what was not said is left to the verb."""
    if asked is None:
        return {}
    return {name: getattr(asked, name) for name in type(asked).model_fields if name in asked.model_fields_set}


def _no_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("a text without NUL")
    text.encode("utf-8", "surrogatepass").decode("utf-8")  # half a character, which no file can hold
    return text


_Text = Annotated[str, Field(max_length=20_000), AfterValidator(_no_nul)]
_Whole = Annotated[int, Field(ge=-(2**31), lt=2**31)]
_BOUNDED: Mapping[Any, Any] = {str: _Text, int: _Whole, float: Annotated[float, Field(allow_inf_nan=False)], bool: bool}


def bounded(kind: Any) -> Any:
    """A verb's type as one that may come from outside: bounded, without NUL."""
    if kind in _BOUNDED:
        return _BOUNDED[kind]
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return kind
    if origin in (Union, types.UnionType):
        first = next(part for part in inner if part is not type(None))  # dates may be text, and are
        return bounded(first)
    if origin in (Iterable, Sequence, list, tuple, frozenset):
        if get_origin(inner[0]) is tuple:
            return Annotated[dict[_Text, _Text], Field(max_length=MOST)]
        return Annotated[list[bounded(inner[0])], Field(max_length=MOST)]  # type: ignore[misc]
    return Annotated[dict[_Text, Any], Field(max_length=MOST)] if origin in (Mapping, dict) else Any


def _plain(default: Any) -> Any:
    return list(default) if isinstance(default, tuple) else default


def _types(verb: Callable[..., Any]) -> dict[str, Any]:
    """The types of a verb's words; services name some of theirs for the type checker only."""
    found = {}
    for name, text in inspect.get_annotations(verb).items():
        known = {**_NAMES, **getattr(verb, "__globals__", {})}
        if name != "return" and name not in OURS:
            found[name] = eval(text, known) if isinstance(text, str) else text  # noqa: S307 our own source
    return found

"""The small language of finding rules: `#tag @handle word "a phrase"`, AND, OR, NOT and parentheses. It asks no database.

AND may be left out between two terms; NOT binds tightest, then AND, then OR. Words are compared as KPIS 0.8 says: NFC and casefold.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from hexameter.contracts.spelling import handle_of, hashtag_of
from hexameter.errors import BadValue

_TOKEN = re.compile(r'\s*(?:(?P<open>\()|(?P<close>\))|"(?P<phrase>[^"]*)(?P<end>"?)|(?P<word>[^\s()"]+))')
# Characters that nobody sees and that part no word, and those of a hashtag, as imports have them too.
_INVISIBLE = dict.fromkeys(map(ord, "\x00\u00ad\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"))
_JOINERS = "\u200c\u200d"
_IN_TAGS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "So", "Sk", "Cf"})
_DEEPEST = 50
_LONGEST = 2_000
_EXPECTED = 'Expected terms like #glowday, @glow.brand, serum or "new serum", joined by AND, OR, NOT and parentheses.'


@dataclass(frozen=True)
class Term:
    """One word to look for, in its one form."""

    kind: Literal["tag", "mention", "word", "phrase"]
    value: str

    def __str__(self) -> str:
        return {"tag": f"#{self.value}", "mention": f"@{self.value}", "word": self.value, "phrase": f'"{self.value}"'}[self.kind]


@dataclass(frozen=True)
class Not:
    """What must not be there."""

    of: Node


@dataclass(frozen=True)
class Both:
    """All of several (`AND`), or at least one (`OR`)."""

    how: Literal["AND", "OR"]
    parts: tuple[Node, ...]


Node = Term | Not | Both


@dataclass(frozen=True)
class Rule:
    """A rule. Without a tree it takes every post, or none, as `otherwise` says."""

    tree: Node | None
    otherwise: bool = False

    def __str__(self) -> str:
        return "" if self.tree is None else _text(self.tree)

    def matches(self, caption: str | None, hashtags: Iterable[str] = (), mentions: Iterable[str] = ()) -> tuple[bool, tuple[str, ...]]:
        """Whether a post is taken, and the words of the rule that it carries.

        In      caption            as posted; None: not known
                hashtags, mentions  of the post, with or without # and @; those that stand in the caption count as well
        Out     words as the rule writes them, in its order; words under NOT are never among them
        Example parse_rule("#glow AND NOT giveaway").matches("New #Glow") -> (True, ("#glow",))
        """
        if self.tree is None:
            return self.otherwise, ()
        post = _Post(caption or "", [_bare(t, "#＃") for t in hashtags], [_bare(m, "@＠") for m in mentions])
        found, words = _holds(self.tree, post)
        return found, tuple(dict.fromkeys(words)) if found else ()

    def without(self, handles: Collection[str]) -> Rule | None:
        """The rule without terms that name these handles; None when nothing is left of it."""
        left = None if self.tree is None else _without(self.tree, handles)
        return None if left is None else replace(self, tree=left)


def any_of(hashtags: Iterable[str], mentions: Iterable[str]) -> Rule | None:
    """The rule of a campaign that has none of its own: any of its hashtags or mentions; None when it has neither.

    Example str(any_of(["glow"], ["brand"])) -> "#glow OR @brand"
    """
    terms = (*(Term("tag", tag) for tag in hashtags), *(Term("mention", handle) for handle in mentions))
    if not terms:
        return None
    return Rule(terms[0] if len(terms) == 1 else Both("OR", terms))


def parse_rule(text: str) -> Rule:
    """A rule from its text; `str` gives it back in one form.

    Raises  BadValue  with the position, counted from 1, and what was expected there
    Example str(parse_rule("#Glow serum or (not @Brand)")) -> "#glow AND serum OR NOT @brand"
    """
    if len(text) > _LONGEST:
        raise BadValue(f"The rule has {len(text)} characters; expected at most {_LONGEST}.", field="rule", hint="Shorten it.")
    return Rule(_Parser(text.translate(_INVISIBLE)).whole())


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int


def _tokens(text: str) -> list[_Token]:
    found, place = [], 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        assert match is not None and match.lastgroup is not None  # every text that is not blank begins with one of them
        kind = "phrase" if match.lastgroup == "end" else match.lastgroup
        token = _Token(kind, match.group(kind), match.start(kind) + 1)
        if kind == "phrase" and not match.group("end"):
            raise _wrong(text, token.at - 1, 'the phrase is not ended; expected another "')
        if kind == "word" and token.text.upper() in ("AND", "OR", "NOT"):
            token = _Token(token.text.upper(), token.text, token.at)
        found.append(token)
        place = match.end()
    return [*found, _Token("end", "the end", len(text) + 1)]


class _Parser:
    """Recursive descent: or, and, not, term."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _tokens(text)
        self._place = 0
        self._depth = 0

    def whole(self) -> Node:
        tree = self._or()
        if self._now.kind != "end":
            raise _wrong(self._text, self._now.at, f"'{self._now.text}' is too much; expected AND, OR or the end")
        return tree

    @property
    def _now(self) -> _Token:
        return self._tokens[self._place]

    def _step(self) -> _Token:
        self._place += 1
        return self._tokens[self._place - 1]

    def _or(self) -> Node:
        parts = [self._and()]
        while self._now.kind == "OR":
            self._step()
            parts.append(self._and())
        return _joined("OR", parts)

    def _and(self) -> Node:
        parts = [self._not()]
        while self._now.kind in ("AND", "NOT", "open", "phrase", "word"):
            if self._now.kind == "AND":
                self._step()
            parts.append(self._not())
        return _joined("AND", parts)

    def _not(self) -> Node:
        odd = False
        while self._now.kind == "NOT":
            self._step()
            odd = not odd
        part = self._term()
        if not odd:
            return part
        return part.of if isinstance(part, Not) else Not(part)

    def _term(self) -> Node:
        token = self._step()
        if token.kind == "open":
            return self._inside(token)
        if token.kind in ("phrase", "word"):
            return _term_of(self._text, token)
        raise _wrong(self._text, token.at, f"found {_named(token)}; expected a word, #hashtag, @handle, \"phrase\" or '('")

    def _inside(self, opened: _Token) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _wrong(self._text, opened.at, f"over {_DEEPEST} parentheses within each other; expected fewer")
        tree = self._or()
        if self._now.kind != "close":
            raise _wrong(self._text, self._now.at, f"found {_named(self._now)}; expected ')' for the '(' at position {opened.at}")
        self._step()
        self._depth -= 1
        return tree


def _term_of(text: str, token: _Token) -> Term:
    try:
        if token.kind == "word" and token.text[0] in "#＃":
            return Term("tag", hashtag_of(token.text))
        if token.kind == "word" and token.text[0] in "@＠":
            return Term("mention", handle_of(token.text[1:].rstrip(".")))
    except BadValue as problem:
        raise _wrong(text, token.at, f"{problem.message.rstrip('.')}; expected a word after '{token.text[0]}'") from None
    words = _words(token.text)
    if not words:
        raise _wrong(text, token.at, f"'{token.text}' has neither letter nor digit; expected a word")
    value = " ".join(words)
    plain = len(words) == 1 and value.upper() not in ("AND", "OR", "NOT")
    return Term("word" if plain else "phrase", value)


def _named(token: _Token) -> str:
    return "the end" if token.kind == "end" else f"'{token.text}'"


def _wrong(text: str, at: int, what: str) -> BadValue:
    return BadValue(f"The rule cannot be read at position {at}: {what}.", field="rule", value=text, hint=_EXPECTED)


def _joined(how: Literal["AND", "OR"], parts: list[Node]) -> Node:
    flat = [inner for p in parts for inner in (p.parts if isinstance(p, Both) and p.how == how else (p,))]
    return flat[0] if len(flat) == 1 else Both(how, tuple(flat))


def _text(node: Node) -> str:
    if isinstance(node, Term):
        return str(node)
    if isinstance(node, Not):
        return f"NOT {_bracketed(node.of) if isinstance(node.of, Both) else _text(node.of)}"
    inner = (_bracketed(p) if isinstance(p, Both) and node.how == "AND" else _text(p) for p in node.parts)
    return f" {node.how} ".join(inner)


def _bracketed(node: Node) -> str:
    return f"({_text(node)})"


class _Post:
    """A post's words, each form made once."""

    def __init__(self, caption: str, hashtags: Iterable[str], mentions: Iterable[str]) -> None:
        self._caption = _folded(caption)
        self._given = (frozenset(map(_folded, hashtags)), frozenset(m.lower() for m in mentions))

    @cached_property
    def tags(self) -> frozenset[str]:
        return self._given[0] | {tag for tag in map(_tag_at, re.split("[#＃]", self._caption)[1:]) if tag}

    @cached_property
    def mentions(self) -> frozenset[str]:
        return self._given[1] | {m.strip(".") for m in re.findall(r"(?:^|[^\w.@])@([\w.]{1,64})", self._caption)}

    @cached_property
    def text(self) -> str:
        """The words in order between blanks, so that a phrase is found as a text is."""
        return f" {' '.join(_words(self._caption))} "


def _tag_at(text: str) -> str:
    """The hashtag with which a text begins, as imports read it: letters, marks, digits, symbols like emoji, and '_'."""
    return "".join(itertools.takewhile(lambda c: c == "_" or unicodedata.category(c) in _IN_TAGS, text)).strip(_JOINERS)


def _holds(node: Node, post: _Post) -> tuple[bool, list[str]]:
    if isinstance(node, Not):
        return not _holds(node.of, post)[0], []
    if isinstance(node, Term):
        there = {"tag": lambda: node.value in post.tags, "mention": lambda: node.value in post.mentions}
        found = there.get(node.kind, lambda: f" {node.value} " in post.text)()
        return found, [str(node)] if found else []
    parts = [_holds(part, post) for part in node.parts]
    found = all(p[0] for p in parts) if node.how == "AND" else any(p[0] for p in parts)
    return found, [word for held, words in parts if held for word in words]


def _without(node: Node, handles: Collection[str]) -> Node | None:
    if isinstance(node, Term):
        return None if node.value in handles else node
    if isinstance(node, Not):
        inner = _without(node.of, handles)
        return None if inner is None else Not(inner)
    left = [part for part in (_without(p, handles) for p in node.parts) if part is not None]
    return _joined(node.how, left) if left else None


def _bare(word: str, signs: str) -> str:
    return word.strip().lstrip(signs)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text.translate(_INVISIBLE)).casefold())


def _words(text: str) -> list[str]:
    """Runs of letters, digits and what belongs to them, NFC and casefold."""
    return re.findall(r"[^\W_]+(?:['’_.\-][^\W_]+)*", _folded(text))

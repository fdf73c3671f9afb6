"""The language of finding rules: what it takes, what it refuses and where, and that a rule is its own text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexameter.campaigns.tracking.ruling import Both, Node, Not, Rule, Term, any_of, parse_rule
from hexameter.errors import BadValue


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("#Glow", "#glow"),
        ("#Glow @Brand serum", "#glow AND @brand AND serum"),
        ("#a or #b and #c", "#a OR #b AND #c"),
        ("(#a OR #b) #c", "(#a OR #b) AND #c"),
        ("not #a", "NOT #a"),
        ("not not #a", "#a"),
        ("NOT (NOT #a)", "#a"),
        ("not (#a or #b)", "NOT (#a OR #b)"),
        ("#a NOT #b", "#a AND NOT #b"),
        ("((#a))", "#a"),
        ('"New  SERUM!"', '"new serum"'),
        ('"Serum"', "serum"),
        ('"and" "OR"', '"and" AND "or"'),
        ("it's", "it's"),
        ("Straße", "strasse"),
        ("#E\u0301te\u0301", "#\u00e9t\u00e9"),
        ("#a(#b)", "#a AND #b"),
        ("glow! @lea.", "glow AND @lea"),
        ("＃Glow ＠Brand", "#glow AND @brand"),
    ],
)
def test_a_rule_has_one_form(text: str, form: str) -> None:
    assert str(parse_rule(text)) == form
    assert parse_rule(form) == parse_rule(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "at position 1: found the end; expected a word"),
        ("   ", "found the end; expected a word"),
        ("#a AND", "at position 7: found the end; expected a word, #hashtag"),
        ("#a OR OR #b", "at position 7: found 'OR'; expected a word"),
        ("AND #a", "at position 1: found 'AND'; expected a word"),
        ("NOT", "at position 4: found the end"),
        ("(#a OR #b", "at position 10: found the end; expected ')' for the '(' at position 1"),
        ("#a)", "at position 3: ')' is too much; expected AND, OR or the end"),
        ("()", "at position 2: found ')'; expected a word"),
        ('#a "new serum', "at position 4: the phrase is not ended"),
        ("#a #", "at position 4: '#' is not a hashtag; expected a word after '#'"),
        ("@lea! x", "at position 1: 'lea!' is not a TikTok handle"),
        ("#a !!", "at position 4: '!!' has neither letter nor digit"),
        ('""', "has neither letter nor digit"),
        ("(" * 60 + "#a" + ")" * 60, "over 50 parentheses within each other"),
        ("x " * 1001, "has 2002 characters; expected at most 2000"),
    ],
)
def test_a_wrong_rule_says_where_and_what(text: str, message: str) -> None:
    with pytest.raises(BadValue) as refused:
        parse_rule(text)
    assert message in refused.value.message and refused.value.field == "rule"


CAPTION = "My new SERUM routine — #GlowDay! with @Glow.Brand. It's Été #été🎬"


@pytest.mark.parametrize(
    ("text", "found", "words"),
    [
        ("#glowday", True, ("#glowday",)),
        ("#glow", False, ()),
        ("glowday", True, ("glowday",)),
        ("@glow.brand", True, ("@glow.brand",)),
        ("@glow", False, ()),
        ('"new serum"', True, ('"new serum"',)),
        ('"serum new"', False, ()),
        ("ser", False, ()),
        ("it's", True, ("it's",)),
        ("E\u0301TE\u0301", True, ("\u00e9t\u00e9",)),
        ("#\u00e9t\u00e9🎬", True, ("#\u00e9t\u00e9🎬",)),
        ("#nope OR serum", True, ("serum",)),
        ("#nope AND serum", False, ()),
        ("serum NOT giveaway", True, ("serum",)),
        ("serum NOT new", False, ()),
        ("NOT giveaway", True, ()),
        ("serum serum", True, ("serum",)),
        ("#given", True, ("#given",)),
        ("@given", True, ("@given",)),
    ],
)
def test_what_a_rule_takes(text: str, found: bool, words: tuple[str, ...]) -> None:
    assert parse_rule(text).matches(CAPTION, ["#GIVEN"], ["@Given"]) == (found, words)


def test_a_caption_not_known_is_empty() -> None:
    assert parse_rule("#a").matches(None, ["A"]) == (True, ("#a",))
    assert parse_rule("a").matches(None) == (False, ())


def test_the_default_rule() -> None:
    assert str(any_of(["glow", "day"], ["brand"])) == "#glow OR #day OR @brand" and str(any_of([], ["b"])) == "@b"
    assert any_of([], []) is None
    assert Rule(None, True).matches("x") == (True, ()) and Rule(None).matches("x") == (False, ()) and str(Rule(None)) == ""


def test_a_rule_without_a_name() -> None:
    assert str(parse_rule("#a OR @lea").without({"lea"})) == "#a"
    assert str(parse_rule("(#a OR @lea) NOT lea #b").without({"lea"})) == "#a AND #b"
    assert parse_rule("@lea").without({"lea"}) is None


_WORDS = st.sampled_from(["glow", "\u00e9t\u00e9", "brand.x", "serum", "日本", "a1", "or", "not"])
_TERMS = st.one_of(
    _WORDS.map(lambda w: Term("tag", w)),
    st.sampled_from(["lea", "glow.brand", "a_b"]).map(lambda w: Term("mention", w)),
    _WORDS.map(lambda w: Term("phrase" if w in ("or", "not") else "word", w)),
    st.lists(_WORDS, min_size=2, max_size=3).map(lambda ws: Term("phrase", " ".join(ws))),
)


def _nodes(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    both = st.builds(Both, st.sampled_from(["AND", "OR"]), st.lists(inner, min_size=2, max_size=3).map(tuple))
    return st.one_of(inner.map(Not), both)


NODES = st.recursive(_TERMS, _nodes, max_leaves=8)


@given(NODES, st.text(st.sampled_from("glow été#@ serumbrand.x()\"'"), max_size=40))
def test_a_rule_is_its_own_text(tree: Node, caption: str) -> None:
    """Text to rule to text is the same text, and means the same as the tree it came from."""
    rule = parse_rule(str(Rule(tree)))
    assert str(parse_rule(str(rule))) == str(rule) and parse_rule(str(rule)) == rule
    assert rule.matches(caption)[0] == Rule(tree).matches(caption)[0]


@given(NODES, st.text(max_size=30))
def test_spelling_does_not_matter(tree: Node, noise: str) -> None:
    rule, caption = Rule(tree), f"Glow {noise} #ÉTÉ @Lea 日本"
    decomposed = unicodedata.normalize("NFD", caption)
    assert rule.matches(unicodedata.normalize("NFC", caption)) == rule.matches(decomposed)


@given(st.text(max_size=60))
def test_any_text_is_a_rule_or_refused(text: str) -> None:
    try:
        rule = parse_rule(text)
    except BadValue as refused:
        assert "position" in refused.message
    else:
        assert parse_rule(str(rule)) == rule


@given(st.text(st.sampled_from('#@"() ANDORNOTx.!é'), max_size=25))
def test_any_text_of_signs_is_a_rule_or_refused(text: str) -> None:
    test_any_text_is_a_rule_or_refused.hypothesis.inner_test(text)  # type: ignore[attr-defined]

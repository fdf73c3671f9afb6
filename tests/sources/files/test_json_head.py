"""The keys of a JSON text's head, whatever its lines look like."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from hexameter.sources.files.json_head import key_paths

KEYS = st.sampled_from(["id", "views", "a.b", "a", 'qu"ote', "é", "line\u2028end"])
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.text(max_size=3)),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(KEYS, inner, max_size=2)),
    max_leaves=4,
)


@given(
    st.lists(
        st.one_of(st.dictionaries(KEYS, VALUES, max_size=3).map(json.dumps), st.sampled_from(["", "{", '{"id": 1', "[]", "5"])), max_size=8
    )
)
@settings(max_examples=200, deadline=None)
def test_lines_name_together_what_each_names_alone(lines: list[str]) -> None:
    alone = dict.fromkeys(path for line in lines for path in key_paths(line, lines=True))
    assert key_paths("\n".join(lines), lines=True) == tuple(alone)


def test_a_line_that_nests_later_adds_its_paths() -> None:
    assert key_paths('{"a": 1, "b": 2}\n{"b": 1}\n{"a": {"c": 1}}\n{"b": [{"d": 1}]}', lines=True) == ("a", "b", "a.c", "b.d")

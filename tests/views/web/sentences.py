"""The sentences that the pages say, read from their code and templates, for the tests of the catalogues."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from jinja2 import nodes

from hexameter.charts import drawing
from hexameter.services.explain import describe_kpis
from hexameter.views.web import frame

_WEB = Path(frame.__file__).parent
_HOUSE = _WEB.parents[1]
_SPEAKERS = ("t", "say")
_MADE = "Sentence"  # what services say, for the pages to translate
Said = tuple[str, str | None]  # one, several


def said() -> set[Said]:
    """Every sentence put to `t` or `say` word for word, with its plural where it has one; those of any room; and the KPIs' names."""
    in_code = (pair for tree in _code() for pair in _calls_in_code(tree))
    in_templates = (pair for tree in _templates() for pair in _calls_in_template(tree))
    made = (pair for path in _HOUSE.rglob("*.py") for pair in _made(ast.parse(path.read_text(encoding="utf-8"))))
    return {*in_code, *in_templates, *made, *((kpi["title"], None) for kpi in describe_kpis())}


def _made(tree: ast.AST) -> Iterator[Said]:
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Name) and call.func.id == _MADE:
            yield from ((text, None) for text in _code_texts(call.args[0]))


def written() -> set[str]:
    """Every text in the code of any room and in the templates: what a sentence handed on by a name can be."""
    house = (ast.parse(path.read_text(encoding="utf-8")) for path in _HOUSE.rglob("*.py"))
    texts = {node.value for tree in house for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    texts |= {node.value for tree in _templates() for node in tree.find_all(nodes.Const) if isinstance(node.value, str)}
    return texts


def _code() -> Iterator[ast.AST]:
    for path in (*_WEB.rglob("*.py"), *Path(drawing.__file__).parent.rglob("*.py")):
        yield ast.parse(path.read_text(encoding="utf-8"))


def _templates() -> Iterator[nodes.Template]:
    environment = frame.environment()
    for path in frame.TEMPLATES.rglob("*.html"):
        yield environment.parse(path.read_text(encoding="utf-8"))


def _calls_in_code(tree: ast.AST) -> Iterator[Said]:
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        many = isinstance(call.func, ast.Attribute) and call.func.attr == "many"
        speaker = call.func.value if many and isinstance(call.func, ast.Attribute) else call.func
        name = speaker.attr if isinstance(speaker, ast.Attribute) else speaker.id if isinstance(speaker, ast.Name) else ""
        if name in _SPEAKERS:
            yield from _pairs([[*_code_texts(argument)] for argument in call.args], many)


def _code_texts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from (*_code_texts(node.body), *_code_texts(node.orelse))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def _calls_in_template(tree: nodes.Template) -> Iterator[Said]:
    for call in tree.find_all(nodes.Call):
        many = isinstance(call.node, nodes.Getattr) and call.node.attr == "many"
        speaker = call.node.node if many and isinstance(call.node, nodes.Getattr) else call.node
        if isinstance(speaker, nodes.Name) and speaker.name in _SPEAKERS:
            yield from _pairs([[*_template_texts(argument)] for argument in call.args], many)


def _template_texts(node: nodes.Expr) -> Iterator[str]:
    if isinstance(node, nodes.CondExpr):
        yield from (*_template_texts(node.expr1), *(_template_texts(node.expr2) if node.expr2 is not None else ()))
    elif isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value


def _pairs(arguments: list[list[str]], many: bool) -> Iterator[Said]:
    if many:
        yield from zip(arguments[1], arguments[2], strict=True)
    else:
        yield from ((text, None) for text in arguments[0] if text)

"""From facts to words: what is looked up, which tip wins, how it reads."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from lsp_learn.explain.lesson import lesson_text
from lsp_learn.explain.query import query_for
from lsp_learn.explain.rank import rank
from lsp_learn.explain.render import MAX_CHARACTERS, MAX_LINES, hover_text
from lsp_learn.model import (
    CodeContext,
    Example,
    Fact,
    FactKind,
    Hit,
    Level,
    Section,
    Snippet,
    Source,
    Span,
    Tip,
    Trigger,
)

HERE = Span(0, 5)


def snippet(name: str, *triggers: str, level: Level = Level.BEGINNER, **more: object) -> Snippet:
    made = []
    for text in triggers:
        kind, _, rest = text.partition(":")
        what, _, pattern = rest.partition(": ")
        made.append(Trigger(FactKind(kind), what, pattern))
    values = {
        "id": f"demo.{name}",
        "title": name.title(),
        "tip": "A tip.",
        "example": Example("python", "print()", HERE, "a"),
        "languages": ("python",),
        "level": level,
        "triggers": tuple(made),
        "pack": "demo",
    }
    return Snippet(**{**values, **more})  # type: ignore[arg-type]


def fact(text: str, start: int = 0, end: int = 5, message: str = "") -> Fact:
    kind, _, name = text.partition(":")
    return Fact(FactKind(kind), name, Span(start, end), "test", message)


def ranked(facts: list[Fact], snippets: list[Snippet], level: Level = Level.BEGINNER) -> list[str]:
    context = CodeContext("python", HERE, tuple(facts), silent=False)
    tips = rank(context, [Hit(one, 1.0) for one in snippets], level)
    return [tip.snippet.id.removeprefix("demo.") for tip in tips]


# -- query -------------------------------------------------------------------------------------


def test_a_query_has_one_key_a_fact_in_falling_weight() -> None:
    facts = (fact("pitfall:a"), fact("symbol:b"), fact("symbol:c"), fact("keyword:d"))
    query = query_for(CodeContext("python", HERE, facts, silent=False))
    assert [term.key for term in query.terms] == [
        "python:pitfall:a", "python:symbol:b", "python:symbol:c", "python:keyword:d",
    ]  # fmt: skip
    weights = [term.weight for term in query.terms]
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) == 4
    assert [term.fact for term in query.terms] == list(facts)


def test_a_silent_context_asks_nothing() -> None:
    assert query_for(CodeContext("python", HERE)).terms == ()


# -- rank --------------------------------------------------------------------------------------

KINDS = [
    "diagnostic:a:b", "error:a", "pitfall:a", "argument:a", "symbol:a", "operator:a",
    "construct:a", "keyword:a",
]  # fmt: skip


def test_the_more_specific_kind_wins_whatever_the_order_of_facts_and_hits() -> None:
    snippets = [snippet(text.replace(":", "-"), text) for text in KINDS]
    expected = [text.replace(":", "-") for text in KINDS]
    assert ranked([fact(text) for text in KINDS], snippets) == expected
    assert ranked([fact(text) for text in reversed(KINDS)], snippets[::-1]) == expected


def test_of_two_facts_of_a_kind_the_narrower_one_wins() -> None:
    snippets = [snippet("wide", "symbol:a"), snippet("narrow", "symbol:b")]
    assert ranked([fact("symbol:a", 0, 9), fact("symbol:b", 0, 3)], snippets) == ["narrow", "wide"]


def test_of_two_levels_for_one_fact_the_nearer_one_is_shown() -> None:
    both = [
        snippet("easy", "symbol:a"),
        snippet("middle", "symbol:a", level=Level.INTERMEDIATE),
        snippet("hard", "symbol:a", level=Level.ADVANCED),
    ]
    assert ranked([fact("symbol:a")], both, Level.BEGINNER) == ["easy"]
    assert ranked([fact("symbol:a")], both, Level.INTERMEDIATE) == ["middle"]
    assert ranked([fact("symbol:a")], both, Level.ADVANCED) == ["hard"]
    assert ranked([fact("symbol:a")], both[2:], Level.BEGINNER) == ["hard"]


def test_what_a_learner_knows_is_left_out_except_mistakes() -> None:
    snippets = [
        snippet("symbol", "symbol:a"), snippet("keyword", "keyword:a"),
        snippet("pitfall", "pitfall:a"), snippet("error", "error:a"),
        snippet("diagnostic", "diagnostic:a:b"),
    ]  # fmt: skip
    assert ranked([fact(text) for text in KINDS], snippets, Level.ADVANCED) == [
        "diagnostic", "error", "pitfall",
    ]  # fmt: skip


def test_an_error_snippet_answers_its_pattern_alone() -> None:
    snippets = [
        snippet("none", "error:TypeError: 'NoneType'"),
        snippet("arguments", "error:TypeError: takes \\d+ positional"),
        snippet("any", "error:TypeError"),
    ]
    message = fact("error:TypeError", message="TypeError: f() takes 1 positional argument")
    assert ranked([message], snippets) == ["arguments", "any"]
    assert ranked([fact("error:KeyError", message="takes 1 positional")], snippets) == []


def test_a_pattern_looks_at_the_start_of_a_message_alone() -> None:
    late = fact("error:E", message="E: " + "x" * 5000 + "needle")
    assert ranked([late], [snippet("needle", "error:E: needle")]) == []


def test_a_snippet_appears_once_for_its_best_fact() -> None:
    two = snippet("two", "symbol:a", "pitfall:b")
    context = CodeContext("python", HERE, (fact("symbol:a"), fact("pitfall:b")), silent=False)
    (tip,) = rank(context, [Hit(two, 1.0), Hit(two, 0.5)], Level.BEGINNER)
    assert tip.fact.name == "b"


def test_a_hit_without_a_fact_is_no_tip() -> None:
    assert ranked([fact("symbol:a")], [snippet("other", "symbol:b")]) == []
    assert ranked([], [snippet("other", "symbol:b")]) == []


def test_the_order_does_not_depend_on_the_order_of_the_hits() -> None:
    snippets = [
        snippet(name, "symbol:a" if name < "c" else "construct:b", level=level)
        for name, level in zip("abcd", [*Level, Level.BEGINNER], strict=True)
    ]
    facts = [fact("construct:b"), fact("symbol:a")]
    assert len({tuple(ranked(facts, list(order))) for order in permutations(snippets)}) == 1


# -- render ------------------------------------------------------------------------------------

line = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=120)
prose = line.filter(str.strip)
examples = st.builds(
    Example,
    language=st.sampled_from(["python", "shell", ""]),
    code=st.lists(line, min_size=1, max_size=14).map("\n".join),
    focus=st.just(HERE),
    output=st.none() | st.lists(line, max_size=4).map("\n".join),
    error=st.just("") | line,
)
snippets = st.builds(
    Snippet, id=st.just("demo.x"), title=prose, tip=prose, example=examples,
    languages=st.just(("python",)), level=st.sampled_from(Level), triggers=st.just(()),
    pack=st.sampled_from(["demo", "d" * 300]),
)  # fmt: skip


@given(st.lists(snippets, min_size=1, max_size=8), st.booleans(), st.booleans())
def test_a_hover_is_short_for_any_snippet(
    shown: list[Snippet], markdown: bool, action: bool
) -> None:
    tips = [Tip(one, fact("symbol:a")) for one in shown]
    text = hover_text(tips, markdown=markdown, action=action)
    assert text.strip()
    assert len(text) <= MAX_CHARACTERS == 1500
    assert text.count("\n") < MAX_LINES == 12
    assert text.count("\n```") % 2 == 0 or "```" in "".join(s.example.code for s in shown)


def hover(one: Snippet, *others: Snippet, markdown: bool = True, action: bool = True) -> str:
    tips = [Tip(each, fact("symbol:a")) for each in (one, *others)]
    return hover_text(tips, markdown=markdown, action=action)


def test_no_tip_is_no_text() -> None:
    assert hover_text([], markdown=True) == ""


def test_a_hover_has_title_tip_example_and_where_it_is_from() -> None:
    text = hover(snippet("print", tip="Use `print`.", title="Printing"))
    lines = text.split("\n")
    assert lines[0] == "**Printing**"
    assert "Use `print`." in lines
    assert lines.index("```python") + 1 == lines.index("print()")
    assert lines[-1].startswith("demo · beginner")
    assert "Explain this" in lines[-1]


def test_plain_text_has_no_markdown() -> None:
    text = hover(snippet("print", tip="Use `print` **now**."), markdown=False)
    assert "`" not in text
    assert "**" not in text
    assert "Use print now." in text
    assert "    print()" in text.split("\n")


def test_the_footer_speaks_of_the_action_only_where_there_is_one() -> None:
    assert "Explain this" not in hover(snippet("print"), action=False)


def test_markup_in_a_title_is_shown_as_written() -> None:
    title = "*args, __init__ and a_b <T> [x] `y` #"
    escaped = r"\*args, \_\_init\_\_ and a\_b \<T\> \[x\] \`y\` \#"
    text = hover(snippet("first", title=title), snippet("second", title=title))
    assert text.split("\n")[0] == f"**{escaped}**"
    assert f"also here: {escaped}" in text
    assert title in hover(snippet("first", title=title), markdown=False)


def test_other_tips_are_named_three_at_most() -> None:
    others = [snippet(name) for name in ("bb", "cc", "dd", "ee", "ff")]
    footer = hover(snippet("aa"), *others).split("\n")[-1]
    assert "also here: Bb, Cc, Dd and 2 more" in footer
    assert "Ee" not in footer


def test_the_example_says_what_it_prints_or_how_it_ends() -> None:
    assert "a" in hover(snippet("x")).split("```")[-1]
    failing = Example("python", "d[1]", HERE, None, "KeyError: 1")
    assert "KeyError: 1" in hover(snippet("x", example=failing))


def test_an_example_of_eight_lines_is_shown_and_a_longer_one_left_out() -> None:
    def of(count: int) -> str:
        code = "\n".join(f"x{n} = 1" for n in range(count))
        return hover(snippet("x", example=Example("python", code, HERE, "")))

    assert "x7 = 1" in of(8)
    assert "x0 = 1" not in of(12)
    assert "A tip." in of(12)


# -- lesson ------------------------------------------------------------------------------------


def test_a_lesson_is_the_whole_snippet_and_the_others_in_short() -> None:
    first = snippet(
        "first",
        sections=(Section("Why", "Because."), Section("Watch out", "Careful.")),
        see_also=("demo.second", "demo.gone"),
        sources=(Source("Docs", "https://x.org"),),
    )
    second = snippet("second", sections=(Section("Why", "Hidden."),))
    titles = {"demo.second": "Second"}
    text = lesson_text([first, second], lambda one: titles.get(one, ""))
    expected = ["# First", "A tip.", "```python\nprint()\n```", "```text\na\n```",
                "## Why\n\nBecause.", "## Watch out\n\nCareful.", "- Second (`demo.second`)", "- [Docs](https://x.org)",
                "`demo.first`", "## Also at this place", "### Second"]  # fmt: skip
    places = [text.index(piece) for piece in expected]
    assert places == sorted(places)
    assert "demo.gone" not in text
    assert "Hidden." not in text
    assert text.endswith("\n")


def test_a_lesson_of_nothing_is_nothing() -> None:
    assert lesson_text([], lambda _: "") == ""


def test_a_lesson_shows_how_its_example_fails() -> None:
    failing = replace(snippet("x"), example=Example("python", "d[1]", HERE, None, "KeyError: 1"))
    text = lesson_text([failing], lambda _: "")
    assert "It ends with:\n\n```text\nKeyError: 1\n```" in text
    assert "It prints" not in text

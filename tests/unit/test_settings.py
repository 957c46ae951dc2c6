"""Settings: every key, and what a wrong value costs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsp_learn.model import Level, Severity
from lsp_learn.settings import Settings, read_settings, setting_names

FOLDER = str(Path(__file__).parent)


@pytest.mark.parametrize(
    ("key", "value", "name", "read"),
    [
        ("hover", False, "hover", False),
        ("codeAction", False, "code_action", False),
        ("level", "advanced", "level", Level.ADVANCED),
        ("disabledPacks", ["python"], "disabled_packs", ("python",)),
        ("packFolders", [FOLDER], "pack_folders", (Path(FOLDER),)),
    ],
)
def test_each_setting_is_read(key: str, value: Any, name: str, read: Any) -> None:
    settings, problems = read_settings({key: value})
    assert getattr(settings, name) == read
    assert getattr(Settings(), name) != read
    assert problems == ()


@pytest.mark.parametrize(
    ("key", "value", "wanted"),
    [
        ("hover", "yes", "true or false"),
        ("hover", 1, "true or false"),
        ("codeAction", [], "true or false"),
        ("level", "expert", '"beginner", "intermediate", "advanced"'),
        ("level", 3, "one of"),
        ("disabledPacks", "python", "a list of texts"),
        ("disabledPacks", [1], "a list of texts"),
        ("packFolders", ["packs"], "a list of absolute paths"),
        ("packFolders", {"a": 1}, "a list of texts"),
    ],
)
def test_a_wrong_value_is_named_and_costs_that_value_alone(
    key: str, value: Any, wanted: str
) -> None:
    other = "codeAction" if key == "hover" else "hover"
    settings, problems = read_settings({key: value, other: False})
    (problem,) = problems
    assert f"lspLearn.{key} must be" in problem.message
    assert wanted in problem.message
    assert repr(value) in problem.message or json.dumps(value) in problem.message
    assert problem.severity is Severity.WARNING
    expected = Settings(hover=False) if other == "hover" else Settings(code_action=False)
    assert settings == expected


def test_an_unknown_key_is_named_with_the_known_ones() -> None:
    settings, problems = read_settings({"hoover": False})
    assert settings == Settings()
    assert "lspLearn.hoover is not a setting" in problems[0].message
    assert all(name in problems[0].hint for name in setting_names())


def test_an_empty_section_is_nothing_said() -> None:
    assert read_settings({"lspLearn": None}, Settings(hover=False)) == (Settings(hover=False), ())


def test_settings_may_be_wrapped_in_their_section() -> None:
    assert read_settings({"lspLearn": {"hover": False}}) == (Settings(hover=False), ())


def test_null_leaves_a_setting_as_it_is() -> None:
    assert read_settings({"hover": None}, Settings(hover=False)) == (Settings(hover=False), ())
    assert read_settings(None, Settings(hover=False)) == (Settings(hover=False), ())


def test_a_wrong_value_leaves_the_base_standing() -> None:
    settings, problems = read_settings({"level": "x"}, Settings(level=Level.ADVANCED))
    assert settings.level is Level.ADVANCED
    assert "advanced" in problems[0].message


@pytest.mark.parametrize("values", [[], "hover", 3, True])
def test_anything_but_an_object_is_one_problem(values: Any) -> None:
    settings, problems = read_settings(values)
    assert settings == Settings()
    assert "expected an object" in problems[0].message


def test_a_home_folder_is_expanded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", FOLDER)
    monkeypatch.setenv("USERPROFILE", FOLDER)
    settings, problems = read_settings({"packFolders": ["~/packs"]})
    assert settings.pack_folders == (Path(FOLDER, "packs"),)
    assert problems == ()


def test_a_long_wrong_value_is_cut() -> None:
    _, problems = read_settings({"hover": "x" * 5000})
    assert len(problems[0].message) < 200


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=10,
)
keys = st.sampled_from([*setting_names(), "lspLearn"]) | st.text(max_size=5)


@given(st.dictionaries(keys, json_values, max_size=5) | json_values)
def test_no_json_raises(values: Any) -> None:
    settings, _ = read_settings(values)
    assert isinstance(settings, Settings)
    assert isinstance(settings.level, Level)
    assert all(isinstance(folder, Path) for folder in settings.pack_folders)


def test_a_folder_of_an_unknown_user_is_a_problem_not_an_error() -> None:
    settings, problems = read_settings({"packFolders": ["~no-such-user-here/packs"]})
    assert settings == Settings()
    assert len(problems) == 1

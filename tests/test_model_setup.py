"""Setting a model up: what is refused, what is written into config.toml, and what stays as it was."""

from __future__ import annotations

import asyncio
import os
import stat
import tomllib
from pathlib import Path

import pytest

from papertui.domain.config_edit import edited, setting_lines
from papertui.errors import PapertuiError, UsageError
from papertui.services.desk import ModelForm
from papertui.services.model_setup import form_of, keep_model, lacks_model, lines_for, models_offered, tried
from tests.model_server import ModelServer
from tests.test_library_desk import session_in

WANTED = {"llm.base_url": "http://x/v1", "llm.model": 'a "b"', "llm.api_key_command": ["pass", "show x"]}


@pytest.mark.parametrize(
    "text",
    [
        "", "profile = 'a'", "# hi\n\nprofile = 'a' # c\n[llm] # mine\n# about\nmodel = \"old # no\"   # why\nrpm = 3\n\n[export]\nascii = true\n",
        "\ufeff[llm]\r\nmodel = 'a'\r\n\r\n# end", "llm.model = 'x'\nprofile = 'a'\n", "[llm]", "[llm.price]\ninput = 1\n",
        "[export]\nascii = true\n[llm.price]\ninput = 1", "\ufeffllm.rpm = 3",
    ],
)  # fmt: skip
def test_settings_are_changed_and_every_other_line_stays_as_it_is(text: str) -> None:
    new = edited(text, WANTED)
    assert new is not None
    said = tomllib.loads(new.removeprefix("\ufeff"))
    assert said["llm"].items() >= {"base_url": "http://x/v1", "model": 'a "b"', "api_key_command": ["pass", "show x"]}.items()
    assert new.startswith("\ufeff") == text.startswith("\ufeff")
    kept = [line for line in text.removeprefix("\ufeff").split("\n") if "model" not in line]
    lines = iter(new.removeprefix("\ufeff").split("\n"))
    assert all(any(line.rstrip("\r") == old.rstrip("\r") for line in lines) for old in kept), "in their order"
    assert ("\r\n" in new) == ("\r\n" in text)
    assert edited(new, WANTED) == new, "a second time changes nothing"


def test_a_comment_behind_a_changed_value_stays() -> None:
    assert edited("[llm]\nmodel = 'a # b'  # why\n", {"llm.model": "c"}) == '[llm]\nmodel = "c"  # why\n'


@pytest.mark.parametrize("text", ["llm = {model = 'x'}\n", '[llm]\nmodel = """a\nb"""\n', "[llm]\nmodel = [ # c\n]\n"])
def test_what_cannot_be_changed_safely_is_left_alone(text: str) -> None:
    assert edited(text, WANTED) is None


def test_the_lines_are_those_that_one_would_write_by_hand() -> None:
    assert setting_lines({"llm.model": "a", "scoring.scorer": "auto"}) == ["[llm]", 'model = "a"', "[scoring]", 'scorer = "auto"']


FORM = ModelForm("http://127.0.0.1:9/v1", None, "tiny")


def test_a_kept_model_keeps_the_files_mode_and_its_link_and_is_in_use_at_once(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.toml"
    real.write_text("# mine\n[tui]\nascii = true\n")
    real.chmod(0o640)
    home = tmp_path / "h"
    home.mkdir()
    (home / "config.toml").symlink_to(real)
    session = keep_model(session_in(home), FORM)
    assert real.read_text() == '# mine\n[tui]\nascii = true\n\n[llm]\nbase_url = "http://127.0.0.1:9/v1"\nmodel = "tiny"\n'
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert (home / "config.toml").is_symlink()
    assert [path.name for path in home.iterdir()] == ["config.toml"]
    assert session.settings.model == "tiny"
    assert lines_for(session, form_of(session)) == []


def test_a_file_that_cannot_be_changed_stays_and_the_refusal_names_the_settings(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("llm = {rpm = 3}\n")
    with pytest.raises(PapertuiError, match=r'set by hand: llm.base_url = "http://127.0.0.1:9/v1"; llm.model = "tiny"'):
        keep_model(session_in(tmp_path), FORM)
    assert (tmp_path / "config.toml").read_text() == "llm = {rpm = 3}\n"


def test_a_folder_that_takes_no_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "config.toml").symlink_to(tmp_path / "file" / "config.toml")
    with pytest.raises(PapertuiError, match=r"config.toml: cannot be written"):
        keep_model(session_in(tmp_path), FORM)


@pytest.mark.parametrize("typed", ["sk-proj-abcdefghijklmnop", "gsk_abcdefghijklmnopqrstuvwxyz0123", "no-such-command --now"])
def test_a_key_typed_by_mistake_is_refused_and_not_repeated(tmp_path: Path, typed: str) -> None:
    session = session_in(tmp_path, PATH=os.environ["PATH"])
    with pytest.raises(UsageError) as refused:
        lines_for(session, FORM._replace(key=typed))
    assert typed.split()[0] not in str(refused.value)


def test_a_variables_name_or_a_command_is_what_is_written(tmp_path: Path) -> None:
    session = session_in(tmp_path, PATH=os.environ["PATH"], MY_KEY="sk-secret")
    assert 'api_key_env = "MY_KEY"' in lines_for(session, FORM._replace(key="MY_KEY"))
    assert 'api_key_command = ["sh", "-c", "echo x"]' in lines_for(session, FORM._replace(key="sh -c 'echo x'"))


def test_a_setting_that_the_environment_has_is_not_written_in_vain(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"PAPERTUI_LLM__MODEL sets llm\.model"):
        lines_for(session_in(tmp_path, PAPERTUI_LLM__MODEL="other"), FORM)


@pytest.mark.parametrize("address", ["", "box", "ftp://box", "http://", "http://[", "http://a b", "http://box:99999/v1"])
def test_an_address_that_is_none_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(UsageError, match="http:// or https://"):
        lines_for(session_in(tmp_path), FORM._replace(base_url=address))


def test_local_scores_asked_for_by_the_settings_give_way_to_the_model_that_is_set_up(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[scoring]\nscorer = "local"\n')
    session = keep_model(session_in(tmp_path), FORM)
    assert session.settings.scorer == "auto"
    assert not lacks_model(session)


def test_the_models_of_a_server_and_a_test_call(tmp_path: Path) -> None:
    with ModelServer(key="sk-right") as server:
        session = session_in(tmp_path, OPENAI_API_KEY="sk-right")
        form = FORM._replace(base_url=server.base_url, model=server.models[0])
        assert asyncio.run(models_offered(session, form)) == sorted(server.models)
        assert asyncio.run(tried(session, form)).startswith("answered in ")
        with pytest.raises(PapertuiError):
            asyncio.run(tried(session_in(tmp_path, OPENAI_API_KEY="sk-wrong"), form))
    with pytest.raises(PapertuiError):
        asyncio.run(models_offered(session, form))

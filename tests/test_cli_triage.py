"""`load`, `list`, `show`, `search`, `mark`, `undo`, `note`, `tag`, `export`, `paths`, `config` as commands."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import papertui
from tests.shared import shared_file

LIST = {
    "2511.00001": {"ARXIVID": "2511.00001", "COMMENT": "Names quantization.", "RELEVANCE": 9, "NOVELTY": 7, "SCORE": 16, "authors": ["First Author", "Second Author"],
                   "title": r"On Schr\"odinger bridges", "abstract": "About bridges."},
    "2511.00003": {"ARXIVID": "2511.00003", "COMMENT": "Author match", "SCORE": 20, "authors": ["Third Author"], "title": "By a friend", "abstract": "Words."},
    "2511.00002": {"ARXIVID": "2511.00002", "COMMENT": "So so.", "RELEVANCE": 10, "NOVELTY": 8, "SCORE": 18, "authors": ["Fourth Author"], "title": "Other things",
                   "abstract": "Nothing of note."},
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with one loaded list of three papers."""
    path = tmp_path / "2025-11-05-output.json"
    path.write_text(json.dumps(LIST))
    papertui(tmp_path / "home", "load", str(path), "--name", "somebody")
    return tmp_path / "home"


def test_a_loaded_list_keeps_its_order_with_author_matches_first_and_unknown_scores_unknown(home: Path) -> None:
    papers = papertui(home, "list", "--format", "json").json
    assert [(paper["id"], paper["relevance"], paper["novelty"], paper["score"]) for paper in papers] == [
        ("arxiv:2511.00003", None, None, None), ("arxiv:2511.00001", 9, 7, 16), ("arxiv:2511.00002", 10, 8, 18),
    ]  # fmt: skip
    assert {paper["scorer"] for paper in papers} == {"list:somebody"}
    assert [paper["announcements"][0]["rank"] for paper in papers] == [1, 2, 3]
    assert papers[0]["date"] == "2025-11-05"


def test_sorting_limiting_and_formats(home: Path) -> None:
    assert papertui(home, "list", "--sort", "score", "--format", "ids").out.split() == [
        "arxiv:2511.00002",
        "arxiv:2511.00001",
        "arxiv:2511.00003",
    ]
    assert papertui(home, "list", "--sort", "-title", "--limit", "1", "--format", "ids").out.split() == ["arxiv:2511.00002"]
    assert papertui(home, "list", "--offset", "2", "--format", "ids").out.split() == ["arxiv:2511.00002"]
    assert papertui(home, "list", "--format", "tsv").out.splitlines()[0].startswith("id\tdate\trelevance")
    assert len(papertui(home, "list", "--format", "jsonl").out.splitlines()) == 3
    assert "Schrödinger" in papertui(home, "list").out
    assert papertui(home, "list", "--min-relevance", "9", "--min-novelty", "8", "--format", "ids").out.split() == ["arxiv:2511.00002"]


def test_search_finds_folded_words_comments_and_nothing_else(home: Path) -> None:
    assert papertui(home, "search", "schrodinger", "--format", "ids").out.split() == ["arxiv:2511.00001"]
    assert papertui(home, "search", "quantiz", "--format", "ids").out.split() == ["arxiv:2511.00001"]
    assert papertui(home, "search", "zeppelin", "--format", "json").json == []
    assert papertui(home, "search", "foo AND (", "--format", "ids").out == ""


def test_show_takes_ids_as_people_write_them(home: Path) -> None:
    for text in ("2511.00001", "arXiv:2511.00001v3", "https://arxiv.org/pdf/2511.00001"):
        assert "Schrödinger" in papertui(home, "show", text).out
    assert papertui(home, "show", "2511.00001", "--format", "json").json["title"] == r"On Schr\"odinger bridges"
    assert "not in the library" in papertui(home, "show", "2511.09999", code=1).err
    assert "not a paper id" in papertui(home, "show", "nonsense", code=2).err


def test_marks_undo_and_redo(home: Path) -> None:
    papertui(home, "mark", "2511.00001", "2511.00002", "--save", "--read")
    assert papertui(home, "list", "--saved", "--format", "ids").out.split() == ["arxiv:2511.00001", "arxiv:2511.00002"]
    papertui(home, "mark", "-", "--hide", stdin="arxiv:2511.00003\n")
    assert papertui(home, "list", "--format", "ids").out.split() == ["arxiv:2511.00001", "arxiv:2511.00002"]
    assert papertui(home, "list", "--hidden", "--format", "ids").out.split() == ["arxiv:2511.00003"]
    papertui(home, "undo")
    papertui(home, "undo")
    assert papertui(home, "list", "--saved", "--format", "ids").out == ""
    assert "nothing to undo" in papertui(home, "undo").err
    papertui(home, "redo")
    assert len(papertui(home, "list", "--saved", "--format", "ids").out.split()) == 2
    assert "not in the library" in papertui(home, "mark", "2511.00001", "2511.09999", "--unsave", code=1).err
    assert len(papertui(home, "list", "--saved", "--format", "ids").out.split()) == 2
    assert "nothing to mark" in papertui(home, "mark", "2511.00001", code=2).err


def test_notes_and_tags(home: Path) -> None:
    papertui(home, "note", "2511.00001", "ask about the proof")
    papertui(home, "tag", "2511.00001", "+todo", "+later", "-later")
    assert papertui(home, "note", "2511.00001").out == "ask about the proof\n"
    assert papertui(home, "tag", "2511.00001").out == "todo\n"
    assert papertui(home, "list", "--tag", "todo", "--format", "ids").out.split() == ["arxiv:2511.00001"]
    papertui(home, "undo")
    assert papertui(home, "tag", "2511.00001").out == ""
    papertui(home, "note", "2511.00001", "-", stdin="two\nlines\n")
    assert papertui(home, "show", "2511.00001", "--format", "json").json["note"] == "two\nlines"
    papertui(home, "tag", "2511.00001", "todo", code=2)


def test_export_to_stdout_file_and_append(home: Path, tmp_path: Path) -> None:
    papertui(home, "mark", "2511.00001", "2511.00002", "--save")
    out = papertui(home, "export").out
    assert out.count("@misc{") == 2
    assert "eprint={2511.00001}" in out.replace(" ", "")
    target = tmp_path / "my.bib"
    target.write_bytes(b"% mine\r\n@misc{x, eprint = {2511.00001v2}}\r\n")
    papertui(home, "export", "-o", str(target), "--append")
    data = target.read_bytes()
    assert data.startswith(b"% mine\r\n@misc{x, eprint = {2511.00001v2}}\r\n")
    assert data.count(b"@misc") == 2
    papertui(home, "export", "-o", str(target), "--append")
    assert target.read_bytes() == data
    assert [json.loads(line)["id"] for line in papertui(home, "export", "2511.00003", "--format", "jsonl").out.splitlines()] == [
        "arxiv:2511.00003"
    ]
    assert "export.bib_file" in papertui(home, "export", "--append", code=2).err
    papertui(home, "export", "--append", env={"PAPERTUI_EXPORT__BIB_FILE": str(tmp_path / "other.bib")})
    assert (tmp_path / "other.bib").read_text().count("@misc{") == 2


def test_loading_again_changes_nothing(home: Path, tmp_path: Path) -> None:
    before = papertui(home, "list", "--all", "--format", "json").json
    done = papertui(home, "load", str(tmp_path / "2025-11-05-output.json"), "--name", "somebody")
    assert "0 of them new" in done.err
    assert papertui(home, "list", "--all", "--format", "json").json == before


def one_day(path: Path, *numbers: int) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    entries = {
        f"2511.{n:05d}": {
            "ARXIVID": f"2511.{n:05d}",
            "COMMENT": "c",
            "RELEVANCE": 8,
            "NOVELTY": 7,
            "authors": ["A"],
            "title": f"T{n}",
            "abstract": "x",
        }
        for n in numbers
    }
    path.write_text(json.dumps(entries))
    return str(path)


def ranks(home: Path) -> list[tuple[str, int]]:
    papers = papertui(home, "list", "--date", "2025-11-05", "--format", "json").json
    return [(paper["id"][-1], paper["announcements"][0]["rank"]) for paper in papers]


@pytest.mark.parametrize("first", ["long", "short"])
def test_of_two_files_of_one_day_the_longer_one_holds_whatever_came_first(tmp_path: Path, first: str) -> None:
    files = {
        "long": one_day(tmp_path / "x" / "a" / "2025-11-05-output.json", 3, 1, 4),
        "short": one_day(tmp_path / "x" / "b" / "2025-11-05-output.json", 1, 2),
    }
    papertui(tmp_path / "h", "load", files[first], "--name", "x")
    last = papertui(tmp_path / "h", "load", files["short" if first == "long" else "long"], "--name", "x")
    assert ranks(tmp_path / "h") == [("3", 1), ("1", 2), ("4", 3)]
    assert ("1 of 2 papers not taken" in last.err) is (first == "long")


def test_another_list_of_the_same_name_and_size_is_not_dropped_in_silence(tmp_path: Path) -> None:
    papertui(tmp_path / "h", "load", one_day(tmp_path / "a" / "2025-11-05-output.json", 1, 2), "--name", "x")
    other = one_day(tmp_path / "b" / "2025-11-05-output.json", 5, 6)
    assert "--name" in papertui(tmp_path / "h", "load", other, "--name", "x", code=3).err
    papertui(tmp_path / "h", "load", other, "--name", "y")
    assert len(ranks(tmp_path / "h")) == 4


def test_what_is_no_list_is_named(home: Path, tmp_path: Path) -> None:
    (tmp_path / "mixed").mkdir()
    (tmp_path / "mixed" / "2025-11-06-output.json").write_text(json.dumps(LIST))
    (tmp_path / "mixed" / "notes.json").write_text('{"a": 1}')
    assert "notes.json" in papertui(home, "load", str(tmp_path / "mixed"), code=3).err
    assert "notes.json" in papertui(home, "load", str(tmp_path / "mixed" / "notes.json"), code=1).err
    assert papertui(home, "load", str(tmp_path / "nowhere.json"), code=1).err.count("\n") == 1


def test_wrong_settings_are_named_with_the_nearest(home: Path) -> None:
    done = papertui(home, "list", env={"PAPERTUI_SCORING__PREFFER": "local"}, code=2)
    assert "scoring.prefer" in done.err
    (home / "config.toml").write_text("[export]\nascii = 3\n")
    done = papertui(home, "list", code=2)
    assert "export.ascii" in done.err
    assert "config.toml" in done.err


def test_paths_and_config_create_nothing(tmp_path: Path) -> None:
    home = tmp_path / "nothing"
    assert str(home / "papertui.db") in papertui(home, "paths").out
    assert "export.ascii" in papertui(home, "config").out
    assert "export.ascii" in papertui(home, "config", "describe").out
    assert papertui(home, "config", "path").out.strip() == str(home / "config.toml")
    papertui(home, "list", "--format", "json")
    papertui(home, "export")
    papertui(home, "undo")
    assert not home.exists()


def test_global_options_stand_before_and_after_the_command(home: Path, tmp_path: Path) -> None:
    away = tmp_path / "away"
    assert (
        papertui(away, "--home", str(home), "list", "--format", "ids").out
        == papertui(away, "list", "--format", "ids", "--home", str(home)).out
        != ""
    )
    papertui(away, "tag", "2511.00001", "+a", "-b", "--home", str(home), "--quiet")
    assert papertui(home, "tag", "2511.00001").out == "a\n"
    papertui(home, "tag", "2511.00001", "-a")
    assert papertui(home, "tag", "2511.00001").out == ""
    assert "papertui list --date" in papertui(home, "--date", "2020-01-01", "list", code=2).err


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_closed_streams_fail_no_command(home: Path, closed: str) -> None:
    done = subprocess.run(
        ["bash", "-c", f'"{sys.executable}" -m papertui --home "{home}" mark 2511.00001 --save {closed}'], capture_output=True, check=False
    )
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)
    assert papertui(home, "list", "--saved", "--format", "ids").out.split() == ["arxiv:2511.00001"]


def test_the_demo_touches_no_home(tmp_path: Path) -> None:
    papers = papertui(tmp_path / "h", "--demo", "list", "--format", "json").json
    assert len(papers) == 40
    assert not (tmp_path / "h").exists()


def test_usage_errors_are_exit_2_and_help_is_0(tmp_path: Path) -> None:
    papertui(tmp_path, "frobnicate", code=2)
    papertui(tmp_path, "list", "--sort", "relevence", code=2)
    papertui(tmp_path, "list", "--date", "yesterday", code=2)
    assert "commands" in papertui(tmp_path, "--help").out
    assert papertui(tmp_path, "--version").out.startswith("papertui ")
    assert "terminal" in papertui(tmp_path, code=2).err


def test_a_closed_pipe_ends_a_command_quietly(home: Path) -> None:
    command = f'"{sys.executable}" -m papertui --home "{home}" list --format jsonl | head -c 10'
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, check=False)
    assert done.stderr == b""


def test_the_published_days_load_as_the_contract_says(tmp_path: Path) -> None:
    folder = shared_file("gpt_paper_assistant", "json")
    done = papertui(tmp_path, "load", str(folder))
    days = {path.name[:10] for path in folder.rglob("*-output.json")}
    assert f"{len(days)} days" in done.err
    papers = papertui(tmp_path, "list", "--date", "2025-11-05", "--format", "json").json
    assert len(papers) == 56
    assert (papers[0]["id"], papers[0]["relevance"], papers[0]["novelty"]) == ("arxiv:2511.01033", 10, 8)
    again = papertui(tmp_path, "load", str(folder))
    assert ", 0 of them new" in again.err

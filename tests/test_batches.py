"""`score --batch`: what is uploaded, what is collected, and that nothing is lost or paid twice, whatever breaks off where."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from papertui.domain.answer import Answer, Run, Spent, Tokens
from papertui.domain.upload import Sent, Upload
from papertui.scoring import batch_files as files
from papertui.scoring.llm_batches import BatchServer
from papertui.store.library import Library
from tests.command import Done, here
from tests.make import DAY, NOW, announced, pid
from tests.model_server import Faults, ModelServer, expected
from tests.models import fill, settings, title_of

PRICES = {"LLM__PRICE__INPUT": "2", "LLM__PRICE__OUTPUT": "8"}
LATER = "2026-11-23T12:05:00Z"


class Killed(BaseException):
    """As kill -9, as far as the library and the server can tell."""


def score(home: Path, server: ModelServer, *more: str, now: str | None = None, code: int | None = 0, **known: str) -> Done:
    env = settings(server, **PRICES, **known) | ({"PAPERTUI_NOW": now} if now else {})
    return here(home, "score", "--batch", *more, env=env, code=code)


def quiet_server(**options: Any) -> ModelServer:
    """One whose batches move on by `advance` alone."""
    server = ModelServer(**options)
    server.polls_per_state = 0
    return server


def listed(home: Path) -> list[dict[str, Any]]:
    return list(here(home, "list", "--all", "--format", "json").json)


def spent(home: Path) -> dict[str, Any]:
    return dict(here(home, "stats", "--format", "json").json["spending"]["models"][0])


def check_books(home: Path, server: ModelServer, papers: int) -> None:
    """Every paper has its score, and what the library says was spent is what the server counted, at half the price."""
    found = listed(home)
    assert len(found) == papers
    assert all((paper["relevance"], paper["novelty"]) == expected(str(paper["title"])) for paper in found)
    counted, told = server.tokens, spent(home)
    assert (told["prompt_tokens"], told["completion_tokens"]) == (counted.prompt, counted.completion)
    assert told["usd"] <= (counted.prompt * 2 + counted.completion * 8) / 2e6 + 1e-9


def open_uploads(home: Path) -> int:
    with Library(home / "papertui.db") as library:
        return len(library.open_uploads())


# -- end to end


def test_a_batch_is_uploaded_waited_for_and_collected_at_half_the_price(tmp_path: Path) -> None:
    fill(tmp_path, 40)
    with quiet_server() as server:
        done = score(tmp_path, server)
        assert "4 requests for 40 papers" in done.err
        assert not server.requests
        server.advance("in_progress")
        waiting = score(tmp_path, server)
        assert "batch_1: in progress 0 of 4 requests" in waiting.err
        assert len(server.batches) == 1
        again = score(tmp_path, server, "--all")
        assert "nothing to upload" in again.err
        assert len(server.batches) == 1
        server.advance("completed")
        assert "scored 40 papers" in score(tmp_path, server).err
        check_books(tmp_path, server, 40)
        assert max(server.seen.values()) == 1
        counted, told = server.tokens, spent(tmp_path)
        plain = counted.prompt - counted.cached
        assert told["usd"] == pytest.approx((plain * 2 + counted.cached * 2 + counted.completion * 8) / 2e6)
        assert "nothing to upload" in score(tmp_path, server).err
    assert open_uploads(tmp_path) == 0


def test_the_requests_are_the_live_ones_without_a_stream_or_a_tier(tmp_path: Path) -> None:
    fill(tmp_path, 5)
    with quiet_server() as server:
        score(tmp_path, server, LLM__SERVICE_TIER='"flex"')
        (data,) = server.files.values()
        (batch,) = server.batches.values()
        assert "5 papers are in a batch on its way" in here(tmp_path, "score", env=settings(server)).err
        assert not server.requests
        here(tmp_path, "score", "--rescore", env=settings(server))
        live = server.requests[0].body
    line = json.loads(data)
    assert (line["method"], line["url"]) == ("POST", "/v1/chat/completions")
    assert line["body"] == live
    assert set(batch["metadata"]) == {"papertui"}


def test_a_server_without_the_batch_api_is_named_in_one_line(tmp_path: Path) -> None:
    fill(tmp_path, 5)
    with quiet_server() as server:
        server.batch_post = lambda *_: None  # type: ignore[method-assign]
        done = score(tmp_path, server, code=1)
    assert "has no Batch API" in done.err
    assert "score without --batch" in done.err
    assert len([line for line in done.err.splitlines() if "the profile that papertui brings" not in line]) == 1
    assert open_uploads(tmp_path) == 0


@pytest.mark.parametrize("end", ["expired", "cancelled"])
def test_what_a_batch_answered_before_its_end_is_taken_and_the_rest_asked_again(tmp_path: Path, end: str) -> None:
    fill(tmp_path, 48)
    with quiet_server() as server:
        server.batch_end, server.batch_share = end, 0.5
        score(tmp_path, server)
        server.advance(end)
        done = score(tmp_path, server, code=3)
        assert "24 papers unscored" in done.err
        assert end in done.err
        assert sum(paper["relevance"] is not None for paper in listed(tmp_path)) == 24
        server.batch_end = "completed"
        assert "2 requests for 24 papers" in score(tmp_path, server).err
        server.advance("completed")
        score(tmp_path, server)
        check_books(tmp_path, server, 48)
        assert max(server.seen.values()) == 1


def test_a_batch_that_failed_as_a_whole_is_told_and_its_papers_wait(tmp_path: Path) -> None:
    fill(tmp_path, 5)
    with quiet_server() as server:
        server.batch_end = "failed"
        score(tmp_path, server)
        server.batches["batch_1"]["errors"] = {
            "data": [{"code": "token_limit_exceeded", "message": "Enqueued token limit reached\x1b[31m"}]
        }
        server.advance("failed")
        done = score(tmp_path, server, code=3)
        assert "5 papers unscored: batch batch_1 failed: Enqueued token limit reached" in done.err
        assert "\x1b" not in done.err
        score(tmp_path, server)
        assert len(server.batches) == 2


def test_a_paper_that_changed_meanwhile_gets_a_stale_score(tmp_path: Path) -> None:
    path = fill(tmp_path, 3)
    with quiet_server() as server:
        score(tmp_path, server)
        server.advance("completed")
        with Library(path, write=True) as library:
            library.add_papers([announced(2, title=title_of(2), abstract="Another abstract.", version=2)], first_hand=True)
        score(tmp_path, server)
        papers = {paper["id"]: paper for paper in listed(tmp_path)}
        assert [papers[str(pid(number))]["stale"] for number in (1, 2, 3)] == [False, True, False]
        assert "for 1 paper " in score(tmp_path, server).err


def test_a_filtered_paper_is_found_by_asking_for_each_alone(tmp_path: Path) -> None:
    fill(tmp_path, 6)
    with quiet_server(faults=Faults(content_filter=title_of(4))) as server:
        score(tmp_path, server)
        server.advance("completed")
        assert "6 papers unscored" in score(tmp_path, server, code=3).err
        assert "6 requests for 6 papers" in score(tmp_path, server).err
        server.advance("completed")
        score(tmp_path, server, code=3)
        assert "nothing to upload" in score(tmp_path, server).err
    papers = {paper["id"]: paper for paper in listed(tmp_path)}
    assert [number for number in range(1, 7) if papers[str(pid(number))]["relevance"] is None] == [4]
    assert "content" in papers[str(pid(4))]["unscored_reason"]


def test_passes_are_requests_of_their_own_and_averaged(tmp_path: Path) -> None:
    fill(tmp_path, 5)
    with quiet_server() as server:
        assert "3 requests for 5 papers" in score(tmp_path, server, SCORING__PASSES="3").err
        server.advance("completed")
        score(tmp_path, server, SCORING__PASSES="3")
        check_books(tmp_path, server, 5)
        assert "nothing to upload" in score(tmp_path, server, SCORING__PASSES="3").err


def test_a_budget_pays_for_all_that_is_uploaded_and_the_next_run_goes_on(tmp_path: Path) -> None:
    fill(tmp_path, 60)
    with quiet_server() as server:
        done = score(tmp_path, server, "--budget", "0.03", code=3)
        assert "not uploaded: the budget of $0.03" in done.err
        server.advance("completed")
        score(tmp_path, server)
        used = spent(tmp_path)["usd"]
        assert 0 < used <= 0.03
        assert 0 < sum(paper["relevance"] is not None for paper in listed(tmp_path)) < 60
        score(tmp_path, server)
        server.advance("completed")
        score(tmp_path, server)
        check_books(tmp_path, server, 60)
        assert max(server.seen.values()) == 1


def test_many_papers_need_consent_before_anything_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("papertui.services.scoring.ASK_FROM", 10)
    fill(tmp_path, 12)
    with quiet_server() as server:
        assert "--yes" in score(tmp_path, server, code=2).err
        assert not server.files
        score(tmp_path, server, "--yes")
        assert len(server.batches) == 1


def test_a_dry_run_halves_the_price_and_leaves_out_what_is_on_its_way(tmp_path: Path) -> None:
    fill(tmp_path, 24)
    with quiet_server() as server:
        live = here(tmp_path, "score", "--dry-run", "--format", "json", env=settings(server, **PRICES)).json
        half = score(tmp_path, server, "--dry-run", "--format", "json").json
        assert half["usd"] == pytest.approx(live["usd"] / 2)
        score(tmp_path, server, "--limit", "12")
        assert score(tmp_path, server, "--dry-run", "--format", "json").json["papers"] == 12


def test_a_field_that_a_server_does_not_take_is_left_out_next_time(tmp_path: Path) -> None:
    fill(tmp_path, 4)
    refusal = {
        "error": {"message": "response_format is not supported", "type": "invalid_request_error", "param": "response_format", "code": None}
    }
    with quiet_server() as server:
        score(tmp_path, server)
        server.advance("in_progress")
        told = {"custom_id": "r000001", "response": {"status_code": 400, "body": refusal}, "error": None}
        server.batches["batch_1"] |= {"status": "completed", "error_file_id": server.keep(json.dumps(told).encode())["id"]}
        assert "4 papers unscored" in score(tmp_path, server, code=3).err
        score(tmp_path, server)
        sent = json.loads(list(server.files.values())[-1])
    assert sent["body"]["response_format"] == {"type": "json_object"}


# -- broken off


def once(real: Callable[..., Any], *, after: bool, number: int = 1) -> Callable[..., Any]:
    """The function, killed at its call `number`: before it does anything, or once it is done."""
    calls = 0

    def killed(*args: Any, **known: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == number and not after:
            raise Killed
        value = real(*args, **known)
        if calls == number:
            raise Killed
        return value

    return killed


def once_async(real: Callable[..., Any], *, after: bool) -> Callable[..., Any]:
    async def killed(*args: Any, **known: Any) -> Any:
        if after:
            await real(*args, **known)
        raise Killed

    return killed


@pytest.mark.parametrize(
    ("name", "after"),
    [
        ("begin_upload", True),
        ("add_requests", True),
        ("upload", False),
        ("upload", True),
        ("begin", False),
        ("begin", True),
        ("set_upload", True),
    ],
)
def test_an_upload_broken_off_anywhere_leads_to_one_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, *, after: bool
) -> None:
    fill(tmp_path, 13)
    with quiet_server() as server:
        with monkeypatch.context() as patch:
            if name in ("upload", "begin"):
                patch.setattr(BatchServer, name, once_async(getattr(BatchServer, name), after=after))
            else:
                patch.setattr(Library, name, once(getattr(Library, name), after=after))
            with pytest.raises(Killed):
                score(tmp_path, server)
        soon = score(tmp_path, server, "--all", code=None)
        unsure = (name, after) in (("begin", False), ("set_upload", True))  # the provider may have been told, and has no batch
        assert ("cannot be told yet" in soon.err) is (soon.code == 3) is unsure
        if unsure:
            score(tmp_path, server, "--all", now=LATER)
        assert len(server.batches) == 1
        server.advance("completed")
        score(tmp_path, server)
        check_books(tmp_path, server, 13)
        assert max(server.seen.values()) == 1
    assert open_uploads(tmp_path) == 0


@pytest.mark.parametrize(("name", "number", "after"), [("take_answer", 2, False), ("take_answer", 2, True), ("finish_upload", 1, False)])
def test_collecting_broken_off_anywhere_counts_every_answer_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, number: int, *, after: bool
) -> None:
    fill(tmp_path, 40)
    with quiet_server() as server:
        score(tmp_path, server)
        server.advance("completed")
        with monkeypatch.context() as patch:
            patch.setattr(Library, name, once(getattr(Library, name), after=after, number=number))
            with pytest.raises(Killed):
                score(tmp_path, server)
        score(tmp_path, server)
        check_books(tmp_path, server, 40)
        assert spent(tmp_path)["requests"] == 4
    assert open_uploads(tmp_path) == 0


def test_a_batch_nobody_knows_of_any_more_is_given_up_after_its_answers_are_gone(tmp_path: Path) -> None:
    fill(tmp_path, 3)
    with quiet_server() as server:
        score(tmp_path, server)
        server.batches.clear()
        assert "does not know it" in score(tmp_path, server, code=3).err
        assert open_uploads(tmp_path) == 1
        assert "has deleted it" in score(tmp_path, server, now="2027-01-23T12:00:00Z", code=3).err
    assert open_uploads(tmp_path) == 0


# -- pure


def sent(papers: int = 2) -> Sent:
    return Sent("r1", DAY, 0, 1, 100, {f"id{number}": (pid(number), f"d{number}") for number in range(1, papers + 1)})


def answered(text: str, finish: str = "stop") -> files.Told:
    return files.Told("r1", 200, {"choices": [{"message": {"content": text}, "finish_reason": finish}]})


def test_files_hold_no_more_than_a_provider_takes() -> None:
    lines = [files.Line(sent(), b"x" * size) for size in (4, 4, 4, 20, 1, 1, 1, 1)]
    portions = [[len(line.data) for line in portion] for portion in files.files_of(iter(lines), requests=3, size=10)]
    assert portions == [[4, 4], [4], [20], [1, 1, 1], [1]]


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b'"x"', b'{"custom_id": 3}', b"[" * 100_000, b"\xff\xfe"])
def test_a_line_that_is_none_is_passed_over(line: bytes) -> None:
    assert files.told_in(line) is None


def test_a_line_without_end_is_left_out_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_LINE", 10)
    assert list(files.lines_in(io.BytesIO(b"one\n" + b"x" * 35 + b"\ntwo\nend"))) == [b"one\n", b"two\n", b"end"]


def test_ids_of_other_requests_set_nothing() -> None:
    text = '{"papers": [{"id": "id1", "comment": "c", "relevance": 8, "novelty": 5}, {"id": "id9", "comment": "c", "relevance": 10, "novelty": 10}]}'
    said = files.taken(answered(text), sent(), model="m", where="h")
    assert set(said.found) == {"id1"}
    assert (said.missing, said.kind) == (("id2",), "")


@pytest.mark.parametrize(("papers", "kind"), [(1, "refused"), (2, "missing")])
def test_a_refused_paper_is_given_up_only_where_it_is_sure_which_one_it_is(papers: int, kind: str) -> None:
    said = files.taken(answered("", "content_filter"), sent(papers), model="m", where="h")
    assert (said.kind, len(said.missing), said.is_answer) == (kind, papers, True)


def test_a_cut_answer_is_taken_as_far_as_it_goes() -> None:
    said = files.taken(
        answered('{"papers": [{"id": "id1", "comment": "c", "relevance": 8, "novelty": 5}, {"id": "i', "length"),
        sent(),
        model="m",
        where="h",
    )
    assert (set(said.found), said.missing, said.kind) == ({"id1"}, ("id2",), "missing")


@pytest.mark.parametrize(
    "value", [None, [], {}, {"id": "../x", "status": "completed"}, {"id": "..", "status": "x"}, {"id": "b", "status": 3}]
)
def test_what_is_no_batch_is_none(value: object) -> None:
    assert files.batch_of(value) is None


def test_names_of_files_that_lead_elsewhere_are_no_files() -> None:
    found = files.batch_of(
        {"id": "b1", "status": "completed\x1b[2J", "output_file_id": "a/../b", "error_file_id": "file-2", "request_counts": []}
    )
    assert found is not None
    assert (found.files, found.total) == (("file-2",), 0)
    assert "\x1b" not in found.status


def test_a_stored_answer_is_not_stored_again(tmp_path: Path) -> None:
    fill(tmp_path, 2)
    run = Run("u1", "llm:m", "r", "h")
    answer = Answer(spent=Spent("score", 2, 100, Tokens(10, 0, 0, 5), 1.0))
    with Library(tmp_path / "papertui.db", write=True) as library:
        library.begin_upload(Upload(run, NOW, "preparing"))
        library.add_requests("u1", [sent()])
        assert len(library.on_the_way("llm:m", "r", NOW - dt.timedelta(days=1))) == 2
        assert library.on_the_way("llm:m", "other", NOW - dt.timedelta(days=1)) == set()
        assert library.take_answer("u1", "r1", answer, run, DAY, NOW)
        assert not library.take_answer("u1", "r1", answer, run, DAY, NOW)
        assert [each.requests for each in library.spending("model")] == [1]
        assert library.unanswered("u1") == 0

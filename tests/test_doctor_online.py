"""`doctor --online`: every server that the settings lead to is asked once, and each fault has its own words."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from papertui.config import load_settings
from papertui.paths import Paths
from papertui.services import doctor_online
from papertui.services.doctor_check import Check
from papertui.services.events import Event, Progress
from papertui.services.session import Session
from papertui.sources.schedule import expected_mailing
from tests.command import Done, environment, here
from tests.feeds import feed, item
from tests.model_server import ModelServer
from tests.replies import answer, server

NOW = dt.datetime.now(dt.UTC)
"""The test server puts its own date into each answer."""
MAILED = expected_mailing(NOW)
LISTED = f"/lists/{MAILED}.json"
PAGE = "<h3>Showing new listings for Monday, 23 November 2026</h3><dl id='articles'></dl>"
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>ArXiv Query</title>{}</feed>'
FOUND = ATOM.format("<entry><id>http://arxiv.org/abs/1706.03762v7</id><title>t</title></entry>")
LIST = {"2611.00001": {"ARXIVID": "2611.00001", "RELEVANCE": 9, "NOVELTY": 8, "title": "t", "abstract": "a", "authors": ["First Author"]}}
SIGN_IN = "<!DOCTYPE html><html><title>Sign in</title>Welcome to our network</html>"


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "HF_TOKEN", "S2_API_KEY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def arxiv_at(address: str) -> dict[str, str]:
    return {
        "PAPERTUI_SOURCES__ARXIV__FEED_URL": f"{address}/rss/", "PAPERTUI_SOURCES__ARXIV__SITE_URL": address,
        "PAPERTUI_SOURCES__ARXIV__API_URL": f"{address}/api/query", "PAPERTUI_SOURCES__ARXIV__DELAY_SECONDS": "0",
        "PAPERTUI_SOURCES__ARXIV__PAGE_DELAY_SECONDS": "0", "PAPERTUI_SOURCES__ARXIV__CATEGORIES": '["math.AG", "cs.LG"]',
    }  # fmt: skip


def daily_at(address: str) -> dict[str, str]:
    return {"PAPERTUI_SOURCES__ENABLED": '["huggingface"]', "PAPERTUI_SOURCES__HUGGINGFACE__URL": address}


def all_at(address: str) -> dict[str, str]:
    lists = f'[{{name = "somebody", url = "{address}/lists/{{date}}.json"}}, {{name = "near", path = "/nowhere"}}]'
    return arxiv_at(address) | daily_at(address) | {
        "PAPERTUI_SOURCES__ENABLED": '["arxiv", "huggingface", "clawrxiv"]', "PAPERTUI_SOURCES__CLAWRXIV__URL": address,
        "PAPERTUI_SOURCES__LISTS": lists, "PAPERTUI_SOURCES__SEMANTIC_SCHOLAR__ENABLED": "true",
        "PAPERTUI_SOURCES__SEMANTIC_SCHOLAR__URL": address,
    }  # fmt: skip


def serve_all(site: HTTPServer) -> None:
    site.expect_request("/list/math.AG/new", query_string="show=25").respond_with_data(PAGE)
    site.expect_request("/rss/math.AG").respond_with_data(feed(item("2611.00001")))
    site.expect_request("/api/query", query_string="id_list=1706.03762&max_results=1").respond_with_data(FOUND)
    site.expect_request("/api/daily_papers", query_string="limit=1").respond_with_json([{"paper": {"id": "2611.00001"}}])
    site.expect_request("/api/posts", query_string="limit=1").respond_with_json({"posts": [{"id": 1}], "total": 2680})
    site.expect_request(LISTED).respond_with_json(LIST)
    site.expect_request("/graph/v1/paper/arXiv:1706.03762").respond_with_json({"paperId": "x", "title": "t"})


def checks_of(home: Path, env: dict[str, str], events: list[Event] | None = None, now: dt.datetime | None = None) -> list[Check]:
    paths = Paths.find(str(home), {})
    session = Session(paths, load_settings(paths.config_file, env), lambda: now or dt.datetime.now(dt.UTC), env)
    return list(doctor_online.examine(session, (lambda event: None) if events is None else events.append))


def only(home: Path, env: dict[str, str]) -> Check:
    (check,) = checks_of(home, env)
    return check


def online(done: Done) -> list[str]:
    return [line for line in done.out.splitlines() if line.split()[1] == "online"]


def test_everything_that_the_settings_lead_to_is_asked_once_and_nothing_is_stored(tmp_path: Path, httpserver: HTTPServer) -> None:
    serve_all(httpserver)
    home, address = tmp_path / "home", httpserver.url_for("").rstrip("/")
    events: list[Event] = []
    with ModelServer(key="sk-right") as model:
        env = {
            "PAPERTUI_LLM__BASE_URL": model.base_url,
            "PAPERTUI_LLM__MODEL": model.models[0],
            "OPENAI_API_KEY": "sk-right",
            "HF_TOKEN": "hf-1",
        }
        checks = checks_of(home, all_at(address) | env, events)
    assert [check.state for check in checks] == ["ok"] * 8, checks
    titles = ["arXiv's pages", "arXiv's feeds", "arXiv's search", "Hugging Face", "clawRxiv", "the list somebody", "Semantic Scholar"]
    assert [check.told.partition(": OK in ")[0] for check in checks] == [*titles, "the model's server"]
    assert [event.what for event in events if isinstance(event, Progress)] == [
        f"asking {title}" for title in (*titles, "the model's server")
    ]
    words = (
        "Monday, 23 November 2026",
        "1 papers of 2026-11-23",
        "knows",
        "Daily Papers",
        "2680 posts",
        f"1 papers of {MAILED}",
        "knows",
        "models",
    )
    assert all(word in check.told for word, check in zip(words, checks, strict=True))
    assert len(httpserver.log) == 7
    assert [request.headers.get("Authorization") for request, _ in httpserver.log if "daily" in request.path] == ["Bearer hf-1"]
    assert not any("hf-1" in check.told or "sk-right" in check.told for check in checks)
    assert not home.exists()


def test_each_line_is_printed_with_the_others_of_doctor_and_faults_end_it_with_1(tmp_path: Path, httpserver: HTTPServer) -> None:
    serve_all(httpserver)
    env = arxiv_at(httpserver.url_for("").rstrip("/")) | {"PAPERTUI_NOW": dt.datetime.now(dt.UTC).isoformat()}
    done = here(tmp_path, "doctor", "--online", env=env)
    assert [line[:4].strip() for line in online(done)] == ["ok"] * 3
    assert done.err == ""
    env["PAPERTUI_SOURCES__ARXIV__SITE_URL"] += "/elsewhere"
    failed = here(tmp_path, "doctor", "--online", env=env, code=1)
    assert [line[:4].strip() for line in online(failed)] == ["FAIL", "ok", "ok"]


def test_requests_to_arxiv_share_the_turn_of_all_others(tmp_path: Path, httpserver: HTTPServer) -> None:
    serve_all(httpserver)
    (tmp_path / "state").mkdir()
    env = arxiv_at(httpserver.url_for("").rstrip("/")) | {"PAPERTUI_SOURCES__ENABLED": '["arxiv"]'}
    slow = {"PAPERTUI_SOURCES__ARXIV__DELAY_SECONDS": "0.05", "PAPERTUI_SOURCES__ARXIV__PAGE_DELAY_SECONDS": "0.1"}
    assert [check.state for check in checks_of(tmp_path, env | slow)] == ["ok"] * 3
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["arxiv.turn"]


FAULTS = {
    "rate limited": (answer(b"", "Retry-After: 30", status="429 Too Many Requests"), "rate limited after", "wait 30 seconds (Retry-After)"),
    "long limited": (answer(b"", "Retry-After: 4000", status="429 Too Many Requests"), "rate limited after", "wait 4000 seconds"),
    "limited without a time": (answer(b"", status="429 Too Many Requests"), "rate limited after", "wait some minutes"),
    "busy": (answer(b"", status="503 Service Unavailable"), "busy after", "nothing here is broken"),
    "sign-in page": (answer(SIGN_IN.encode(), "Content-Type: text/html"), "wrong answer after", "web page"),
    "other JSON": (answer(b'{"error": "x"}'), "wrong answer after", "no Daily Papers"),
    "empty": (answer(b""), "wrong answer after", "empty"),
    "redirect": (answer(b"", "Location: http://portal.example/login", status="302 Found"), "redirects elsewhere after", "portal.example"),
    "to a file": (answer(b"", "Location: file:///etc/passwd", status="302 Found"), "redirects elsewhere after", "no web address"),
    "no path": (answer(b"", status="404 Not Found"), "wrong answer after", "correct sources.huggingface.url"),
    "forbidden": (answer(b"", status="403 Forbidden"), "wrong answer after", "in an hour"),
    "proxy wants a login": (answer(b"", status="407 Proxy Authentication Required"), "the proxy refuses after", "HTTPS_PROXY"),
    "broken off": (b"", "connection broken off after", "try again in a moment"),
    "escapes": (answer(b"", "Location: http://\x1b[31m.example/", status="302 Found"), "after", ""),
}


@pytest.mark.parametrize("case", FAULTS.values(), ids=FAULTS)
def test_each_fault_has_its_own_words(tmp_path: Path, case: tuple[bytes, str, str]) -> None:
    reply, verdict, advice = case
    with server(lambda connection: connection.sendall(reply)) as address:
        check = only(tmp_path, daily_at(address))
        assert address in check.told
    assert (check.state, check.what) == ("FAIL", "online")
    assert check.told.startswith("Hugging Face: ")
    assert verdict in check.told
    assert advice in check.told
    assert "\x1b" not in check.line


@pytest.mark.parametrize(
    ("path", "data", "words"),
    [
        ("/list/math.AG/new", b"Rate exceeded.", "rate limited"), ("/list/math.AG/new", SIGN_IN.encode(), "no page of new listings"),
        ("/rss/math.AG", b"Rate exceeded.", "rate limited"), ("/rss/math.AG", SIGN_IN.encode(), "HTML"), ("/rss/math.AG", b"<rss>", "wrong answer"),
        ("/api/query", b"Rate exceeded.", "rate limited"), ("/api/query", SIGN_IN.encode(), "HTML"),
        ("/api/query", ATOM.format("").encode(), "not the paper asked for"),
        ("/api/query", ATOM.format("<entry><id>http://arxiv.org/api/errors</id><title>Error</title><summary>bad id</summary></entry>").encode(),
         "not the paper asked for (bad id)"),
        ("/api/posts", b"[1]", "no posts"), (LISTED, b'{"a": 1}', "wrong answer"),
        ("/graph/v1/paper/arXiv:1706.03762", b"{}", "no paper"),
    ],
)  # fmt: skip
def test_an_answer_that_is_not_what_the_endpoint_serves_is_told(
    tmp_path: Path, httpserver: HTTPServer, path: str, data: bytes, words: str
) -> None:
    httpserver.expect_oneshot_request(path).respond_with_data(data)
    serve_all(httpserver)
    env = all_at(httpserver.url_for("").rstrip("/"))
    env["PAPERTUI_SOURCES__SEMANTIC_SCHOLAR__ENABLED"] = str("graph" in path).lower()  # a second lies between any two of its requests
    (check,) = [check for check in checks_of(tmp_path, env) if check.state != "ok"]
    assert words in check.told
    assert path in check.told


def test_a_feed_that_says_400_says_why_and_a_clock_that_is_wrong_is_told(tmp_path: Path, httpserver: HTTPServer) -> None:
    serve_all(httpserver)
    env = arxiv_at(httpserver.url_for("").rstrip("/")) | {"PAPERTUI_SOURCES__ENABLED": '["arxiv"]'}
    httpserver.expect_oneshot_request("/rss/math.AG").respond_with_data(feed(item("2611.00001")), status=400)
    assert "answered 400 Bad Request" in checks_of(tmp_path, env)[1].told
    httpserver.clear()
    serve_all(httpserver)
    check = checks_of(tmp_path, env, now=dt.datetime.now(dt.UTC) - dt.timedelta(minutes=10))[1]
    assert check.state == "warn"
    assert " minutes ahead" in check.told


def test_a_list_of_today_that_is_not_there_yet_is_no_fault_and_a_wrong_address_is(tmp_path: Path, httpserver: HTTPServer) -> None:
    address = httpserver.url_for("").rstrip("/")
    httpserver.expect_request("/").respond_with_data("", status=404)
    env = {"PAPERTUI_SOURCES__ENABLED": "[]"}
    dated = only(tmp_path, env | {"PAPERTUI_SOURCES__LISTS": f'[{{name = "a", url = "{address}/{{date}}"}}]'})
    assert dated.state == "FAIL", "the server knows nothing of it"
    httpserver.clear()
    httpserver.expect_request(f"/{expected_mailing(NOW)}").respond_with_data("", status=404)
    httpserver.expect_request("/newest").respond_with_data("", status=404)
    dated = only(tmp_path, env | {"PAPERTUI_SOURCES__LISTS": f'[{{name = "a", url = "{address}/{{date}}"}}]'})
    assert dated.state == "warn"
    assert "not there yet" in dated.told
    assert only(tmp_path, env | {"PAPERTUI_SOURCES__LISTS": f'[{{name = "a", url = "{address}/newest"}}]'}).state == "FAIL"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def test_nobody_listening_is_told_from_a_name_that_nobody_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check = only(tmp_path, daily_at(f"http://127.0.0.1:{free_port()}"))
    assert "connection refused after" in check.told
    assert "sources.huggingface.url" in check.told

    def unknown(*_: object, **__: object) -> object:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    check = only(tmp_path, daily_at("http://papers.example"))
    assert "name not known after" in check.told
    assert "offline?" in check.told


def test_a_proxy_that_refuses_or_is_not_there_is_named_without_its_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with server(lambda connection: connection.sendall(answer(b"", status="403 Forbidden"))) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.replace("//", "//me:secret@"))
        check = only(tmp_path, daily_at("https://papers.example"))
    assert "the proxy refuses after" in check.told
    assert proxy in check.told
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:secret@127.0.0.1:{free_port()}")
    gone = only(tmp_path, daily_at("https://papers.example"))
    assert "the proxy is not reached after" in gone.told
    assert "secret" not in check.told + gone.told


@contextmanager
def tls_server(folder: Path) -> Iterator[str]:
    """A server with a certificate that nobody signed."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not here")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    subprocess.run([*command.split(), "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def greet(connection: socket.socket) -> None:
        connection.setblocking(True)
        with contextlib.suppress(OSError), context.wrap_socket(connection, server_side=True) as secured:
            secured.recv(65_536)
            secured.sendall(answer(json.dumps([]).encode()))

    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                greet(listener.accept()[0])

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


def test_a_certificate_that_nobody_vouches_for_is_told_and_one_that_is_named_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tls_server(tmp_path) as address:
        check = only(tmp_path, daily_at(address))
        assert "certificate not trusted after" in check.told
        assert "SSL_CERT_FILE" in check.told
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
        assert only(tmp_path, daily_at(address)).state == "ok"
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "absent.pem"))
    assert "SSL_CERT_FILE" in only(tmp_path, daily_at("https://127.0.0.1:9")).told


def test_tls_where_plain_http_is_spoken_is_told(tmp_path: Path) -> None:
    with server(lambda connection: connection.sendall(answer(b"x"))) as address:
        assert "TLS failed after" in only(tmp_path, daily_at(address.replace("http:", "https:"))).told


def test_a_token_that_is_not_taken_is_named(tmp_path: Path) -> None:
    with server(lambda connection: connection.sendall(answer(b"", status="401 Unauthorized"))) as address:
        check = only(tmp_path, daily_at(address) | {"HF_TOKEN": "hf-secret"})
    assert "key refused after" in check.told
    assert "correct or unset HF_TOKEN" in check.told
    assert "secret" not in check.told


def test_the_models_server_is_asked_for_its_models_and_nobody_pays(tmp_path: Path) -> None:
    env = {"PAPERTUI_SOURCES__ENABLED": "[]", "PAPERTUI_LLM__MODEL": "no-such-model"}
    with ModelServer(key="sk-right") as model:
        env["PAPERTUI_LLM__BASE_URL"] = model.base_url
        other = only(tmp_path, env | {"OPENAI_API_KEY": "sk-right"})
        wrong = only(tmp_path, env | {"OPENAI_API_KEY": "sk-wrong-one"})
        assert model.requests == []
    assert other.state == "warn"
    assert "no-such-model is not among them" in other.told
    assert wrong.state == "FAIL"
    assert "sk-wrong-one" not in wrong.told
    gone = only(tmp_path, env | {"PAPERTUI_LLM__BASE_URL": f"http://127.0.0.1:{free_port()}/v1"})
    assert "is it running" in gone.told
    assert "OPENAI_API_KEY" in only(tmp_path, env | {"PAPERTUI_LLM__BASE_URL": "https://models.example/v1"}).told
    assert checks_of(tmp_path, env | {"PAPERTUI_SCORING__SCORER": "local"}) == []


def test_lines_come_at_once_and_an_interrupt_ends_it(tmp_path: Path, httpserver: HTTPServer) -> None:
    asked, over = threading.Event(), threading.Event()

    def silent(_: Request) -> Response:
        asked.set()
        over.wait(60)
        return Response("")

    httpserver.expect_oneshot_request("/api/query").respond_with_handler(silent)
    serve_all(httpserver)
    env = environment(tmp_path, arxiv_at(httpserver.url_for("").rstrip("/")))
    process = subprocess.Popen(
        [sys.executable, "-m", "papertui", "doctor", "--online"], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert asked.wait(60)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    finally:
        over.set()
        process.kill()
    assert process.returncode == 130
    assert len(online(Done(130, out, err))) == 2
    assert "interrupted" in err
    assert "Traceback" not in err

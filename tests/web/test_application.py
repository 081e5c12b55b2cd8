"""HTTP beside Streamlit: what is served before, and without, any script."""

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from components import sitemap
from components.locales import text
from data_access.published import Release
from metrics import numerals
from metrics.headline import headlines
from web import shell


@pytest.fixture
def client(application: TestClient) -> TestClient:
    """A visitor of the one application; without cookies, and led where it is sent."""
    application.cookies.clear()
    return application


PAGES = pytest.mark.parametrize("page", sitemap.PAGES, ids=lambda page: page.id)


@PAGES
@pytest.mark.parametrize(
    ("query", "language", "tag"), [("", "zh", "zh-CN"), ("?lang=en", "en", "en")]
)
def test_a_page_has_its_language_title_and_description(
    client: TestClient, demo: Release, page: sitemap.Page, query: str, language: str, tag: str
) -> None:
    html = client.get(page.path + query).text
    assert f'<html lang="{tag}">' in html
    title = re.search("<title>(.*?)</title>", html)
    assert title is not None
    assert text(language, f"page.{page.id}.title") in unescape(title[1])
    assert 'name="description"' in html
    assert "Streamlit</title>" not in html
    assert "agent API" not in html


@PAGES
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_figures_are_there_without_javascript(
    client: TestClient, demo: Release, page: sitemap.Page, language: str
) -> None:
    html = client.get(page.path, params={"lang": language}).text
    noscript = unescape(html.split("<noscript>")[1].split("</noscript>")[0])
    for headline in headlines(demo):
        assert numerals.value(headline.figure) in noscript
        assert numerals.count(headline.figure.numerator) in noscript
    assert demo.id in noscript
    assert "模拟数据" in noscript


def test_without_a_release_the_page_and_the_health_check_say_so(client: TestClient) -> None:
    html = client.get("/").text
    assert "pipeline publish" in html.split("<noscript>")[1]
    health = client.get("/healthz")
    assert (health.status_code, health.json()["releases"]) == (503, {})


def test_the_health_check_names_the_release(client: TestClient, demo: Release) -> None:
    health = client.get("/healthz")
    assert health.status_code == 200
    assert health.json() == {"status": "ok", "releases": {"ankang": demo.id}}


@pytest.mark.parametrize("path", ["/nowhere", "/units/x", "/pages/public/units", "/secret"])
def test_an_unknown_path_is_a_real_404(client: TestClient, demo: Release, path: str) -> None:
    answer = client.get(path, params={"lang": "en"})
    assert answer.status_code == 404
    assert text("en", "site.not_found") in answer.text


@pytest.mark.parametrize("path", ["/../app.py", "/%2e%2e/app.py", "/static/../../app.py"])
def test_no_path_leads_to_a_file_of_the_project(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert "the ASGI application" not in answer.text


@PAGES
def test_a_page_may_load_nothing_from_elsewhere(
    client: TestClient, demo: Release, page: sitemap.Page
) -> None:
    answer = client.get(page.path)
    policy = answer.headers["content-security-policy"]
    assert policy == shell.content_security_policy(page.id)
    assert "default-src 'none'" in policy
    drawn = page.id == "map"  # by deck.gl, which loads a decoder by WebAssembly
    assert ("script-src 'self' 'wasm-unsafe-eval' 'sha256-" in policy) == drawn
    allowed = policy.replace("'wasm-unsafe-eval'", "") if drawn else policy
    assert "unsafe-eval" not in allowed
    assert "http" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', answer.text)


@pytest.mark.parametrize("value", ['"><script>alert(1)</script>', "zh-CN", "../../etc"])
def test_a_query_cannot_put_markup_into_the_page(
    client: TestClient, demo: Release, value: str
) -> None:
    html = client.get("/", params={"lang": value, "city": value}).text
    assert value not in html.split("<noscript>")[1]
    assert '<html lang="zh-CN">' in html


def test_the_site_switch_leaves_public_pages_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITE", "public")
    assert sitemap.served() == sitemap.PAGES
    monkeypatch.setenv("SITE", "supervision")
    assert sitemap.served() == ()
    monkeypatch.setenv("SITE", "pubic")
    with pytest.raises(ValueError, match="SITE=pubic"):
        sitemap.served()


def test_the_template_of_the_exchange_contract_can_be_downloaded(client: TestClient) -> None:
    found = client.get("/exchange/hotline-template.xlsx")
    assert found.status_code == 200
    assert found.headers["content-disposition"] == 'attachment; filename="hotline-template.xlsx"'
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.content.startswith(b"PK")

"""What the middleware answers to an address that asks for a language."""

from functools import partial

import pytest

from pages.components.shell.cookies.language_cookie import LANGUAGE_COOKIE, LanguageCookie
from tests.pages.shell.cookies import asking

ask = partial(asking.ask, LanguageCookie)


@pytest.mark.parametrize(("wanted", "kept"), [("zh", "zh_Hans"), ("zh-Hans", "zh_Hans"), ("en", "en"), ("fr", "en")])
def test_a_link_in_a_language_leads_to_the_page_and_is_remembered(wanted, kept):
    status, headers, cookies = ask("/evaluate", f"view=map&lang={wanted}&run=a")
    cookie = cookies[LANGUAGE_COOKIE]
    assert (status, headers["location"]) == (303, "/evaluate?view=map&run=a")
    assert (cookie.value, cookie["path"], cookie["samesite"]) == (kept, "/", "Lax")
    assert int(cookie["max-age"]) == 365 * 24 * 3600


def test_nobody_is_sent_to_another_host():
    assert ask("//evil.example/", "lang=zh")[1]["location"] == "/evil.example/"


@pytest.mark.parametrize(
    "request_",
    [{}, {"query": "lang="}, {"path": "/_stcore/health", "query": "lang=zh"}, {"query": "lang=zh", "accept": "*/*"}],
)
def test_other_requests_pass(request_):
    assert ask(**request_)[0] == 200
    assert not ask(**request_)[2]

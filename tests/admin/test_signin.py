from __future__ import annotations

from tests.admin.conftest import Desk, SignIn


def test_the_right_password_opens_the_first_page(as_: SignIn) -> None:
    page = as_("intake").text("/")
    assert "intake（测试）" in page


def test_a_stranger_is_sent_to_sign_in(visitor: Desk) -> None:
    response = visitor.get("/")
    assert (response.status_code, response.headers["Location"]) == (303, "/signin")

from flask.testing import FlaskClient

from domain import settings as county_settings
from domain.db import Session
from portal.settings import PortalSettings
from tests.fixtures.county import County
from web.app import Site


def test_the_county_is_read_once_for_a_page(client: FlaskClient, statements: list[str]) -> None:
    client.get("/nowhere")
    assert [s for s in statements if "FROM settings" in s] == statements[:1]
    assert len(statements) == 1


def test_every_page_names_who_runs_it(
    client: FlaskClient, session: Session, county: County
) -> None:
    county_settings.choose(
        session,
        site_name="云岭县权力公开",
        motto="看得懂，管得着",
        host="云岭县纪委监委",
        contact="0000-1234567",
        address="云岭县城东街 1 号",
        site_code="5300000001",
        icp="滇ICP备00000000号",
        police="滇公网安备 00000000000000号",
        domain="quanli.example",
    )
    session.commit()
    text = client.get("/").get_data(as_text=True)
    for words in (
        "<title>首页 - 云岭县权力公开</title>",
        '<meta name="SiteName" content="云岭县权力公开">',
        '<meta name="SiteDomain" content="quanli.example">',
        '<meta name="SiteIDCode" content="5300000001">',
        "主办单位：云岭县纪委监委",
        "联系方式：0000-1234567",
        "地址：云岭县城东街 1 号",
        "网站标识码 5300000001",
        "滇ICP备00000000号",
        "滇公网安备 00000000000000号",
        "看得懂，管得着",
    ):
        assert words in text


def test_nothing_is_invented_for_a_county_that_has_not_said(client: FlaskClient) -> None:
    text = client.get("/").get_data(as_text=True)
    for words in ("主办单位", "联系方式", "地址：", "SiteDomain", "SiteIDCode", "网站标识码"):
        assert words not in text


def test_a_demonstration_says_so_on_every_page(client: FlaskClient) -> None:
    for address in ("/", "/nowhere"):
        assert "演示数据，地名人名均为虚构" in client.get(address).get_data(as_text=True)


def test_a_real_county_is_not_called_a_demonstration(
    site: Site, settings: PortalSettings, county: County
) -> None:
    object.__setattr__(settings, "demonstration", False)
    assert "演示数据" not in site.test_client().get("/").get_data(as_text=True)

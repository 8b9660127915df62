from dataclasses import replace

from PyQt6.QtCore import Qt, QUrl
from PyQt6.QtGui import QDesktopServices

from softphone import __version__
from tests.qtest import QTest
from tests.ui.settings.pages import with_page
from ui.settings.about_page import AboutPage


def test_versions_and_licences_can_be_read(run, core, monkeypatch):
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)

    view = core.session.view
    core.session.show(engine=replace(view.engine, library="PJSIP 2.17"))

    async def script(page: AboutPage) -> None:
        assert __version__ in page.title.text()
        assert "Python 3" in page.versions.text()
        assert "PJSIP 2.17" in page.versions.text()
        assert "PJSIP" in page.licences.toPlainText()
        assert "GNU General Public License" in page.licences.toPlainText()
        QTest.mouseClick(page.licence_button, Qt.MouseButton.LeftButton)

    with_page(run, core, AboutPage, script)
    assert [url.host() for url in opened] == ["www.gnu.org"]

"""The account: checked while it is typed, tried out on request, saved as a whole."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QCheckBox, QLabel, QLineEdit

from softphone.errors import UserFacingError
from softphone.model.settings import AccountSettings, Settings
from softphone.policy.registration_trial import RegistrationTrial
from tests.fakes.phone import FakeCore, FakeSettingsStore
from tests.qtest import QTest
from tests.ui.conftest import until
from tests.ui.settings.pages import control, press_save, type_into, with_page
from ui.settings.account_page import AccountPage

ACCOUNT = AccountSettings("sip:a@example.com", "sip:example.com")


@pytest.fixture
def with_account(phone) -> FakeCore:
    return FakeCore(session=phone, settings_store=FakeSettingsStore(Settings(account=ACCOUNT)))


def choose(field, value: str) -> None:
    field.control.setCurrentIndex(field.control.findData(value))


async def press_test(page: AccountPage) -> str:
    QTest.mouseClick(page.test.button, Qt.MouseButton.LeftButton)
    await until(page.test.button.isEnabled)
    return page.test.good.text or page.test.bad.text


def test_the_account_goes_to_the_settings_and_its_password_to_the_keyring(run, core, phone):
    async def script(page: AccountPage) -> None:
        assert not page.save_button.isEnabled()
        type_into(page.sip_uri, "sip:agent1@Example.com")
        type_into(page.registrar, "sip:example.com")
        choose(page.transport, "tls")
        type_into(page.username, "agent1")
        type_into(page.password, "secret ")
        choose(page.srtp, "mandatory")
        assert await press_save(page) == "Saved."
        assert page.password.value() == ""
        assert not page.save_button.isEnabled()

    with_page(run, core, AccountPage, script)
    account = core.settings_store.settings.account
    assert (account.sip_uri, account.registrar) == ("sip:agent1@example.com", "sip:example.com")
    assert (account.transport, account.username, account.srtp) == ("tls", "agent1", "mandatory")
    assert core.secrets.passwords == {account.password_name: "secret "}
    assert phone.requests == ["settings_changed"]


def test_who_may_call_is_asked_only_where_there_is_a_registrar(run, with_account):
    async def script(page: AccountPage) -> None:
        box = page.accept_from_anywhere.control
        assert isinstance(box, QCheckBox)
        assert (box.isEnabled(), box.isChecked()) == (True, False)
        assert box.accessibleName() == "Accept calls from anywhere"
        page.registrar.put("")
        assert not box.isEnabled(), "without a registrar anybody can call"
        type_into(page.registrar, "sip:example.com")
        box.click()
        assert await press_save(page) == "Saved."

    with_page(run, with_account, AccountPage, script)
    assert with_account.settings_store.settings.account == replace(ACCOUNT, accept_from_anywhere=True)


def test_what_is_wrong_stands_under_its_field_and_nothing_can_be_saved_or_tested(run, core):
    async def script(page: AccountPage) -> None:
        type_into(page.sip_uri, "agent1")
        assert "not a SIP address" in page.sip_uri.control.accessibleDescription()
        assert not page.save_button.isEnabled()
        assert not page.test.button.isEnabled()
        type_into(page.sip_uri, "sip:agent1@example.com")
        assert page.sip_uri.control.accessibleDescription() == ""
        assert page.save_button.isEnabled()
        assert page.test.button.isEnabled()

    with_page(run, core, AccountPage, script)


def test_what_was_changed_by_another_program_meanwhile_stays(run, with_account):
    core, store = with_account, with_account.settings_store

    async def script(page: AccountPage) -> None:
        store.settings = replace(store.settings, account=replace(ACCOUNT, username="imported"))
        choose(page.transport, "tcp")
        assert await press_save(page) == "Saved."

    with_page(run, core, AccountPage, script)
    assert (store.settings.account.username, store.settings.account.transport) == ("imported", "tcp")


def test_an_unchanged_password_is_left_alone(run, with_account):
    with_account.secrets.passwords = {ACCOUNT.password_name: "old"}

    async def script(page: AccountPage) -> None:
        assert control(page.password, QLineEdit).placeholderText() == "unchanged"
        type_into(page.username, "somebody")
        assert await press_save(page) == "Saved."

    with_page(run, with_account, AccountPage, script)
    assert with_account.secrets.passwords == {ACCOUNT.password_name: "old"}


def test_a_keyring_that_refuses_leaves_everything_as_it_was_and_the_form_as_typed(run, with_account, phone):
    class Locked:
        lasting = True

        def set_password(self, account: str, password: str) -> None:
            raise UserFacingError("The keyring is locked. Unlock it and try again.")

    with_account.secrets = Locked()

    async def script(page: AccountPage) -> None:
        choose(page.transport, "tls")
        type_into(page.password, "secret")
        assert await press_save(page) == "The keyring is locked. Unlock it and try again."
        assert page.password.value() == "secret"
        assert page.save_button.isEnabled()

    with_page(run, with_account, AccountPage, script)
    assert with_account.settings_store.settings.account == ACCOUNT
    assert phone.requests == []


def test_registration_is_tested_with_what_is_entered_before_it_is_saved(run, with_account):
    with_account.registration_tester.result = RegistrationTrial(False, "Wrong password.", "Check the password.")

    async def script(page: AccountPage) -> None:
        type_into(page.username, "somebody")
        type_into(page.password, "guess")
        assert await press_test(page) == "Wrong password. Check the password."
        assert page.test.bad.isVisible() and not page.test.good.isVisible()
        with_account.registration_tester.result = RegistrationTrial(True, "example.com\u202e accepts\x07 it.")
        assert await press_test(page) == "example.com accepts it."
        assert page.test.good.isVisible() and not page.test.bad.isVisible()

    with_page(run, with_account, AccountPage, script)
    assert with_account.registration_tester.tried[0] == (replace(ACCOUNT, username="somebody"), "guess")
    assert with_account.settings_store.settings.account == ACCOUNT


def test_a_result_below_the_edge_is_scrolled_to(run, with_account):
    with_account.registration_tester.result = RegistrationTrial(False, "Wrong password.", "Check the password.")

    async def script(page: AccountPage) -> None:
        page.resize(page.width(), page.minimumSizeHint().height())
        await until(lambda: page.test.visibleRegion().isEmpty())
        page.test.start()
        await until(lambda: not page.test.bad.visibleRegion().isEmpty())

    with_page(run, with_account, AccountPage, script)


def test_the_kept_password_is_tested_when_none_is_typed(run, with_account):
    with_account.secrets.passwords = {ACCOUNT.password_name: "kept"}

    async def script(page: AccountPage) -> None:
        await press_test(page)

    with_page(run, with_account, AccountPage, script)
    assert with_account.registration_tester.tried == [(ACCOUNT, "kept")]


def test_a_password_is_not_tried_at_a_registrar_it_was_not_given_for(run, with_account):
    with_account.secrets.passwords = {ACCOUNT.password_name: "kept"}

    async def script(page: AccountPage) -> None:
        type_into(page.registrar, "sip:elsewhere.example.net")
        assert control(page.password, QLineEdit).placeholderText() == ""
        await press_test(page)

    with_page(run, with_account, AccountPage, script)
    assert with_account.registration_tester.tried == [(replace(ACCOUNT, registrar="sip:elsewhere.example.net"), "")]


def test_a_result_is_forgotten_when_the_account_is_edited(run, with_account):
    async def script(page: AccountPage) -> None:
        assert await press_test(page) == "example.com accepts it."
        type_into(page.username, "other")
        assert not page.test.good.isVisible()

    with_page(run, with_account, AccountPage, script)


def test_a_locked_keyring_is_said_by_the_test(run, with_account):
    class Locked:
        lasting = True

        def password(self, account: str) -> str:
            raise UserFacingError("The keyring is locked.")

    with_account.secrets = Locked()

    async def script(page: AccountPage) -> None:
        assert await press_test(page) == "The keyring is locked."
        assert page.test.button.isEnabled()

    with_page(run, with_account, AccountPage, script)


def test_every_control_has_a_name_and_a_letter_of_its_own(run, core):
    async def script(page: AccountPage) -> None:
        letters = [label.text().partition("&")[2][:1].casefold() for label in labels(page)]
        assert len(letters) == len(set(letters)) == 7
        assert not set(letters) & set("st"), "Save Changes and Test Registration have these"
        assert {buddy.accessibleName() for label in labels(page) if (buddy := label.buddy())} == {
            "SIP address",
            "Registrar",
            "Transport",
            "User name",
            "Password",
            "Encryption of the sound (SRTP)",
            "Trusted authorities",
        }

    with_page(run, core, AccountPage, script)


def labels(page: AccountPage) -> list[QLabel]:
    return [label for label in page.findChildren(QLabel) if label.buddy() is not None]

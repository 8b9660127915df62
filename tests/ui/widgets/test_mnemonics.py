from ui.widgets.mnemonics import Mnemonics


def test_each_label_gets_a_letter_of_its_own_that_begins_a_word_if_it_can() -> None:
    mnemonics = Mnemonics("s")
    assert mnemonics.give("SIP address") == "SIP &address"
    assert mnemonics.give("Registrar") == "&Registrar"
    assert mnemonics.give("Address") == "A&ddress"


def test_a_label_without_a_free_letter_gets_none() -> None:
    assert Mnemonics("abc").give("Cab 1") == "Cab 1"


def test_an_ampersand_stays_one() -> None:
    assert Mnemonics().give("Hold & Answer") == "&Hold && Answer"

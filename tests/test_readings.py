"""Titles are found by their pinyin, from a file that says what the dictionary says."""

import models
from services.readings import look_up, reading


def test_every_title_has_the_reading_of_the_dictionary() -> None:
    """`make i18n` writes the file; a new register or another title needs it again."""
    from services.readings import _kept

    titles = {register.about.title.say("zh") for register in models.registers()}
    assert set(_kept()) == titles
    assert all(reading(title) == look_up(title) for title in titles)

"""Passwords are kept so that a copy of the database does not give them away."""

from data_access.supervision import passwords


def test_only_the_same_password_fits() -> None:
    kept = passwords.sealed("阳光 hotline")
    assert passwords.fits("阳光 hotline", kept)
    assert not passwords.fits("阳光 hotlinE", kept)
    assert not passwords.fits("", kept)


def test_nothing_fits_where_no_password_was_given() -> None:
    assert not passwords.fits("", "")
    assert not passwords.fits("x", "")


def test_two_people_with_one_password_are_kept_apart() -> None:
    assert passwords.sealed("x") != passwords.sealed("x")
    assert "hush" not in passwords.sealed("hush")

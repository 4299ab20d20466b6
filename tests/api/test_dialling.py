"""Who may be dialled."""

import pytest

from kitt_rtc.api.dialling import Dialling, DialPlan
from kitt_rtc.model.errors import BadForm, NotAllowed, TooManyRequests

PLAN = DialPlan(frozenset({"FR", "BE", "CA", "GB", "US"}), per_minute=10)
# Ranges that the regulators keep for fiction, where there are such.
NUMBER = "+33199001234"


def dialling(plan: DialPlan = PLAN) -> Dialling:
    return Dialling(plan, lambda: 0.0)


@pytest.mark.parametrize(
    "number", [NUMBER, "+33123456789", "+33612345678", "+442079460123", "+12025550123", "+3212345678"]
)
def test_E12_ordinary_numbers_of_the_plan_are_dialled(number: str):
    dialling().admit(number)


@pytest.mark.parametrize(
    "number",
    [
        "",
        "0123456789",
        "+33 1 99 00 12 34",
        "33199001234",
        "+0199001234",
        "+33",
        "+3319900123456789",
        "tel:+33199001234",
        "+33199001234;ext=1",
        "+٣٣١٩٩٠٠١٢٣٤",
        "+33112",
        "+99912345678",
        "+3319900123",
        "+33199001234\n",
        "sip:someone@example.com",
        "client:bob",
    ],
)
def test_E12_what_is_not_E164_is_refused_by_name(number: str):
    with pytest.raises(BadForm) as refusal:
        dialling().admit(number)
    assert [fault["field"] for fault in refusal.value.fields] == ["phone_number"]
    assert refusal.value.message.startswith("phone_number ")


@pytest.mark.parametrize(
    "number",
    [
        pytest.param("+33899701234", id="premium"),
        pytest.param("+33891701234", id="premium-89"),
        pytest.param("+33810123456", id="shared-cost"),
        pytest.param("+33800123456", id="toll-free"),
        pytest.param("+19005550123", id="premium-us"),
        pytest.param("+447012345678", id="personal"),
        pytest.param("+870773111632", id="satellite"),
        pytest.param("+18765550123", id="other-country-of-the-same-code"),
        pytest.param("+262692123456", id="overseas"),
        pytest.param("+2348031234567", id="other-country"),
    ],
)
def test_numbers_outside_the_plan_are_not_dialled(number: str):
    with pytest.raises(NotAllowed):
        dialling().admit(number)


def test_a_hundred_orders_at_once_ring_ten_telephones():
    guard = dialling()
    for _ in range(10):
        guard.admit(NUMBER)
    for _ in range(90):
        with pytest.raises(TooManyRequests) as refusal:
            guard.admit(NUMBER)
        assert refusal.value.retry_seconds == 60.0


def test_after_a_minute_there_is_room_again():
    now = 0.0
    guard = Dialling(PLAN, lambda: now)
    for _ in range(10):
        guard.admit(NUMBER)
    now = 59.9
    with pytest.raises(TooManyRequests):
        guard.admit(NUMBER)
    now = 60.0
    guard.admit(NUMBER)


def test_refused_numbers_use_nothing_up():
    guard = dialling(DialPlan(frozenset({"FR"}), per_minute=1))
    for _ in range(5):
        with pytest.raises(NotAllowed):
            guard.admit("+33899701234")
    guard.admit(NUMBER)

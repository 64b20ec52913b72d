"""What is shared: the link, its code and the address under it."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp

from pages.ui.qr_codes import MOST_BYTES, QUIET_ZONE, ROBUST_BYTES, code_of, code_picture
from pages.ui.sharing import Sharing, of_this_machine

HOST = "https://example.com/"


def link_of(size: int) -> str:
    return (HOST + "?entry=" + "adam~learning_rate~0.02~" * 300)[:size]


@pytest.mark.parametrize("size", [60, ROBUST_BYTES, ROBUST_BYTES + 1, 450, MOST_BYTES])
def test_a_code_says_its_link_and_has_its_quiet_zone(size: int):
    code = code_of(link_of(size))
    assert code is not None
    modules = np.array([list(row) for row in code.matrix_iter(border=QUIET_ZONE)])
    assert not modules[:QUIET_ZONE].any()
    picture = np.kron(1 - (modules > 0), np.ones((4, 4))).astype(np.uint8) * 255
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.text == link_of(size)


def test_the_longer_the_link_the_less_is_mended_and_the_coarser_the_code_stays():
    short, long, longest = (code_of(link_of(size)) for size in (ROBUST_BYTES, 450, MOST_BYTES))
    assert short is not None and long is not None and longest is not None
    assert (short.version, short.error) == (10, "M")
    assert long.error == "L"
    assert longest.version == 25


def test_no_code_beats_one_that_nobody_can_read():
    assert code_of(link_of(MOST_BYTES + 1)) is None
    assert code_picture(link_of(6_000)) is None


def test_a_picture_is_data_and_no_markup():
    assert (code_picture(HOST) or "").startswith("data:image/png;base64,")


def test_only_a_short_link_is_written_out_to_be_typed():
    short = f"{HOST}?preset=momentum_escapes"
    assert Sharing(HOST + "?v=1", short, "Title").address == short.removeprefix("https://")
    assert Sharing(HOST + "?v=1", HOST + "?v=1").address == "example.com"


@pytest.mark.parametrize(
    ("host", "alone"),
    [
        ("localhost:8501", True),
        ("127.0.0.1:8501", True),
        ("[::1]:8501", True),
        ("192.0.2.20:8501", False),
        ("example.com", False),
        ("", False),
    ],
)
def test_an_address_of_this_machine_is_known(host: str, alone: bool):
    assert of_this_machine("http:" + f"//{host}/?v=1") is alone

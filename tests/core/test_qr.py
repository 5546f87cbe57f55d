"""QR codes: what a telephone reads is the address, and the policy of the page allows it."""

import re

import segno

from core.qr import QUIET, qr_svg

ADDRESS = "https://example.org/r/0f3a.Zx-9_q?a=1&b=2"
DARK = re.compile(r"M(\d+) (\d+)h1v1h-1z")


def test_the_squares_are_those_of_the_address():
    found = {(int(x), int(y)) for x, y in DARK.findall(qr_svg(ADDRESS))}
    rows = segno.make_qr(ADDRESS, error="m").matrix
    dark = {
        (x + QUIET, y + QUIET) for y, row in enumerate(rows) for x, one in enumerate(row) if one
    }
    assert found == dark


def test_nothing_in_it_needs_a_style_or_a_script():
    svg = qr_svg(ADDRESS)
    assert not re.search(r"style=|<style|<script|\son\w+=", svg)


def test_what_an_address_holds_is_no_markup():
    assert "<b>" not in qr_svg('https://example.org/<b>"')

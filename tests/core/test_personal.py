"""What looks like personal data, and what only seems so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.personal import FINDER, find
from core.personal.numbers import my_number_check, passes_luhn

NAMES = ("山田 太郎", "田中", "林", "Yuki Tanaka")

FOUND = [
    # e-mail
    ("mail yuki.t+x@example.co.jp.", [("email", "yuki.t+x@example.co.jp")]),
    ("連絡先はyuki@example.jpまで", [("email", "yuki@example.jp")]),
    ("ｙｕｋｉ＠ｅｘａｍｐｌｅ．ｊｐ", [("email", "ｙｕｋｉ＠ｅｘａｍｐｌｅ．ｊｐ")]),
    ("<o'neil@mail.example.com>", [("email", "o'neil@mail.example.com")]),
    # telephones
    ("電話は０３−１２３４−５６７８です", [("phone", "０３−１２３４−５６７８")]),
    ("03ー1234ー5678", [("phone", "03ー1234ー5678")]),
    ("携帯０９０ｰ１２３４ｰ５６７８", [("phone", "０９０ｰ１２３４ｰ５６７８")]),
    ("TEL:03(1234)5678", [("phone", "03(1234)5678")]),
    ("(03) 1234-5678", [("phone", "(03) 1234-5678")]),
    ("携帯09012345678に", [("phone", "09012345678")]),
    ("090-1234-5678/080-1234-5678", [("phone", "090-1234-5678"), ("phone", "080-1234-5678")]),
    ("フリーダイヤル0120-123-456", [("phone", "0120-123-456")]),
    ("0800 123 4567 or 0570-00-1234", [("phone", "0800 123 4567"), ("phone", "0570-00-1234")]),
    ("04992-1-2345", [("phone", "04992-1-2345")]),
    ("+81 90-1234-5678", [("phone", "+81 90-1234-5678")]),
    ("+81-(0)3-1234-5678", [("phone", "+81-(0)3-1234-5678")]),
    ("0081-3-1234-5678", [("phone", "0081-3-1234-5678")]),
    ("call (415) 555-2671 now", [("phone", "(415) 555-2671")]),
    ("1-800-555-0100 ext. 4", [("phone", "1-800-555-0100")]),
    ("+44 20 7946 0958", [("phone", "+44 20 7946 0958")]),
    ("06 12 34 56 78", [("phone", "06 12 34 56 78")]),
    # cards
    ("4111 1111 1111 1111", [("card", "4111 1111 1111 1111")]),
    ("４１１１−１１１１−１１１１−１１１１", [("card", "４１１１−１１１１−１１１１−１１１１")]),
    ("card 378282246310005,", [("card", "378282246310005")]),
    ("3530111333300000", [("card", "3530111333300000")]),
    # My Number
    ("マイナンバーは1234 5678 9018です", [("my_number", "1234 5678 9018")]),
    ("１２３４５６７８９０１８", [("my_number", "１２３４５６７８９０１８")]),
    # addresses
    (
        "〒160-0023 東京都新宿区西新宿2-8-1 都庁第一庁舎301号室に送って",
        [("address", "〒160-0023 東京都新宿区西新宿2-8-1 都庁第一庁舎301号室")],
    ),
    (
        "住所は横浜市中区本町１丁目６番地１０号です",
        [("address", "横浜市中区本町１丁目６番地１０号")],
    ),
    ("さいたま市浦和区高砂3-15-1へ", [("address", "さいたま市浦和区高砂3-15-1")]),
    ("北海道札幌市北区北十条西五丁目", [("address", "北海道札幌市北区北十条西五丁目")]),
    ("郵便番号は〒100-0001です", [("address", "〒100-0001")]),
    ("221B Baker Street, London NW1 6XE", [("address", "221B Baker Street, London NW1 6XE")]),
    (
        "Ship to 12 Main St, Apt 4B, Springfield, IL 62704.",
        [("address", "12 Main St, Apt 4B, Springfield, IL 62704")],
    ),
    ("221B Baker Street is mine", [("address", "221B Baker Street")]),
    ("12 Main St NW is", [("address", "12 Main St NW")]),
    ("P.O. Box 1234", [("address", "P.O. Box 1234")]),
    (
        "2-8-1 Nishi-Shinjuku, Shinjuku-ku, Tokyo 163-8001",
        [("address", "2-8-1 Nishi-Shinjuku, Shinjuku-ku, Tokyo 163-8001")],
    ),
    # names of the list
    ("田中様、山田さんへ", [("name", "田中"), ("name", "山田")]),
    ("山田太郎と山田　太郎", [("name", "山田太郎"), ("name", "山田　太郎")]),
    ("林さんと林の中", [("name", "林")]),
    ("YUKI TANAKA, Ms. Tanaka, tanaka", [("name", "YUKI TANAKA"), ("name", "Tanaka")]),
]

NOT_PERSONAL = [
    "2024-05-01 10:30, 2024.05.01 12, 05-01-2024 10, 2024年5月1日",
    "ISBN 978-4-06-519981-7, ISBN4-06-519981-0, ISBN 0306406152",
    "JAN 4901234567894 4901234567894",
    "¥1,234,567 and 1,234,567,890円 and $1234567890",
    "0312345678円",
    "注文番号：0312345678, order no. 0312345678, 注文番号は123456789018",
    '送り状番号4403-2301-5520, {"tracking": "4403-2301-5520"}, order_id=0312345678',
    "250-1234567-1234567",
    "ORD-090-1234-5678",
    "4111 1111 1111 1112",  # no card: its check digit is another
    "123456789012 1234 5678 9012",
    "1718000000000 20240501103000 202405011030",
    "192.168.100.200 and 3.14159265358979 and v0.12.345.6789",
    "0.5-0.75, 5+12345678901",
    "都市2-3カ所、第3地区2-4、今日は2-3日、13時2-3人",
    "東京都新宿区に住んでいます",
    "foo@bar, @someone, a @ b, user@localhost",
    "https://example.com/items/0312345678",
    "I have 3 dogs and 2 cats on my street.",
    "1 way or another; in 2024 the road",
    "森の中、Tanakamura",
]


@pytest.mark.parametrize(("text", "found"), FOUND)
def test_personal_data_is_found_as_it_is_written(text, found):
    assert [(span.kind, span.of(text)) for span in find(text, NAMES)] == found


@pytest.mark.parametrize("text", NOT_PERSONAL)
def test_what_only_looks_like_it_is_left(text):
    assert [(span.kind, span.of(text)) for span in find(text, NAMES)] == []


def test_a_name_that_is_not_on_the_list_is_none():
    assert find("佐藤さん and Mr. Smith") == []


def test_a_long_list_of_names_finds_the_longest():
    names = (*(f"Ann {letter}" for letter in "abcdefgh"), "Ann a Bell", "Ann")
    text = "Ann a Bell met Ann and Ann c."
    assert [one.of(text) for one in find(text, names)] == ["Ann a Bell", "Ann", "Ann c"]


@pytest.mark.parametrize("sign", ["1", "1 ", "1-", "a@", "a.", "市1-", "1丁目", "(", "+1", "Aa "])
def test_no_text_makes_the_finder_stumble(sign):
    find(sign * 5_000, NAMES)


PIECES = st.sampled_from(
    [*"0123456789０-−ー 　()+@.,a𠮷様\n", "東京都", "新宿区", "丁目", "番地", "田中",
     "090-1234-5678", "ann@example.com"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join))
def test_spans_are_in_order_apart_and_within_the_text(text):
    done = 0
    for span in find(text, NAMES):
        assert done <= span.start < span.end <= len(text)
        done = span.end


@given(st.integers(0, 10**11 - 1))
def test_a_my_number_is_known_by_its_check_digit(number):
    digits = f"{number:011d}"
    whole = digits + str(my_number_check(digits))
    kinds = {span.kind for span in find(f"番号 {whole}。")}
    other = digits + str((my_number_check(digits) + 1) % 10)
    assert "my_number" in kinds or len(set(whole)) == 1 or whole.startswith("20")
    assert "my_number" not in {span.kind for span in find(f"番号 {other}。")}


@given(st.integers(0, 10**15 - 1))
def test_one_check_digit_of_ten_passes(number):
    assert sum(passes_luhn(f"{number:015d}{last}") for last in range(10)) == 1


@given(st.text(alphabet="0123456789-", min_size=1, max_size=20))
def test_full_width_is_read_as_plain(text):
    wide = text.translate({ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789-"})
    assert find(wide) == find(text)


def test_the_finder_has_a_number():
    assert FINDER

"""Postal addresses: Japanese ones from their block number backward, English ones by the street.

A prefecture or a town alone is not an address; it takes the number of a block or a house. Patterns
begin with the sign they are found by and look back from there: the engine then skips to it.
"""

import re
from collections.abc import Iterator

from core.personal.spans import Span

PREFECTURE = (
    "北海道|青森県|岩手県|宮城県|秋田県|山形県|福島県|茨城県|栃木県|群馬県|埼玉県|千葉県|東京都|"
    "神奈川県|新潟県|富山県|石川県|福井県|山梨県|長野県|岐阜県|静岡県|愛知県|三重県|滋賀県|京都府|"
    "大阪府|兵庫県|奈良県|和歌山県|鳥取県|島根県|岡山県|広島県|山口県|徳島県|香川県|愛媛県|高知県|"
    "福岡県|佐賀県|長崎県|熊本県|大分県|宮崎県|鹿児島県|沖縄県"
)
IN_KANA = (
    "さいたま|つくばみらい|つくば|ひたちなか|いわき|いすみ|うるま|えびの|かすみがうら|かほく|さくら|"
    "さぬき|たつの|つがる|にかほ|ふじみ野|みどり|みやま|みよし|むつ|あきる野|あわら|いなべ|うきは|"
    "みなかみ|おいらせ|ときがわ|すさみ"
)
KANJI = "\u3005-\u3007\u4e00-\u9fffヶケノヵ"
TOWN = rf"[{KANJI}ぁ-んァ-ヴー]"
DIGIT = "[0-9〇一二三四五六七八九十百]"
NUMBER = rf"{DIGIT}{DIGIT}{{0,4}}"
HYPHEN = "[-ーの]"
BLOCK = re.compile(
    rf"{NUMBER}(?:"
    rf"丁目(?: ?{NUMBER}(?:番地?|{HYPHEN})?(?:の?{NUMBER})?(?:号(?!室))?)?"
    rf"|番地?(?:の?{NUMBER}(?:号(?!室))?)?"
    rf"|{HYPHEN}{NUMBER}(?:{HYPHEN}{NUMBER}){{0,2}}(?:号(?!室))?)"
)
HOUSE = re.compile(
    rf"(?: ?[{KANJI}ァ-ヴーA-Za-z・]{{1,20}} ?| ?)[0-9]{{1,5}}(?:号室?|階|F)|"
    rf"[ -]?(?:[{KANJI}ァ-ヴーA-Za-z・]{{1,20}}[0-9]{{3,4}}(?![0-9-]))"
)
CODE = r"(?:〒 ?[0-9]{3}-?[0-9]{4}|(?<![0-9-])[0-9]{3}-[0-9]{4})"
PLACE = rf"(?:[{KANJI}]{{1,6}}|{IN_KANA})[市区町村郡]"
HEAD = re.compile(
    rf"(?:{CODE}\s{{0,2}})?(?:(?:{PREFECTURE}) ?(?:{TOWN}{{1,8}}?[市区町村郡])?|{PLACE})"
    rf"(?: ?{TOWN}{{0,20}}? ?)\Z"
)
LONGEST_HEAD = 44
END_OF_PLACE = re.compile("[市区町村郡道都府県]")
NO_PLACE = re.compile(r"(?:都市|地区|学区|各区|同市|当市|本市|市区|市場|町村|区区)")
POSTAL = re.compile(r"〒 ?[0-9]{3}-?[0-9]{4}(?![0-9])")

STREET = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|"
    r"Square|Sq|Terrace|Parkway|Pkwy|Highway|Hwy|Crescent|Close|Gardens|Row)\b\.?"
)
WORD = r"[A-Z0-9][A-Za-z0-9'.-]{0,24} "
UNIT = (
    r"(?:,? (?:Apt|Apartment|Suite|Ste|Unit|Flat|Room|Floor)\.? ?#?[A-Za-z0-9-]{1,6}"
    r"|,? #[0-9]{1,5})?"
)
CITY = r"[A-Z][a-z][A-Za-z.'-]{0,22}"
TOWN_AND_CODE = (
    rf"(?:, {CITY}(?: {CITY}){{0,2}}){{0,2}}"
    r"(?:,? [A-Z]{2} [0-9]{5}(?:-[0-9]{4})?|,? [A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2})?"
)
REST = rf"(?: (?:[NS][EW]?|[EW])\b)?{UNIT}{TOWN_AND_CODE}"
ENGLISH = re.compile(
    rf"[0-9](?<![\w$€£#.,:/-][0-9])[0-9]{{0,5}}[A-Za-z]?(?:-[0-9]{{1,4}})? "
    rf"(?:{WORD}){{1,4}}?{STREET}{REST}"
)
BOX = re.compile(r"[Pp](?<!\w[Pp])\.?[Oo]\.? ?[Bb][Oo][Xx] [0-9]{1,6}\b")
ROMAN = re.compile(
    r"[0-9](?<![\w-][0-9])[0-9]{0,3}(?:-[0-9]{1,4}){1,3},? [A-Z][A-Za-z-]{1,24},? "
    r"[A-Z][A-Za-z]{1,20}-(?:ku|shi|cho|machi|gun|son|mura)\b"
    r"(?:, [A-Z][a-z]{2,10}){0,2}(?:,? 〒?[0-9]{3}-[0-9]{4})?"
)


def addresses_in(plain: str) -> Iterator[Span]:
    if not plain.isascii():
        yield from _japanese(plain)
    for pattern in (ENGLISH, BOX, ROMAN):
        for match in pattern.finditer(plain):
            yield Span(*match.span(), "address")


def _japanese(plain: str) -> Iterator[Span]:
    done = 0
    for block in BLOCK.finditer(plain):
        if block.start() < done:
            continue
        begin = max(done, block.start() - LONGEST_HEAD)
        before = plain[begin : block.start()]
        head = HEAD.search(before) if END_OF_PLACE.search(before) else None
        if head and _is_place(head[0], block[0]):
            house = HOUSE.match(plain, block.end())
            done = house.end() if house else block.end()
            yield Span(begin + head.start(), done, "address")
    for code in POSTAL.finditer(plain):
        yield Span(*code.span(), "address")


def _is_place(head: str, block: str) -> bool:
    """Two numbers after a mere 区 or 市 are a range (都市2-3) as often as a block."""
    return not NO_PLACE.search(head) or "丁目" in block

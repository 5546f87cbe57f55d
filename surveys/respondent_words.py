"""What the product says to respondents, in English and Japanese.

A survey speaks the language that its respondent chose, whatever the installation speaks; so these
words are data beside the survey's own and no part of the catalogue. Other languages get English.
"""

from collections.abc import Mapping

from surveys.survey_words import said

WORDS: Mapping[str, Mapping[str, str]] = {
    # The page
    "next": {"en": "Next", "ja": "次へ"},
    "back": {"en": "Back", "ja": "戻る"},
    "send": {"en": "Send", "ja": "送信"},
    "progress": {"en": "Page %(page)s of %(pages)s", "ja": "%(page)s/%(pages)sページ"},
    "progress_open": {"en": "Page %(page)s", "ja": "%(page)sページ目"},
    "required": {"en": "required", "ja": "必須"},
    "language": {"en": "Language", "ja": "言語"},
    "other_words": {"en": "In your own words", "ja": "具体的にお書きください"},
    "no_answer": {"en": "No answer", "ja": "回答しない"},
    "place": {"en": "Place", "ja": "順位"},
    "rank_help": {
        "en": "Give each its place: 1 for the first.",
        "ja": "それぞれの順位を選んでください（1が最上位）。",
    },
    "up_to": {"en": "Choose up to %(n)s.", "ja": "%(n)s個まで選べます。"},
    "at_least": {"en": "Choose at least %(n)s.", "ja": "%(n)s個以上選んでください。"},
    "between": {
        "en": "Choose %(low)s to %(high)s.",
        "ja": "%(low)s個以上、%(high)s個まで選んでください。",
    },
    "exactly": {"en": "Choose %(n)s.", "ja": "%(n)s個選んでください。"},
    "stars": {"en": "%(n)s of 5 stars", "ja": "星5つのうち%(n)sつ"},
    "side_a": {"en": "Answer A", "ja": "回答A"},
    "side_b": {"en": "Answer B", "ja": "回答B"},
    "privacy": {
        "en": "Please do not enter names, telephone numbers or other personal data.",
        "ja": "お名前や電話番号などの個人情報は入力しないでください。",
    },
    "later": {
        "en": "Go on later: keep this address. Whoever has it can see and change these answers.",
        "ja": "あとで続きから回答する場合は、このアドレスを保存してください。"
        "アドレスを知っている人は、回答の閲覧と変更ができます。",
    },
    "kept": {"en": "Your answers so far are kept.", "ja": "ここまでの回答を保存しました。"},
    "more_now": {
        "en": "Because of your answers there is something more to ask on this page.",
        "ja": "お答えに合わせて、このページに質問を追加しました。",
    },
    "source": {"en": "Source of the questions:", "ja": "質問文の出典："},
    "not_validated": {
        "en": "The validity of this translation has not been examined.",
        "ja": "翻訳版の妥当性は未検証です。",
    },
    # In a page of the application
    "dismiss": {"en": "Close, and ask no more for now", "ja": "閉じる（しばらく表示しません）"},
    "waiting": {
        "en": "Kept here. It is sent as soon as you are online again.",
        "ja": "回答はこの端末に保存されています。接続が戻りしだい送信します。",
    },
    "see_answers": {"en": "See or erase your answers", "ja": "回答を確認・消去する"},
    # What is wrong with an answer
    "problems": {"en": "Please look at these answers again.", "ja": "次の回答を確認してください。"},
    "missing": {"en": "This question needs an answer.", "ja": "この質問は回答が必要です。"},
    "missing_parts": {
        "en": "Each line needs an answer. %(n)s are still missing.",
        "ja": "すべての行に回答が必要です。未回答があと%(n)s行あります。",
    },
    "consent": {
        "en": "The survey goes on only if you agree.",
        "ja": "同意いただいた場合にだけ、先へ進めます。",
    },
    "not_offered": {
        "en": "“%(value)s” is none of the answers offered. Choose one of them.",
        "ja": "「%(value)s」は選択肢にありません。選択肢から選んでください。",
    },
    "few": {
        "en": "%(n)s chosen, at least %(limit)s are needed. Choose more.",
        "ja": "%(limit)s個以上選んでください（現在%(n)s個）。",
    },
    "many": {
        "en": "%(n)s chosen, up to %(limit)s are allowed. Take some out.",
        "ja": "選べるのは%(limit)s個までです（現在%(n)s個）。選択を減らしてください。",
    },
    "exclusive": {
        "en": "“%(choice)s” cannot be chosen together with others. Keep one of the two.",
        "ja": "「%(choice)s」は、ほかの選択肢と一緒には選べません。どちらかにしてください。",
    },
    "ranking": {
        "en": "Each needs a place of its own from 1 to %(n)s.",
        "ja": "それぞれに、1から%(n)sまでの異なる順位を付けてください。",
    },
    "long": {
        "en": "The text has %(n)s characters, %(limit)s are allowed. Shorten it.",
        "ja": "%(limit)s文字まで入力できます（現在%(n)s文字）。短くしてください。",
    },
    "number": {
        "en": "“%(value)s” is not a number. Write digits, such as 12.",
        "ja": "「%(value)s」は数値ではありません。12のように数字で入力してください。",
    },
    "bounds": {
        "en": "The number is outside the range from %(low)s to %(high)s.",
        "ja": "%(low)sから%(high)sまでの数値を入力してください。",
    },
    "text": {
        "en": "The text holds a character that cannot be kept. Take it out.",
        "ja": "保存できない文字が含まれています。その文字を削除してください。",
    },
    # Where nobody can answer, or no more
    "done": {"en": "Answers sent", "ja": "送信完了"},
    "thanks": {"en": "Thank you for your answers.", "ja": "ご回答ありがとうございました。"},
    "receipt": {
        "en": "At this address you can see your answers and erase them:",
        "ja": "次のアドレスから、回答の確認と消去ができます。",
    },
    "shut": {"en": "No answers at the moment", "ja": "現在は受け付けていません"},
    "paused": {
        "en": "This survey takes no answers at the moment. Try again later.",
        "ja": "このアンケートは一時停止中です。時間をおいて、もう一度お試しください。",
    },
    "closed": {
        "en": "This survey is over. Thank you for your interest.",
        "ja": "このアンケートは終了しました。ご関心をお寄せいただき、ありがとうございました。",
    },
    "not_yet": {
        "en": "This survey opens on %(date)s. Open this address again then.",
        "ja": "このアンケートの受付開始は%(date)sです。開始後に、もう一度開いてください。",
    },
    "quota": {
        "en": "As many people as were asked have answered already. Thank you for your interest.",
        "ja": "予定の回答数に達したため、受付を終了しました。"
        "ご関心をお寄せいただき、ありがとうございました。",
    },
    "answered": {
        "en": "You have answered this survey already. Thank you.",
        "ja": "このアンケートには、すでに回答いただいています。ありがとうございました。",
    },
    "finished": {
        "en": "These answers were sent already and cannot be changed any more.",
        "ja": "この回答は送信済みのため、変更できません。",
    },
    "links_only": {
        "en": "This survey is answered by invitation. Open the link that was sent to you.",
        "ja": "このアンケートは招待された方が対象です。届いたリンクから開いてください。",
    },
    "link_used": {
        "en": "This link has been used already. If you need a new one, ask whoever sent it to you.",
        "ja": "このリンクは使用済みです。"
        "新しいリンクが必要な場合は、案内の送信元にお問い合わせください。",
    },
    "link_begun": {
        "en": "Somebody has begun to answer by this link. If it was you, go on in that page or at "
        "the address it showed you for later; else ask whoever sent the link for a new one.",
        "ja": "このリンクからの回答は、すでに始まっています。ご本人の場合は、そのページか、"
        "ページに表示されたアドレスから続けてください。"
        "それ以外の場合は、案内の送信元に新しいリンクをご依頼ください。",
    },
    "busy": {
        "en": "Too much is being sent at this moment, so this was not taken. Go back in "
        "%(seconds)s seconds and send it again; what you entered is still there.",
        "ja": "現在アクセスが集中しているため、送信できませんでした。"
        "入力した内容は残っています。%(seconds)s秒たってから前のページに戻り、もう一度送信してください。",
    },
    "link_expired": {
        "en": "This link expired on %(date)s. If you need a new one, ask whoever sent it to you.",
        "ja": "このリンクの有効期限（%(date)s）が過ぎました。"
        "新しいリンクが必要な場合は、案内の送信元にお問い合わせください。",
    },
    "link_revoked": {
        "en": "This link was withdrawn. If you need a new one, ask whoever sent it to you.",
        "ja": "このリンクは無効になりました。"
        "新しいリンクが必要な場合は、案内の送信元にお問い合わせください。",
    },
    "not_found": {
        "en": "There is no such survey. Check that the address is complete.",
        "ja": "アンケートが見つかりません。アドレスが最後まで入力されているか確認してください。",
    },
    "stale_form": {
        "en": "This page was open for too long or its address was changed. Open the survey again.",
        "ja": "ページを開いてから時間がたったか、アドレスが変わっています。"
        "アンケートを開き直してください。",
    },
    "too_large": {
        "en": "More was sent than a survey can take. Shorten your texts.",
        "ja": "送信できる量を超えています。文章を短くしてください。",
    },
    "other_version": {
        "en": "These answers belong to another version of the survey. Open the survey again.",
        "ja": "この回答は、アンケートの別のバージョンのものです。アンケートを開き直してください。",
    },
}


def tell(key: str, locale: str, **values: object) -> str:
    """The sentence in the respondent's language, with its values in place."""
    text = said(WORDS[key], locale, "en")
    return text % values if values else text

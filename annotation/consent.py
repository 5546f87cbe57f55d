"""What end users agree to before they rate: the words a link starts with, and their hash.

They are data in two languages, as a rubric's words are, and whoever makes a link may change them.
"""

from core.text import digest

DEFAULT = {
    "en": (
        "You read conversations with an automated assistant and say what you think of them. There "
        "are no wrong answers.\n\n"
        "Taking part is voluntary. You may skip anything and stop at any time, without giving a "
        "reason.\n\n"
        "We keep your answers and comments, how long you took for each, and the language you read "
        "in. We keep neither your name nor the address of your device. Please write no personal "
        "data into comments.\n\n"
        "We use the answers to judge and improve the assistant, and may publish figures in which "
        "nobody can be recognised.\n\n"
        "You get a receipt. With it you can see what you gave and erase it at any time. Figures "
        "that were published before stay as they are."
    ),
    "ja": (
        "自動応答アシスタントとのチャットを読み、感じたとおりにお答えください。"
        "正解や不正解はありません。\n\n"
        "参加は任意です。答えたくないものは飛ばすことができ、理由を示さずにいつでもやめられます。\n\n"
        "保存するのは、回答とコメント、それぞれにかかった時間、表示に使った言語です。"
        "お名前や端末のアドレスは保存しません。コメントには個人情報を書かないでください。\n\n"
        "回答は、アシスタントの評価と改善に使います。"
        "個人がわからない形の集計結果を公表することがあります。\n\n"
        "回答の控えをお渡しします。控えがあれば、ご自分の回答をいつでも確認し、消去できます。"
        "すでに公表した集計結果は変わりません。"
    ),
}


def consent_hash(language: str, words: str) -> str:
    """Of the words as they were read."""
    return digest({"language": language, "words": words})

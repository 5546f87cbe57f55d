/**
 * What respondents read, in the languages that are built in: `sent`, `waiting` and `error` when the
 * event of that name comes; behind them stand the reasons of a thumb down. An instrument may replace
 * these word by word, add languages and add reasons.
 *
 * @type {Record<string, Record<string, string>>}
 */
export const WORDS = {
  en: {
    ask: "Was this answer helpful?",
    up: "Good answer",
    down: "Not a good answer",
    sent: "Thank you.",
    why_down: "What was wrong? Up to 3",
    comment: "Anything else?",
    note: "No personal data, please.",
    send: "Send",
    undo: "Take back",
    waiting: "Sent when you are online.",
    error: "Not sent.",
    incorrect: "Something is wrong",
    not_answered: "Not what I asked",
    hard_to_understand: "Hard to understand",
    too_long: "Too long",
    other: "Other",
  },
  ja: {
    ask: "この回答は役に立ちましたか？",
    up: "良い回答",
    down: "良くない回答",
    sent: "ありがとうございました。",
    why_down: "よくなかった点（3つまで）",
    comment: "くわしく（任意）",
    note: "個人情報は入力しないでください。",
    send: "送信",
    undo: "取り消す",
    waiting: "接続後に送信します。",
    error: "送信できませんでした。",
    incorrect: "内容に誤りがある",
    not_answered: "質問に答えていない",
    hard_to_understand: "わかりにくい",
    too_long: "長すぎる",
    other: "その他",
  },
};

/** The reasons of a thumb down, where no instrument names others. */
export const REASONS = Object.keys(WORDS.en).slice(11);

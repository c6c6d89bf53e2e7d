"""Languages: in which one a text is written.

The script decides first, because it is right even for three characters; among languages that share a script a trained model decides,
and a feed's own statement breaks ties where the text is short. Pure; knows nothing of articles.
"""

import re
from functools import cache
from typing import Any

from py3langid.langid import MODEL_FILE, LanguageIdentifier

_SAMPLE = 2000  # characters that suffice for the model
_SHORT = 200  # below this many letters a hint may overrule a close call
_CLOSE = 12.0  # difference of log-probabilities that counts as a close call in a short text
_MINIMUM = 4  # letters without which nothing is said

_SCRIPTS = {
    "kana": re.compile(r"[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]"),
    "hangul": re.compile(r"[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e]"),
    "han": re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"),
    "thai": re.compile(r"[\u0e01-\u0e5b]"),
    "greek": re.compile(r"[\u0370-\u03ff]"),
    "hebrew": re.compile(r"[\u05d0-\u05ea]"),
    "arabic": re.compile(r"[\u0620-\u06ff]"),
    "cyrillic": re.compile(r"[\u0400-\u04ff]"),
    "devanagari": re.compile(r"[\u0904-\u097f]"),
    "latin": re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]"),
    "other": re.compile(r"[\u0531-\u0587\u0980-\u0dff\u0e80-\u10ff\u1200-\u137f\u1780-\u17ff]"),
}
_SURE = {"hangul": "ko", "thai": "th", "greek": "el", "hebrew": "he"}
# The model's languages per script: those with a press that reports on business; its dialects and classical tongues only mislead.
_CANDIDATES = {
    "latin": "en de fr es it pt nl sv da no nb nn fi is pl cs sk hu ro hr sl sq lt lv et tr az uz id ms vi ca tl sw",
    "cyrillic": "ru uk bg sr mk be kk ky mn",
    "arabic": "ar fa ur",
    "devanagari": "hi mr ne",
    "other": "hy ka bn ta te kn ml gu pa si am km lo my",
}
_NORWEGIAN = {"nb": "no", "nn": "no"}
# Characters that only Japanese print has (simplified in Japan, otherwise in China): tell a headline without kana from Chinese.
_JAPANESE = re.compile("[売発気県円駅図対鉄価関経済労権応帰変実検験戦団産増歩毎総続読説広沢辺亜圧囲栄駆拠挙顕剤雑蔵択単弾遅庁聴転伝徴闘悩脳廃拝髪抜浜払仏弁豊満訳薬様覧両緑塁齢労録込働]")  # fmt: skip
# And those that no Japanese print has: simplified in China, or the traditional forms that Japan gave up.
_CHINESE = re.compile("[们这为个车业东亚产亿从众优传价众关发变员问间闻厂广应总战报电动无时们说请让对开进还达达运远过边这选锂资团宁华汉沪证书购买卖额钱银铁际险际随难页项须预领题颜风飞馆驱验鸡龙經濟發關對與產圖戰團實應歸變權勞鐵價氣縣賣廠說讀國會學體點樣處號總續傳轉鄰]")  # fmt: skip


def identify(text: str, hint: str | None = None) -> str | None:
    """Return the ISO 639-1 code of the language of `text`, None where it has too little to tell.

    `hint` is what somebody claims (a feed, a page): it decides close calls in short texts, never against the script.
    """
    sample = text[:_SAMPLE]
    counts = {name: len(pattern.findall(sample)) for name, pattern in _SCRIPTS.items()}
    claimed = (hint or "").lower().replace("_", "-").split("-")[0] or None
    east_asian = _east_asian(sample, counts, claimed)
    if east_asian:
        return east_asian
    script = max(counts, key=lambda name: counts[name])
    if script in _SURE:
        return _SURE[script] if counts[script] else None
    return _by_model(sample, script, counts[script], claimed)


def _east_asian(sample: str, counts: dict[str, int], claimed: str | None) -> str | None:
    """Return zh, ja or ko where their signs carry the text: one of them says about as much as three letters."""
    signs = {name: counts[name] for name in ("kana", "hangul", "han")}
    rest = sum(counts.values()) - sum(signs.values())
    if sum(signs.values()) * 3 <= rest:
        return None
    if signs["hangul"] * 2 > signs["han"] + signs["kana"]:
        return "ko"
    if signs["kana"] * 8 > signs["han"]:
        return "ja"
    japanese, chinese = len(_JAPANESE.findall(sample)), len(_CHINESE.findall(sample))
    if japanese != chinese:
        return "ja" if japanese > chinese else "zh"
    return "ja" if claimed == "ja" else "zh"


def _by_model(sample: str, script: str, letters: int, claimed: str | None) -> str | None:
    """Ask the model among the languages of `script`; in a short text a close call goes to what is claimed, then to none."""
    allowed = _CANDIDATES.get(script, "").split()
    claimed = _NORWEGIAN.get(claimed or "", claimed)
    if letters < _MINIMUM or not allowed:
        return claimed if claimed in allowed else None
    scores: dict[str, float] = {}
    for code, score in _model().rank(_calm(sample)):
        if code in allowed:
            scores.setdefault(_NORWEGIAN.get(code, code), float(score))
    best = max(scores, key=lambda code: scores[code])
    if letters < _SHORT and claimed in scores and scores[best] - scores[claimed] < _CLOSE * (1 + letters / 50):
        return claimed
    return best


def _calm(sample: str) -> str:
    """Return `sample` without addresses and shouting, which mislead the model."""
    plain = re.sub(r"https?://\S+|\S+@\S+", " ", sample)
    return plain.lower() if plain.isupper() else plain


@cache
def _model() -> Any:
    """Return the model; loading takes most of a second, once."""
    return LanguageIdentifier.from_model_file(MODEL_FILE)

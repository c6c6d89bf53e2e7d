"""Figures: whether a sentence prints a sum of money, a capacity, a share or a firm's legal form; what they are worth is for the reports to say."""

import re

_DIGIT = re.compile(r"[0-9０-９一二三四五六七八九十百数]")
_SCALE = (
    r"bn|billions?|billion|millions?|mn|mrd|mio|milliarden?|millionen|milliards?|miliard\w*|milion\w*|mld|mln|milh\w+|bilh\w+|mil millones|millones|miljard\w*|miljoen|miljon\w*|"
    r"миљон\w*|милион\w*|милијард\w*|мільйон\w*|мільярд\w*|milijard\w*|millió\w*|milliárd\w*|mil\.|mio\.|милиарда|тыс|"
    r"milyar|milyon|triliun|miliar|juta|crore|lakh|млрд|млн|миллиард\w*|миллион\w*|مليار\w*|مليون|ملايين|ล้าน\w*|tỷ|triệu|miljoon\w*|m"
)
_MONEY = re.compile(
    r"(?:[$€£¥₩₹]|(?:US|A|C|R|HK|NT|S)\$|\b(?:USD|EUR|RMB|CNY|GBP|JPY|KRW|HKD|TWD|IDR|MYR|VND|AUD|CAD|RM|Bt|Rp|Ft|kr|HUF|PLN|SEK|MAD|INR|BRL|THB|TRY|yuan|Rs\.?))\s?[0-9]"
    rf"|[0-9][0-9.,]*\s?(?:{_SCALE})\b[^.;]{{0,14}}?(?:dollar|euro|yuan|rmb|pound|real|reais|peso|ruble|руб|долл|евро|юан|rupiah|lira|baht|บาท|ดอลลาร์|دولار|يورو|ringgit|dirham|درهم|kron|forint|złot|zlot|usd|eur|won|yen|crown|korun|kč|zł|juan|jüan|dolár|evra|evro|evr[aei]|евр|гривен|гривн|грн|тенге|сум(?:ов)?\b|динар|dinar|юанів|долар|дол\b|крон|\$|€|£)"
    r"|[0-9][0-9.,]*\s?(?:mil millones|millones|milioni|miliardi|millions|milliards|milhões|bilhões|mdd|mdp|mmdd)\b(?!\s(?:de |di |d.)?(?:t|v|c|b|a|k|h|u|p|m)\w*(?:cul|itur|arro|och|ell|nidad|nità|tonel|tonn|wh|hab|ab|tent|cli|auto|pers|met|mèt))"
    r"|[$€£]\s?[0-9]|[0-9][0-9.,]*\s?[$€£₩]|[0-9][0-9.,\s]*\s?(?:zł|Kč|Ft|грн|руб)\b|[0-9][0-9.,]*\s?milliárd(?:ért|ból|ot|os)\b"
    r"|[0-9一二三四五六七八九十百千数几][0-9.,]*\s?[多余几]?\s?(?:万|亿|千万|百万|億|兆|万亿)\s?[多余]?\s?(?:元|美元|欧元|歐元|港元|港币|人民币|英镑|日元|韩元|美金|卢比|円|ドル|ユーロ|元人民币|雷亚尔|泰铢|迪拉姆)"
    r"|[0-9][0-9.,]*\s?(?:조|억|만)\s?[0-9,]*\s?(?:억|만|천만)?\s?(?:원|달러|위안|유로|헤알|엔|레알|바트)|[0-9][0-9.,]*\s?(?:亿|億|조|억)|[数几]千?[万亿]元|[0-9]+억",
    re.IGNORECASE,
)
_CAPACITY = re.compile(
    r"[0-9][0-9.,]*\s?(?:GWh|MWh|GW\b|吉瓦时|万吨|吨|万辆|辆|万台|万套|亿平|万平|亩|ギガワット|万台|만\s?대|만\s?톤|톤|tpa\b|metric tons?|tonnes?|tons?\b|t/a|GВтч|ГВт|vehicles|cars|units|hectares?|acres?|jobs|employees|"
    r"empleos|empleados|emplois|salariés|vehículos|voitures|véhicules|toneladas|tonnellate|tonnes|auto all|vetture|addetti|veículos|postos|empregados|carros|arbeitsplätze|posti di lavoro|empregos|miejsc|munkahely|dolgozó|fős\b|tonna|tun\b|pracovní\w* míst|pracovn\w* miest|vozů|áut\b|vozidl|vozidiel|aut\b|radnih mesta|radnika|рабочих мест|робочих місць|радних места|тонн|тыс\. тонн|машин|автомобилей|авто\b|ГВт|GВт|banen|jobb|gigawatt|기가와트|Megapacks?)",
    re.IGNORECASE,
)
_PERCENT = re.compile(
    r"[0-9]\s?(?:[%％]|percent|per cent|prozent|procent|pour cent|por ciento|por cento|per cento|퍼센트|proc\b|posto|odsto|százalék|відсотк|відс\b|посто|одсто|процент|персент|بالمئة|بالمائة|في المئة|peratus|phần trăm|la sută|yüzde|persen|เปอร์เซ็นต์)|yüzde\s[0-9]|%[0-9]",
    re.IGNORECASE,
)


_YUAN = re.compile(
    r"(?<![美欧日韩港澳加新台])[万亿千百十]元|[0-9]元|人民币|\b(?:RMB|CNY|yuan)\b|위안|юан|јуан|\b[jJ]uan(?:y|ów|ů|ov|a|i|em|om)?\b|jüan",
    re.IGNORECASE,
)
_OF_YUAN = ("元", "人民币", "rmb", "cny", "uan", "üan", "위안", "юан", "јуан")  # without one of these no pattern need be asked
_FIRM = re.compile(
    r"有限公司|股份公司|株式会社|유한공사|集团|GmbH|\b(?:Inc|Ltd|Corp|PLC|S\.A|AG|N\.V|S\.p\.A|Kft|Zrt|Sp\. z o\.o|AB|Oy|PT|Tbk|Holdings?|Group)\b"
)


_PATTERNS = (("money", _MONEY), ("capacity", _CAPACITY), ("percent", _PERCENT), ("yuan", _YUAN), ("firm", _FIRM))


def prints_yuan(text: str) -> bool:
    """Tell whether a text prints a sum of Chinese money."""
    plain = text.casefold()
    return any(sign in plain for sign in _OF_YUAN) and _YUAN.search(text) is not None


def figures(sentence: str) -> dict[str, int]:
    """Return which of money, yuan, capacity, percent and a firm's legal form the sentence prints, each with where it begins first."""
    patterns = _PATTERNS if _DIGIT.search(sentence) else _PATTERNS[-1:]
    found = ((name, pattern.search(sentence)) for name, pattern in patterns)
    return {name: match.start() for name, match in found if match}

"""Names in a story: the companies that the vocabulary knows, and those that show themselves by form and position. Gives no roles."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from flows.steps.reports.folding import folded
from flows.steps.reports.grammar import MASK, marks, masked, verbs
from flows.steps.reports.stories import Story
from flows.steps.reports.tables import longest_first, rows, speaks
from flows.steps.vocabulary import Company, Mention, Vocabulary

_CAPITALS = re.compile(r"(?<!\w)[A-ZÀ-ÖØ-ÞĀ-ŽА-ЯЁІЇЄ][\w\-]+(?:\s[A-ZÀ-ÖØ-ÞĀ-ŽА-ЯЁІЇЄ][\w\-]+){0,2}")
_NO_CAPITALS = frozenset(
    {"zh", "ja", "ko", "th", "ar", "de"}
)  # languages whose writing does not tell a name, or makes every noun look like one
_ACTS = frozenset({"buy", "sell", "enter"})
_LONGEST = 48  # characters of a name
_READ = 1800  # characters of the story in which unknown names are looked for


@dataclass(frozen=True, slots=True)
class Name:
    """A company or body by name, with every place where the story names it."""

    key: str  # party_id of the vocabulary, or "x-" and a slug
    printed: str  # the first printed form
    spots: tuple[tuple[int, int], ...]  # start and end of each mention
    company: Company | None  # None = unknown to the vocabulary
    kind: str  # company, fund, bank, government, person
    hint: str = ""  # the role that the form itself tells


@cache
def _patterns(language: str) -> tuple[tuple[re.Pattern[str], str, str], ...]:
    return tuple((re.compile(row["pattern"]), row["kind"], row["hint"]) for row in rows("roles_name_forms.csv") if speaks(row, language))


@cache
def _listed(use: str, language: str) -> tuple[str, ...]:
    found = [form for row in rows("roles_not_names.csv") if row["use"] == use and speaks(row, language) for form in row["forms"].split("|")]
    return tuple(longest_first(found))


def slug(name: str) -> str:
    """Return the id of an unknown name: "x-" and its letters and digits in lower case, joined by hyphens."""
    return "x-" + "-".join(re.findall(r"[^\W_]+", folded(name)))[:60]


def find(story: Story, mentions: tuple[Mention, ...], vocabulary: Vocabulary) -> tuple[Name, ...]:
    """Return the names of `story` in the order in which they first appear."""
    known: dict[str, list[tuple[int, int]]] = {}
    strangers = _strangers(story, mentions, vocabulary)
    for mention in mentions:
        if (
            mention.kind == "company"
            and mention.key in vocabulary.companies
            and mention.start not in strangers
            and story.text[mention.start : mention.end + 1] not in _listed("broken", story.language)
            and not _stands_behind(story, "sponsor", mention.start)
        ):
            known.setdefault(mention.key, []).append((mention.start, mention.end))
    found = [
        Name(key, story.text[spots[0][0] : spots[0][1]], tuple(spots), vocabulary.companies[key], vocabulary.companies[key].kind)
        for key, spots in known.items()
    ]
    taken = [spot for name in found for spot in name.spots]
    found += _unknown(story, taken, vocabulary)
    return tuple(sorted(found, key=lambda name: name.spots[0]))


def _strangers(story: Story, mentions: tuple[Mention, ...], vocabulary: Vocabulary) -> frozenset[int]:
    """Return where known names stand that are only a part of a stranger's: the 新能源科技 of 安徽蓝海新能源科技有限公司."""
    if story.language != "zh":
        return frozenset()
    legal = _patterns("zh")[_LEGAL_ZH][0]
    spots = [_trimmed(story.text, *match.span("name"), "zh") for match in legal.finditer(story.text, 0, _READ)]
    found = set()
    for mention in mentions:
        for start, end in spots:
            before = story.text[start : mention.start]
            if mention.kind == "company" and start + 1 < mention.start and mention.end <= end and not _is_prefix(before, vocabulary):
                found.add(mention.start)
    return frozenset(found)


def _is_prefix(before: str, vocabulary: Vocabulary) -> bool:
    """Say whether what stands before a known name in a legal one is only its place: 北京卫蓝."""
    return vocabulary.place_named(before) is not None or any(sign in before for sign in "（(的")


_LEGAL_ZH = next(
    index for index, row in enumerate(row for row in rows("roles_name_forms.csv") if speaks(row, "zh")) if "有限公司" in row["pattern"]
)


def _unknown(story: Story, taken: list[tuple[int, int]], vocabulary: Vocabulary) -> list[Name]:
    names: dict[str, Name] = {}
    for pattern, kind, hint in _patterns(story.language):
        for match in pattern.finditer(story.text, 0, _READ):
            start, end = _trimmed(story.text, *match.span("name"), story.language)
            if end - start < 2 or end - start > _LONGEST or _overlaps(story.text, start, end, taken):  # noqa: PLR2004 - one letter is no name
                continue
            printed = story.text[start:end]
            if not _is_name(story, printed, start) or (kind != "government" and vocabulary.place_named(printed)):
                continue
            key = slug(printed)
            names.setdefault(key, Name(key, printed, _everywhere(story, printed), None, kind, hint))
            taken.append((start, end))
    for start, end in (*_beside(story, taken), *_enumerated(story, taken)):
        printed = story.text[start:end]
        if not _overlaps(story.text, start, end, taken) and _is_name(story, printed, start) and not vocabulary.place_named(printed):
            names.setdefault(slug(printed), Name(slug(printed), printed, _everywhere(story, printed), None, "company"))
    return list(names.values())


def _beside(story: Story, taken: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the capitalised words that are joined to a name by "and", or directly followed by a verb of capital."""
    if story.language in _NO_CAPITALS:
        return
    hidden = masked(story.text[:_READ], taken)
    joined = [pattern for mark, pattern in marks(story.language, "before") if mark == "and"]
    acts = [pattern for deed, pattern in verbs(story.language) if deed in _ACTS]
    for match in _CAPITALS.finditer(hidden):
        start, end = _trimmed(story.text, *match.span(), story.language)
        before = hidden[max(0, start - 9) : start]
        short = next((found.start() for pattern in joined if (found := pattern.search(before))), None)
        after_name = short is not None and before[:short].rstrip().endswith(MASK)
        sure = (
            " " in story.text[start:end] or start != story.spans[story.sentence(start)].start or story.text.count(story.text[start:end]) > 1
        )
        if end - start > 1 and (after_name or (sure and any(pattern.match(story.plain, end + 1) for pattern in acts))):
            yield start, end


@cache
def _lists(language: str) -> tuple[re.Pattern[str], re.Pattern[str], str] | None:
    row = next((row for row in rows("roles_lists.csv") if speaks(row, language)), None)
    return None if row is None else (re.compile(row["pattern"]), re.compile(row["items"]), row["sign"])


def _enumerated(story: Story, taken: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield what stands between two signs of a list of investors, next to a name: there it needs no form of its own."""
    shape = _lists(story.language)
    if shape is None:
        return
    hidden = masked(story.text[:_READ], taken)
    for span in story.spans:
        told = hidden[span.start : span.end]
        if told.count(shape[2]) > 1 and shape[0].search(story.plain, span.start, span.end):
            yield from (_items if story.language in _NO_CAPITALS else _capital_items)(told, span.start, shape[1])


def _items(told: str, offset: int, between: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Yield the short items of a list that have a name for a neighbour, or such an item that has."""
    cuts = [(0, 0), *(found.span() for found in between.finditer(told)), (len(told), len(told))]
    items = [(low, high) for (_, low), (high, _) in pairwise(cuts)]
    known = [MASK in told[low:high] for low, high in items]
    for at in range(1, len(items) - 1):
        found = _ITEM.fullmatch(told, *items[at])
        if found and (known[at - 1] or (at + 2 < len(items) and known[at + 1])):
            known[at] = True
            yield offset + found.start("name"), offset + found.end("name")


def _capital_items(told: str, offset: int, between: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Yield the capitalised beginnings of items of a list, and the capitalised end of what leads to it, that have a name for a neighbour."""
    cuts = [(0, 0), *(found.span() for found in between.finditer(told)), (len(told), len(told))]
    items = [(low, high) for (_, low), (high, _) in pairwise(cuts)]
    known = [MASK in told[low:high] for low, high in items]
    for at in (*range(1, len(items)), *reversed(range(len(items) - 1))):
        if known[at] or not any(known[other] for other in (at - 1, at + 1) if 0 <= other < len(items)):
            continue
        low, high = items[at]
        found = (
            _CAPITALS.match(told, low, high)
            if at
            else next((one for one in _CAPITALS.finditer(told, low, high) if one.end() == high), None)
        )
        if found:
            known[at] = True
            yield offset + found.start(), offset + found.end()


_ITEM = re.compile(r"\s?[「『“]?(?P<name>[A-Za-z一-鿿゠-ヿ가-힣·・ー&. ]{2,14}?)(?:[」』”])?(?:[（(][^()（）]{0,40}[)）])?\s?")


def _overlaps(text: str, start: int, end: int, taken: list[tuple[int, int]]) -> bool:
    """Say whether the name is known already; a branch that tells its place, 格林美（无锡）, is another firm than the one in its name."""
    if any(sign in text[start:end] for sign in "（("):
        return any(low <= start and end <= high for low, high in taken)
    return any(low < end and start < high for low, high in taken)


def _is_name(story: Story, printed: str, start: int) -> bool:
    """Say whether what has the form of a name can be a party's: no general word, no outlet, no host of the conference advertised above the story."""
    if (
        "\n" in printed
        or printed in _listed("never", story.language)
        or printed in {story.article.source_id, story.article.outlet}
        or not any(c.isalpha() for c in printed)
        or (printed[0].islower() and not printed[0].isascii())
        or any(word in _bare(printed, story.language) for word in _listed("holds", story.language))
    ):
        return False
    if story.language == "zh" and (len(printed) <= 2 or any(c.isdigit() for c in printed)):  # noqa: PLR2004 - a tonnage or a general word
        return False
    after = story.text[start + len(printed) : start + len(printed) + _SAID]
    if _is_source(story, printed) and any(word in after for word in _listed("never_before", story.language)):
        return False
    return not _stands_behind(story, "never_after", start)


def _bare(printed: str, language: str) -> str:
    """Return a name without the words that firms of a trade bear, though they otherwise tell a phrase: the 股权投资 of 嘉兴智芯股权投资合伙企业."""
    for word in _listed("kept", language):
        printed = printed.replace(word, "")
    return printed


_SAID = 6  # characters after a body's name that tell that it is only quoted
_BODY = re.compile(r"(?:政府|局|委员会|发改委|厅|部)$|청$|부$|省$|庁$")


def _is_source(story: Story, printed: str) -> bool:
    """Say whether a name is that of a public body: these publish notices of deals in which they have no part."""
    return story.language in {"zh", "ja", "ko"} and _BODY.search(printed) is not None


def _stands_behind(story: Story, use: str, start: int) -> bool:
    """Say whether one of the words of `use` stands shortly before a name: the sponsor of the conference advertised above the story."""
    words = _listed(use, story.language)
    return bool(words) and any(word in story.text[max(0, start - 16) : start].replace(" ", "") for word in words)


def _everywhere(story: Story, printed: str) -> tuple[tuple[int, int], ...]:
    return tuple((found.start(), found.end()) for found in re.finditer(re.escape(printed), story.text)) or ((0, 0),)


def _trimmed(text: str, start: int, end: int, language: str) -> tuple[int, int]:
    """Cut off what belongs to the sentence and not to the name."""
    if language == "zh":
        for word in _listed("cut", language):
            position = text.rfind(word, start, max(start, end - 2))
            if position >= 0 and not (position > start + 1 and text.startswith(_listed("tail", language), position + len(word))):
                start = position + len(word)
    else:
        for word in _listed("strip", language):
            if text.startswith(word + " ", start, end):
                start += len(word) + 1
    while start < end and not (text[start].isalnum() or text[start] in "（("):
        start += 1
    while end > start and text[end - 1] in " ,;:、，。.'’-":
        end -= 1
    return start, end

"""All that stands in a story before anything is decided: names, places, words of meaning, numbers, sums; whole, or the part that tells of one deal. Decides nothing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from flows.records import Article
from flows.steps.reports import amounts, cues, names, numerals, phrasing, places, quantities, signals
from flows.steps.reports.stories import Story
from flows.steps.vocabulary import Mention, Vocabulary


@dataclass(frozen=True)
class Facts:
    """All that was seen in a story before anything is decided."""

    story: Story
    mentions: tuple[Mention, ...]
    cues: tuple[cues.Cue, ...]
    names: tuple[names.Name, ...]
    numbers: tuple[numerals.Number, ...]
    shares: tuple[quantities.Quantity, ...]
    sites: tuple[places.Site, ...]
    countries: dict[str, float]
    sums: tuple[amounts.Sum, ...]
    signals: dict[str, float]
    said: Mapping[str, Mapping[str, float]]  # question -> answer -> how much the wording speaks for it

    @cached_property
    def capacities(self) -> tuple[quantities.Quantity, ...]:
        """The capacities, in order."""
        return quantities.capacities(self.story.plain, self.numbers, self.story.language)


def seen(article: Article, vocabulary: Vocabulary) -> Facts:
    """Return what stands in `article`: names, places, words of meaning, numbers and sums."""
    story = Story.of(article)
    mentions = vocabulary.mentions(story.text, article.language)
    named_at = {position for mention in mentions if mention.kind == "company" for position in range(mention.start, mention.end)}
    told = cues.today(story.plain, cues.matcher(story.language).find(story.plain), story.head)
    words = tuple(cue for cue in told if cue.start not in named_at)
    named = names.find(story, mentions, vocabulary)
    numbers = numerals.find(story.plain, story.language)
    shares = quantities.shares(story.plain, numbers)
    sites = places.sites(story, mentions, vocabulary)
    countries = places.countries(sites)
    sums = amounts.sums(story, numbers)
    return Facts(
        story, mentions, words, named, numbers, shares, sites, countries, sums, signals.of(story, words, named, shares, sites, countries),
        phrasing.said(phrasing.told(story, mentions, vocabulary)),
    )  # fmt: skip


def narrowed(facts: Facts, sentences: Collection[int], place: str | None, not_named: Collection[str], *, titled: bool) -> Facts:
    """Return what `sentences` alone tell; the headline lends its names, and with `titled` its words.

    `place` is the key of the only place that counts, None = all that these sentences name; `not_named` are names that belong elsewhere.
    """
    story = replace(facts.story, focus=tuple(sorted(sentences)))

    def tells(start: int) -> bool:
        return start >= story.head and story.sentence(start) in sentences

    def lends(start: int) -> bool:
        return tells(start) or (titled and start < story.head)

    words = tuple(cue for cue in facts.cues if lends(cue.start))
    spots = [
        (name, tuple(spot for spot in name.spots if tells(spot[0]) or spot[0] < story.head))
        for name in facts.names
        if name.key not in not_named
    ]
    named = tuple(replace(name, spots=kept) for name, kept in spots if kept)
    shares = tuple(share for share in facts.shares if lends(share.start))
    here = [site for site in facts.sites if (site.place.key == place if place else lends(site.mention.start))]
    sites = tuple(here) or facts.sites
    countries = places.countries(sites)
    return Facts(
        story, facts.mentions, words, named, tuple(number for number in facts.numbers if tells(number.start)), shares, sites, countries,
        tuple(one for one in facts.sums if tells(one.money.start)), signals.of(story, words, named, shares, sites, countries), facts.said,
    )  # fmt: skip

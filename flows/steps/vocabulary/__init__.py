"""The vocabulary: what the words of a story stand for. All of it is data (companies, places, words per language); the code only matches.

    vocabulary = load()                          # cached; about half a second the first time
    vocabulary.mentions(text, language)          # every company, place and word of meaning, with exact offsets
    vocabulary.companies["byd"]                  # Company: name, aliases, country, controlled_from, sector, ...
    vocabulary.company_named("宁德时代")          # Company, or None
    vocabulary.places["HU/szeged"], .place_named("Szeged", "HU"), .country_named("Ungarn")

Adding a company is a line in companies.tsv, a language is a file in words/; README.md in this folder says how.
"""

from flows.steps.vocabulary.entries import Company, Mention, Place, Project
from flows.steps.vocabulary.lookup import CHAIN_ROLES, Vocabulary, load

__all__ = ["CHAIN_ROLES", "Company", "Mention", "Place", "Project", "Vocabulary", "load"]

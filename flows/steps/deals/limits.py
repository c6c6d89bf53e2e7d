"""Every threshold of merging and choosing, once, with its reason. Numbers only: no code that uses them, no words of the domain.

Points are added up for a report and a deal that may be the same; THRESHOLD decides. They were set on reasons first and then checked
against labelled deals as a whole, never against a single one.
"""

from datetime import timedelta

# --- what speaks for one deal -------------------------------------------------------------------------------------------------
THRESHOLD = 3.0  # one shared party (1.5), one foreign country (1.0) and the same kind of deal (0.5) within a month just reach it
JOIN_THRESHOLD = 3.0  # of the fullest report of a deal that stood alone, none of its reports being vetoed

BOTH_SIDES = 3.0  # the payer and what is paid for: the identity of a stake, a purchase, a joint venture
MANY_PARTIES = 3.5  # three or more principal parties: the identity of a fund or a round, whatever it is called
TWO_PARTIES = 2.5  # two principal parties, sides unclear
ONE_TARGET = 2.0  # what is paid for: enough for a round or a listing, whose payers every outlet lists otherwise
ONE_ISSUER = 2.75  # a firm is listed once at one venue
ONE_PARTY = 1.5
KIN_PARTY = 1.25  # mother and daughter firm, long and short form of a name
NAMELESS = 0.75  # one report names nobody
STRANGE_NAMES = 0.25  # one report names nobody that can be known, but the numbers are the same: a subsidiary, mostly
MINOR_PARTY = 0.25  # the same ministry, lender or customer

SAME_SITE = 2.0
NEAR_SITE = 1.25  # within a day's commute, or the same province where one report tells no more
SAME_COUNTRY_ABROAD = 1.0  # a firm has few projects in one foreign country
SAME_COUNTRY_HOME = 0.25  # and many at home
SAME_AMOUNT = 1.5
NEAR_AMOUNT = 0.75
SAME_ASIDE = 1.0  # the same grant, loan or valuation
SAME_CAPACITY = 1.0
SAME_STAKE = 1.0
SAME_TYPE = 0.5
SAME_FAMILY = 0.25
SAME_SECTOR = 0.25
SAME_LABEL = 1.0  # the same round or phase by name

# --- what speaks against ------------------------------------------------------------------------------------------------------
OTHER_LEAD = -1.5  # two firms that pay, each unknown to the other report
OTHER_TARGET = -2.0
OTHER_PARTNER = -2.5  # a venture or purchase of one firm with another partner; for plants outlets name all sorts of firms
OTHER_TYPE = -0.5  # instead of more, where a fingerprint agrees: a fund may be read as a stake
OTHER_PLACE = -1.0  # instead of a veto where a fingerprint agrees: datelines and head offices are printed, too
OTHER_SIDE = -0.75  # pays in one report, is paid for in the other
OTHER_NAME_OF_SITE = -1.0  # two names of places, at least one of them on no map: may be a site and its town
OTHER_COUNTRY = -2.5
OTHER_SEAT = -0.25  # for stakes and listings outlets print the country of the firm, of its plant or of the exchange
OTHER_AMOUNT = -0.25  # up to twice: outlets differ that much on one deal
FAR_AMOUNT = -0.75
FAR_PRICE_RATIO = 1.6  # with or without a second tranche, before or after conversion
FAR_PRICE = -1.25  # the price of a stake or the size of a round differs less between outlets than the cost of a plant
OTHER_CAPACITY = -0.5
OTHER_STAKE = -1.0
OTHER_SECTOR = -0.5

# --- sameness of numbers ------------------------------------------------------------------------------------------------------
SAME_RATIO = 1.02  # rounding: 7.34 and 7.3 billion
NEAR_RATIO = 1.12  # rounding after conversion at another day's rate
TWICE = 2.0
# A sum that two deals will hardly share, by its significant digits, and the days within which it is taken for a fingerprint.
FINGERPRINT_RATIO = 1.001
FINGERPRINT_DAYS = {1: 3, 2: 14}  # "1 billion" for the days of one news, "2.1 billion" for two weeks, "342.7 million" for ever
FINGERPRINT_PARTIES = 3  # as many principal parties in common are one, too ...
FINGERPRINT_NEWS_DAYS = 2  # two parties in common and the same news of them (paused, opened) are one, too
FINGERPRINT_PARTY_DAYS = 45  # ... for as long as a new deal is news
CAPACITY_RATIO = 1.06
STAKE_POINTS = 0.75  # percentage points: "about 20 %", 20.1 %

# --- distance -----------------------------------------------------------------------------------------------------------------
SITE_KM = 35.0  # a town and the village whose field became the plant; the gap to the next separate project seen was 90 km
REGION_KM = 70.0

# --- time ---------------------------------------------------------------------------------------------------------------------
NEAR_DAYS = ((3, 1.0), (14, 0.75), (45, 0.5), (120, 0.25))  # first reports of one deal come in days, follow-ups in weeks
FIRST_REPORT_DAYS = 120  # past it, a report that shows no earlier stage tells of something new ...
STALE_FIRST_REPORT = -1.5  # ... unless nearly all else agrees: trade press retells plants for years
STALE_ABROAD = -0.5  # abroad within MATURING_DAYS: a second project of one firm in one foreign town is rare
STALE_PURCHASE = -4.0  # the same firm buys again (7 %, then 20 %): another purchase
MATURING_DAYS = 400  # talks and memoranda about a plant or venture become commitments within about a year
UPDATE_BEFORE_DAYS = 21  # a follow-up cannot belong to a deal first reported this much later

# --- follow-ups ---------------------------------------------------------------------------------------------------------------
UPDATE_AFTER_DAYS = 14  # a report this long after the first, that shows a later stage, is an update, not one of the first reports
SAME_NEWS_DAYS = 7  # outlets that tell of one piece of news do so within this time
SAME_EVENT_DAYS = 30  # reports of one change arrive within this time
CONTRADICTION_DAYS = 60  # on and off track told within this time: a contradiction, not a history
CORROBORATION_DAYS = 45  # two outlets of tier 3 within this time corroborate one another

# --- choosing -----------------------------------------------------------------------------------------------------------------
CREDIBLE_TIER = 2  # filings, companies, governments (1), agencies and quality press (2)
CORROBORATING_TIER = 3  # trade and regional press: credible by two independent outlets
ANNOUNCED_SLACK = timedelta(days=3)  # days by which outlets of several time zones may differ on a date
# Money for a unit of capacity, in US dollars. The coded deals lie at EUR 40-135 million a GWh for cells and USD 1-15 thousand a vehicle;
# Chinese cell plants of the last years cost half of the lower end, so the band for cells is widened below.
USD_PER_GWH = (18e6, 150e6)
USD_PER_VEHICLE = (1_000.0, 15_000.0)
SLIP_RATIO = 1.001  # the same figure in two currencies is a slip of the pen

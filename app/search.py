"""
Places by their names: areas, developments, schools, kiosks, computer centres; small slips of the pen are forgiven.

The name that was asked scores `EXACT`, one that begins with it `PREFIX`. Else each word that was asked must be in the
name, begin a word there or be like one, or stand beside it (kind, borough, neighborhood); the score then falls with
what was forgiven and with what the name says besides. Numbers are never merely alike.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Final
from unicodedata import combining, normalize

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from app.gazetteer import KINDS, Place, entries, title_of, where_of
from app.state import City

EXACT, PREFIX, LESS, LEAST = 100.0, 90.0, 89.0, 55.0
"""The score of the name itself, of its beginning, the most that anything else has, and the least that is told."""

STOPS: Final = frozenset(["a", "and", "at", "in", "ny", "nyc", "of", "the"])
"""Words that are not asked for where there are others."""

SPELLINGS: Final = """
st saint street str | mount mt | fort ft | heights hts hgts | avenue ave av | boulevard blvd | road rd | place pl |
plaza plz | parkway pkwy | square sq | center centre ctr centers centres | neighborhood neighbourhood |
houses house projects project developments development | north n | south s | east e | west w |
1 first i | 2 second ii | 3 third iii | 4 fourth iv | 5 fifth v | 6 sixth vi | 7 seventh vii | 8 eighth viii |
9 ninth ix | 10 tenth x | 11 eleventh xi | 12 twelfth xii
"""
"""Words and their other spellings; "St." may be a saint or a street."""
SPELT: Final = {other: word for word, *others in map(str.split, SPELLINGS.split("|")) for other in others}
SCHOOL: Final = re.compile(r"\b(?:(p|i|m|h)\W*s|j\W*h\W*s)\W*(?=\d)|\bpublic school (?=\d)")
INITIALS: Final = re.compile(r"\b(?:[a-z]\.){2,}")
NUMBER: Final = re.compile(r"0*(\d+(?:\.\d+)?)(?:st?|nd?|rd?|th?)?")
BESIDE: Final = 0.95
"""What a word counts for that stands beside the name, not in it."""


@dataclass(frozen=True)
class Hit(Place):
    """A place that was found; 100 is the best score."""

    score: int

    @property
    def told(self) -> dict[str, object]:
        """All of it, what it is and where in the language of the answer."""
        return {**asdict(self), "title": title_of(self), "where": where_of(self)}


def words(text: str) -> list[str]:
    """The words of `text` in lower case without accents and punctuation; `P.S.015` is `ps` and `015`."""
    letters = text if text.isascii() else "".join(sign for sign in normalize("NFKD", text) if not combining(sign))
    plain = re.sub(r"['’‘ʼ`´′]", "", letters.casefold())
    plain = SCHOOL.sub(lambda found: f"{re.sub(r'[^a-z]', '', found[0]).replace('publicschool', 'ps')} ", plain)
    plain = INITIALS.sub(lambda found: found[0].replace(".", ""), plain)
    found = re.findall(r"\d+\.\d+|[a-z0-9]+", plain)
    return [word for word in found if word not in STOPS] or found


def spelt(word: str) -> str:
    """The one spelling of `word`: `saint` is `st`, `152nd` is `152`, `015` is `15`, `ii` is `2`."""
    return number[1] if (number := NUMBER.fullmatch(word)) else SPELT.get(word, word)


def joined(told: Iterable[str]) -> str:
    """Words, each in its one spelling, without blanks but between numbers."""
    return re.sub(r"(?<=\d) (?=\d)|( )", lambda found: "" if found[1] else " ", " ".join(map(spelt, told)))


class Index:
    """Everything in `city` that has a name."""

    def __init__(self, city: City) -> None:
        named = (entry for entry in entries(city) if any(map(words, entry[1])))
        kinds = [*KINDS]  # the order of places of equal scores: by kind, and short names first
        found = sorted(named, key=lambda entry: (kinds.index(entry[0].kind), len(entry[0].name), entry[0].name))
        self.places = [place for place, _, _ in found]
        names = [(at, told) for at, (_, given, _) in enumerate(found) for name in given if (told := words(name))]
        beside = [words(text) for _, _, text in found]
        self.vocabulary = sorted({word for told in (*(told for _, told in names), *beside) for word in told})
        number = {word: at for at, word in enumerate(self.vocabulary)}
        self.lengths = np.array([len(word) for word in self.vocabulary])
        self.lettered = np.flatnonzero([word.isalpha() for word in self.vocabulary])
        self.letters = [word for word in self.vocabulary if word.isalpha()]
        self.same = defaultdict(list)
        for word, at in number.items():
            self.same[spelt(word)].append(at)
        self.owner = np.array([at for at, _ in names])
        self.owners = np.flatnonzero(np.diff(self.owner, prepend=-1))
        self.said = [sum(map(len, told)) for _, told in names]
        self.name_words, self.name_starts = _flat([[number[word] for word in told] for _, told in names])
        self.beside_words, self.beside_starts = _flat([[number[word] for word in told] for told in beside])
        self.begun = sorted({(joined(told), at) for at, told in names})
        self.run = [(name, at) for name, at in self.begun if name.isalpha()]
        self.ids = sorted((_bare(place.id), at) for at, place in enumerate(self.places) if place.kind != "facility")

    def find(self, text: str, limit: int = 8) -> list[Hit]:
        """The places whose names are most like `text`, best first; none where nothing is like it."""
        asked = list(dict.fromkeys(words(text)))
        if not asked:
            return []
        scores = self._worded(asked)
        name, id = joined(words(text)), _bare(text)
        if scores.max() < LEAST:
            scores = self._run_together(name)
        for told, at in _between(self.begun, name, f"{name}\uffff"):
            if not re.search(r"\d\d", told[len(name) - 1 : len(name) + 1]):  # `ps15` does not begin with `ps1`
                scores[at] = EXACT if told == name else max(scores[at], PREFIX)
        for told, at in _between(self.ids, id, f"{id}\uffff"):
            if told == id or len(id) >= 4:
                scores[at] = EXACT if told == id else max(scores[at], PREFIX)
        scores = np.round(scores)
        best = np.argsort(-scores, kind="stable")[:limit]
        return [Hit(**asdict(self.places[row]), score=int(scores[row])) for row in best if scores[row] >= LEAST]

    def _worded(self, asked: Sequence[str]) -> np.ndarray:
        """The score of each place by the words `asked`, of which the last may still be being written."""
        total, inside = np.zeros(len(self.owner)), np.zeros(len(self.owner))
        alive = np.ones(len(self.owner), dtype=bool)
        for at, word in enumerate(asked):
            alike = self._alike(word, last=at == len(asked) - 1)
            named = np.maximum.reduceat(alike[self.name_words], self.name_starts)
            beside = BESIDE * np.maximum.reduceat(alike[self.beside_words], self.beside_starts)[self.owner]
            alive &= (named > 0) | (beside > 0)
            if not alive.any():
                break
            total += len(word) * np.maximum(named, beside)
            inside += len(word) * (named >= beside) * (named > 0)
        told = np.minimum(inside / self.said, 1)
        score = LESS * total / sum(map(len, asked)) * (0.7 + 0.3 * told)
        return np.maximum.reduceat(np.where(alive & (inside > 0), score, 0), self.owners)

    def _alike(self, word: str, *, last: bool) -> np.ndarray:
        """How far each word of the vocabulary is like `word`, 0–1."""
        alike = np.zeros(len(self.vocabulary))
        if word.isalpha() and len(word) >= 4:
            alike[self.lettered] = _forgiving(word, self.letters)
        if word.isalpha() and len(word) >= 6 and last:
            begun = self._beginning_with(word[0])
            for cut in (len(word) - 1, len(word), len(word) + 1):
                cuts = _forgiving(word, [known[:cut] for known in self.vocabulary[begun]])
                alike[begun] = np.maximum(alike[begun], 0.9 * cuts * (self.lengths[begun] > cut))
        if word.isalpha() or last:
            begun = self._beginning_with(word)
            alike[begun] = (0.8 if word.isalpha() else 0.6) + 0.15 * len(word) / self.lengths[begun]
        alike[self.same.get(spelt(word), [])] = 1
        return alike

    def _beginning_with(self, letters: str) -> slice:
        return slice(bisect_left(self.vocabulary, letters), bisect_left(self.vocabulary, f"{letters}\uffff"))

    def _run_together(self, asked: str) -> np.ndarray:
        """The score of each place by its name without blanks, for names that were divided otherwise."""
        scores = np.zeros(len(self.places))
        if len(asked) < 6 or not asked.isalpha():
            return scores
        names, owners = zip(*self.run, strict=True)
        np.maximum.at(scores, list(owners), LESS * _forgiving(asked, names))
        return scores


def _forgiving(word: str, known: Sequence[str]) -> np.ndarray:
    """How far each of `known` is like `word`, 0–1: one slip is forgiven in five letters, two in nine."""
    slips = cdist([word], known, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8)[0]
    longest = np.maximum([len(each) for each in known], len(word))
    return np.where(slips <= np.where(longest >= 9, 2, np.where(longest >= 5, 1, 0)), 1 - 1.5 * slips / longest, 0)


def _between(names: Sequence[tuple[str, int]], first: str, after: str) -> Sequence[tuple[str, int]]:
    return names[bisect_left(names, (first, -1)) : bisect_left(names, (after, -1))]


def _bare(id: str) -> str:
    return re.sub(r"[^a-z0-9]", "", id.casefold())


def _flat(lists: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
    starts = np.cumsum([0, *map(len, lists)])[:-1]
    return np.array([each for some in lists for each in some]), starts

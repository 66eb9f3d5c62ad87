"""Statements on their way: read from the store, told in facts, and those put into temporary tables.

Nothing is written and no lock held while statements are read: that is the longer half of the work.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, TypeVar

import orjson

from edu_csv.activity.projection.reading import Actor, Fact, Thing, read
from edu_csv.activity.projection.vocabulary import Kind, Noun, Unplaced

log = logging.getLogger(__name__)

# Void statements are read too: they are counted, and passed by.
_COPY = """
    COPY (SELECT s.stored, s.seq, s.id, (extract(epoch FROM s.timestamp) * 1000)::bigint, s.has_timestamp,
                 CASE WHEN s.is_voiding THEN s.refers_to END,
                 s.is_voiding OR (SELECT true FROM activity_voiding AS v
                                   WHERE v.institution_id = %(institution)s AND v.target = s.id) IS NOT NULL,
                 s.body
            FROM {rows})
    TO STDOUT (FORMAT binary)
"""
STATEMENTS = _COPY.format(
    rows="""
            activity_statement AS s
           WHERE s.institution_id = %(institution)s AND s.stored >= %(stored)s AND s.stored <= %(through)s
             AND (s.stored, s.seq) > (%(stored)s, %(seq)s)
           ORDER BY s.stored, s.seq LIMIT %(most)s"""
)
THESE = _COPY.format(
    rows="""
            activity_statement_key AS k
            JOIN activity_statement AS s ON s.institution_id = %(institution)s AND s.stored = k.stored AND s.seq = k.seq
           WHERE k.institution_id = %(institution)s AND k.id = ANY (%(ids)s::uuid[])"""
)
TYPES = ("timestamptz", "int8", "uuid", "int8", "bool", "uuid", "bool", "text")

CREATE = """
    CREATE TEMP TABLE pj_actor (
        n integer, key text COLLATE "C", named text COLLATE "C", email text COLLATE "C", id uuid,
        is_blank boolean NOT NULL DEFAULT false) ON COMMIT DROP;
    CREATE TEMP TABLE pj_thing (
        n integer, noun smallint, tail text COLLATE "C", id uuid, of uuid, is_given boolean NOT NULL DEFAULT false) ON COMMIT DROP;
    CREATE TEMP TABLE pj_section (n integer, tail text COLLATE "C", id uuid) ON COMMIT DROP;
    CREATE TEMP TABLE pj_saying (
        n integer, value jsonb, section integer, asker integer, deck integer, says uuid) ON COMMIT DROP;
    CREATE TEMP TABLE pj_fact (
        statement uuid, part smallint, kind smallint, at_ms bigint, actor integer, thing integer, section integer,
        is_on_slide boolean, deck integer, session text, verb smallint, flags smallint, amount double precision,
        further double precision, words text, saying integer) ON COMMIT DROP;
    CREATE TEMP TABLE pj_void (statement uuid) ON COMMIT DROP
"""
COPIES = {
    "actors": "COPY pj_actor (n, key, named, email) FROM STDIN",
    "things": "COPY pj_thing (n, noun, tail) FROM STDIN",
    "sections": "COPY pj_section (n, tail) FROM STDIN",
    "sayings": "COPY pj_saying (n, value, section, asker, deck) FROM STDIN",
    "facts": """COPY pj_fact (statement, part, kind, at_ms, actor, thing, section, is_on_slide, deck, session, verb, flags,
                              amount, further, words, saying) FROM STDIN""",
    "voids": "COPY pj_void (statement) FROM STDIN",
}
ANALYZE = "ANALYZE pj_actor, pj_thing, pj_section, pj_saying, pj_fact, pj_void"
WORTH_ANALYZING = 500

Key = TypeVar("Key", bound=Hashable)
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_MS = 86_400_000


class _Numbered(Generic[Key]):
    """Each different one once, with a number."""

    def __init__(self) -> None:
        self.numbers: dict[Key, int] = {}

    def of(self, key: Key | None) -> int | None:
        return None if key is None else self.numbers.setdefault(key, len(self.numbers))


@dataclass
class Chunk:
    """Statements read, as facts. stored, seq: the place of the last; read: how many; they may be none.

    counts: of statements, by what became of them. kinds: of the facts. days: of the facts, since 1970.
    """

    stored: datetime | None = None
    seq: int = 0
    read: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    kinds: set[Kind] = field(default_factory=set)
    voids: list[str] = field(default_factory=list)
    days: set[int] = field(default_factory=set)
    _actors: _Numbered[Actor] = field(default_factory=_Numbered)
    _things: _Numbered[tuple[Noun, str]] = field(default_factory=_Numbered)
    _sections: _Numbered[str] = field(default_factory=_Numbered)
    _sayings: _Numbered[tuple[str, int | None, int | None, int | None]] = field(default_factory=_Numbered)
    _lines: list[str] = field(default_factory=list)

    def add(self, statement: str, facts: list[Fact]) -> None:
        for part, fact in enumerate(facts):
            self.kinds.add(fact.kind)
            self.days.add(fact.at_ms // _DAY_MS)
            section = self._sections.of(fact.section)
            actor = self._actors.of(fact.actor)
            asker = self._actors.of(fact.asker)
            deck = self._thing(fact.deck)
            self._lines.append(
                f"{statement}\t{part}\t{fact.kind:d}\t{fact.at_ms}\t{actor}\t{self._thing(fact.thing)}\t{_n(section)}"
                f"\t{fact.is_on_slide}\t{_n(deck)}\t{_text(fact.session)}\t{fact.move:d}\t{fact.flags}\t{_n(fact.amount)}"
                f"\t{_n(fact.further)}\t{_text(fact.words)}\t{_n(self._saying(fact, section, asker, deck))}\n"
            )

    def _thing(self, thing: Thing | None) -> int | None:
        return None if thing is None else self._things.of((thing.noun, thing.tail))

    def _saying(self, fact: Fact, section: int | None, asker: int | None, deck: int | None) -> int | None:
        is_question = fact.thing.noun is Noun.QUESTION
        if fact.says is None and deck is None and not (is_question and (section, asker) != (None, None)):
            return None
        text = json.dumps(fact.says or {}, sort_keys=True)
        return self._sayings.of((text, section if is_question else None, asker, deck))

    def put(self, cursor: Any) -> None:
        """Make the temporary tables and fill them; they go with the transaction."""
        cursor.execute(CREATE)
        lines = {
            "actors": [
                f"{n}\t{_text(each.key)}\t{_text(each.named)}\t{_text(each.email)}\n"
                for each, n in self._actors.numbers.items()
            ],
            "things": [f"{n}\t{noun:d}\t{_text(tail)}\n" for (noun, tail), n in self._things.numbers.items()],
            "sections": [f"{n}\t{_text(tail)}\n" for tail, n in self._sections.numbers.items()],
            "sayings": [
                f"{n}\t{_text(value)}\t{_n(section)}\t{_n(asker)}\t{_n(deck)}\n"
                for (value, section, asker, deck), n in self._sayings.numbers.items()
            ],
            "facts": self._lines,
            "voids": [f"{each}\n" for each in self.voids],
        }
        for name, each in lines.items():
            with cursor.copy(COPIES[name]) as copy:
                for start in range(0, len(each), 2_000):
                    copy.write("".join(each[start : start + 2_000]))
        if len(self._lines) >= WORTH_ANALYZING:
            cursor.execute(ANALYZE)

    def months(self) -> list[tuple[date, date]]:
        """The first and last day of each month in which something happened, that a date can say."""
        firsts = {(_EPOCH + timedelta(days=day)).date().replace(day=1) for day in self.days}
        return [(first, first) for first in sorted(firsts)]


def read_chunk(
    cursor: Any,
    institution: int,
    *,
    after: tuple[datetime | str, int],
    through: datetime,
    most: int,
    base: str,
) -> Chunk:
    """The next statements after this place, as facts. base: the institution's address in ids."""
    params = {
        "institution": institution,
        "stored": after[0],
        "seq": after[1],
        "through": through,
        "most": most,
    }
    return _read(cursor, STATEMENTS, params, base)


def read_these(cursor: Any, institution: int, ids: list[str], *, base: str) -> Chunk:
    """Statements that were read before, once more; what is kept of them is to go."""
    chunk = _read(cursor, THESE, {"institution": institution, "ids": ids}, base)
    chunk.voids = ids
    return chunk


def _read(cursor: Any, statement: str, params: dict[str, Any], base: str) -> Chunk:
    chunk = Chunk()
    with cursor.copy(statement, params) as found:
        found.set_types(TYPES)
        for stored, seq, id_, at_ms, is_dated, voids, is_passed, body in found.rows():
            chunk.read += 1
            chunk.stored, chunk.seq = stored, seq
            if voids is not None:
                chunk.voids.append(str(voids))
                chunk.counts["voiding"] += 1
            elif is_passed:
                chunk.counts["void"] += 1
            else:
                _take(chunk, str(id_), body, at_ms, is_dated=is_dated, base=base)
    return chunk


def _take(chunk: Chunk, id_: str, body: str, at_ms: int, *, is_dated: bool, base: str) -> None:
    try:
        facts = read(_loaded(body), at_ms, is_dated=is_dated, base=base)
    except (TypeError, ValueError, KeyError, AttributeError, RecursionError):
        # Whatever somebody thought of: one statement must not hold up all that come after it.
        log.exception("statement %s could not be read for activity", id_)
        facts = Unplaced.UNREADABLE
    if isinstance(facts, Unplaced):
        chunk.counts[f"unplaced {facts}"] += 1
    elif facts:
        chunk.counts[f"kind {facts[0].kind:d}"] += 1
        chunk.add(id_, facts)
    else:
        chunk.counts["other"] += 1


def _loaded(body: str) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = orjson.loads(body)
    except orjson.JSONDecodeError:
        # Half a character, or a number of any length: Python takes them.
        loaded = json.loads(body)
    return loaded


def _n(value: float | None) -> str:
    return "\\N" if value is None else str(value)


def _text(value: str | None) -> str:
    return "\\N" if value is None else value.translate(_ESCAPES)

"""xAPI 1.0.3 statements: whether they are good, whether two are equal, and what they are found by.

Nothing here knows a database, a request or Django. A statement is what ``strict_json.loads`` makes of its
text; rules are numbered X-01 to X-97, and each ``Fault`` carries its rule's number.
"""

from __future__ import annotations

from edu_csv.activity.xapi.faults import Fault
from edu_csv.activity.xapi.fingerprint import fingerprint
from edu_csv.activity.xapi.identity import agent_key
from edu_csv.activity.xapi.prepared import Prepared, prepare
from edu_csv.activity.xapi.single import check_agent, check_persona
from edu_csv.activity.xapi.statements import VOIDED, validate
from edu_csv.activity.xapi.terms import Kind, authority_terms, term, terms_of
from edu_csv.activity.xapi.texts import is_iri, is_uuid, moment

__all__ = [
    "VOIDED",
    "Fault",
    "Kind",
    "Prepared",
    "agent_key",
    "authority_terms",
    "check_agent",
    "check_persona",
    "fingerprint",
    "is_iri",
    "is_uuid",
    "moment",
    "prepare",
    "term",
    "terms_of",
    "validate",
]

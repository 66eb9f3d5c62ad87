"""2.2 Actors."""

from __future__ import annotations

from tests.activity.xapi.rules.case import bad, good
from tests.activity.xapi.samples import AGENT, BO, GROUP, context, statement

MBOX = {"mbox": "mailto:team@example.edu"}
SHA1 = {"mbox_sha1sum": "cd9b00a5611f94eaa7b1661edab976068e364975"}
OPENID = {"openid": "https://ana.example.edu/"}
ANONYMOUS = {"objectType": "Group", "member": [AGENT, BO]}


def _mbox(text: str) -> dict[str, object]:
    return statement(actor={"mbox": text})


def _account(**account: object) -> dict[str, object]:
    return statement(actor={"account": account})


CASES = [
    good("X-20", "an address", statement(actor=MBOX)),
    good("X-20", "a SHA-1", statement(actor=SHA1)),
    good("X-20", "an openid", statement(actor=OPENID)),
    good("X-20", "an account, a name and a type", statement(actor={**AGENT, "name": "Ana", "objectType": "Agent"})),
    bad("X-20", "none", statement(actor={"name": "Ana"}), "actor"),
    bad("X-20", "two", statement(actor={**MBOX, **AGENT}), "actor"),
    bad("X-20", "all four", statement(actor={**MBOX, **AGENT, **SHA1, **OPENID}), "actor"),
    bad("X-20", "none in a member", statement(actor={"objectType": "Group", "member": [{}]}), "actor.member[0]"),
    bad("X-20", "none in an instructor", context(instructor={"name": "Ana"}), "context.instructor"),
    good("X-21", "an address", _mbox("mailto:ana.ruiz+x@sub.example.edu")),
    good("X-21", "a reserved domain", _mbox("mailto:ana@example.test")),
    good("X-21", "a host of one name", _mbox("mailto:ana@localhost")),
    good("X-21", "other scripts", _mbox("mailto:josé@münchen.example")),
    bad("X-21", "nothing behind", _mbox("mailto:"), "actor.mbox"),
    bad("X-21", "no mailto", _mbox("ana@example.edu"), "actor.mbox"),
    bad("X-21", "no @", _mbox("mailto:ana"), "actor.mbox"),
    bad("X-21", "two @", _mbox("mailto:ana@bo@example.edu"), "actor.mbox"),
    bad("X-21", "blanks", _mbox("mailto:ana ruiz@example.edu"), "actor.mbox"),
    bad("X-21", "an empty part", _mbox("mailto:ana@example..edu"), "actor.mbox"),
    bad("X-21", "a line end", _mbox("mailto:ana@example.edu\n"), "actor.mbox"),
    bad("X-21", "a control character", _mbox("mailto:a\0na@example.edu"), "actor.mbox"),
    good("X-22", "40 digits", statement(actor=SHA1)),
    good("X-22", "in capitals", statement(actor={"mbox_sha1sum": SHA1["mbox_sha1sum"].upper()})),
    bad("X-22", "39 digits", statement(actor={"mbox_sha1sum": "c" * 39}), "actor.mbox_sha1sum"),
    bad("X-22", "41 digits", statement(actor={"mbox_sha1sum": "c" * 41}), "actor.mbox_sha1sum"),
    bad("X-22", "another letter", statement(actor={"mbox_sha1sum": "g" * 40}), "actor.mbox_sha1sum"),
    bad("X-22", "the address itself", statement(actor={"mbox_sha1sum": "mailto:a@b.c"}), "actor.mbox_sha1sum"),
    good("X-23", "an address", statement(actor=OPENID)),
    bad("X-23", "no scheme", statement(actor={"openid": "ana.example.edu"}), "actor.openid", told="X-94"),
    bad("X-23", "any text", statement(actor={"openid": "Ana Ruiz"}), "actor.openid", told="X-94"),
    good("X-24", "home page and name", _account(homePage="https://a.example", name="u-204")),
    bad("X-24", "no name", _account(homePage="https://a.example"), "actor.account.name"),
    bad("X-24", "no home page", _account(name="u-204"), "actor.account.homePage"),
    bad("X-24", "nothing", _account(), "actor.account.homePage", ("X-24", "actor.account.name")),
    good("X-25", "told", statement(actor=GROUP)),
    bad("X-25", "members and no type", statement(actor={"member": [AGENT]}), "actor.objectType"),
    bad("X-25", "a team without type", context(team=MBOX), "context.team.objectType"),
    good("X-26", "an identifier alone", statement(actor={"objectType": "Group", **MBOX})),
    good("X-26", "with members", statement(actor={**ANONYMOUS, **SHA1})),
    good("X-26", "with no member", statement(actor={"objectType": "Group", **MBOX, "member": []})),
    bad("X-26", "two", statement(actor={**ANONYMOUS, **SHA1, **MBOX}), "actor"),
    good("X-27", "members", statement(actor=ANONYMOUS)),
    bad("X-27", "none", statement(actor={"objectType": "Group", "name": "Table 3"}), "actor.member"),
    bad("X-27", "an empty list", statement(actor={"objectType": "Group", "member": []}), "actor.member"),
    good("X-28", "Agents", statement(actor={"objectType": "Group", "member": [{**AGENT, "objectType": "Agent"}]})),
    bad("X-28", "a Group", statement(actor={"objectType": "Group", "member": [AGENT, GROUP]}), "actor.member[1]"),
    good("X-30", "an Agent", statement(authority=AGENT)),
    good("X-30", "an application and a person", statement(authority=ANONYMOUS)),
    bad("X-30", "one member", statement(authority={"objectType": "Group", "member": [AGENT]}), "authority.member"),
    bad("X-30", "three", statement(authority={**ANONYMOUS, "member": [AGENT, BO, MBOX]}), "authority.member"),
    bad("X-30", "an identifier", statement(authority={**ANONYMOUS, **MBOX}), "authority.mbox"),
    good("X-31", "a Group as team", context(team=GROUP)),
    good("X-31", "an Agent as instructor", context(instructor=AGENT)),
    good("X-31", "a Group as instructor", context(instructor=GROUP)),
    bad("X-31", "an Agent as team", context(team={**MBOX, "objectType": "Agent"}), "context.team.objectType"),
]  # fmt: skip

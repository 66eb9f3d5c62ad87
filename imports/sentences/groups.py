"""What is told of people, groups and permissions that rows of a template make (csv data import 2.2 to 2.4, 3.1).

Where the published text quotes a sentence, it stands here as quoted.
"""

from __future__ import annotations

# What a property must be: variants of ``object_rule``.
RULES = {
    "object": "must be an object",
    "text": "must be a text",
    "list": "must be a list",
    "blank": "must not be blank",
    "long": "must have at most {limit} characters",
    "nul": "must not contain the character U+0000",
    "unknown": "is no property here; expected {expected}",
    "person_key": "must have a customId or personas",
    "group_key": "must have a customId, or a name and a type",
    "person_reference": 'must be a customId, or an object with either "customId" or "persona"',
    "group_reference": 'must be a customId, or an object with "customId" or with "name" and "type"',
    "grantee": 'must have exactly one of "person" and "group"',
    "can_view": 'must be an object with "group", or with "everyone": true',
    "unwritable_type": "must not have the character {sign}, which no file may have in a type",
    "taken_type": "must be another name, since D2L files call something else so",
}

SENTENCES = {
    **{
        f"object_rule.{variant}": f"{{path}}: {rule}. The current value is: {{shown}}."
        for variant, rule in RULES.items()
    },
    "unknown_group": "Group {named} is not in this file and does not exist.",
    "unknown_person": "Person {named} is not in this file and does not exist.",
    "group_ambiguous": "{named} is more than one group: {holders}. Say which by its type, or by another customId.",
    "new_group_incomplete": "Group {named} is new and has no {lacks}. Give the {lacks} in this row or in another one about it.",
    "new_person_incomplete": "Person {named} is new and has no name. Give the name in this row or in another one about the person.",
    "two_people": "{personas} belong to two people ({holders}). Combine them first.",
    "other_custom_id": "{persona} belongs to {holder}, whose customId is “{theirs}”, not “{custom_id}”. Correct the customId"
    " or the persona.",
    "persona_claimed": "{persona} belongs to {holder} after this import, and this row is about another person. Correct the persona.",
    "fails_together": "This row speaks of the same people or groups as rows that failed, and whom it means depends on them."
    " Mend those rows and send this one again with them.",
    "own_ancestor": "Group {child} would lie below itself: {parent} lies below it already. Take one of the two out.",
    "type_in_use": "Group {named} is of the type “{type}”, and courses belong to it as such. Leave its type as it is.",
    "person_emptied": "{named} had no identifier left but the ones that this row gives to another person, and is deleted.",
    "memberships_kept": "{number} memberships that this row would end were kept, since row {other_row} failed: it may have said them."
    " Mend that row and send the file again.",
    "removes_many": "This import would end {removed} of {total} memberships, more than 20 %. Check that the file is complete; if so,"
    " send it again with allowLargeRemovals=true.",
}  # fmt: skip

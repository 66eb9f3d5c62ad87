"""What invented people and their courses say."""

from __future__ import annotations

import json

TOPICS = [
    "Introduction", "A first model", "Measuring", "What the data say", "Sources of error", "A worked example",
    "The main theorem", "Consequences", "Counterexamples", "Methods compared", "A case study", "Open problems",
    "Review and outlook", "Exercises, solved", "History of an idea", "Limits and scale",
]  # fmt: skip
UPLOADS = [
    "Worked solutions",
    "Before the laboratory",
    "Answers to last week",
    "Reading guide",
    "How to revise",
]

# (prompt, options, place of the solution from 0 or None)
POLLS: list[tuple[str, list[str], int | None]] = [
    ("Which of these rocks forms from lava?", ["Basalt", "Granite", "Marble", "Sandstone"], 0),
    ("What does a p-value tell?", ["How likely the data are if nothing is going on", "How likely the hypothesis is",
                                   "How large the effect is"], 0),
    ("Which sampling gives every member the same chance?", ["Convenience", "Simple random", "Quota"], 1),
    ("Where does most of the variation come from here?", ["Instrument", "Observer", "Season", "Chance"], 2),
    ("How sure are you of the last step?", ["Sure", "Rather sure", "Not sure", "Lost"], None),
    ("Which unit does the slope have?", ["m", "m/s", "m/s²", "None"], 1),
    ("Is the sequence bounded?", ["Yes", "No"], 0),
    ("Which reading did you prepare?", ["The chapter", "The article", "Both", "Neither"], None),
    ("What happens when the sample is doubled?", ["The error halves", "The error falls by a third",
                                                  "The error stays"], 1),
    ("Which graph fits the model?", ["Graph A", "Graph B", "Graph C", "Graph D"], 2),
    ("Who benefits in this case?", ["The sender", "The receiver", "Both"], 2),
    ("What would you like to see again?", ["The proof", "The example", "The experiment", "Nothing"], None),
]  # fmt: skip

# {} stands for what was taught.
QUESTIONS = [
    "In {}, why may we leave out the constant?",
    "Does what was said in {} also hold for small samples?",
    "I do not see how the second step in {} follows. Where does the sign come from?",
    "Is the example of {} part of the examination?",
    "Which chapter goes with {}?",
    'Could the figure in {} be shown again, with "both" axes labelled?',
    "What is the unit of the result in {}?",
    "Is there a case in which the method of {} fails?",
    "How would one check the assumption made in {}?",
    "Where can the data of {} be found?",
]
# To each of these, in their order.
ANSWERS = [
    "Because both sides have it, so it cancels.",
    "Only when the observations do not depend on each other.",
    "See the third slide, below the figure: the sign comes from the derivative.",
    "Yes, and so is the exercise that follows it.",
    "The chapter on models, second half.",
    "It is shown again next week, with labels.",
    "Metres a second, as on the left axis.",
    "It fails where the denominator is zero, and close to it.",
    "Compare it with the earlier example, then it is clear.",
    "In the folder of the course, under the date of the lecture.",
]
# What others say to any of them.
REMARKS = [
    "I had the same question; the reading guide helped me.",
    "See also the worked solutions of last week.",
    "I would say the same, but I am not sure of the units.",
    "We talked about it in the seminar: compare both ways and see which is shorter.",
]
CORRECTION = " (Corrected: the page is the one after.)"


def poll_rows() -> tuple[list[int], list[str], list[str], list[str], list[int | None]]:
    """As columns: number from 0, prompt, content as JSON text, options as JSON text, place of the solution from 1.

    content: as ``[{"id":"a","text":"Basalt"}]`` (reporting-api.md 9, G14).
    """
    numbers, prompts, contents, options, solutions = [], [], [], [], []
    for number, (prompt, texts, solution) in enumerate(POLLS):
        numbers.append(number)
        prompts.append(prompt)
        content = [{"id": chr(97 + place), "text": text} for place, text in enumerate(texts)]
        contents.append(json.dumps(content, ensure_ascii=False, separators=(",", ":")))
        options.append(json.dumps(texts, ensure_ascii=False))
        solutions.append(None if solution is None else solution + 1)
    return numbers, prompts, contents, options, solutions

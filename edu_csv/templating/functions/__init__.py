"""The functions of the template language (csv data import 1.5), a file for each family."""

from __future__ import annotations

from edu_csv.templating.functions import dates, encoding, ids, lists, logic, numbers, regexes, texts
from edu_csv.templating.functions.registry import FUNCTIONS, Function, Setting

FAMILIES = (texts, regexes, numbers, dates, logic, lists, encoding, ids)

__all__ = ["FAMILIES", "FUNCTIONS", "Function", "Setting"]

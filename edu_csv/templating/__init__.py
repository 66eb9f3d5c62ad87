"""The template language: Handlebars in which a row of a CSV becomes JSON (csv data import 1.3 to 1.8).

``compile_template`` reads a template and says everything that is wrong with it, at line and column;
``Template.bind`` fits it to a file's header; ``Renderer.objects`` gives a row's statements, people, groups
and permissions. Pure Python: no Django, no database, no attributes of Python within reach of a template.
"""

from __future__ import annotations

from edu_csv.templating.faults import MissingColumns, RowFault, TemplateFault, TemplateRefused
from edu_csv.templating.functions import FAMILIES, FUNCTIONS, Function
from edu_csv.templating.outline import SECTIONS
from edu_csv.templating.scopes import RESERVED
from edu_csv.templating.template import Renderer, Template, compile_template

__all__ = [
    "FAMILIES",
    "FUNCTIONS",
    "RESERVED",
    "SECTIONS",
    "Function",
    "MissingColumns",
    "Renderer",
    "RowFault",
    "Template",
    "TemplateFault",
    "TemplateRefused",
    "compile_template",
]

"""How feeds are planned: rows that carry their own action and speak of several kinds of objects.

``plan`` tells the story; each other module is one step of it. All tables are temporary, as in ``steps.workspace``:

``stage_<layout>`` a row per readable row: row, file, version, cells as uploaded, ``v_<column>`` as parsed (NULL: blank or bad);
``bad_cell`` what could not be parsed: (layout, col, text, code, params); ``bad_row``, ``problem``, ``needs`` as in ``workspace``;
``after_<noun>`` objects that this upload makes, changes or deletes, and as they will be;
``as_left_<noun>`` the roster as this upload leaves it, ``as_was_<noun>`` what it deletes too, ``as_lost_<noun>`` what it failed to make;
``r_<ref>`` what texts mean; ``w_<kind>`` a row per row that speaks of the kind; ``f_<kind>`` one per object, its rows folded;
``outcome`` (row, file, outcome, object_type, object_id) and ``change``, what will be written.
"""

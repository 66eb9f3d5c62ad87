"""The calendar: the week of one room or one section, with what a plan would do to it."""

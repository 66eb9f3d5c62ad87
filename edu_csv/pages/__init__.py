"""What every page is made of: shell, component tags, icons, words, and the files of the look."""

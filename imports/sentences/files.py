"""What is told of whole files, and of packages and the files in them."""

from __future__ import annotations

SENTENCES = {
    # whole files
    "unknown_format": "This file was not read: its header matches no format. {nearest_format}",
    "unknown_format.several": "This file was not read: its header fits more than one format, {names}. Say"
    " which one it is.",
    "unknown_format.parted_otherwise": "This file was not read: its header has all columns of {names}, but parted by {parted},"
    " where {expected} are expected. Save the file with {expected}, let the template say {parted}, or say which format it is.",
    "unknown_format.none": "This file was not read: its header matches no format. It has columns of {names}, and none of"
    " them has {strange}. Rename or take out what is too much, or say which format it is.",
    "unknown_format.zip": "This zip was not read: none of its files ({files}) begins with a header of a package. Packages are"
    " {packages}.",
    "unknown_format.zip_of_others": "This zip was not read: its files are {formats}, and these are sent one by one. Packages"
    " are {packages}.",
    "own_id_filled": "This file was not read: row {row} has `{value}` in {column}, and what is created has no id yet. Take"
    " the column out, or choose the action “update”.",
    "missing_column": "The file lacks {columns}, which {action} needs. Add what is missing, or choose"
    " another action.",
    "duplicate_header": "Two columns of the file, {columns}, mean the same field, {field}. Remove one of"
    " them.",
    "no_rows": "The file has a header and no row below it, so there is nothing to import. Add rows and send"
    " it again.",
    "no_rows.file": "`{file}` has a header and no row below it, so there was nothing to do.",
    # packages, and the files in them (d2l-standard-csv.md 3.2, 13; circlein-csv.md 2)
    "not_utf8": "{found} Files of this kind are UTF-8: save it as “CSV UTF-8” and send it again.",
    "unreadable_csv": "{found} {hint} Nothing of this file was imported.",
    "header_mismatch": "Column {place} is `{written}`, and {title} {version} have `{wanted}` there, letter for letter. Expected"
    " `{wanted_line}`, found `{found_line}`.",
    "header_mismatch.lacks": "The header ends before `{missing}`, which {title} {version} have. Expected `{wanted_line}`, found"
    " `{found_line}`.",
    "header_mismatch.more": "The header goes on with `{unknown}`, and {title} {version} have no such column there. Expected"
    " `{wanted_line}`, found `{found_line}`.",
    "header_mismatch.version": "The manifest says version {version}, and this is the header of {title} {others}. Correct the manifest, or"
    " write `{wanted_line}`; found `{found_line}`.",
    "header_mismatch.delimiter": "The columns are separated by {separators}; use commas. Save the file so and send it again. Its first"
    " line should be `{wanted_line}`.",
    "header_mismatch.unknown": "`{file}` begins with `{found}`, and that is the header of no file of this kind: {expected}.",
    "manifest_missing": "`{file}` has a header of version {version}, and a package without `{manifest}` is read as version"
    " {assumed}. Put a `{manifest}` into it that says {example}.",
    "manifest_invalid": "`{manifest}` is no JSON: {fault}. It should say {example} and nothing else.",
    "manifest_invalid.version": "`{manifest}` says the version `{version}`, and versions are {versions}. It should say something"
    " like {example}.",
    "manifest_invalid.shape": "`{manifest}` names no version: it holds `{found}`. It should say {example} and nothing else.",
    "manifest_invalid.size": "`{manifest}` has {bytes} bytes, and one line will do. It should say {example} and nothing else.",
    "manifest_invalid.twice": "The package has {count} files named `{manifest}`, and nobody can tell which one counts. Keep one.",
    "manifest_number": '`{manifest}` says the version as a number. It was read as "{version}"; write it in quotes.',
    "package_folder": "`{name}` lies in a folder of the zip, and packages have none. Pack the files themselves, not the folder"
    " that they are in.",
    "package_member": "The package holds `{name}`, and may hold {allowed} only. Take it out and send the package again.",
    "package_member.twice": "The package holds two files named `{name}`. Give each a name of its own.",
    "package_member.none": "The package holds no CSV file, so there is nothing to import.",
    "no_file_left": "None of the {files} files of this package can be read, so nothing was imported. Why stands with each of"
    " them.",
    "zip_many_members.package": "The package holds {count} files, and at most {limit} are read. Split it into several.",
    "unsafe_name.strange": "The package holds a file whose name is longer than 255 letters, or has some that nobody can see:"
    " `{name}`. Give it another.",
    "nested_zip.package": "The package holds `{name}`, and may hold {allowed} only: no packed file and no spreadsheet. Take it"
    " out and send the package again.",
    "package_too_large": "The package has {bytes} bytes, and at most {limit} are read. Split it into several.",
    "file_name_differs": "`{file}` has the header of {title}, though its name speaks of {other}. It was read as {title}.",
    "secret_dropped.unread": "`{file}` could not be read to its end, and may have {columns}: the rest of it is not kept.",
    "secret_dropped": "Cells of {columns} were filled ({count}), and are not kept: people in the roster are no log-ins. They"
    " were taken out of the stored file too.",
    "unknown_action": "This format cannot {action}. Use {expected}.",
    "legacy_header": "This is the header of the former import “{legacy}”, which is not read any more. Use"
    " {instead}.",
    "rows_expected": "The file has {found} data rows, {expected} were announced. Send the whole file.",
    "sha256_mismatch": "The file's SHA-256 is {found}, {expected} was announced. Send the file again.",
    "schedule_clash": "{room} is taken {when}. Change the time or the room.",
    "schedule_clash.moved": "{room} would be taken twice {when}. Move one of them first, or correct {column}.",
    "schedule_clash.itself": "{whose} would meet itself in {room} over the change of the clocks: its captures of {days} overlap."
    " Make them shorter, or leave one of these days out.",
    "room_not_freed": "The room at `{value}` would be free only if row {other_row} of this file were applied, and that"
    " row failed. Mend it first.",
    "moved_together": "Row {other_row} of this file moves schedules that this row moves too, and that row failed. Mend it"
    " first.",
    "schedule_clash.file": "Nothing was applied: {room} would be taken twice on {day}, {from} to {to}, by {schedule} and"
    " by {other}. Change the time or the room of one of them, and send the file again.",
    "aborted": "{failed} of {rows} rows are bad, and this import was to apply all or nothing. Nothing was"
    " applied.",
}

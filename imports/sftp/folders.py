"""What a source sees of us: ``/incoming`` to write to, ``/processed`` and ``/failed`` to read from."""

from __future__ import annotations

import asyncio
import logging
import posixpath
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

import asyncssh
from asyncssh.constants import FXP_CLOSE, FXP_OPEN, FXP_OPENDIR
from asyncssh.sftp import SFTPServerHandler
from django.db import DatabaseError

from edu_csv.errors import MissingFile, StorageUnavailable
from imports.models import Door, FileState, Folder, InboxFile, Source
from imports.sftp.handles import Reading, Room, Writing
from imports.sftp.threads import ask, store
from imports.sources import inbox
from imports.sources.errors import InboxRefused, NoSuchFile

log = logging.getLogger(__name__)

Params = ParamSpec("Params")
Answer = TypeVar("Answer")
Handle = Writing | Reading

WRITE_FLAGS = asyncssh.FXF_WRITE | asyncssh.FXF_APPEND | asyncssh.FXF_CREAT | asyncssh.FXF_TRUNC
PUT_INTO = "Put files into incoming/: nothing is taken elsewhere."
ONLY_INCOMING = "Files can be put into /incoming and nowhere else; /processed and /failed are for reading."
NOT_READ = "What waits in /incoming cannot be read back. Its answer will lie in /processed or /failed."
NOT_CONTINUED = "An upload cannot be continued, for nothing was kept of it. Send the whole file."
NO_FOLDERS = "There are three folders, and no others can be made, renamed or removed."
# Of files and listings together; clients have one or two open at a time, and few more when they work in parallel.
MOST_HANDLES = 8
TOO_MANY_OPEN = f"At most {MOST_HANDLES} files and listings may be open in one session. Close one first."
UNAVAILABLE = "Storage or database does not answer just now. Try again in a minute."


def told(method: Callable[Params, Awaitable[Answer]]) -> Callable[Params, Awaitable[Answer]]:
    """Our refusals as SFTP's, with their sentence."""

    @wraps(method)
    async def telling(*args: Params.args, **kwargs: Params.kwargs) -> Answer:
        try:
            return await method(*args, **kwargs)
        except NoSuchFile as error:
            raise asyncssh.SFTPNoSuchFile(str(error)) from error
        except InboxRefused as error:
            await args[0].complain(error)  # type: ignore[attr-defined]  # a method of Folders
            raise asyncssh.SFTPPermissionDenied(str(error)) from error
        except MissingFile as error:
            raise asyncssh.SFTPNoSuchFile("The file is past its retention.") from error
        except (StorageUnavailable, DatabaseError) as error:
            log.warning("SFTP: %s", error)
            raise asyncssh.SFTPFailure(UNAVAILABLE) from error

    return telling


class Folders(asyncssh.SFTPServer):
    """One session. ``closes``: the client itself asked for the close that is being carried out."""

    def __init__(self, channel: asyncssh.SSHServerChannel[bytes], source: Source) -> None:
        super().__init__(channel)
        self._source = source
        self._writing: dict[str, Writing] = {}
        self.closes = False

    # --- where something is -------------------------------------------------------------------------

    def _parts(self, path: bytes) -> list[str]:
        """[], [folder] or [folder, name]. Raises NoSuchFile for what could not be there."""
        try:
            text = path.decode()
        except UnicodeDecodeError:
            raise NoSuchFile("bad_name", "Names are in UTF-8.") from None
        if "\0" in text:
            raise NoSuchFile("bad_name", "There is a NUL in the name.")
        parts = [part for part in posixpath.normpath(f"/{text}").split("/") if part]
        if len(parts) > 2 or (parts and parts[0] not in Folder.values):
            raise NoSuchFile(
                "not_found", f"There is no {'/'.join(parts)[:80]} here: only incoming, processed, failed."
            )
        return parts

    def _waiting(self, path: bytes) -> str:
        """The name of a file in ``incoming``. Raises InboxRefused."""
        parts = self._parts(path)
        if len(parts) != 2:
            raise InboxRefused("folders", NO_FOLDERS)
        if parts[0] != Folder.INCOMING:
            raise InboxRefused("read_only", ONLY_INCOMING)
        return parts[1]

    def _new_name(self, path: bytes) -> str:
        """The name of a file to be written into ``incoming``. Raises InboxRefused, NoSuchFile."""
        try:
            parts = self._parts(path)
        except NoSuchFile as gone:
            if gone.code != "not_found":
                raise
            raise InboxRefused("read_only", PUT_INTO) from None
        if parts[0:1] != [Folder.INCOMING]:
            raise InboxRefused("read_only", PUT_INTO)
        return self._waiting(path)

    async def _find(self, folder: str, name: str) -> InboxFile:
        return await self._ask(inbox.find, self._source, folder, name)

    async def _ask(self, question: Callable[..., Answer], *args: Any, **kwargs: Any) -> Answer:
        return await ask(self._source.institution_id, question, *args, **kwargs)

    async def complain(self, refused: InboxRefused) -> None:
        """Show the sentence to whoever sits at the client, which tells a bare "failure" only; and keep it."""
        if not self.channel.is_closing():
            self.channel.write_stderr(f"{refused.detail}\r\n".encode())
        await self._ask(inbox.note_refused, self._source, "SFTP", refused)

    # --- looking ------------------------------------------------------------------------------------

    async def realpath(self, path: bytes) -> bytes:
        return posixpath.normpath(b"/" + path.lstrip(b"/"))

    @told
    async def stat(self, path: bytes) -> asyncssh.SFTPAttrs:
        parts = self._parts(path)
        if len(parts) < 2:
            return _folder(parts[0] if parts else "")
        folder, name = parts
        if folder == Folder.INCOMING and name in self._writing:
            return _attrs(self._writing[name].size_bytes, 0, writable=True)
        return _of(await self._find(folder, name))

    lstat = stat

    async def fstat(self, file_obj: object) -> asyncssh.SFTPAttrs:
        handle = _handle(file_obj)
        return _attrs(handle.size_bytes, 0, writable=isinstance(handle, Writing))

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        for name in (b".", b".."):
            yield asyncssh.SFTPName(name, attrs=_folder(""))
        for shown, attrs in await self._entries(path):
            yield asyncssh.SFTPName(shown.encode(), attrs=attrs)

    @told
    async def _entries(self, path: bytes) -> list[tuple[str, asyncssh.SFTPAttrs]]:
        parts = self._parts(path)
        if len(parts) > 1:
            raise NoSuchFile("not_found", "This is no folder.")
        if not parts:
            return [(folder, _folder(folder)) for folder in Folder.values]
        files = await self._ask(lambda: list(inbox.listing(self._source, parts[0])))
        return [(file.shown, _of(file)) for file in files]

    def format_user(self, uid: int | None) -> str:
        return self._source.slug[:8]

    def format_group(self, gid: int | None) -> str:
        return "edu-csv"

    # --- reading and writing ------------------------------------------------------------------------

    @told
    async def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> Handle:
        if pflags & WRITE_FLAGS:
            return await self._begin(self._new_name(path), pflags)
        parts = self._parts(path)
        if len(parts) != 2:
            raise InboxRefused("folders", "This is a folder.")
        if parts[0] == Folder.INCOMING:
            raise InboxRefused("not_read", NOT_READ)
        file = await self._find(*parts)
        return Reading(await self._ask(inbox.open_file, file), file.bytes)

    async def open56(self, path: bytes, desired_access: int, flags: int, attrs: asyncssh.SFTPAttrs) -> object:
        raise asyncssh.SFTPOpUnsupported("This server speaks version 3 of SFTP.")

    async def _begin(self, name: str, pflags: int) -> Writing:
        is_there = await self._ask(
            lambda: inbox.listing(self._source, Folder.INCOMING).filter(shown=name).exists()
        )
        if is_there and pflags & asyncssh.FXF_EXCL:
            raise InboxRefused("exists", f"{name} waits in incoming already.")
        if not is_there and not pflags & asyncssh.FXF_CREAT:
            raise NoSuchFile("not_found", f"There is no {name} in incoming.")
        if pflags & asyncssh.FXF_APPEND or (is_there and not pflags & asyncssh.FXF_TRUNC):
            raise InboxRefused("not_continued", NOT_CONTINUED)
        if name in self._writing:
            raise InboxRefused("being_written", f"{name} is being written already.")
        name, room = await self._ask(_leave, self._source, name)
        handle = self._writing[name] = Writing(name, room)
        return handle

    @told
    async def write(self, file_obj: object, offset: int, data: bytes) -> int:
        handle = _handle(file_obj)
        if not isinstance(handle, Writing):
            raise InboxRefused("read_only", ONLY_INCOMING)
        return await asyncio.to_thread(handle.write, offset, data)

    @told
    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        handle = _handle(file_obj)
        if not isinstance(handle, Reading):
            raise InboxRefused("not_read", NOT_READ)
        return await asyncio.to_thread(handle.read, offset, size)

    @told
    async def close(self, file_obj: object) -> None:
        """Store what was written, if it was the client that closed it; the answer says that it is kept.

        Whatever is still open when the connection breaks was cut off somewhere, and goes.
        """
        handle = _handle(file_obj)
        try:
            if isinstance(handle, Writing) and self.closes:
                whole, institution = handle.whole(), self._source.institution_id
                await store(institution, inbox.receive, self._source, handle.name, whole, door=Door.SFTP)
        finally:
            handle.discard()
            if isinstance(handle, Writing):
                self._writing.pop(handle.name, None)

    # --- names --------------------------------------------------------------------------------------

    @told
    async def remove(self, path: bytes) -> None:
        await self._ask(inbox.remove, self._source, self._waiting(path))

    @told
    async def rename(self, oldpath: bytes, newpath: bytes) -> None:
        old, new = self._waiting(oldpath), self._waiting(newpath)
        await self._ask(inbox.rename, self._source, old, new)

    posix_rename = rename

    # --- what there is not --------------------------------------------------------------------------

    async def setstat(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        """Times and rights mean nothing here. Clients that set them after an upload take a refusal for a failure."""

    lsetstat = setstat

    async def fsetstat(self, file_obj: object, attrs: asyncssh.SFTPAttrs) -> None:
        if attrs.size is not None and attrs.size < _handle(file_obj).size_bytes:
            raise asyncssh.SFTPOpUnsupported("A file cannot be cut off. Send it anew.")

    async def fsync(self, file_obj: object) -> None:
        """The close stores it."""

    @told
    async def _no_folders(self, *args: object) -> None:
        raise InboxRefused("folders", NO_FOLDERS)

    @told
    async def _no_links(self, *args: object) -> None:
        raise InboxRefused("links", "There are no links here.")

    mkdir = rmdir = _no_folders  # type: ignore[assignment]  # whatever is asked, one answer
    symlink = link = readlink = _no_links  # type: ignore[assignment]  # whatever is asked, one answer

    async def statvfs(self, path: bytes) -> asyncssh.SFTPVFSAttrs:
        raise asyncssh.SFTPOpUnsupported("Free space is not told.")

    fstatvfs = statvfs  # type: ignore[assignment]  # of a handle or a path, one answer


class Session(SFTPServerHandler):
    """Tells a close that the client asked for from the closing of what a broken connection left open.

    Where it does not recognise one, nothing is kept: the client sends the file again. Of what may be open at the
    same time there is a limit: each file has a descriptor, and bytes on this machine's disk.
    """

    async def _process_open(self, packet: Any) -> bytes:
        self._check_handles()
        return await super()._process_open(packet)

    async def _process_opendir(self, packet: Any) -> bytes:
        self._check_handles()
        return await super()._process_opendir(packet)

    def _check_handles(self) -> None:
        if len(self._file_handles) + len(self._dir_handles) >= MOST_HANDLES:
            raise asyncssh.SFTPFailure(TOO_MANY_OPEN)

    async def _process_close(self, packet: Any) -> None:
        folders: Any = self._server
        folders.closes = True
        try:
            await super()._process_close(packet)
        finally:
            folders.closes = False

    # The table names functions: of the parent's, an override alone would never be asked.
    _packet_handlers: dict[Any, Any] = {  # noqa: RUF012  # as the parent declares it
        **SFTPServerHandler._packet_handlers,
        FXP_OPEN: _process_open,
        FXP_OPENDIR: _process_opendir,
        FXP_CLOSE: _process_close,
    }


def _leave(source: Source, name: str) -> tuple[str, Room]:
    """The name, and the room as things are by now. Raises InboxRefused."""
    now = Source.objects.get(pk=source.pk)
    name = inbox.may_come(now, name)
    of_all = now.limited.quota_bytes - inbox.used_bytes(now)
    return name, Room(now.pk, inbox.room_for(now), of_all, partial(inbox.too_much, now))


def _handle(file_obj: object) -> Handle:
    assert isinstance(file_obj, Writing | Reading)  # noqa: S101  # what ``open`` returned
    return file_obj


def _folder(name: str) -> asyncssh.SFTPAttrs:
    mode = 0o700 if name == Folder.INCOMING else 0o500
    return asyncssh.SFTPAttrs(
        permissions=stat.S_IFDIR | mode, uid=0, gid=0, nlink=1, size=0, atime=0, mtime=0
    )


def _of(file: InboxFile) -> asyncssh.SFTPAttrs:
    at = file.ended_at or file.arrived_at
    return _attrs(
        file.bytes, int(at.timestamp()), writable=file.state in (FileState.ARRIVING, FileState.COMPLETE)
    )


def _attrs(size: int, modified: int, *, writable: bool) -> asyncssh.SFTPAttrs:
    mode = stat.S_IFREG | (0o200 if writable else 0o400)
    return asyncssh.SFTPAttrs(
        permissions=mode, uid=0, gid=0, nlink=1, size=size, atime=modified, mtime=modified
    )
